import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { signersOf, type Authority, type Call, type NamedAccounts } from '../call.js';
import type { Deployment } from '../deployment.js';
import { ArgumentError } from '../errors.js';
import { treasuryPda } from '../pda/treasury.js';
import type { ProgramType } from '../programs.js';
import { tokenAddress } from '../tokens.js';

/**
 * In what a job is paid: in IO, in USDC, or in credits, behind which there is USDC.
 *
 * @see {@link escrow.bookJob}
 */
export type Payment = ProgramType<'escrow', 'payment'>;

/** A call of instructions with the authorities among its signers that can sign by themselves. */
export function makeCall<A extends NamedAccounts>(
  instructions: readonly TransactionInstruction[],
  authorities: readonly (Authority | undefined)[],
  accounts: A,
): Call<A> {
  return {
    instructions,
    signers: signersOf(...authorities),
    accounts,
  };
}

/** The mint of a payment. */
export function mintOf(deployment: Deployment, payment: Payment): PublicKey {
  return payment === 'io' ? deployment.ioMint : deployment.usdcMint;
}

/** Where a buyer pays from, unless he names another account, and is refunded to. */
export function buyerAccountOf(deployment: Deployment, payment: Payment, buyer: PublicKey): PublicKey {
  return payment === 'credits'
    ? treasuryPda.credits(deployment, buyer)
    : tokenAddress(mintOf(deployment, payment), buyer);
}

/** What an instruction needs beside the buyer's account to pay with it. */
export function paymentAccounts(
  deployment: Deployment,
  payment: Payment,
): Record<'priceUpdate' | 'treasury' | 'treasuryProgram', PublicKey | null> {
  const isCredits = payment === 'credits';
  return {
    priceUpdate: payment === 'io' ? deployment.priceAccount : null,
    treasury: isCredits ? treasuryPda.treasury(deployment) : null,
    treasuryProgram: isCredits ? deployment.programs.treasury : null,
  };
}

/** A text as the programs hold it: UTF-8, filled up with zeros. */
export function paddedText(text: string, length: number, path: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > length) throw new ArgumentError(path, `must have at most ${length} bytes`);
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return padded;
}
