import { type PublicKey, TransactionInstruction, type Signer } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID, tokenAddress } from '@ionet/sdk';
import { tokenBalance, type Market } from '@ionet/sdk/testing';

const TRANSFER = 3;
const SET_AUTHORITY = 6;
const CLOSE_ACCOUNT = 9;
const FREEZE_ACCOUNT = 10;
const THAW_ACCOUNT = 11;
const ACCOUNT_OWNER = 2;

function instruction(
  data: Buffer,
  writable: readonly PublicKey[],
  readable: readonly PublicKey[],
  signer: PublicKey,
): TransactionInstruction {
  return new TransactionInstruction({
    programId: TOKEN_PROGRAM_ID,
    keys: [
      ...writable.map((pubkey) => ({ pubkey, isSigner: false, isWritable: true })),
      ...readable.map((pubkey) => ({ pubkey, isSigner: false, isWritable: false })),
      { pubkey: signer, isSigner: true, isWritable: false },
    ],
    data,
  });
}

/** Sends an instruction of the token program; somebody who has nothing to do with it pays. */
async function send(market: Market, made: TransactionInstruction, signer: Signer): Promise<void> {
  await market.anyone.send({ instructions: [made], signers: [signer], accounts: {} });
}

/** Moves tokens from a wallet's associated token account to any account. */
export async function transferTokens(
  market: Market,
  mint: PublicKey,
  from: Signer,
  to: PublicKey,
  amount: bigint,
): Promise<void> {
  const data = Buffer.alloc(9);
  data.writeUInt8(TRANSFER);
  data.writeBigUInt64LE(amount, 1);
  await send(market, instruction(data, [tokenAddress(mint, from.publicKey), to], [], from.publicKey), from);
}

/** Gives a token account to another owner. */
export async function handOver(
  market: Market,
  account: PublicKey,
  from: Signer,
  to: PublicKey,
): Promise<void> {
  const data = Buffer.from([SET_AUTHORITY, ACCOUNT_OWNER, 1, ...to.toBytes()]);
  await send(market, instruction(data, [account], [], from.publicKey), from);
}

/** Empties a wallet's associated token account into another account, and closes it. */
export async function closeTokenAccount(
  market: Market,
  mint: PublicKey,
  owner: Signer,
  rest: PublicKey,
): Promise<void> {
  const account = tokenAddress(mint, owner.publicKey);
  const amount = tokenBalance(market.network, account);
  if (amount > 0n) await transferTokens(market, mint, owner, rest, amount);
  const close = instruction(Buffer.of(CLOSE_ACCOUNT), [account, owner.publicKey], [], owner.publicKey);
  await send(market, close, owner);
}

/** The issuer of USDC freezes an account. */
export async function freeze(market: Market, account: PublicKey): Promise<void> {
  await changeFrozen(market, account, FREEZE_ACCOUNT);
}

/** The issuer of USDC thaws an account. */
export async function thaw(market: Market, account: PublicKey): Promise<void> {
  await changeFrozen(market, account, THAW_ACCOUNT);
}

async function changeFrozen(market: Market, account: PublicKey, change: number): Promise<void> {
  const { freezeAuthority, deployment } = market;
  const made = instruction(Buffer.of(change), [account], [deployment.usdcMint], freezeAuthority.publicKey);
  await send(market, made, freezeAuthority);
}
