import { Buffer } from 'buffer';
import { ed25519 } from '@noble/curves/ed25519';
import { Ed25519Program, TransactionInstruction, type Keypair } from '@solana/web3.js';

const HEADER = 2;
const RECORD = 14;
const KEY = 32;
const SIGNATURE = 64;

/** The fields of an offset record, by their place in it. */
export const RECORD_FIELDS = {
  signatureOffset: 0,
  signatureInstruction: 1,
  keyOffset: 2,
  keyInstruction: 3,
  messageOffset: 4,
  messageLength: 5,
  messageInstruction: 6,
} as const;

/** A field of an offset record. */
export type RecordField = keyof typeof RECORD_FIELDS;

/** A key and its signature of some message. */
export interface Pair {
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

/** A key's signature of a message. */
export function pairOf(keypair: Keypair, message: Uint8Array): Pair {
  return {
    key: keypair.publicKey.toBytes(),
    signature: ed25519.sign(message, keypair.secretKey.slice(0, KEY)),
  };
}

/** Where a record's field stands in the data. */
export function fieldAt(record: number, field: RecordField): number {
  return HEADER + record * RECORD + 2 * RECORD_FIELDS[field];
}

/** Where a pair's key stands; its signature follows. */
export function pairAt(count: number, pair: number): number {
  return HEADER + count * RECORD + pair * (KEY + SIGNATURE);
}

/** Where the message stands. */
export function messageAt(count: number): number {
  return pairAt(count, count);
}

/** The data that the programs accept, written from the layout in the documents and not with the SDK. */
export function canonicalData(pairs: readonly Pair[], message: Uint8Array): Buffer {
  const count = pairs.length;
  const data = Buffer.alloc(messageAt(count) + message.length);
  data.writeUInt8(count, 0);
  pairs.forEach(({ key, signature }, index) => {
    const at = pairAt(count, index);
    const fields = [at + KEY, 0xffff, at, 0xffff, messageAt(count), message.length, 0xffff];
    fields.forEach((value, field) => data.writeUInt16LE(value, HEADER + index * RECORD + 2 * field));
    data.set(key, at);
    data.set(signature, at + KEY);
  });
  data.set(message, messageAt(count));
  return data;
}

/** Data with fields of its records changed. */
export function withFields(
  data: Uint8Array,
  changes: readonly (readonly [record: number, field: RecordField, value: number])[],
): Buffer {
  const changed = Buffer.from(data);
  for (const [record, field, value] of changes) changed.writeUInt16LE(value, fieldAt(record, field));
  return changed;
}

/** An instruction of the ed25519 program. */
export function ed25519Instruction(data: Uint8Array): TransactionInstruction {
  return new TransactionInstruction({
    programId: Ed25519Program.programId,
    keys: [],
    data: Buffer.from(data),
  });
}
