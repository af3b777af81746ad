import { PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import { Buffer } from 'buffer';

/** The SPL Token program, which IO and USDC are of. */
export const TOKEN_PROGRAM_ID = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
/** The program of associated token accounts. */
export const ASSOCIATED_TOKEN_PROGRAM_ID = new PublicKey('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');

const CREATE_IDEMPOTENT = 1;
const SET_AUTHORITY = 6;
const MINT_TO = 7;
const MINT_TOKENS = 0;

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

/** The associated token account with its bump, for instructions that are told it because searching is dear. */
export function findTokenAddress(mint: PublicKey, owner: PublicKey): [address: PublicKey, bump: number] {
  const seeds = [owner.toBytes(), TOKEN_PROGRAM_ID.toBytes(), mint.toBytes()];
  return PublicKey.findProgramAddressSync(seeds, ASSOCIATED_TOKEN_PROGRAM_ID);
}

/** Creates an owner's associated token account, and does nothing where it exists. */
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

/** Mints tokens to a token account, by the mint's authority. */
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

/** Hands the right to mint a mint's tokens over, by the authority that has it. */
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

/** What a token account holds. */
export interface TokenAccount {
  readonly mint: PublicKey;
  readonly owner: PublicKey;
  readonly amount: bigint;
  readonly frozen: boolean;
}

/** The bytes of a token account and where its fields are; all others are zero unless an owner set them. */
export const TOKEN_ACCOUNT_LAYOUT = {
  size: 165,
  mint: 0,
  owner: 32,
  amount: 64,
  state: 108,
  frozen: 2,
} as const;

/** Reads a token account of the SPL Token program, `null` where the bytes are none. */
export function decodeTokenAccount(data: Uint8Array): TokenAccount | null {
  const { size, mint, owner, amount, state, frozen } = TOKEN_ACCOUNT_LAYOUT;
  if (data.length !== size || data[state] === 0) return null;
  return {
    mint: new PublicKey(data.subarray(mint, mint + 32)),
    owner: new PublicKey(data.subarray(owner, owner + 32)),
    amount: Buffer.from(data).readBigUInt64LE(amount),
    frozen: data[state] === frozen,
  };
}
