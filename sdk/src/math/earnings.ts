import { mulDivFloor } from './bps.js';
import { MathError } from './error.js';
import { max, min, u64 } from './range.js';

/**
 * The terms of a job from which its earnings follow:
 * `G(v) = G0 + floor((C - G0) * (min(v, B) - v0) / (B - v0))`.
 *
 * Before the first extension `G0` and `v0` are zero. Terms with `G0 > C` or `v0 > B` give `Overflow`.
 */
export interface Terms {
  /** `C`: the compute price of the whole order, in base units of the payment mint. */
  readonly compute: bigint;
  /** `B`: the seconds of the whole order. */
  readonly bookedSeconds: bigint;
  /** `G0`: what was earned when the order was last extended. */
  readonly baseEarned: bigint;
  /** `v0`: the verified seconds when the order was last extended. */
  readonly baseSeconds: bigint;
}

/**
 * What a provider has earned of an order by the seconds that were verified.
 *
 * @example
 * ```ts
 * import { Terms } from '@ionet/sdk';
 *
 * const terms = Terms.booked(120_000_000n, 7_200n);
 * Terms.earned(terms, 1_800n); // 30_000_000n
 *
 * // An hour more at half of the price, after half an hour: nothing changes for what was earned.
 * const extended = Terms.extended(terms, 1_800n, 30_000_000n, 3_600n);
 * Terms.earned(extended, 1_800n); // 30_000_000n
 * Terms.earned(extended, 10_800n); // 150_000_000n
 * ```
 */
export const Terms = {
  /** The terms of an order that was not extended. */
  booked(compute: bigint, bookedSeconds: bigint): Terms {
    return {
      compute: u64(compute, 'compute'),
      bookedSeconds: u64(bookedSeconds, 'bookedSeconds'),
      baseEarned: 0n,
      baseSeconds: 0n,
    };
  },

  /** What is earned, rounded down: `G0` up to `v0`, exactly `C` from `B` on. */
  earned(terms: Terms, verifiedSeconds: bigint): bigint {
    check(terms, verifiedSeconds);
    const span = terms.bookedSeconds - terms.baseSeconds;
    const done = max(verifiedSeconds - terms.baseSeconds, 0n);
    if (done >= span) return terms.compute;
    return terms.baseEarned + mulDivFloor(terms.compute - terms.baseEarned, done, span);
  },

  /**
   * The terms after an extension by `extraSeconds` for `extraCompute`, settled at `verifiedSeconds`.
   *
   * What was earned until there stays the same to the unit; the rest of the old order and the extension are earned
   * evenly over the seconds that are left. `ZeroQuantity` when `extraSeconds` is zero.
   */
  extended(terms: Terms, verifiedSeconds: bigint, extraCompute: bigint, extraSeconds: bigint): Terms {
    if (u64(extraSeconds, 'extraSeconds') === 0n) throw new MathError('ZeroQuantity');
    const baseEarned = Terms.earned(terms, verifiedSeconds);
    return {
      compute: u64(terms.compute + u64(extraCompute, 'extraCompute')),
      bookedSeconds: u64(terms.bookedSeconds + extraSeconds),
      baseEarned,
      baseSeconds: max(min(verifiedSeconds, terms.bookedSeconds), terms.baseSeconds),
    };
  },
} as const;

function check(terms: Terms, verifiedSeconds: bigint): void {
  u64(terms.compute, 'compute');
  u64(terms.bookedSeconds, 'bookedSeconds');
  u64(terms.baseEarned, 'baseEarned');
  u64(terms.baseSeconds, 'baseSeconds');
  u64(verifiedSeconds, 'verifiedSeconds');
  u64(terms.compute - terms.baseEarned, 'compute - baseEarned');
  u64(terms.bookedSeconds - terms.baseSeconds, 'bookedSeconds - baseSeconds');
}
