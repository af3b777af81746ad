import type { Payment } from './actions/shared.js';
import { ArgumentError } from './errors.js';
import { type Bps, BPS_DENOMINATOR } from './math/bps.js';
import { BOOKING_FEE, Charge, FeeRates, ProviderSplit } from './math/fee.js';
import { orderPrice, utcHour } from './math/order.js';
import { type Price, usdToIo } from './math/price.js';

/**
 * How an order is paid, and the price that turns US dollars into IO.
 *
 * @see {@link quoteJob}
 */
export interface QuotePayment {
  /** What the buyer pays in. Credits cost what USDC costs. */
  readonly payment: Payment;
  /** The price of one IO: needed when paying in IO, of no effect otherwise. See `parsePrice`. */
  readonly ioPrice?: Price | undefined;
}

/**
 * An order whose discount and peak multiplier are known.
 *
 * @see {@link quoteJob}
 */
export interface QuoteJobArgs extends QuotePayment {
  /** Devices, 1 to 255. */
  readonly devices: number | bigint;
  /** Whole hours, at least 1. */
  readonly hours: number | bigint;
  /** Micro-USD per device and hour. See `parseUsd`. */
  readonly price: bigint;
  /**
   * The discount for committed hours, in basis points.
   *
   * @defaultValue 0
   */
  readonly discount?: number | bigint | undefined;
  /**
   * The multiplier of the peak hours, in basis points.
   *
   * @defaultValue 10,000
   */
  readonly peakMultiplierBps?: number | bigint | undefined;
}

/**
 * What of an offer decides the price of an order: an `Offer` account's terms fit.
 *
 * @see {@link quoteOffer}
 */
export interface OfferPricing {
  /** Micro-USD per device and hour. */
  readonly price: bigint;
  /** The hours from which the discount is given; 0 for none. */
  readonly commitmentHours: number;
  /** The discount in basis points. */
  readonly commitmentDiscountBps: number;
  /** The multiplier of the peak hours in basis points. */
  readonly peakMultiplierBps: number;
  /** The peak hours: bit `h` is set when the UTC hour `h` is one. */
  readonly peakHours: number;
}

/**
 * An order at an offer.
 *
 * @see {@link quoteOffer}
 */
export interface QuoteOfferArgs extends QuotePayment {
  readonly offer: OfferPricing;
  /** Devices, 1 to 255. */
  readonly devices: number | bigint;
  /** Whole hours, at least 1. */
  readonly hours: number | bigint;
  /** When the order is placed, in unix seconds of the chain's clock. */
  readonly now: number | bigint;
}

/**
 * What an order costs and brings, in base units of the payment mint (IO 8 decimals, USDC 6).
 *
 * @see {@link quoteJob}
 */
export interface JobQuote {
  /** The price of the order in micro-USD, whatever it is paid in. */
  readonly usd: bigint;
  /** The price of the compute. */
  readonly compute: bigint;
  /** The buyer's booking fee. */
  readonly bookingFee: bigint;
  /** The buyer's handling fee: zero in IO. */
  readonly handlingFee: bigint;
  /** What the buyer pays in all. */
  readonly total: bigint;
  /** The provider's booking fee when the whole order is done. */
  readonly providerFee: bigint;
  /** What the provider gets when the whole order is done. */
  readonly providerNet: bigint;
}

/**
 * What an order costs, equal to the unit to what the program charges for it.
 *
 * In IO that holds for the price given: on chain the price account of the moment decides, at the low end of its
 * confidence interval.
 *
 * @throws {@link ArgumentError} when `ioPrice` is missing, or a number is not whole
 * @throws {@link MathError} when a value is out of range
 * @example
 * ```ts
 * import { parsePrice, parseUsd, quoteJob } from '@ionet/sdk';
 *
 * const order = { devices: 2, hours: 24, price: parseUsd('2.50') };
 * quoteJob({ ...order, payment: 'usdc' }).total; // 122_700_000n: 122.70 USDC
 * quoteJob({ ...order, payment: 'io', ioPrice: parsePrice('2') }).total; // 6_015_000_000n: 60.15 IO
 * ```
 */
export function quoteJob(args: QuoteJobArgs): JobQuote {
  const usd = orderPrice(
    whole(args.devices, 'devices'),
    whole(args.hours, 'hours'),
    args.price,
    whole(args.discount ?? 0n, 'discount'),
    whole(args.peakMultiplierBps ?? BPS_DENOMINATOR, 'peakMultiplierBps'),
  );
  const charge = Charge.of(computePrice(usd, args), FeeRates.forPayment(args.payment !== 'io'));
  const provider = ProviderSplit.of(charge.compute, BOOKING_FEE);
  return {
    usd,
    ...charge,
    total: Charge.total(charge),
    providerFee: provider.fee,
    providerNet: provider.net,
  };
}

/**
 * What an order at an offer costs: the discount when the hours reach the offer's commitment, the peak multiplier when
 * the UTC hour of `now` is one of its peak hours. See {@link quoteJob}.
 *
 * @throws {@link ArgumentError} when `ioPrice` is missing, or a number is not whole
 * @throws {@link MathError} when a value is out of range
 * @example
 * ```ts
 * import { parseUsd, quoteOffer } from '@ionet/sdk';
 *
 * const offer = {
 *   price: parseUsd('2'),
 *   commitmentHours: 24,
 *   commitmentDiscountBps: 1_000,
 *   peakMultiplierBps: 15_000,
 *   peakHours: 1 << 15,
 * };
 * const quote = quoteOffer({ offer, devices: 1, hours: 24, now: 1_750_000_000, payment: 'usdc' });
 * quote.usd; // 64_800_000n: 48 USD less 10 %, times 1.5 because it is 15 o'clock
 * ```
 */
export function quoteOffer(args: QuoteOfferArgs): JobQuote {
  const { offer, devices, hours, payment, ioPrice } = args;
  return quoteJob({
    devices,
    hours,
    price: offer.price,
    discount: discountAt(offer, whole(hours, 'hours')),
    peakMultiplierBps: multiplierAt(offer, whole(args.now, 'now')),
    payment,
    ioPrice,
  });
}

function discountAt(offer: OfferPricing, hours: bigint): Bps {
  const committed = offer.commitmentHours > 0 && hours >= whole(offer.commitmentHours, 'commitmentHours');
  return committed ? whole(offer.commitmentDiscountBps, 'commitmentDiscountBps') : 0n;
}

function multiplierAt(offer: OfferPricing, now: bigint): bigint {
  const peak = (whole(offer.peakHours, 'peakHours') >> utcHour(now)) & 1n;
  return peak === 1n ? whole(offer.peakMultiplierBps, 'peakMultiplierBps') : BPS_DENOMINATOR;
}

function computePrice(usd: bigint, { payment, ioPrice }: QuotePayment): bigint {
  if (payment !== 'io') return usd;
  if (ioPrice === undefined) {
    throw new ArgumentError('ioPrice', "is missing: give the price of IO, such as parsePrice('2.345')");
  }
  return usdToIo(usd, ioPrice);
}

function whole(value: number | bigint, path: string): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) throw new ArgumentError(path, `is ${value}: give a whole number`);
  return BigInt(value);
}
