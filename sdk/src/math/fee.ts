import { Bps } from './bps.js';
import { u64 } from './range.js';

/**
 * The booking fee in basis points: 0.25 %, of the buyer and of the provider each.
 *
 * @example
 * ```ts
 * import { BOOKING_FEE, Bps } from '@ionet/sdk';
 *
 * Bps.format(BOOKING_FEE); // '0.25%'
 * ```
 */
export const BOOKING_FEE: Bps = 25n;
/**
 * The handling fee in basis points, of a buyer who does not pay in IO: 2 %.
 *
 * @example
 * ```ts
 * import { Bps, HANDLING_FEE } from '@ionet/sdk';
 *
 * Bps.format(HANDLING_FEE); // '2%'
 * ```
 */
export const HANDLING_FEE: Bps = 200n;

/** The rates that an order was booked with, in basis points. */
export interface FeeRates {
  /** Of the buyer and of the provider, each. */
  readonly booking: Bps;
  /** Of the buyer. */
  readonly handling: Bps;
}

/**
 * The rates of an order.
 *
 * @example
 * ```ts
 * import { FeeRates } from '@ionet/sdk';
 *
 * FeeRates.forPayment(true); // { booking: 25n, handling: 200n }: in USDC
 * FeeRates.forPayment(false); // { booking: 25n, handling: 0n }: in IO
 * ```
 */
export const FeeRates = {
  /** The standard rates; `handling` says whether the payment bears the handling fee (USDC does, IO does not). */
  forPayment(handling: boolean): FeeRates {
    return { booking: BOOKING_FEE, handling: handling ? HANDLING_FEE : 0n };
  },
} as const;

/** What a buyer pays for an order, in base units of the payment mint. */
export interface Charge {
  /** The price of the compute. */
  readonly compute: bigint;
  /** `ceil(booking * compute / 10,000)`. */
  readonly bookingFee: bigint;
  /** `ceil(handling * compute / 10,000)`. */
  readonly handlingFee: bigint;
}

/**
 * What a buyer pays; both fees are of the compute price alone and round up.
 *
 * @example
 * ```ts
 * import { Charge, FeeRates } from '@ionet/sdk';
 *
 * const charge = Charge.of(120_000_000n, FeeRates.forPayment(true));
 * console.log(charge.bookingFee, charge.handlingFee); // 300000n 2400000n
 * Charge.total(charge); // 122_700_000n
 * ```
 */
export const Charge = {
  /** The charge for a compute price. */
  of(compute: bigint, rates: FeeRates): Charge {
    return {
      compute: u64(compute, 'compute'),
      bookingFee: Bps.applyCeil(rates.booking, compute),
      handlingFee: Bps.applyCeil(rates.handling, compute),
    };
  },

  /** Both fees. */
  fees(charge: Charge): bigint {
    return u64(u64(charge.bookingFee, 'bookingFee') + u64(charge.handlingFee, 'handlingFee'));
  },

  /** Compute and both fees: what moves into the vault. */
  total(charge: Charge): bigint {
    return u64(u64(charge.compute, 'compute') + Charge.fees(charge));
  },
} as const;

/** How what a provider earned is divided between him and the fee vault. */
export interface ProviderSplit {
  /** To the provider: `earned - fee`, so it rounds down. */
  readonly net: bigint;
  /** To the fee vault: `ceil(booking * earned / 10,000)`. */
  readonly fee: bigint;
}

/**
 * The division of what a provider earned.
 *
 * @example
 * ```ts
 * import { BOOKING_FEE, ProviderSplit } from '@ionet/sdk';
 *
 * ProviderSplit.of(1_000_001n, BOOKING_FEE); // { net: 997_500n, fee: 2_501n }
 * ```
 */
export const ProviderSplit = {
  /** The split of all that was earned so far; a settlement pays the difference to the split before it. */
  of(earned: bigint, booking: Bps): ProviderSplit {
    const fee = Bps.applyCeil(booking, earned);
    return { net: earned - fee, fee };
  },
} as const;
