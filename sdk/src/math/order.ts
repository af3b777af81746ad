import { Bps, BPS_DENOMINATOR } from './bps.js';
import { MathError } from './error.js';
import { divCeil, I64_MAX, I64_MIN, U32_MAX, u64, U8_MAX, within } from './range.js';

/**
 * Seconds in an hour.
 *
 * @example
 * ```ts
 * import { SECONDS_PER_HOUR, Terms } from '@ionet/sdk';
 *
 * const terms = Terms.booked(48_000_000n, 24n * SECONDS_PER_HOUR);
 * Terms.earned(terms, SECONDS_PER_HOUR); // 2_000_000n
 * ```
 */
export const SECONDS_PER_HOUR = 3_600n;

const HOURS_PER_DAY = 24n;

/**
 * The price of an order in micro-USD, rounded up:
 * `ceil(devices * hours * price * (10,000 - discount) * peakMultiplierBps / 10^8)`.
 *
 * `price` is in micro-USD per device and hour. `discount` is zero unless the hours reach the offer's commitment, and
 * `peakMultiplierBps` is 10,000 outside the peak hours.
 *
 * @throws {@link MathError} `RateOutOfRange`, `ZeroQuantity`, `Overflow`
 * @example
 * ```ts
 * import { orderPrice } from '@ionet/sdk';
 *
 * // 2 devices for 24 hours at 2.50 USD, no discount, no peak: 120 USD.
 * orderPrice(2n, 24n, 2_500_000n, 0n, 10_000n); // 120_000_000n
 * ```
 */
export function orderPrice(
  devices: bigint,
  hours: bigint,
  price: bigint,
  discount: Bps,
  peakMultiplierBps: bigint,
): bigint {
  const part = Bps.complement(discount);
  within(devices, 0n, U8_MAX, 'devices');
  within(hours, 0n, U32_MAX, 'hours');
  within(peakMultiplierBps, 0n, U32_MAX, 'peakMultiplierBps');
  u64(price, 'price');
  if (devices === 0n || hours === 0n) throw new MathError('ZeroQuantity');
  return divCeil(devices * hours * price * part * peakMultiplierBps, BPS_DENOMINATOR * BPS_DENOMINATOR);
}

/**
 * The hour of the day in UTC, 0 to 23, of a time in unix seconds. A time before 1970 counts back from midnight.
 *
 * @throws {@link MathError} `Overflow` outside 64 bits
 * @example
 * ```ts
 * import { utcHour } from '@ionet/sdk';
 *
 * utcHour(1_750_000_000n); // 15n
 * utcHour(-1n); // 23n
 * ```
 */
export function utcHour(unixTimestamp: bigint): bigint {
  within(unixTimestamp, I64_MIN, I64_MAX, 'unixTimestamp');
  const day = SECONDS_PER_HOUR * HOURS_PER_DAY;
  // The remainder of a negative number is negative here.
  const seconds = ((unixTimestamp % day) + day) % day;
  return seconds / SECONDS_PER_HOUR;
}
