import { createHash } from 'node:crypto';
import type { PublicKey } from '@solana/web3.js';

/** A node of a tree: 32 bytes. */
export type Hash = Uint8Array;

/** A claim of a season. */
export interface Leaf {
  readonly index: number;
  readonly wallet: PublicKey;
  readonly amount: bigint;
}

const AIRDROP_TAG = 'ionet:airdrop:v1';

export function sha256(...parts: readonly Uint8Array[]): Hash {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}

/** The bytes that a leaf's hash is of, after the first. */
export function leafContent(program: PublicKey, season: PublicKey, leaf: Leaf): Uint8Array {
  const index = Buffer.alloc(4);
  index.writeUInt32LE(leaf.index);
  const amount = Buffer.alloc(8);
  amount.writeBigUInt64LE(leaf.amount);
  return Uint8Array.from(
    Buffer.concat([
      Buffer.from(AIRDROP_TAG),
      program.toBytes(),
      season.toBytes(),
      index,
      leaf.wallet.toBytes(),
      amount,
    ]),
  );
}

export function leafHash(program: PublicKey, season: PublicKey, leaf: Leaf): Hash {
  return sha256(Uint8Array.of(0), leafContent(program, season, leaf));
}

export function parentOf(a: Hash, b: Hash): Hash {
  const sorted = Buffer.compare(a, b) <= 0 ? [a, b] : [b, a];
  return sha256(Uint8Array.of(1), ...sorted);
}

/**
 * A tree by the letter of the specification, written apart from the SDK's: pairs are sorted, the last node of an odd
 * level moves up as it is.
 */
export class ReferenceTree {
  readonly #levels: Hash[][];

  constructor(leaves: readonly Hash[]) {
    this.#levels = [[...leaves]];
    for (let level = this.#levels[0] ?? []; level.length > 1;) {
      const above: Hash[] = [];
      for (let at = 0; at < level.length; at += 2) {
        const [left, right] = [level[at], level[at + 1]];
        if (left !== undefined) above.push(right === undefined ? left : parentOf(left, right));
      }
      this.#levels.push(above);
      level = above;
    }
  }

  get root(): Hash {
    const [root] = this.#levels.at(-1) ?? [];
    if (root === undefined) throw new RangeError('the tree has no leaves');
    return root;
  }

  /** The node at a place; level 0 holds the leaves. */
  node(level: number, index: number): Hash {
    const node = this.#levels[level]?.[index];
    if (node === undefined) throw new RangeError(`the tree has no node ${index} on level ${level}`);
    return node;
  }

  /** The siblings from a node up; those of a leaf where no level is named. */
  proof(index: number, level = 0): Uint8Array {
    const siblings = this.#levels.slice(level, -1).map((nodes, above) => nodes[(index >> above) ^ 1]);
    return concat(siblings.filter((node) => node !== undefined));
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Siblings that nobody has a tree of, and the root that they lead to: a tree of any depth without building it. */
export function pathTo(leaf: Hash, levels: number): { readonly root: Hash; readonly proof: Uint8Array } {
  const siblings = Array.from({ length: levels }, (_, level) => sha256(leaf, Uint8Array.of(level)));
  return { root: siblings.reduce(parentOf, leaf), proof: concat(siblings) };
}
