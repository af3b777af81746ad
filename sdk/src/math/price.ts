import { MathError } from './error.js';
import { divCeil, I64_MAX, I64_MIN, u64, within } from './range.js';

/** The lowest exponent that a price may have. */
export const MIN_EXPONENT = -12;
/** The highest exponent that a price may have. */
export const MAX_EXPONENT = -1;

/** Base units of IO per micro-USD when one IO costs one dollar: 10^8 / 10^6. */
const IO_UNITS_PER_MICRO_USD = 100n;

/**
 * The price of one IO in US dollars: `(price ± conf) * 10^exponent`.
 *
 * @see {@link usdToIo}
 */
export interface Price {
  /** The price before the exponent. */
  readonly price: bigint;
  /** The half width of the confidence interval, before the exponent. */
  readonly conf: bigint;
  /** The power of ten, -12 to -1. */
  readonly exponent: number;
}

/**
 * The base units of IO that are worth `microUsd`, rounded up, at the low end of the confidence interval:
 * `ceil(microUsd * 100 * 10^-exponent / (price - conf))`.
 *
 * @throws {@link MathError} `ExponentOutOfRange`, `PriceNotPositive`, `Overflow`
 * @example
 * ```ts
 * import { parsePrice, usdToIo } from '@ionet/sdk';
 *
 * // 120 USD at 2 USD for an IO: 60 IO.
 * usdToIo(120_000_000n, parsePrice('2.00')); // 6_000_000_000n
 * ```
 */
export function usdToIo(microUsd: bigint, price: Price): bigint {
  const { numerator, low } = ioFraction(microUsd, price);
  return divCeil(numerator, low);
}

/** What {@link usdToIo} divides, and the low end of the price that it divides by. */
export function ioFraction(
  microUsd: bigint,
  price: Price,
): { readonly numerator: bigint; readonly low: bigint } {
  u64(microUsd, 'microUsd');
  within(price.price, I64_MIN, I64_MAX, 'price');
  u64(price.conf, 'conf');
  if (!Number.isInteger(price.exponent) || price.exponent < MIN_EXPONENT || price.exponent > MAX_EXPONENT) {
    throw new MathError('ExponentOutOfRange');
  }
  const low = price.price - price.conf;
  if (low <= 0n) throw new MathError('PriceNotPositive');
  return { numerator: microUsd * IO_UNITS_PER_MICRO_USD * 10n ** BigInt(-price.exponent), low };
}
