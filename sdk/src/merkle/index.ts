/**
 * Merkle trees of claims, the same as `crates/economy-math/src/merkle.rs`, which the programs run on chain.
 */
export { MerkleError, type MerkleErrorCode } from './error.js';
export { decodeLeaves, encodeLeaves } from './file.js';
export { hashLeaf, hashPair, MAX_LEAVES, rootOf, verifyProof } from './hash.js';
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
