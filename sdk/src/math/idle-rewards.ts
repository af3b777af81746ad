import { MathError } from './error.js';
import { U32_MAX, u64, U64_MAX, U8_MAX, within } from './range.js';

/**
 * The version of the formula and of the rules beside it, as `docs/rewards.md` describes them.
 *
 * @see {@link IDLE_REWARD_FORMULA_HASH}
 */
export const IDLE_REWARD_FORMULA_ID = 'ionet:idle-reward:v1';

/**
 * Heartbeats in an epoch: one a minute.
 *
 * @see {@link idleWeight}
 */
export const HEARTBEATS_PER_EPOCH = 60n;
/** Heartbeats with which an epoch counts as up. */
export const MIN_HEARTBEATS = 55n;
/** Seconds of uptime that a heartbeat verifies. */
export const SECONDS_PER_HEARTBEAT = 60n;
/** The last proofs of work of a device that are looked at. */
export const PROOFS_COUNTED = 4n;
/** How many of them must be passed. */
export const MIN_PROOFS_PASSED = 3n;
/** Seconds before the end of the epoch in which one proof must have been passed: a device on hire is asked once a day. */
export const PROOF_MAX_AGE = 86_400n;
/** Instead of the seconds since a passed proof where there is none. */
export const NEVER_PASSED = U64_MAX;

const U128_MAX = 2n ** 128n - 1n;

/**
 * A device in an epoch.
 *
 * @see {@link isEarning}
 */
export interface DeviceEpoch {
  /** Whether it was on hire in any second. */
  readonly hired: boolean;
  /** How many of its last four proofs of work it passed. */
  readonly proofsPassed: bigint;
  /** Seconds from its last passed proof to the end of the epoch; {@link NEVER_PASSED} if there is none. */
  readonly sincePass: bigint;
}

/**
 * Whether a device counts as idle and verified.
 *
 * @throws {@link MathError} `Overflow` on more passed proofs than are looked at
 * @example
 * ```ts
 * import { isEarning } from '@ionet/sdk';
 *
 * isEarning({ hired: false, proofsPassed: 3n, sincePass: 1_200n }); // true
 * ```
 */
export function isEarning({ hired, proofsPassed, sincePass }: DeviceEpoch): boolean {
  within(proofsPassed, 0n, PROOFS_COUNTED, 'proofsPassed');
  u64(sincePass, 'sincePass');
  return !hired && proofsPassed >= MIN_PROOFS_PASSED && sincePass <= PROOF_MAX_AGE;
}

/**
 * A node in an epoch.
 *
 * @see {@link idleWeight}
 */
export interface NodeEpoch {
  /** Devices that are earning. */
  readonly earningDevices: bigint;
  /** The multiplier of their hardware class, x100. */
  readonly multiplierX100: bigint;
  /** The factor of the bandwidth tier, x100; zero below the lowest tier. */
  readonly bandwidthX100: bigint;
  /** Minutes with a heartbeat. */
  readonly heartbeats: bigint;
  /** Whether the stake was at its minimum in every second. */
  readonly staked: boolean;
}

/**
 * The weight of a node: `earning devices * multiplier x100 * bandwidth x100 * verified uptime seconds`, zero unless it
 * was up and staked.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { HEARTBEATS_PER_EPOCH, idleWeight } from '@ionet/sdk';
 *
 * // 8 x H100 at medium bandwidth, up in every minute.
 * idleWeight({
 *   earningDevices: 8n,
 *   multiplierX100: 1_000n,
 *   bandwidthX100: 110n,
 *   heartbeats: HEARTBEATS_PER_EPOCH,
 *   staked: true,
 * }); // 3_168_000_000n
 * ```
 */
export function idleWeight(node: NodeEpoch): bigint {
  within(node.earningDevices, 0n, U8_MAX, 'earningDevices');
  within(node.multiplierX100, 0n, U32_MAX, 'multiplierX100');
  within(node.bandwidthX100, 0n, U32_MAX, 'bandwidthX100');
  within(node.heartbeats, 0n, HEARTBEATS_PER_EPOCH, 'heartbeats');
  if (node.heartbeats < MIN_HEARTBEATS || !node.staked) return 0n;
  const uptime = node.heartbeats * SECONDS_PER_HEARTBEAT;
  return u64(node.earningDevices * node.multiplierX100 * node.bandwidthX100 * uptime, 'the weight');
}

/**
 * What a node earns of a pool's budget, in base units of IO, rounded down: `floor(budget * weight / total)`. Zero where
 * nobody has a weight.
 *
 * @throws {@link MathError} `Overflow` on a weight above the total
 * @example
 * ```ts
 * import { idleReward } from '@ionet/sdk';
 *
 * idleReward(1_000n, 1n, 3n); // 333n
 * ```
 */
export function idleReward(budget: bigint, weight: bigint, totalWeight: bigint): bigint {
  u64(budget, 'budget');
  u64(weight, 'weight');
  within(totalWeight, 0n, U128_MAX, 'totalWeight');
  if (weight > totalWeight) throw new MathError('Overflow', 'a weight is part of the total');
  return totalWeight === 0n ? 0n : (budget * weight) / totalWeight;
}
