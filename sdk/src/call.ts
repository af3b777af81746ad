import type { PublicKey, Signer, TransactionInstruction } from '@solana/web3.js';
import type { Deployment } from './deployment.js';

/**
 * The accounts that a call is about, by name.
 *
 * @see {@link Sent}
 */
export type NamedAccounts = Readonly<Record<string, PublicKey>>;

/**
 * What is needed to build a call: no connection.
 *
 * @example
 * ```ts
 * import { treasury } from '@ionet/sdk';
 *
 * const context = { deployment, payer: wallet };
 * const { instructions } = treasury.burnIoFees.call(context);
 * instructions.length; // 1
 * ```
 */
export interface CallContext {
  readonly deployment: Deployment;
  /** Who pays fees and rent, and stands for every authority that is not named. */
  readonly payer: PublicKey;
}

/**
 * The SDK's one currency: instructions that belong together, in their order, with the signers that they need
 * beside the payer, and the accounts that they are about.
 *
 * @see {@link mergeCalls}
 */
export interface Call<A extends NamedAccounts = NamedAccounts> {
  readonly instructions: readonly TransactionInstruction[];
  readonly signers: readonly Signer[];
  readonly accounts: A;
}

/**
 * Somebody who has to sign: a signer, or the address of one that the client or the wallet holds.
 *
 * @example
 * ```ts
 * import { emission } from '@ionet/sdk';
 *
 * // By its address: whoever holds the key signs later. By the key: it signs when the call is sent.
 * const later = emission.cancelRotation.call(client, { admin: pauser });
 * const now = emission.cancelRotation.call(client, { admin: mintAuthority });
 * console.log(later.signers.length, now.signers.length); // 0 1
 * ```
 */
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
 * import { escrow, mergeCalls, parseUsdc, treasury } from '@ionet/sdk';
 *
 * const buy = treasury.buyCredits.call(client, { amount: parseUsdc('10') });
 * const book = escrow.bookJob.call(client, {
 *   id: 7n,
 *   offer,
 *   node,
 *   devices: 1,
 *   hours: 1,
 *   payment: 'credits',
 *   maxTotal: parseUsdc('3'),
 * });
 * await client.send(mergeCalls([buy, book]));
 * ```
 */
export function mergeCalls(calls: readonly Call[]): Call {
  return {
    instructions: calls.flatMap((call) => call.instructions),
    signers: calls.flatMap((call) => call.signers),
    accounts: Object.assign({}, ...calls.map((call) => call.accounts)) as NamedAccounts,
  };
}
