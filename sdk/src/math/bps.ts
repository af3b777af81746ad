import { MathError } from './error.js';
import { divCeil, u64 } from './range.js';

/**
 * Basis points in the whole.
 *
 * @example
 * ```ts
 * import { Bps, BPS_DENOMINATOR } from '@ionet/sdk';
 *
 * Bps.format(BPS_DENOMINATOR); // '100%'
 * ```
 */
export const BPS_DENOMINATOR = 10_000n;

/**
 * `floor(a * b / c)`.
 *
 * @throws {@link MathError} `DivisionByZero`, `Overflow`
 * @example
 * ```ts
 * import { mulDivFloor } from '@ionet/sdk';
 *
 * mulDivFloor(10n, 10n, 3n); // 33n
 * ```
 */
export function mulDivFloor(a: bigint, b: bigint, c: bigint): bigint {
  const product = u64(a, 'a') * u64(b, 'b');
  if (u64(c, 'c') === 0n) throw new MathError('DivisionByZero');
  return u64(product / c);
}

/**
 * `ceil(a * b / c)`.
 *
 * @throws {@link MathError} `DivisionByZero`, `Overflow`
 * @example
 * ```ts
 * import { mulDivCeil } from '@ionet/sdk';
 *
 * mulDivCeil(10n, 10n, 3n); // 34n
 * ```
 */
export function mulDivCeil(a: bigint, b: bigint, c: bigint): bigint {
  return divCeil(u64(a, 'a') * u64(b, 'b'), u64(c, 'c'));
}

/** A rate between 0 and 10,000 basis points (0 % to 100 %). */
export type Bps = bigint;

/**
 * What one does with a rate; each refuses one above 10,000 with {@link MathError} `RateOutOfRange`.
 *
 * @example
 * ```ts
 * import { Bps } from '@ionet/sdk';
 *
 * Bps.applyCeil(25n, 1_000_001n); // 2_501n: what somebody pays
 * Bps.applyFloor(25n, 1_000_001n); // 2_500n: what somebody receives
 * Bps.format(25n); // '0.25%'
 * ```
 */
export const Bps = {
  /** The rate itself, checked. */
  of(value: bigint): Bps {
    if (value < 0n || value > BPS_DENOMINATOR) throw new MathError('RateOutOfRange');
    return value;
  },

  /** What remains of the whole: `10,000 - rate`. */
  complement(rate: Bps): Bps {
    return BPS_DENOMINATOR - Bps.of(rate);
  },

  /** `ceil(rate * amount / 10,000)`: for what somebody pays. */
  applyCeil(rate: Bps, amount: bigint): bigint {
    return mulDivCeil(amount, Bps.of(rate), BPS_DENOMINATOR);
  },

  /** `floor(rate * amount / 10,000)`: for what somebody receives. */
  applyFloor(rate: Bps, amount: bigint): bigint {
    return mulDivFloor(amount, Bps.of(rate), BPS_DENOMINATOR);
  },

  /** Percent without trailing zeros: 25 is `0.25%`. */
  format(rate: Bps): string {
    const whole = Bps.of(rate) / 100n;
    const rest = (rate % 100n).toString().padStart(2, '0').replace(/0+$/, '');
    return rest === '' ? `${whole}%` : `${whole}.${rest}%`;
  },
} as const;
