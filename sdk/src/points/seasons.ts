import type { SeasonKind } from '../actions/airdrop.js';
import { ArgumentError } from '../errors.js';

/**
 * A pool of IO that is shared by points: one season of the airdrop program.
 *
 * @see {@link COMMUNITY_POOLS}
 */
export interface PointsPool {
  /** The id of its season on chain. */
  readonly id: number;
  readonly name: string;
  readonly kind: SeasonKind;
  /** Base units of IO. */
  readonly amount: bigint;
}

/**
 * A season of compute rewards.
 *
 * @see {@link COMPUTE_SEASONS}
 */
export interface ComputeSeason {
  readonly number: number;
  /** Unix seconds, 00:00 UTC of the first day. */
  readonly startsAt: number;
  /** Unix seconds, 00:00 UTC after the last day. */
  readonly endsAt: number;
  /** Whether a device counts only if it passed a proof of work. */
  readonly proofOfWork: boolean;
  readonly gpu: PointsPool;
  readonly cpu: PointsPool;
}

/** The part of a compute season's IO that goes to GPU devices, in basis points; CPU devices get the rest. */
export const GPU_SHARE_BPS = 9_500n;

const IO = 100_000_000n;

function utc(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 1_000;
}

function computeSeason(
  number: number,
  startsAt: number,
  endsAt: number,
  amount: bigint,
  firstId: number,
): ComputeSeason {
  const gpu = (amount * GPU_SHARE_BPS) / 10_000n;
  const pool = (id: number, kind: 'gpu' | 'cpu', part: bigint): PointsPool => ({
    id,
    name: `season-${number}-${kind}`,
    kind,
    amount: part,
  });
  return {
    number,
    startsAt,
    endsAt,
    proofOfWork: number >= 2,
    gpu: pool(firstId, 'gpu', gpu),
    cpu: pool(firstId + 1, 'cpu', amount - gpu),
  };
}

/**
 * The seasons of compute rewards before the token generation event.
 *
 * @example
 * ```ts
 * import { COMPUTE_SEASONS } from '@ionet/sdk';
 *
 * COMPUTE_SEASONS.map(({ gpu }) => gpu.name); // ['season-1-gpu', 'season-2-gpu', 'season-3-gpu']
 * ```
 */
export const COMPUTE_SEASONS: readonly ComputeSeason[] = [
  computeSeason(1, utc(2023, 11, 4), utc(2024, 4, 26), 17_500_000n * IO, 1),
  computeSeason(2, utc(2024, 5, 1), utc(2024, 6, 1), 7_500_000n * IO, 3),
  computeSeason(3, utc(2024, 6, 1), utc(2024, 7, 1), 5_000_000n * IO, 5),
];

/**
 * The pools of the community. Only their sums are published, 7,500,000 IO of the first round and 2,500,000 of season
 * 3; each is divided evenly among its kinds.
 *
 * @example
 * ```ts
 * import { COMMUNITY_POOLS, formatIo } from '@ionet/sdk';
 *
 * formatIo(COMMUNITY_POOLS.reduce((sum, { amount }) => sum + amount, 0n)); // '10000000'
 * ```
 */
export const COMMUNITY_POOLS: readonly PointsPool[] = [
  { id: 7, name: 'community-1-creators', kind: 'creators', amount: 2_500_000n * IO },
  { id: 8, name: 'community-1-galxe', kind: 'galxe', amount: 2_500_000n * IO },
  { id: 9, name: 'community-1-discord', kind: 'discord', amount: 2_500_000n * IO },
  { id: 10, name: 'season-3-galxe', kind: 'galxe', amount: 1_250_000n * IO },
  { id: 11, name: 'season-3-discord', kind: 'discord', amount: 1_250_000n * IO },
];

/**
 * Every pool of the airdrop, in the order of ids.
 *
 * @example
 * ```ts
 * import { formatIo, POINTS_POOLS } from '@ionet/sdk';
 *
 * formatIo(POINTS_POOLS.reduce((sum, { amount }) => sum + amount, 0n)); // '40000000'
 * ```
 */
export const POINTS_POOLS: readonly PointsPool[] = [
  ...COMPUTE_SEASONS.flatMap(({ gpu, cpu }) => [gpu, cpu]),
  ...COMMUNITY_POOLS,
];

/**
 * The points of a Discord role, by its tier. What a tier was worth was never published: these are ours.
 *
 * @example
 * ```ts
 * import { DISCORD_TIERS, readSubmissions } from '@ionet/sdk';
 *
 * const { wallets } = readSubmissions('discord', `${wallet.toBase58()},gold`);
 * wallets.get(wallet.toBase58()) === DISCORD_TIERS['gold']; // true
 * ```
 */
export const DISCORD_TIERS: Readonly<Record<string, bigint>> = {
  bronze: 100n,
  silver: 250n,
  gold: 500n,
  platinum: 1_000n,
};

/**
 * A season of compute rewards by its number.
 *
 * @throws {@link ArgumentError} when there is none
 * @example
 * ```ts
 * import { findComputeSeason } from '@ionet/sdk';
 *
 * findComputeSeason(2).proofOfWork; // true
 * ```
 */
export function findComputeSeason(number: number): ComputeSeason {
  const season = COMPUTE_SEASONS.find((each) => each.number === number);
  if (season !== undefined) return season;
  const numbers = COMPUTE_SEASONS.map((each) => each.number).join(', ');
  throw new ArgumentError('season', `there is no season ${number}: give one of ${numbers}`);
}

/**
 * A pool of the airdrop by its name.
 *
 * @throws {@link ArgumentError} when there is none
 * @example
 * ```ts
 * import { findPointsPool, formatIo } from '@ionet/sdk';
 *
 * formatIo(findPointsPool('season-2-gpu').amount); // '7125000'
 * ```
 */
export function findPointsPool(name: string): PointsPool {
  const pool = POINTS_POOLS.find((each) => each.name === name);
  if (pool !== undefined) return pool;
  const names = POINTS_POOLS.map((each) => each.name).join(', ');
  throw new ArgumentError('pool', `there is no pool '${name}': give one of ${names}`);
}
