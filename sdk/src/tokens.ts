import { PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import { Buffer } from 'buffer';
import { findAddress } from './derive.js';

/**
 * The SPL Token program, which IO and USDC are of.
 *
 * @example
 * ```ts
 * import { TOKEN_PROGRAM_ID } from '@ionet/sdk';
 *
 * const [mint] = await client.transport.getAccounts([deployment.ioMint]);
 * mint?.owner.equals(TOKEN_PROGRAM_ID); // true
 * ```
 */
export const TOKEN_PROGRAM_ID = /* @__PURE__ */ new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
/**
 * The program of associated token accounts.
 *
 * @example
 * ```ts
 * import { ASSOCIATED_TOKEN_PROGRAM_ID, createTokenAccountInstruction } from '@ionet/sdk';
 *
 * const { programId } = createTokenAccountInstruction(client.payer, deployment.ioMint, wallet);
 * programId.equals(ASSOCIATED_TOKEN_PROGRAM_ID); // true
 * ```
 */
export const ASSOCIATED_TOKEN_PROGRAM_ID = /* @__PURE__ */ new PublicKey(
  'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
);

const CREATE_IDEMPOTENT = 1;
const SET_AUTHORITY = 6;
const MINT_TO = 7;
const INITIALIZE_MINT = 20;
const MINT_TOKENS = 0;
const NOBODY = 0;

/**
 * Where an owner's tokens of a mint are: the associated token account.
 *
 * @example
 * ```ts
 * import { tokenAddress } from '@ionet/sdk';
 *
 * const account = tokenAddress(deployment.usdcMint, owner);
 * ```
 */
export function tokenAddress(mint: PublicKey, owner: PublicKey): PublicKey {
  return findTokenAddress(mint, owner)[0];
}

/**
 * The associated token account with its bump, for instructions that are told it because searching is dear.
 *
 * @example
 * ```ts
 * import { findTokenAddress, tokenAddress } from '@ionet/sdk';
 *
 * const [address, bump] = findTokenAddress(deployment.ioMint, wallet);
 * address.equals(tokenAddress(deployment.ioMint, wallet)); // true
 * ```
 */
export function findTokenAddress(
  mint: PublicKey,
  owner: PublicKey,
): readonly [address: PublicKey, bump: number] {
  const seeds = [owner.toBytes(), TOKEN_PROGRAM_ID.toBytes(), mint.toBytes()];
  return findAddress(ASSOCIATED_TOKEN_PROGRAM_ID, seeds);
}

/**
 * Creates an owner's associated token account, and does nothing where it exists.
 *
 * @example
 * ```ts
 * import { createTokenAccountInstruction } from '@ionet/sdk';
 *
 * const create = createTokenAccountInstruction(client.payer, deployment.ioMint, owner);
 * await client.send({ instructions: [create], signers: [], accounts: {} });
 * ```
 */
export function createTokenAccountInstruction(
  payer: PublicKey,
  mint: PublicKey,
  owner: PublicKey,
): TransactionInstruction {
  return new TransactionInstruction({
    programId: ASSOCIATED_TOKEN_PROGRAM_ID,
    keys: [
      { pubkey: payer, isSigner: true, isWritable: true },
      { pubkey: tokenAddress(mint, owner), isSigner: false, isWritable: true },
      { pubkey: owner, isSigner: false, isWritable: false },
      { pubkey: mint, isSigner: false, isWritable: false },
      { pubkey: SystemProgram.programId, isSigner: false, isWritable: false },
      { pubkey: TOKEN_PROGRAM_ID, isSigner: false, isWritable: false },
    ],
    data: Buffer.of(CREATE_IDEMPOTENT),
  });
}

/**
 * Mints tokens to a token account, by the mint's authority.
 *
 * @example
 * ```ts
 * import { mintToInstruction, parseIo, tokenAddress } from '@ionet/sdk';
 *
 * const account = tokenAddress(deployment.ioMint, wallet);
 * const mint = mintToInstruction(deployment.ioMint, account, mintAuthority.publicKey, parseIo('5'));
 * await client.send({ instructions: [mint], signers: [mintAuthority], accounts: {} });
 * ```
 */
export function mintToInstruction(
  mint: PublicKey,
  account: PublicKey,
  mintAuthority: PublicKey,
  amount: bigint,
): TransactionInstruction {
  const data = Buffer.alloc(9);
  data.writeUInt8(MINT_TO, 0);
  data.writeBigUInt64LE(amount, 1);
  return new TransactionInstruction({
    programId: TOKEN_PROGRAM_ID,
    keys: [
      { pubkey: mint, isSigner: false, isWritable: true },
      { pubkey: account, isSigner: false, isWritable: true },
      { pubkey: mintAuthority, isSigner: true, isWritable: false },
    ],
    data,
  });
}

/**
 * Hands the right to mint a mint's tokens over, by the authority that has it.
 *
 * @example
 * ```ts
 * import { pda, setMintAuthorityInstruction } from '@ionet/sdk';
 *
 * const schedule = pda.emission.schedule(deployment);
 * const handOver = setMintAuthorityInstruction(deployment.ioMint, mintAuthority.publicKey, schedule);
 * await client.send({ instructions: [handOver], signers: [mintAuthority], accounts: {} });
 * ```
 */
export function setMintAuthorityInstruction(
  mint: PublicKey,
  mintAuthority: PublicKey,
  newAuthority: PublicKey,
): TransactionInstruction {
  return new TransactionInstruction({
    programId: TOKEN_PROGRAM_ID,
    keys: [
      { pubkey: mint, isSigner: false, isWritable: true },
      { pubkey: mintAuthority, isSigner: true, isWritable: false },
    ],
    data: Buffer.from([SET_AUTHORITY, MINT_TOKENS, 1, ...newAuthority.toBytes()]),
  });
}

/**
 * What a token account holds.
 *
 * @see {@link decodeTokenAccount}
 */
export interface TokenAccount {
  readonly mint: PublicKey;
  readonly owner: PublicKey;
  readonly amount: bigint;
  readonly frozen: boolean;
  /** May move some of it, where somebody may. */
  readonly delegate: PublicKey | null;
  /** May close it, where that is somebody else than the owner. */
  readonly closeAuthority: PublicKey | null;
}

/** The bytes of a token account and where its fields are; all others are zero unless an owner set them. */
export const TOKEN_ACCOUNT_LAYOUT = {
  size: 165,
  mint: 0,
  owner: 32,
  amount: 64,
  delegate: 72,
  state: 108,
  closeAuthority: 129,
  frozen: 2,
} as const;

/** A key that is there or not: four bytes say whether. */
function optionalKey(data: Uint8Array, offset: number): PublicKey | null {
  return data[offset] === 0 ? null : new PublicKey(data.subarray(offset + 4, offset + 36));
}

/**
 * Reads a token account of the SPL Token program, `null` where the bytes are none.
 *
 * @example
 * ```ts
 * import { decodeTokenAccount, formatUsdc, tokenAddress } from '@ionet/sdk';
 *
 * const [account] = await client.transport.getAccounts([tokenAddress(deployment.usdcMint, client.payer)]);
 * const usdc = account && decodeTokenAccount(account.data);
 * if (usdc) console.log(formatUsdc(usdc.amount), usdc.frozen);
 * ```
 */
export function decodeTokenAccount(data: Uint8Array): TokenAccount | null {
  const { size, mint, owner, amount, delegate, state, closeAuthority, frozen } = TOKEN_ACCOUNT_LAYOUT;
  if (data.length !== size || data[state] === 0) return null;
  return {
    mint: new PublicKey(data.subarray(mint, mint + 32)),
    owner: new PublicKey(data.subarray(owner, owner + 32)),
    amount: Buffer.from(data).readBigUInt64LE(amount),
    frozen: data[state] === frozen,
    delegate: optionalKey(data, delegate),
    closeAuthority: optionalKey(data, closeAuthority),
  };
}

/**
 * A kind of tokens.
 *
 * @see {@link decodeMint}
 */
export interface Mint {
  readonly decimals: number;
  /** Tokens that exist, in base units. */
  readonly supply: bigint;
  /** May mint more; `null`: nobody. */
  readonly mintAuthority: PublicKey | null;
  /** May freeze accounts; `null`: nobody. */
  readonly freezeAuthority: PublicKey | null;
}

/**
 * The bytes of a mint and where its fields are.
 *
 * @see {@link initializeMintInstruction}
 */
export const MINT_LAYOUT = {
  size: 82,
  mintAuthority: 0,
  supply: 36,
  decimals: 44,
  initialized: 45,
  freezeAuthority: 46,
} as const;

/**
 * Reads a mint of the SPL Token program, `null` where the bytes are none.
 *
 * @example
 * ```ts
 * import { decodeMint } from '@ionet/sdk';
 *
 * const [account] = await client.transport.getAccounts([deployment.ioMint]);
 * const mint = account && decodeMint(account.data);
 * if (mint) console.log(mint.decimals, mint.freezeAuthority); // 8 null
 * ```
 */
export function decodeMint(data: Uint8Array): Mint | null {
  const { size, mintAuthority, supply, decimals, initialized, freezeAuthority } = MINT_LAYOUT;
  if (data.length !== size || data[initialized] !== 1) return null;
  return {
    decimals: data[decimals] ?? 0,
    supply: Buffer.from(data).readBigUInt64LE(supply),
    mintAuthority: optionalKey(data, mintAuthority),
    freezeAuthority: optionalKey(data, freezeAuthority),
  };
}

/**
 * Makes a mint without a freeze authority of an account that the SPL Token program owns.
 *
 * @example
 * ```ts
 * import { initializeMintInstruction, MINT_LAYOUT, TOKEN_PROGRAM_ID } from '@ionet/sdk';
 * import { Keypair, SystemProgram } from '@solana/web3.js';
 *
 * const mint = Keypair.generate();
 * const create = SystemProgram.createAccount({
 *   fromPubkey: client.payer,
 *   newAccountPubkey: mint.publicKey,
 *   space: MINT_LAYOUT.size,
 *   lamports: 1_461_600,
 *   programId: TOKEN_PROGRAM_ID,
 * });
 * const initialize = initializeMintInstruction(mint.publicKey, 8, client.payer);
 * await client.send({ instructions: [create, initialize], signers: [mint], accounts: {} });
 * ```
 */
export function initializeMintInstruction(
  mint: PublicKey,
  decimals: number,
  mintAuthority: PublicKey,
): TransactionInstruction {
  return new TransactionInstruction({
    programId: TOKEN_PROGRAM_ID,
    keys: [{ pubkey: mint, isSigner: false, isWritable: true }],
    data: Buffer.from([INITIALIZE_MINT, decimals, ...mintAuthority.toBytes(), NOBODY]),
  });
}
