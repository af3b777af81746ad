import { z } from 'zod';
import type { Commitment } from '../../chain/block.js';
import type { Account } from '../../chain/runtime.js';
import {
  TOKEN_PROGRAMS,
  decodeMint,
  decodeTokenAccount,
  tokenAmount,
  type Mint,
  type TokenAccount,
} from '../../tokens.js';
import { encodeAccount } from '../encode/account.js';
import { invalidParams } from '../errors.js';
import { inContext, method, type Method, type RpcContext } from '../method.js';
import { accountConfig, address, contextConfig } from '../params.js';
import { reader } from './accounts.js';

const LARGEST = 20;

const tokenFilter = z.union([z.object({ mint: address }), z.object({ programId: address })]);
type TokenFilter = z.output<typeof tokenFilter>;

interface FoundAccount {
  readonly address: string;
  readonly account: Account;
  readonly state: TokenAccount;
}

/** The token accounts of some programs. */
function tokenAccounts(
  { chain }: RpcContext,
  programs: readonly string[],
  commitment: Commitment,
): FoundAccount[] {
  return programs.flatMap((program) =>
    [...chain.programAccounts(program, commitment)].flatMap(([key, account]) => {
      const state = decodeTokenAccount(account);
      return state === null ? [] : [{ address: key, account, state }];
    }),
  );
}

/** The token accounts of a mint or a program that somebody has to do with. */
function accountsBy(matches: (state: TokenAccount, key: string) => boolean): Method {
  return method([address, tokenFilter, accountConfig], (context, key, filter: TokenFilter, config) => {
    if ('mint' in filter) mintOf(context, filter.mint, config.commitment);
    else if (!TOKEN_PROGRAMS.includes(filter.programId)) {
      throw invalidParams('Invalid param: unrecognized Token program id');
    }
    const programs = 'mint' in filter ? TOKEN_PROGRAMS : [filter.programId];
    const read = reader(context, config.commitment);
    const value = tokenAccounts(context, programs, config.commitment)
      .filter(({ state }) => matches(state, key))
      .filter(({ state }) => !('mint' in filter) || state.mint === filter.mint)
      .map((one) => ({
        pubkey: one.address,
        account: encodeAccount(one.address, one.account, config, read),
      }));
    return inContext(context, config, value);
  });
}

function mintOf(context: RpcContext, mint: string, commitment: Commitment): Mint {
  const account = context.chain.account(mint, commitment);
  if (account === null) throw invalidParams('Invalid param: could not find mint');
  const state = decodeMint(account);
  if (state === null) throw invalidParams('Invalid param: not a Token mint');
  return state;
}

export const tokenMethods: Readonly<Record<string, Method>> = {
  getTokenAccountsByOwner: accountsBy((state, key) => state.owner === key),

  getTokenAccountsByDelegate: accountsBy((state, key) => state.delegate === key),

  getTokenAccountBalance: method([address, contextConfig], (context, key, config) => {
    const account = context.chain.account(key, config.commitment);
    if (account === null) throw invalidParams('Invalid param: could not find account');
    const state = decodeTokenAccount(account);
    if (state === null) throw invalidParams('Invalid param: not a Token account');
    const { decimals } = mintOf(context, state.mint, config.commitment);
    return inContext(context, config, tokenAmount(state.amount, decimals));
  }),

  getTokenSupply: method([address, contextConfig], (context, key, config) => {
    const { supply, decimals } = mintOf(context, key, config.commitment);
    return inContext(context, config, tokenAmount(supply, decimals));
  }),

  getTokenLargestAccounts: method([address, contextConfig], (context, key, config) => {
    const { decimals } = mintOf(context, key, config.commitment);
    const value = tokenAccounts(context, TOKEN_PROGRAMS, config.commitment)
      .filter(({ state }) => state.mint === key)
      .sort((a, b) => (a.state.amount < b.state.amount ? 1 : -1))
      .slice(0, LARGEST)
      .map((one) => ({ address: one.address, ...tokenAmount(one.state.amount, decimals) }));
    return inContext(context, config, value);
  }),
};
