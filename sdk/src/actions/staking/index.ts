export * from './admin.js';
export * from './crank.js';
export * from './delegator.js';
export * from './node.js';
export * from './slashing.js';
export * from './stake.js';
export type { UnbondingRef, UnbondingTarget } from './unbonding.js';
