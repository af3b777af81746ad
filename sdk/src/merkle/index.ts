/**
 * Merkle trees of claims, the same as `crates/economy-math/src/merkle.rs`, which the programs run on chain.
 */
export { MerkleError, type MerkleErrorCode } from './error.js';
export { decodeLeaves, encodeLeaves, LEAVES_MAGIC } from './file.js';
export { hashLeaf, hashPair, HASH_BYTES, MAX_DEPTH, MAX_LEAVES, rootOf, verifyProof } from './hash.js';
export {
  type AddressBytes,
  AIRDROP_RECORD_BYTES,
  AIRDROP_TAG,
  airdropLeaf,
  type AirdropLeaf,
  airdropLeafAt,
  airdropLeaves,
  countLeaves,
  leafPrefix,
  type LeafRecords,
  REWARD_RECORD_BYTES,
  REWARD_TAG,
  rewardLeaf,
  type RewardLeaf,
  rewardLeafAt,
  rewardLeaves,
} from './leaves.js';
export { type BuildTreeOptions, MerkleTree } from './tree.js';
