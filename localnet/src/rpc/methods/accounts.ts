import { SystemProgram } from '@solana/web3.js';
import { z } from 'zod';
import type { Commitment } from '../../chain/block.js';
import type { Account } from '../../chain/runtime.js';
import { invalidParams } from '../errors.js';
import { encodeAccount, type ReadAccount } from '../encode/account.js';
import { decodeTokenAccount } from '../../tokens.js';
import { inContext, method, type Method, type RpcContext } from '../method.js';
import {
  accountConfig,
  accountShape,
  address,
  contextConfig,
  filters,
  optional,
  unsigned,
  type Filter,
} from '../params.js';

const MAX_ACCOUNTS = 100;
const LARGEST = 20;

/** Reads accounts at a commitment. */
export function reader({ chain }: RpcContext, commitment: Commitment): ReadAccount {
  return (key) => chain.account(key, commitment);
}

/** Whether an account is what the client looks for. */
export function passes({ data, ...rest }: Account, list: readonly Filter[]): boolean {
  return list.every((filter) => {
    if ('dataSize' in filter) return data.length === filter.dataSize;
    if ('tokenAccountState' in filter) return decodeTokenAccount({ data, ...rest }) !== null;
    const { offset, bytes } = filter.memcmp;
    return (
      offset + bytes.length <= data.length && bytes.every((byte, index) => data[offset + index] === byte)
    );
  });
}

export const accountMethods: Readonly<Record<string, Method>> = {
  getAccountInfo: method([address, accountConfig], (context, key, config) => {
    const account = context.chain.account(key, config.commitment);
    const value =
      account === null ? null : encodeAccount(key, account, config, reader(context, config.commitment));
    return inContext(context, config, value);
  }),

  getBalance: method([address, contextConfig], (context, key, config) =>
    inContext(context, config, context.chain.account(key, config.commitment)?.lamports ?? 0n),
  ),

  getMultipleAccounts: method([z.array(address), accountConfig], (context, keys, config) => {
    if (keys.length > MAX_ACCOUNTS) {
      throw invalidParams(`Too many inputs provided; max ${MAX_ACCOUNTS}`);
    }
    const read = reader(context, config.commitment);
    // base64 is what a node answers with here where nothing is asked for.
    const format = {
      ...config,
      encoding: config.encoding === 'binary' ? 'base64' : config.encoding,
    } as const;
    const value = keys.map((key) => {
      const account = read(key);
      return account === null ? null : encodeAccount(key, account, format, read);
    });
    return inContext(context, config, value);
  }),

  getProgramAccounts: method(
    [
      address,
      optional({
        ...accountShape,
        filters,
        withContext: z.boolean().nullish(),
        sortResults: z.boolean().nullish(),
      }),
    ],
    (context, program, config) => {
      const read = reader(context, config.commitment);
      const found = [...context.chain.programAccounts(program, config.commitment)]
        .filter(([, account]) => passes(account, config.filters))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([pubkey, account]) => ({ pubkey, account: encodeAccount(pubkey, account, config, read) }));
      const answer = inContext(context, config, found);
      return config.withContext === true ? answer : found;
    },
  ),

  getMinimumBalanceForRentExemption: method([unsigned, contextConfig], ({ chain }, size) =>
    chain.minimumBalance(size),
  ),

  getLargestAccounts: method(
    [optional({ ...accountShape, filter: z.string().nullish() })],
    (context, config) => {
      const value = wallets(context, config.commitment)
        .sort(([, a], [, b]) => (a < b ? 1 : -1))
        .slice(0, LARGEST)
        .map(([key, lamports]) => ({ address: key, lamports }));
      return inContext(context, config, value);
    },
  ),

  getSupply: method(
    [optional({ ...accountShape, excludeNonCirculatingAccountsList: z.boolean().nullish() })],
    (context, config) => {
      const total = wallets(context, config.commitment).reduce((sum, [, lamports]) => sum + lamports, 0n);
      return inContext(context, config, {
        total,
        circulating: total,
        nonCirculating: 0,
        nonCirculatingAccounts: [],
      });
    },
  ),
};

/** All wallets with their lamports. */
function wallets({ chain }: RpcContext, commitment: Commitment): [string, bigint][] {
  const accounts = chain.programAccounts(SystemProgram.programId.toBase58(), commitment);
  return [...accounts].map(([key, { lamports }]) => [key, lamports]);
}
