import type { z } from 'zod';
import { OPENINGS, sha256, type proofSchema } from './protocol.js';

/**
 * Proof that memory was filled. Block 0 follows from the seed; every further block from the one before it and from an
 * earlier one that the one before it picks, so that all of it has to be kept. The blocks are leaves of a tree; its
 * root picks the places that the answer opens. Answering costs 3 x 2^levels hashes, a third of them one after the other,
 * and that much memory; checking costs 72 x levels + 120 and keeps nothing.
 */
export type MemoryProof = z.output<typeof proofSchema>;
/** SHA-256 of some parts: a parameter, so that hashes can be counted. */
export type Hash = typeof sha256;
type Opening = MemoryProof['openings'][number]['block'];

const BLOCK_BYTES = 32;
/** Hashes after which the event loop gets its turn. */
const TURN_BLOCKS = 8_192;

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);
const FILL = 'ionet:memory:v1';

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function firstBlock(hash: Hash, seed: Uint8Array): Buffer {
  return hash(FILL, seed, numberBytes(0));
}

/** The earlier block that goes into block `index`, picked by the one before it. */
function otherIndex(previous: Uint8Array, index: number): number {
  return Buffer.from(previous.buffer, previous.byteOffset).readUInt32LE(0) % index;
}

function nextBlock(
  hash: Hash,
  seed: Uint8Array,
  index: number,
  previous: Uint8Array,
  other: Uint8Array,
): Buffer {
  return hash(FILL, seed, numberBytes(index), previous, other);
}

/** The places that a root picks; not block 0, which has none before it. */
function picked(hash: Hash, seed: Uint8Array, root: Uint8Array, blocks: number): number[] {
  return Array.from(
    { length: OPENINGS },
    (_, place) => 1 + (hash(seed, root, numberBytes(place)).readUInt32LE(0) % (blocks - 1)),
  );
}

/** Does the work of a challenge. The event loop keeps its turns. */
export async function solve(
  id: string,
  levels: number,
  { signal, hash = sha256 }: { readonly signal?: AbortSignal; readonly hash?: Hash } = {},
): Promise<MemoryProof> {
  const seed = Buffer.from(id, 'hex');
  const blocks = 2 ** levels;
  const memory = Buffer.alloc(blocks * BLOCK_BYTES);
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  };
  const at = (buffer: Buffer, index: number): Buffer =>
    buffer.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);

  firstBlock(hash, seed).copy(memory);
  for (let index = 1; index < blocks; index += 1) {
    if (index % TURN_BLOCKS === 0) await turn();
    const previous = at(memory, index - 1);
    nextBlock(hash, seed, index, previous, at(memory, otherIndex(previous, index))).copy(
      memory,
      index * BLOCK_BYTES,
    );
  }

  // The tree level by level: a node of the tree has its children at twice its place.
  const tree: Buffer[] = [];
  let level = Buffer.alloc(memory.length);
  for (let index = 0; index < blocks; index += 1) {
    if (index % TURN_BLOCKS === 0) await turn();
    hash(LEAF, at(memory, index)).copy(level, index * BLOCK_BYTES);
  }
  while (level.length > BLOCK_BYTES) {
    tree.push(level);
    const parents = Buffer.alloc(level.length / 2);
    for (let index = 0; index * BLOCK_BYTES < parents.length; index += 1) {
      if (index % TURN_BLOCKS === 0) await turn();
      hash(INNER, at(level, 2 * index), at(level, 2 * index + 1)).copy(parents, index * BLOCK_BYTES);
    }
    level = parents;
  }
  const root = level;
  const open = (index: number): Opening => ({
    index,
    block: at(memory, index).toString('hex'),
    path: tree.map((nodes, height) => at(nodes, (index >> height) ^ 1).toString('hex')),
  });
  return {
    root: root.toString('hex'),
    openings: picked(hash, seed, root, blocks).map((index) => ({
      block: open(index),
      previous: open(index - 1),
      other: open(otherIndex(at(memory, index - 1), index)),
    })),
  };
}

/** Whether an opening leads to the root, from the place that it must be of. */
function opens(
  hash: Hash,
  { index, block, path }: Opening,
  wanted: number,
  levels: number,
  root: Buffer,
): boolean {
  if (index !== wanted || path.length !== levels) return false;
  let node = hash(LEAF, Buffer.from(block, 'hex'));
  path.forEach((sibling, height) => {
    const beside = Buffer.from(sibling, 'hex');
    node = ((index >> height) & 1) === 0 ? hash(INNER, node, beside) : hash(INNER, beside, node);
  });
  return node.equals(root);
}

/** Whether an answer is the work of a challenge. */
export function verify(id: string, levels: number, proof: MemoryProof, hash: Hash = sha256): boolean {
  const seed = Buffer.from(id, 'hex');
  const root = Buffer.from(proof.root, 'hex');
  const places = picked(hash, seed, root, 2 ** levels);
  return (
    proof.openings.length === places.length &&
    proof.openings.every(({ block, previous, other }, place) => {
      const index = places[place] ?? 0;
      const before = Buffer.from(previous.block, 'hex');
      const from = otherIndex(before, index);
      return (
        opens(hash, block, index, levels, root) &&
        opens(hash, previous, index - 1, levels, root) &&
        opens(hash, other, from, levels, root) &&
        (index > 1 || before.equals(firstBlock(hash, seed))) &&
        nextBlock(hash, seed, index, before, Buffer.from(other.block, 'hex')).equals(
          Buffer.from(block.block, 'hex'),
        )
      );
    })
  );
}
