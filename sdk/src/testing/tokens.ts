import {
  ACCOUNT_SIZE,
  AccountLayout,
  AccountState,
  MINT_SIZE,
  MintLayout,
  TOKEN_PROGRAM_ID,
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { PublicKey, type Signer } from '@solana/web3.js';
import { Buffer } from 'buffer';
import type { ClientCore } from '../client.js';
import type { TestNetwork } from './network.js';

/** A mint to write. */
export interface MintToSet {
  readonly address: PublicKey;
  readonly decimals: number;
  readonly mintAuthority: PublicKey;
  /** Default: none. */
  readonly freezeAuthority?: PublicKey;
  readonly supply?: bigint;
}

/** Writes a mint of the SPL Token program at an address of one's choice. */
export function setMint(network: TestNetwork, mint: MintToSet): void {
  const data = Buffer.alloc(MINT_SIZE);
  MintLayout.encode(
    {
      mintAuthorityOption: 1,
      mintAuthority: mint.mintAuthority,
      supply: mint.supply ?? 0n,
      decimals: mint.decimals,
      isInitialized: true,
      freezeAuthorityOption: mint.freezeAuthority === undefined ? 0 : 1,
      freezeAuthority: mint.freezeAuthority ?? PublicKey.default,
    },
    data,
  );
  network.setAccount({ address: mint.address, owner: TOKEN_PROGRAM_ID, data });
}

/** Where an owner's tokens of a mint are. */
export function tokenAddress(mint: PublicKey, owner: PublicKey): PublicKey {
  return getAssociatedTokenAddressSync(mint, owner, true);
}

/** Mints tokens to an owner's associated token account, which is created where it is missing. */
export async function mintTokens(
  client: ClientCore,
  input: {
    readonly mint: PublicKey;
    readonly mintAuthority: Signer;
    readonly owner: PublicKey;
    readonly amount: bigint;
  },
): Promise<PublicKey> {
  const { mint, mintAuthority, owner, amount } = input;
  const account = tokenAddress(mint, owner);
  await client.send({
    instructions: [
      createAssociatedTokenAccountIdempotentInstruction(client.payer, account, owner, mint),
      createMintToInstruction(mint, account, mintAuthority.publicKey, amount),
    ],
    signers: [mintAuthority],
    accounts: { account },
  });
  return account;
}

/** The tokens in an account, zero where there is no such account. */
export function tokenBalance(network: TestNetwork, account: PublicKey): bigint {
  const raw = network.getAccount(account);
  if (raw === null || raw.data.length < ACCOUNT_SIZE) return 0n;
  return AccountLayout.decode(raw.data).amount;
}

/** The tokens of a mint that exist. */
export function tokenSupply(network: TestNetwork, mint: PublicKey): bigint {
  const raw = network.getAccount(mint);
  return raw === null ? 0n : MintLayout.decode(raw.data).supply;
}

/** Rewrites a token account: another owner, frozen or not, another amount. */
export function changeTokenAccount(
  network: TestNetwork,
  account: PublicKey,
  change: { readonly owner?: PublicKey; readonly frozen?: boolean; readonly amount?: bigint },
): void {
  const raw = network.getAccount(account);
  if (raw === null) throw new RangeError(`there is no token account at ${account.toBase58()}`);
  const before = AccountLayout.decode(raw.data);
  const data = Buffer.alloc(ACCOUNT_SIZE);
  AccountLayout.encode(
    {
      ...before,
      owner: change.owner ?? before.owner,
      amount: change.amount ?? before.amount,
      state:
        change.frozen === undefined
          ? before.state
          : change.frozen
            ? AccountState.Frozen
            : AccountState.Initialized,
    },
    data,
  );
  network.setAccount({ address: account, owner: raw.owner, data, lamports: raw.lamports });
}
