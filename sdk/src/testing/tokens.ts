import type { PublicKey, Signer } from '@solana/web3.js';
import { Buffer } from 'buffer';
import type { ClientCore } from '../client.js';
import {
  TOKEN_ACCOUNT_LAYOUT,
  TOKEN_PROGRAM_ID,
  createTokenAccountInstruction,
  decodeTokenAccount,
  mintToInstruction,
  tokenAddress,
} from '../tokens.js';
import type { TestNetwork } from './network.js';

/**
 * A mint to write.
 *
 * @see {@link setMint}
 */
export interface MintToSet {
  readonly address: PublicKey;
  readonly decimals: number;
  readonly mintAuthority: PublicKey;
  /** Default: none. */
  readonly freezeAuthority?: PublicKey;
  readonly supply?: bigint;
}

const MINT_SIZE = 82;
const MINT_SUPPLY_OFFSET = 36;

/**
 * Writes a mint of the SPL Token program at an address of one's choice.
 *
 * @example
 * ```ts
 * import { setMint, testKeypair, tokenSupply } from '@ionet/sdk/testing';
 *
 * const mint = testKeypair('another mint').publicKey;
 * setMint(network, { address: mint, decimals: 6, mintAuthority: client.payer });
 * tokenSupply(network, mint); // 0n
 * ```
 */
export function setMint(network: TestNetwork, mint: MintToSet): void {
  const data = Buffer.alloc(MINT_SIZE);
  data.writeUInt32LE(1, 0); // there is a mint authority
  data.set(mint.mintAuthority.toBytes(), 4);
  data.writeBigUInt64LE(mint.supply ?? 0n, MINT_SUPPLY_OFFSET);
  data.writeUInt8(mint.decimals, 44);
  data.writeUInt8(1, 45); // initialized
  if (mint.freezeAuthority !== undefined) {
    data.writeUInt32LE(1, 46);
    data.set(mint.freezeAuthority.toBytes(), 50);
  }
  network.setAccount({ address: mint.address, owner: TOKEN_PROGRAM_ID, data });
}

/**
 * Mints tokens to an owner's associated token account, which is created where it is missing.
 *
 * @example
 * ```ts
 * import { mintTokens, tokenBalance } from '@ionet/sdk/testing';
 *
 * const account = await mintTokens(client, { mint: deployment.ioMint, mintAuthority, owner: newAdmin, amount: 5n });
 * tokenBalance(network, account) >= 5n; // true
 * ```
 */
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
      createTokenAccountInstruction(client.payer, mint, owner),
      mintToInstruction(mint, account, mintAuthority.publicKey, amount),
    ],
    signers: [mintAuthority],
    accounts: { account },
  });
  return account;
}

/**
 * The tokens in an account, zero where there is no such account.
 *
 * @example
 * ```ts
 * import { tokenAddress } from '@ionet/sdk';
 * import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
 *
 * tokenBalance(network, tokenAddress(deployment.ioMint, testKeypair('nobody').publicKey)); // 0n
 * ```
 */
export function tokenBalance(network: TestNetwork, account: PublicKey): bigint {
  const raw = network.getAccount(account);
  return raw === null ? 0n : (decodeTokenAccount(raw.data)?.amount ?? 0n);
}

/**
 * The tokens of a mint that exist.
 *
 * @example
 * ```ts
 * import { tokenSupply } from '@ionet/sdk/testing';
 *
 * const before = tokenSupply(network, deployment.ioMint);
 * await market.fund(wallet, { io: 5n });
 * tokenSupply(network, deployment.ioMint) - before; // 5n
 * ```
 */
export function tokenSupply(network: TestNetwork, mint: PublicKey): bigint {
  const raw = network.getAccount(mint);
  return raw === null ? 0n : Buffer.from(raw.data).readBigUInt64LE(MINT_SUPPLY_OFFSET);
}

/**
 * Rewrites a token account: another owner, frozen or not, another amount.
 *
 * @example
 * ```ts
 * import { tokenAddress } from '@ionet/sdk';
 * import { changeTokenAccount } from '@ionet/sdk/testing';
 *
 * // The payout of a job then waits, until its account can receive again.
 * changeTokenAccount(network, tokenAddress(deployment.usdcMint, owner), { frozen: true });
 * ```
 */
export function changeTokenAccount(
  network: TestNetwork,
  account: PublicKey,
  change: { readonly owner?: PublicKey; readonly frozen?: boolean; readonly amount?: bigint },
): void {
  const raw = network.getAccount(account);
  if (raw === null) throw new RangeError(`there is no token account at ${account.toBase58()}`);
  const data = Buffer.from(raw.data);
  const { owner, amount, state, frozen } = TOKEN_ACCOUNT_LAYOUT;
  if (change.owner !== undefined) data.set(change.owner.toBytes(), owner);
  if (change.amount !== undefined) data.writeBigUInt64LE(change.amount, amount);
  if (change.frozen !== undefined) data.writeUInt8(change.frozen ? frozen : 1, state);
  network.setAccount({ address: account, owner: raw.owner, data, lamports: raw.lamports });
}
