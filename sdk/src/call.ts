import type { PublicKey, Signer, TransactionInstruction } from '@solana/web3.js';
import type { Deployment } from './deployment.js';

/** The accounts that a call is about, by name. */
export type NamedAccounts = Readonly<Record<string, PublicKey>>;

/** What is needed to build a call: no connection. */
export interface CallContext {
  readonly deployment: Deployment;
  /** Who pays fees and rent, and stands for every authority that is not named. */
  readonly payer: PublicKey;
}

/**
 * The SDK's one currency: instructions that belong together, in their order, with the signers that they need
 * beside the payer, and the accounts that they are about.
 */
export interface Call<A extends NamedAccounts = NamedAccounts> {
  readonly instructions: readonly TransactionInstruction[];
  readonly signers: readonly Signer[];
  readonly accounts: A;
}

/** Somebody who has to sign: a signer, or the address of one that the client or the wallet holds. */
export type Authority = PublicKey | Signer;

/** The address of an authority. */
export function addressOf(authority: Authority): PublicKey {
  return 'publicKey' in authority ? authority.publicKey : authority;
}

/** The authorities among these that can sign by themselves. */
export function signersOf(...authorities: readonly (Authority | undefined)[]): Signer[] {
  return authorities.filter((authority) => authority !== undefined).filter((one) => 'secretKey' in one);
}

/**
 * Several calls as one, in their order, for instance to send them in one transaction.
 *
 * @example
 * ```ts
 * import { mergeCalls } from '@ionet/sdk';
 *
 * const both = mergeCalls([first, second]);
 * ```
 */
export function mergeCalls(calls: readonly Call[]): Call {
  return {
    instructions: calls.flatMap((call) => call.instructions),
    signers: calls.flatMap((call) => call.signers),
    accounts: Object.assign({}, ...calls.map((call) => call.accounts)) as NamedAccounts,
  };
}
