export * as airdrop from './airdrop.js';
export * as emission from './emission.js';
export * as escrow from './escrow/index.js';
export * as oracle from './oracle.js';
export * as staking from './staking/index.js';
export * as treasury from './treasury.js';
export type {
  ClaimRewardArgs,
  RewardPoolKind,
  PostRootArgs,
  PostRootCallArgs,
  RewardDestination,
} from './emission.js';
export type { Payment } from './shared.js';
