/**
 * The rewards of idle nodes, epoch by epoch: from the events of an hour to the leaves and the root that the oracles
 * post, the same on any machine.
 */
export { type CanonicalNodes } from './canonical.js';
export { computeEpochRewards, type ComputeRewardsOptions, type EpochRewards } from './epoch.js';
export { findRewardLeaf, firstDifference, type LeafDifference } from './compare.js';
export { RewardsError, type LineProblem } from './error.js';
export { type EpochEvents, type EventFile, readEpochEvents, type ReadEventsOptions } from './events.js';
export { IDLE_REWARD_FORMULA_HASH, IDLE_REWARD_FORMULA_TEXT } from './formula.js';
export { type EpochHeader } from './reader.js';
