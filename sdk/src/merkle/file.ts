import { MerkleError } from './error.js';
import { MAX_LEAVES } from './hash.js';
import { MAX_LEAF_BYTES } from './kernel.js';
import { countLeaves, type LeafRecords } from './leaves.js';

/** What a file of leaves begins with: 16 bytes. */
export const LEAVES_MAGIC = 'ionet:leaves:v1\n';

const MAGIC_BYTES = 16;
const HEADER_BYTES = MAGIC_BYTES + 8;
/** Bytes that are given out at a time. */
const PART_BYTES = 1 << 20;

/**
 * A file of leaves, in parts of at most 1 MiB, ready for `Readable.from` or `writeFile`.
 *
 * | bytes | what |
 * |---|---|
 * | 16 | `ionet:leaves:v1`, line feed |
 * | 2 | length of the prefix, little endian as all numbers |
 * | 2 | width of a record |
 * | 4 | number of records |
 * | | the prefix: domain tag, program, distributor |
 * | | the records, in the order of the tree |
 *
 * @throws {@link MerkleError} `LeafLength`, `TooManyLeaves`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { encodeLeaves } from '@ionet/sdk';
 *
 * await writeFile('season.bin', encodeLeaves(leaves));
 * ```
 */
export function* encodeLeaves(leaves: LeafRecords): Generator<Uint8Array, void> {
  const { prefix, width, records } = leaves;
  const count = countLeaves(leaves);
  if (count > MAX_LEAVES) throw new MerkleError('TooManyLeaves');
  if (1 + prefix.length + width > MAX_LEAF_BYTES) throw new MerkleError('LeafLength');
  const head = new Uint8Array(HEADER_BYTES + prefix.length);
  head.set(new TextEncoder().encode(LEAVES_MAGIC));
  const view = new DataView(head.buffer);
  view.setUint16(MAGIC_BYTES, prefix.length, true);
  view.setUint16(MAGIC_BYTES + 2, width, true);
  view.setUint32(MAGIC_BYTES + 4, count, true);
  head.set(prefix, HEADER_BYTES);
  yield head;
  for (let at = 0; at < records.length; at += PART_BYTES) yield records.subarray(at, at + PART_BYTES);
}

/**
 * Reads a file of leaves from its parts, however it is cut: a stream of Node, the body of a response. Nothing but the
 * flat array is held.
 *
 * @throws {@link MerkleError} `NotALeavesFile`
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { decodeLeaves, MerkleTree } from '@ionet/sdk';
 *
 * const tree = await MerkleTree.build(await decodeLeaves(createReadStream('leaves.bin')));
 * ```
 */
export async function decodeLeaves(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<LeafRecords> {
  const header = new Uint8Array(HEADER_BYTES);
  let prefix: Uint8Array | undefined;
  let records = new Uint8Array(0);
  let width = 0;
  // What is filled one after the other: the header, the prefix, the records.
  let target: Uint8Array = header;
  let filled = 0;
  const next = (): boolean => {
    if (target === header) {
      const view = new DataView(header.buffer);
      const magic = new TextDecoder().decode(header.subarray(0, MAGIC_BYTES));
      prefix = new Uint8Array(view.getUint16(MAGIC_BYTES, true));
      width = view.getUint16(MAGIC_BYTES + 2, true);
      const count = view.getUint32(MAGIC_BYTES + 4, true);
      const fits = width > 0 && 1 + prefix.length + width <= MAX_LEAF_BYTES && count <= MAX_LEAVES;
      if (magic !== LEAVES_MAGIC || !fits) throw new MerkleError('NotALeavesFile');
      records = new Uint8Array(count * width);
      target = prefix;
    } else if (target === prefix) {
      target = records;
    } else {
      return false;
    }
    filled = 0;
    return true;
  };
  for await (const part of parts) {
    for (let at = 0; at < part.length;) {
      if (filled === target.length) {
        if (!next()) throw new MerkleError('NotALeavesFile');
        continue;
      }
      const taken = part.subarray(at, at + target.length - filled);
      target.set(taken, filled);
      filled += taken.length;
      at += taken.length;
    }
  }
  while (filled === target.length && next());
  if (prefix === undefined || target !== records || filled < records.length) {
    throw new MerkleError('NotALeavesFile');
  }
  return { prefix, width, records };
}
