export * from './admin.js';
export * from './crank.js';
export * from './delegator.js';
export * from './node.js';
export * from './slashing.js';
export * from './stake.js';
export type {
  UnbondingAmount,
  UnbondingRef,
  UnbondingRequest,
  UnbondingRequestArgs,
  UnbondingTarget,
} from './unbonding.js';
