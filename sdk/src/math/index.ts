/**
 * All money arithmetic, the same to the unit as `crates/economy-math`, which the programs run on chain: both read the
 * vectors in `tests/vectors`. Integers only, as `bigint`; what does not fit the type it has on chain is a
 * {@link MathError}.
 */
export * from './auction.js';
export * from './billing.js';
export * from './bps.js';
export * from './earnings.js';
export * from './emission.js';
export * from './error.js';
export * from './fee.js';
export * from './idle-rewards.js';
export * from './order.js';
export * from './points.js';
export { MAX_EXPONENT, MIN_EXPONENT, usdToIo, type Price } from './price.js';
export { I64_MAX, I64_MIN, U128_MAX, U32_MAX, U64_MAX, U8_MAX } from './range.js';
export * from './reward-split.js';
export * from './shares.js';
export * from './slashing.js';
export * from './stake.js';
export * from './wide.js';
