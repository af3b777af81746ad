import { createHash } from 'node:crypto';
import type { PublicKey } from '@solana/web3.js';
import { pda, type Deployment, type RewardPoolKind } from '@ionet/sdk';

/** What a leaf says of a node in a pool. */
export interface RewardLeaf {
  readonly node: PublicKey;
  readonly destination: PublicKey;
  /** All that the node has earned so far, in base units of IO. */
  readonly cumulative: bigint;
}

/** A small tree of rewards, written from the documents and not with the SDK or the programs. */
export interface RewardTree {
  readonly root: Uint8Array;
  readonly total: bigint;
  readonly leaves: readonly RewardLeaf[];
  /** The hashes of a leaf's siblings, from the leaf up. */
  readonly proof: (index: number) => Uint8Array;
  /** The hash of a leaf. */
  readonly leafHash: (index: number) => Uint8Array;
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

/** The hash of a leaf of a pool; `program` is the emission's unless a forger has another. */
export function rewardLeafHash(
  deployment: Deployment,
  kind: RewardPoolKind,
  leaf: RewardLeaf,
  program: PublicKey = deployment.programs.emission,
): Buffer {
  return sha256(
    Buffer.of(0),
    Buffer.from('ionet:reward:v1'),
    program.toBytes(),
    pda.emission.pool(deployment, kind).toBytes(),
    leaf.node.toBytes(),
    leaf.destination.toBytes(),
    u64(leaf.cumulative),
  );
}

/** The node above two, in whichever order they are given. */
export function innerHash(a: Uint8Array, b: Uint8Array): Buffer {
  const [low, high] = Buffer.compare(a, b) <= 0 ? [a, b] : [b, a];
  return sha256(Buffer.of(1), low, high);
}

/** The tree of these leaves; the last node of a level of odd length moves up as it is. */
export function rewardTree(
  deployment: Deployment,
  kind: RewardPoolKind,
  leaves: readonly RewardLeaf[],
): RewardTree {
  const levels: Buffer[][] = [leaves.map((leaf) => rewardLeafHash(deployment, kind, leaf))];
  for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
    levels.push(
      Array.from({ length: Math.ceil(level.length / 2) }, (_, index) => {
        const [left, right] = [level[2 * index]!, level[2 * index + 1]];
        return right === undefined ? left : innerHash(left, right);
      }),
    );
  }
  const root = levels.at(-1)?.[0];
  if (root === undefined) throw new RangeError('a tree has at least one leaf');
  return {
    root,
    total: leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n),
    leaves,
    leafHash: (index) => levels[0]![index]!,
    proof: (index) =>
      Buffer.concat(
        levels.flatMap((level, depth) => {
          const sibling = level[(index >> depth) ^ 1];
          return sibling === undefined ? [] : [sibling];
        }),
      ),
  };
}

/** A proof of `depth` levels for a leaf: what a tree of 2^depth leaves would give, without making one. */
export function deepProof(leafHash: Uint8Array, depth: number): { root: Uint8Array; proof: Uint8Array } {
  const siblings = Array.from({ length: depth }, (_, level) => sha256(Buffer.from(`sibling ${level}`)));
  return {
    root: siblings.reduce<Buffer>((node, sibling) => innerHash(node, sibling), Buffer.from(leafHash)),
    proof: Buffer.concat(siblings),
  };
}
