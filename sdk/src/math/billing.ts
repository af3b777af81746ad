import { Bps } from './bps.js';
import { Charge, type FeeRates } from './fee.js';
import { min, u64 } from './range.js';

/** The first hour of a job, which is billed in full to a buyer who ends it early. */
export const FIRST_HOUR_SECONDS = 3_600n;
/** Part of the elapsed time that must be verified for it: 9 of 10. */
export const FIRST_HOUR_NUMERATOR = 9n;
/** Part of the elapsed time that must be verified for it: 9 of 10. */
export const FIRST_HOUR_DENOMINATOR = 10n;

/**
 * The seconds that are billed for a job that ran `elapsed` seconds.
 *
 * The verified seconds, at most those elapsed and booked. A buyer who ends the job in the first hour with at least
 * 90 % of it verified is billed the whole hour (or all that was booked, if less).
 *
 * @example
 * ```ts
 * import { billedSeconds } from '@ionet/sdk';
 *
 * billedSeconds(1_000n, 1_000n, 7_200n, false); // 1_000n
 * billedSeconds(1_000n, 1_000n, 7_200n, true); // 3_600n
 * ```
 */
export function billedSeconds(
  verified: bigint,
  elapsed: bigint,
  booked: bigint,
  endedByBuyer: boolean,
): bigint {
  u64(verified, 'verified');
  u64(elapsed, 'elapsed');
  u64(booked, 'booked');
  const inFirstHour = elapsed > 0n && elapsed <= FIRST_HOUR_SECONDS;
  const mostlyVerified = verified * FIRST_HOUR_DENOMINATOR >= elapsed * FIRST_HOUR_NUMERATOR;
  if (endedByBuyer && inFirstHour && mostlyVerified) return min(FIRST_HOUR_SECONDS, booked);
  return min(verified, elapsed, booked);
}

/**
 * The fees of the buyer that are kept, in base units of the payment mint.
 *
 * @see {@link keptBuyerFees}
 */
export interface BuyerFees {
  /** Of the booking fee. */
  readonly bookingFee: bigint;
  /** Of the handling fee. */
  readonly handlingFee: bigint;
}

/**
 * What is kept of the buyer's fees when a job ends for a reason that is not his: `ceil(rate * earned / 10,000)` of
 * each, never above what was charged. The rest returns to him.
 *
 * @example
 * ```ts
 * import { Charge, FeeRates, keptBuyerFees } from '@ionet/sdk';
 *
 * const rates = FeeRates.forPayment(true);
 * const charge = Charge.of(120_000_000n, rates);
 * keptBuyerFees(30_000_000n, rates, charge); // { bookingFee: 75_000n, handlingFee: 600_000n }
 * ```
 */
export function keptBuyerFees(earned: bigint, rates: FeeRates, charged: Charge): BuyerFees {
  return {
    bookingFee: min(Bps.applyCeil(rates.booking, earned), u64(charged.bookingFee, 'bookingFee')),
    handlingFee: min(Bps.applyCeil(rates.handling, earned), u64(charged.handlingFee, 'handlingFee')),
  };
}

/**
 * What is kept of the buyer's fees when a job is over: nothing of one that the node never started, what
 * {@link keptBuyerFees} gives of one that the node or the scheduler released or that the oracles were silent about, and
 * all of them of every other.
 *
 * @param reason - as the job's account has it
 * @example
 * ```ts
 * import { Charge, FeeRates, feesKeptAtEnd } from '@ionet/sdk';
 *
 * const rates = FeeRates.forPayment(true);
 * const charge = Charge.of(120_000_000n, rates);
 * feesKeptAtEnd('released', 30_000_000n, rates, charge); // 675_000n
 * feesKeptAtEnd('endedByBuyer', 30_000_000n, rates, charge); // 2_700_000n
 * ```
 */
export function feesKeptAtEnd(reason: string, earned: bigint, rates: FeeRates, charged: Charge): bigint {
  if (reason === 'notStarted') return 0n;
  if (reason !== 'released' && reason !== 'oracleSilence') return Charge.fees(charged);
  const { bookingFee, handlingFee } = keptBuyerFees(earned, rates, charged);
  return u64(bookingFee + handlingFee);
}
