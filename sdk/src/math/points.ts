import { mulDivFloor } from './bps.js';
import { MathError } from './error.js';
import { min, U32_MAX, u64, within } from './range.js';

/**
 * The version of the formula and of the rules beside it, as `docs/points.md` describes them.
 *
 * @see {@link POINTS_FORMULA_HASH}
 */
export const POINTS_FORMULA_ID = 'ionet:points:v1';
/**
 * What the product of multiplier, bandwidth factor and seconds is divided by: both factors are x100, and a point is a
 * hundredth of an hour of multiplier one, `100 * 100 * 3,600 / 100`.
 */
export const POINTS_SCALE = 360_000n;

/**
 * Bytes in a megabyte of the bandwidth tiers.
 *
 * @see {@link BandwidthTier}
 */
export const MEGABYTE = 1_000_000n;

const U128_MAX = 2n ** 128n - 1n;

/**
 * How fast a device is connected: low from 100 MB/s down and 75 up, medium from 400 and 300, high from 800 and 300.
 */
export type BandwidthTier = 'belowLow' | 'low' | 'medium' | 'high';

const FACTORS: Record<BandwidthTier, bigint> = { belowLow: 0n, low: 100n, medium: 110n, high: 125n };

/**
 * What one does with a tier of bandwidth.
 *
 * @example
 * ```ts
 * import { BandwidthTier, MEGABYTE } from '@ionet/sdk';
 *
 * const tier = BandwidthTier.of(450n * MEGABYTE, 320n * MEGABYTE);
 * console.log(tier); // medium
 * BandwidthTier.factorX100(tier); // 110n
 * ```
 */
export const BandwidthTier = {
  /** The tier of a speed test, in bytes per second. */
  of(down: bigint, up: bigint): BandwidthTier {
    u64(down, 'down');
    u64(up, 'up');
    if (down >= 800n * MEGABYTE && up >= 300n * MEGABYTE) return 'high';
    if (down >= 400n * MEGABYTE && up >= 300n * MEGABYTE) return 'medium';
    return down >= 100n * MEGABYTE && up >= 75n * MEGABYTE ? 'low' : 'belowLow';
  },

  /** What the tier multiplies points by, x100. */
  factorX100(tier: BandwidthTier): bigint {
    return FACTORS[tier];
  },
} as const;

/**
 * What the points of a device follow from.
 *
 * @see {@link devicePoints}
 */
export interface DeviceSeason {
  /** `gm`: the multiplier of the hardware, x100. */
  readonly multiplierX100: bigint;
  /** `bw`: the factor of the bandwidth tier, x100. */
  readonly bandwidthX100: bigint;
  /** `U`: verified seconds of uptime. */
  readonly uptime: bigint;
  /** Verified seconds on hire; no more of them count than of uptime. */
  readonly hired: bigint;
  /** `S`: seconds from the later of the season's start and the device's joining to the season's end. */
  readonly season: bigint;
}

/**
 * The points of one device in one season, rounded down once:
 * `floor(gm * bw * (U^2 + H * S) / (360,000 * S))` with `H = min(hired, U)`; 0 when `U` or `S` is 0.
 *
 * @throws {@link MathError} `Overflow` when more seconds were up than the season has, or the points do not fit
 * @example
 * ```ts
 * import { devicePoints } from '@ionet/sdk';
 *
 * // An H100 at medium bandwidth, up for all of a day and hired for half of it: 100 * 24 h * 10 * 1.1 * (1 + 0.5).
 * devicePoints({
 *   multiplierX100: 1_000n,
 *   bandwidthX100: 110n,
 *   uptime: 86_400n,
 *   hired: 43_200n,
 *   season: 86_400n,
 * }); // 39_600n
 * ```
 */
export function devicePoints({ multiplierX100, bandwidthX100, uptime, hired, season }: DeviceSeason): bigint {
  within(multiplierX100, 0n, U32_MAX, 'multiplierX100');
  within(bandwidthX100, 0n, U32_MAX, 'bandwidthX100');
  u64(hired, 'hired');
  within(u64(uptime, 'uptime'), 0n, u64(season, 'season'), 'uptime');
  if (uptime === 0n) return 0n;
  const seconds = u128(uptime * uptime + min(hired, uptime) * season);
  return u64(u128(u128(seconds * multiplierX100) * bandwidthX100) / (POINTS_SCALE * season));
}

/**
 * What a wallet's points are worth, in base units of IO, rounded down: `floor(pool * points / totalPoints)`.
 *
 * @throws {@link MathError} `DivisionByZero` when nobody has points, `Overflow` when the wallet has more than all
 * @example
 * ```ts
 * import { convertPoints, parseIo } from '@ionet/sdk';
 *
 * convertPoints(parseIo('1000'), 1n, 3n); // 33_333_333_333n
 * ```
 */
export function convertPoints(pool: bigint, points: bigint, totalPoints: bigint): bigint {
  within(points, 0n, u64(totalPoints, 'totalPoints'), 'points');
  return mulDivFloor(pool, points, totalPoints);
}

/** The programs compute in 128 bits. */
function u128(value: bigint): bigint {
  if (value > U128_MAX) throw new MathError('Overflow');
  return value;
}
