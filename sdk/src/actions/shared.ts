import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { signersOf, type Authority, type Call, type NamedAccounts } from '../call.js';
import type { Deployment } from '../deployment.js';
import { ArgumentError } from '../errors.js';
import type { ProgramType } from '../programs.js';

/** In what a job is paid. */
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

/** A text as the programs hold it: UTF-8, filled up with zeros. */
export function paddedText(text: string, length: number, path: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > length) throw new ArgumentError(path, `must have at most ${length} bytes`);
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return padded;
}
