import { PublicKey } from '@solana/web3.js';
import { compareBytes, HASH_BYTES } from '../merkle/hash.js';
import { countLeaves, type LeafRecords, rewardLeafAt, type RewardLeaf } from '../merkle/leaves.js';

/**
 * The first leaf in which two sets of reward leaves differ.
 *
 * @see {@link firstDifference}
 */
export interface LeafDifference {
  readonly node: PublicKey;
  /** What was computed for the node; absent where it has no leaf. */
  readonly computed: RewardLeaf | undefined;
  /** What was published for it; absent where it has no leaf. */
  readonly published: RewardLeaf | undefined;
}

function recordOf(leaves: LeafRecords, index: number): Uint8Array | undefined {
  const record = leaves.records.subarray(index * leaves.width, (index + 1) * leaves.width);
  return record.length === 0 ? undefined : record;
}

/**
 * The number of a node's leaf, by halving: reward leaves lie by the bytes of their nodes.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { decodeLeaves, findRewardLeaf, MerkleTree, rewardLeafAt } from '@ionet/sdk';
 * import { PublicKey } from '@solana/web3.js';
 *
 * const rewards = await decodeLeaves(createReadStream('leaves.bin'));
 * const someNode = new PublicKey(rewardLeafAt(rewards, 0).node);
 * const index = findRewardLeaf(rewards, someNode);
 * if (index !== undefined) (await MerkleTree.build(rewards)).proof(index);
 * ```
 */
export function findRewardLeaf(leaves: LeafRecords, node: PublicKey): number | undefined {
  const wanted = node.toBytes();
  let [low, high] = [0, countLeaves(leaves)];
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareBytes(recordOf(leaves, middle)?.subarray(0, HASH_BYTES) ?? wanted, wanted);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

/**
 * The first leaf, in the order of the tree, that differs; undefined where all are the same.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { computeEpochRewards, decodeLeaves, firstDifference, readEpochEvents } from '@ionet/sdk';
 *
 * const events = await readEpochEvents([{ name: 'epoch-7.csv', parts: createReadStream('epoch-7.csv') }]);
 * const computed = await computeEpochRewards(events);
 * const published = await decodeLeaves(createReadStream('leaves.bin'));
 * firstDifference(computed.leaves, published); // undefined: there is none
 * ```
 */
export function firstDifference(computed: LeafRecords, published: LeafRecords): LeafDifference | undefined {
  const count = Math.max(countLeaves(computed), countLeaves(published));
  for (let index = 0; index < count; index++) {
    const [ours, theirs] = [recordOf(computed, index), recordOf(published, index)];
    if (ours !== undefined && theirs !== undefined && compareBytes(ours, theirs) === 0) continue;
    const nodes = [ours, theirs].map((record) => record?.subarray(0, HASH_BYTES));
    const order = nodes[0] === undefined ? 1 : nodes[1] === undefined ? -1 : compareBytes(nodes[0], nodes[1]);
    return {
      // The node that comes first has no leaf on the other side.
      node: new PublicKey((order <= 0 ? nodes[0] : nodes[1]) ?? new Uint8Array(HASH_BYTES)),
      computed: order <= 0 ? rewardLeafAt(computed, index) : undefined,
      published: order >= 0 ? rewardLeafAt(published, index) : undefined,
    };
  }
  return undefined;
}
