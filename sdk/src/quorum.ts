import { Ed25519Program, TransactionInstruction, type PublicKey, type Signer } from '@solana/web3.js';
import { ed25519 } from '@noble/curves/ed25519';
import { Buffer } from 'buffer';
import { ArgumentError } from './errors.js';

/** How long signatures hold where nothing else is said, in seconds. */
export const SIGNATURES_LIFE_SECONDS = 300n;

/**
 * A member's signature of a message.
 *
 * @see {@link signMessage}
 */
export interface MemberSignature {
  readonly member: PublicKey;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/**
 * A member's signature of a message.
 *
 * @example
 * ```ts
 * import { signMessage } from '@ionet/sdk';
 *
 * const [member] = oracles;
 * if (member !== undefined) signMessage(new Uint8Array([1, 2, 3]), member).signature.length; // 64
 * ```
 */
export function signMessage(message: Uint8Array, member: Signer): MemberSignature {
  return { member: member.publicKey, signature: ed25519.sign(message, member.secretKey.slice(0, 32)) };
}

/**
 * How members' signatures are given: the keys that sign here, or signatures that were made elsewhere.
 *
 * @see {@link emission.postRoot}
 */
export type GivenSignatures =
  { readonly signers: readonly Signer[] } | { readonly signatures: readonly MemberSignature[] };

/** Signatures that a quorum needs, in the order of the members, with their indices. */
export interface PlacedSignature extends MemberSignature {
  readonly index: number;
}

/** The signatures of a message by as many members as are needed; throws where one who signed is no member. */
export function placeSignatures(
  message: Uint8Array,
  given: GivenSignatures,
  members: readonly PublicKey[],
  path: string,
): PlacedSignature[] {
  const signatures =
    'signatures' in given ? given.signatures : given.signers.map((signer) => signMessage(message, signer));
  const placed = signatures.map(({ member, signature }) => {
    const index = members.findIndex((candidate) => candidate.equals(member));
    if (index === -1) {
      throw new ArgumentError(path, `${member.toBase58()} is no member of the oracle set`);
    }
    return { index, member, signature };
  });
  placed.sort((a, b) => a.index - b.index);
  // More than the threshold prove nothing more, and would not fit into a transaction.
  return placed.slice(0, Math.ceil((2 * members.length) / 3));
}

const HEADER_LENGTH = 2;
const RECORD_LENGTH = 14;
const KEY_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
const THIS_INSTRUCTION = 0xffff;

/**
 * The instruction that has the runtime verify signatures of one message, in the only encoding that the programs
 * accept: header, a record a signature, key and signature of each, the message.
 *
 * @example
 * ```ts
 * import { quorumInstruction, signMessage } from '@ionet/sdk';
 *
 * const message = new Uint8Array([1, 2, 3]);
 * const instruction = quorumInstruction(message, oracles.slice(0, 2).map((member) => signMessage(message, member)));
 * instruction.programId.toBase58(); // 'Ed25519SigVerify111111111111111111111111111'
 * ```
 */
export function quorumInstruction(
  message: Uint8Array,
  signatures: readonly MemberSignature[],
): TransactionInstruction {
  const pairsAt = HEADER_LENGTH + signatures.length * RECORD_LENGTH;
  const messageAt = pairsAt + signatures.length * (KEY_LENGTH + SIGNATURE_LENGTH);
  const data = Buffer.alloc(messageAt + message.length);
  data.writeUInt8(signatures.length, 0);
  signatures.forEach(({ member, signature }, index) => {
    if (signature.length !== SIGNATURE_LENGTH) {
      throw new ArgumentError(`signatures[${index}].signature`, `must have ${SIGNATURE_LENGTH} bytes`);
    }
    const keyAt = pairsAt + index * (KEY_LENGTH + SIGNATURE_LENGTH);
    const record = [
      keyAt + KEY_LENGTH,
      THIS_INSTRUCTION,
      keyAt,
      THIS_INSTRUCTION,
      messageAt,
      message.length,
      THIS_INSTRUCTION,
    ];
    record.forEach((value, field) =>
      data.writeUInt16LE(value, HEADER_LENGTH + index * RECORD_LENGTH + 2 * field),
    );
    data.set(member.toBytes(), keyAt);
    data.set(signature, keyAt + KEY_LENGTH);
  });
  data.set(message, messageAt);
  return new TransactionInstruction({ programId: Ed25519Program.programId, keys: [], data });
}
