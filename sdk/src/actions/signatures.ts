import type { PublicKey, Signer } from '@solana/web3.js';
import { ArgumentError } from '../errors.js';
import { signJobUsage, type MemberSignature } from '../usage.js';

/** How members' signatures are given: the keys that sign here, or signatures that were made elsewhere. */
export type QuorumSignatures =
  { readonly signers: readonly Signer[] } | { readonly signatures: readonly MemberSignature[] };

/** A signature with its member's place in the oracle set. */
export interface PlacedSignature extends MemberSignature {
  readonly index: number;
}

/** The signatures of a message in the order of the members, as many as the threshold asks for. */
export function placeSignatures(
  message: Uint8Array,
  members: readonly PublicKey[],
  given: QuorumSignatures,
  path: string,
): PlacedSignature[] {
  const signatures =
    'signatures' in given ? given.signatures : given.signers.map((signer) => signJobUsage(message, signer));
  const placed = signatures.map(({ member, signature }) => {
    const index = members.findIndex((candidate) => candidate.equals(member));
    if (index === -1) throw new ArgumentError(path, `${member.toBase58()} is no member of the oracle set`);
    return { index, member, signature };
  });
  placed.sort((a, b) => a.index - b.index);
  // More than the threshold prove nothing more, and would not fit into a transaction.
  placed.splice(Math.ceil((2 * members.length) / 3));
  return placed;
}
