import { Bps, mulDivFloor } from './bps.js';
import { MathError } from './error.js';
import { min, u64 } from './range.js';

/**
 * All that is ever emitted, in base units: 300,000,000 IO.
 *
 * @example
 * ```ts
 * import { cumulativeEmission, EMISSION_MONTHS, EMISSION_TOTAL, SECONDS_PER_MONTH } from '@ionet/sdk';
 *
 * cumulativeEmission('default', EMISSION_MONTHS * SECONDS_PER_MONTH) === EMISSION_TOTAL; // true
 * ```
 */
export const EMISSION_TOTAL = 30_000_000_000_000_000n;
/**
 * Months of the schedule: 20 years.
 *
 * @see {@link EMISSION_TOTAL}
 */
export const EMISSION_MONTHS = 240n;
/**
 * Seconds of a month of the schedule: a twelfth of 365.25 days.
 *
 * @see {@link EMISSION_TOTAL}
 */
export const SECONDS_PER_MONTH = 2_629_800n;
/**
 * Seconds of a reward epoch.
 *
 * @see {@link epochsEnded}
 */
export const SECONDS_PER_EPOCH = 3_600n;
/** Reward epochs in 20 years. Epoch `k` of 1 to 175,320 ends `3,600 k` seconds after the emission began. */
export const EMISSION_EPOCHS = (EMISSION_MONTHS * SECONDS_PER_MONTH) / SECONDS_PER_EPOCH;
/**
 * Over how many epochs a pool's reserve is spread: 30 days.
 *
 * @see {@link poolBudget}
 */
export const RESERVE_EPOCHS = 720n;

/**
 * Which cumulative function of time the emission follows. `default`: the monthly amount falls by exactly 1.02 % a
 * month, and all months together emit the total. `published`: by the figures that io.net published.
 *
 * @see {@link cumulativeEmission}
 */
export type EmissionPreset = 'default' | 'published';

/**
 * An emission by its pools, in base units of IO.
 *
 * @see {@link poolRelease}
 */
export interface PoolShares {
  /** For GPU nodes. */
  readonly gpu: bigint;
  /** For nodes with high-performance CPUs. */
  readonly cpu: bigint;
}

/** `E(m) = floor(T * (1 - r^m) / (1 - r^240))`, `r = 0.9898`, for each month. */
function defaultMonths(): bigint[] {
  const [rate, one] = [9_898n, 10_000n];
  const whole = one ** EMISSION_MONTHS;
  const divisor = whole - rate ** EMISSION_MONTHS;
  return Array.from({ length: Number(EMISSION_MONTHS) + 1 }, (_, month) => {
    const rest = rate ** BigInt(month) * one ** (EMISSION_MONTHS - BigInt(month));
    return (EMISSION_TOTAL * (whole - rest)) / divisor;
  });
}

/** `E(m) = floor(3,333,333.33 IO * sum of 0.989849199^i for i < m)`, and the total after the last month. */
function publishedMonths(): bigint[] {
  const [rate, one, first] = [989_849_199n, 1_000_000_000n, 333_333_333_000_000n];
  const months: bigint[] = [];
  // The sum of the powers so far is `sum / one ** month`, the next power `power / one ** month`.
  let [sum, power, scale] = [0n, 1n, 1n];
  while (months.length < Number(EMISSION_MONTHS)) {
    months.push((first * sum) / scale);
    sum = (sum + power) * one;
    power *= rate;
    scale *= one;
  }
  return [...months, EMISSION_TOTAL];
}

const MONTHS = { default: defaultMonths, published: publishedMonths } as const;
/** Computed when first asked for: thousands of digits each. */
const computed = new Map<EmissionPreset, readonly bigint[]>();

function monthsOf(preset: EmissionPreset): readonly bigint[] {
  const months = computed.get(preset) ?? MONTHS[preset]();
  computed.set(preset, months);
  return months;
}

/**
 * What is emitted in the first `seconds`, in base units of IO. Inside a month it grows evenly, rounded down; after the
 * last month it stays the total.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { cumulativeEmission, SECONDS_PER_MONTH } from '@ionet/sdk';
 *
 * cumulativeEmission('default', SECONDS_PER_MONTH); // 334_567_456_067_137n
 * ```
 */
export function cumulativeEmission(preset: EmissionPreset, seconds: bigint): bigint {
  const ended = u64(seconds, 'seconds') / SECONDS_PER_MONTH;
  if (ended >= EMISSION_MONTHS) return EMISSION_TOTAL;
  const [before, after] = monthsOf(preset).slice(Number(ended), Number(ended) + 2);
  if (before === undefined || after === undefined) throw new MathError('Overflow');
  return before + mulDivFloor(after - before, seconds % SECONDS_PER_MONTH, SECONDS_PER_MONTH);
}

/**
 * The epochs that have ended after `seconds`.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { epochsEnded, SECONDS_PER_EPOCH } from '@ionet/sdk';
 *
 * epochsEnded(2n * SECONDS_PER_EPOCH - 1n); // 1n
 * ```
 */
export function epochsEnded(seconds: bigint): bigint {
  return min(u64(seconds, 'seconds') / SECONDS_PER_EPOCH, EMISSION_EPOCHS);
}

/**
 * What the pools have released by the end of an epoch: the GPU pool its share, rounded down, the CPU pool the rest.
 *
 * @throws {@link MathError} `RateOutOfRange`, `Overflow`
 * @example
 * ```ts
 * import { poolRelease } from '@ionet/sdk';
 *
 * const { gpu, cpu } = poolRelease('default', 24n, 9_500n); // after the first day
 * console.log(gpu, cpu); // 10442351811540n 549597463766n
 * ```
 */
export function poolRelease(preset: EmissionPreset, epoch: bigint, gpuShare: Bps): PoolShares {
  const epochs = min(u64(epoch, 'epoch'), EMISSION_EPOCHS);
  const emitted = cumulativeEmission(preset, epochs * SECONDS_PER_EPOCH);
  const gpu = Bps.applyFloor(gpuShare, emitted);
  return { gpu, cpu: emitted - gpu };
}

/**
 * The most that a pool may pay over `epochs` epochs that released `released`, with a reserve of `reserve` before them:
 * `released + floor(min(epochs, 720) * reserve / 720)`. For one epoch that is its budget.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { poolBudget, RESERVE_EPOCHS } from '@ionet/sdk';
 *
 * poolBudget(1_000n, 10n * RESERVE_EPOCHS, 1n); // 1_010n
 * ```
 */
export function poolBudget(released: bigint, reserve: bigint, epochs: bigint): bigint {
  const spread = min(u64(epochs, 'epochs'), RESERVE_EPOCHS);
  return u64(u64(released, 'released') + mulDivFloor(reserve, spread, RESERVE_EPOCHS));
}

/**
 * A pool's reserve after epochs that released `released` and paid `paid`.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { reserveAfter } from '@ionet/sdk';
 *
 * reserveAfter(7_200n, 1_000n, 1_010n); // 7_190n
 * ```
 */
export function reserveAfter(reserve: bigint, released: bigint, paid: bigint): bigint {
  return u64(u64(u64(reserve, 'reserve') + u64(released, 'released')) - u64(paid, 'paid'));
}
