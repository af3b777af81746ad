/**
 * All money arithmetic, the same to the unit as `crates/economy-math`, which the programs run on chain: both read the
 * vectors in `tests/vectors`. Integers only, as `bigint`; what does not fit the type it has on chain is a
 * {@link MathError}.
 */
export { askBps, AuctionState, fillIo, lotOf, referenceOf } from './auction.js';
export { billedSeconds, feesKeptAtEnd, keptBuyerFees, type BuyerFees } from './billing.js';
export * from './bps.js';
export * from './earnings.js';
export {
  cumulativeEmission,
  EMISSION_MONTHS,
  EMISSION_TOTAL,
  epochsEnded,
  poolBudget,
  poolRelease,
  RESERVE_EPOCHS,
  reserveAfter,
  SECONDS_PER_EPOCH,
  SECONDS_PER_MONTH,
  type EmissionPreset,
  type PoolShares,
} from './emission.js';
export * from './error.js';
export * from './fee.js';
export {
  HEARTBEATS_PER_EPOCH,
  IDLE_REWARD_FORMULA_ID,
  idleReward,
  idleWeight,
  isEarning,
  type DeviceEpoch,
  type NodeEpoch,
} from './idle-rewards.js';
export * from './order.js';
export {
  BandwidthTier,
  convertPoints,
  devicePoints,
  MEGABYTE,
  POINTS_FORMULA_ID,
  type DeviceSeason,
} from './points.js';
export { usdToIo, type Price } from './price.js';
export { U64_MAX } from './range.js';
export * from './reward-split.js';
export { Position, Tranche, type Lot, type TrancheStep } from './shares.js';
export * from './slashing.js';
export { BASE_STAKE_PER_DEVICE, countedStake, minimumStake } from './stake.js';
