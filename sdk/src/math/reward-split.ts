import { Bps, mulDivFloor } from './bps.js';
import { MathError } from './error.js';
import { min, u128, u64, U128_MAX } from './range.js';

const FRACTION_BITS = 64n;
const FRACTION_MASK = (1n << FRACTION_BITS) - 1n;

/** Rewards, divided. Owner and delegators together are the whole. */
export interface RewardSplit {
  /** To the owner, the commission included. */
  readonly owner: bigint;
  /** Of that, the commission. */
  readonly commission: bigint;
  /** To the delegators together. */
  readonly delegators: bigint;
}

/**
 * How rewards are divided between a node's owner and its delegators.
 *
 * @example
 * ```ts
 * import { RewardSplit } from '@ionet/sdk';
 *
 * RewardSplit.of(1_000n, 600n, 400n, 1_000n); // { owner: 640n, commission: 40n, delegators: 360n }
 * ```
 */
export const RewardSplit = {
  /**
   * With `d' = min(delegated, own)`: `g = floor(amount * d' / (own + d'))`, of which
   * `floor(g * commission / 10,000)` is the owner's; he gets the rest as well. All to the owner where no stake earns.
   *
   * @throws {@link MathError} `RateOutOfRange`, `Overflow`
   */
  of(amount: bigint, own: bigint, delegated: bigint, commission: Bps): RewardSplit {
    Bps.of(commission);
    const counted = min(u64(delegated, 'delegated'), u64(own, 'own'));
    u64(amount, 'amount');
    if (counted === 0n) return { owner: amount, commission: 0n, delegators: 0n };
    const gross = mulDivFloor(amount, counted, u64(own + counted));
    const part = Bps.applyFloor(commission, gross);
    return { owner: amount - gross + part, commission: part, delegators: gross - part };
  },
} as const;

/** Rewards per share since ever, in units of 2^-64. */
export interface Accumulator {
  /** It wraps: only differences are of use. */
  readonly index: bigint;
  /** What did not divide evenly, in units of 2^-64 of a base unit. */
  readonly remainder: bigint;
}

/**
 * The sum of what a share has earned.
 *
 * @example
 * ```ts
 * import { Accumulator, Earned } from '@ionet/sdk';
 *
 * const { index } = Accumulator.add({ index: 0n, remainder: 0n }, 100n, 3n);
 * Earned.add({ amount: 0n, fraction: 0n }, 1n, 0n, index).amount; // 33n
 * ```
 */
export const Accumulator = {
  /**
   * Gives `amount` to `shares` alike.
   *
   * @throws {@link MathError} `DivisionByZero`, `Overflow`
   */
  add({ index, remainder }: Accumulator, amount: bigint, shares: bigint): Accumulator {
    const units = u128((u64(amount, 'amount') << FRACTION_BITS) + remainder);
    if (u128(shares, 'shares') === 0n) throw new MathError('DivisionByZero');
    return { index: (index + units / shares) & U128_MAX, remainder: units % shares };
  },

  /** The whole units of the remainder, taken out of it: for when there is nobody to divide it among. */
  takeWholeUnits({ index, remainder }: Accumulator): { rewards: Accumulator; amount: bigint } {
    return { rewards: { index, remainder: remainder & FRACTION_MASK }, amount: remainder >> FRACTION_BITS };
  },
} as const;

/** What a holder has earned and not claimed. */
export interface Earned {
  /** Base units. */
  readonly amount: bigint;
  /** Units of 2^-64 of a base unit. */
  readonly fraction: bigint;
}

/**
 * What shares have earned, to the fraction of a base unit.
 *
 * @example
 * ```ts
 * import { Earned } from '@ionet/sdk';
 *
 * const half = 1n << 63n; // of a base unit, in an index of 64 bits behind the point
 * Earned.add({ amount: 5n, fraction: 0n }, 3n, 0n, half).amount; // 6n
 * ```
 */
export const Earned = {
  /**
   * Adds what `shares` earned while the index went from `from` to `to`. Nothing is rounded away.
   *
   * @throws {@link MathError} `Overflow`
   */
  add({ amount, fraction }: Earned, shares: bigint, from: bigint, to: bigint): Earned {
    const units = u128(u128(shares, 'shares') * ((to - from) & U128_MAX) + fraction);
    return { amount: u64(amount + (units >> FRACTION_BITS)), fraction: units & FRACTION_MASK };
  },
} as const;
