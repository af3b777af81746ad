import type { PublicKey } from '@solana/web3.js';
import { pda, type Deployment, type RewardPoolKind } from '@ionet/sdk';
import { ReferenceTree, sha256, type Hash } from './merkle.js';

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

const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

/** The hash of a leaf of a pool; program and tag are the emission's unless a forger has others. */
export function rewardLeafHash(
  deployment: Deployment,
  kind: RewardPoolKind,
  leaf: RewardLeaf,
  program: PublicKey = deployment.programs.emission,
  tag = 'ionet:reward:v1',
): Hash {
  return sha256(
    Buffer.of(0),
    Buffer.from(tag),
    program.toBytes(),
    pda.emission.pool(deployment, kind).toBytes(),
    leaf.node.toBytes(),
    leaf.destination.toBytes(),
    u64(leaf.cumulative),
  );
}

/** The tree of these leaves. */
export function rewardTree(
  deployment: Deployment,
  kind: RewardPoolKind,
  leaves: readonly RewardLeaf[],
): RewardTree {
  const hashes = leaves.map((leaf) => rewardLeafHash(deployment, kind, leaf));
  const tree = new ReferenceTree(hashes);
  return {
    root: tree.root,
    total: leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n),
    leaves,
    leafHash: (index) => tree.node(0, index),
    proof: (index) => tree.proof(index),
  };
}
