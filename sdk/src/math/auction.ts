import { BPS_DENOMINATOR } from './bps.js';
import { MathError } from './error.js';
import { ioFraction, type Price } from './price.js';
import { divCeil, I64_MAX, I64_MIN, max, min, u64, within } from './range.js';

/** Seconds in an hour of the auction. */
export const AUCTION_HOUR_SECONDS = 3_600n;
/** What is asked at the beginning of an hour, in basis points of the market. */
export const ASK_START_BPS = 10_500n;
/** By how much the ask falls in an hour, in basis points of the market. */
export const ASK_FALL_BPS = 1_000n;
/** A lot is this part of the vault. */
export const LOT_DIVISOR = 24n;
/** A vault below this is for sale in one lot: one USDC. */
export const SMALL_VAULT = 1_000_000n;
/** Without a valid price for this long the carried reference takes its place, in seconds. */
export const PRICE_SILENCE_SECONDS = 86_400n;
/** The ceiling of the carried reference doubles with every so many seconds since the last valid price. */
export const CEILING_SECONDS = 604_800n;
/** By how much the carried reference rises in an hour in which less than half of the lot was sold, in percent. */
export const RISE_PERCENT = 1n;
/** How far one hour's fills can move the carried reference, in percent. */
export const MOVE_PERCENT = 5n;
/** The highest reference, in micro-USD per IO: a billion dollars. */
export const MAX_REFERENCE = 1_000_000_000_000_000n;

const U128_MAX = 2n ** 128n - 1n;
const IO_UNIT = 100_000_000n;
const MICRO_USD_EXPONENT = -6;
const PERCENT = 100n;

function time(value: bigint): bigint {
  return within(value, I64_MIN, I64_MAX, 'now');
}

/** `floor(a / b)`, also of what is negative. */
function divFloor(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/**
 * What is asked at a time (unix seconds), in basis points of the market: `10,500 - floor(1,000 * s / 3,600)` at second
 * `s` of the hour.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { askBps } from '@ionet/sdk';
 *
 * askBps(1_719_792_000n); // 10_500n: at 00:00
 * askBps(1_719_793_800n); // 10_000n: at 00:30
 * ```
 */
export function askBps(now: bigint): bigint {
  const second = time(now) - divFloor(now, AUCTION_HOUR_SECONDS) * AUCTION_HOUR_SECONDS;
  return ASK_START_BPS - (ASK_FALL_BPS * second) / AUCTION_HOUR_SECONDS;
}

/**
 * The lot of an hour that begins with so many base units of USDC in the vault: a 24th, or all of less than one USDC.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { lotOf } from '@ionet/sdk';
 *
 * lotOf(240_000_000n); // 10_000_000n
 * ```
 */
export function lotOf(vault: bigint): bigint {
  return u64(vault, 'vault') < SMALL_VAULT ? vault : vault / LOT_DIVISOR;
}

/**
 * The IO that is burned for `usdc`, in base units, rounded up:
 * `ceil(usdc * ask * 100 * 10^-exponent / ((price - conf) * 10^4))`.
 *
 * @throws {@link MathError} `ExponentOutOfRange`, `PriceNotPositive`, `Overflow`
 * @example
 * ```ts
 * import { fillIo, parsePrice } from '@ionet/sdk';
 *
 * // 10 USDC at 2 USD for an IO, at the beginning of an hour: 5 IO and 5 %.
 * fillIo(10_000_000n, 10_500n, parsePrice('2')); // 525_000_000n
 * ```
 */
export function fillIo(usdc: bigint, ask: bigint, price: Price): bigint {
  const { numerator, low } = ioFraction(usdc, price);
  const product = within(numerator * u64(ask, 'ask'), 0n, U128_MAX, 'the numerator');
  return divCeil(product, low * BPS_DENOMINATOR);
}

/**
 * A price at the low end of its confidence interval as a reference: whole micro-USD per IO, rounded down, at least one
 * and at most {@link MAX_REFERENCE}.
 *
 * @throws {@link MathError} `ExponentOutOfRange`, `PriceNotPositive`, `Overflow`
 * @example
 * ```ts
 * import { parsePrice, referenceOf } from '@ionet/sdk';
 *
 * referenceOf(parsePrice('2.345')); // 2_345_000n
 * ```
 */
export function referenceOf(price: Price): bigint {
  const { low } = ioFraction(0n, price);
  const shift = price.exponent - MICRO_USD_EXPONENT;
  const scale = 10n ** BigInt(Math.abs(shift));
  return min(max(shift >= 0 ? low * scale : low / scale, 1n), MAX_REFERENCE);
}

/** A carried reference in the place of a price. */
export function carriedPrice(reference: bigint): Price {
  return { price: within(reference, 0n, I64_MAX, 'reference'), conf: 0n, exponent: MICRO_USD_EXPONENT };
}

/** Where the auction stands: the fields of its account that its arithmetic needs. */
export interface AuctionState {
  /** The hour of the last touch: unix seconds divided by 3,600. */
  readonly hour: bigint;
  /** What was for sale in it, in base units of USDC. */
  readonly lot: bigint;
  /** What of it was not sold. */
  readonly left: bigint;
  /** What was burned for the rest, in base units of IO. */
  readonly hourIo: bigint;
  /** Micro-USD per IO: the last valid price, or what was made of it since. */
  readonly reference: bigint;
  /** The last valid price, in micro-USD per IO. Zero: none was ever seen. */
  readonly lastPrice: bigint;
  /** When it was seen. */
  readonly lastGoodAt: bigint;
}

/**
 * How the auction goes on, the same to the unit as on chain. Times are unix seconds.
 *
 * @example
 * ```ts
 * import { AuctionState, parseUsdc, pda } from '@ionet/sdk';
 *
 * const auction = await client.accounts.treasury.auction.fetch(pda.treasury.auction(deployment));
 * const { lot, left, reference } = AuctionState.touched(auction, parseUsdc('24'), await client.now());
 * ```
 */
export const AuctionState = {
  /** Whether no valid price was seen for so long that the carried reference takes its place. */
  isSilent(state: AuctionState, now: bigint): boolean {
    return state.lastPrice > 0n && time(now) >= silentFrom(state);
  },

  /** The auction in the hour of `now`, when the vault holds `vault`. In the hour of the last touch nothing changes. */
  touched(state: AuctionState, vault: bigint, now: bigint): AuctionState {
    const hour = divFloor(time(now), AUCTION_HOUR_SECONDS);
    if (hour <= state.hour) return state;
    const lot = lotOf(vault);
    return { ...state, hour, lot, left: lot, hourIo: 0n, reference: referenceIn(state, hour) };
  },

  /** The auction after a valid price was seen. */
  observed(state: AuctionState, price: Price, now: bigint): AuctionState {
    const reference = referenceOf(price);
    return { ...state, reference, lastPrice: reference, lastGoodAt: time(now) };
  },

  /** The auction after `usdc` was sold for `io`. */
  filled(state: AuctionState, usdc: bigint, io: bigint): AuctionState {
    return { ...state, left: u64(state.left - u64(usdc, 'usdc')), hourIo: u64(state.hourIo + u64(io, 'io')) };
  },
} as const;

function silentFrom({ lastGoodAt }: AuctionState): bigint {
  return min(lastGoodAt + PRICE_SILENCE_SECONDS, I64_MAX);
}

/** The reference in a later hour: what the last touched hour's fills made of it, then a rise for each hour without. */
function referenceIn(state: AuctionState, hour: bigint): bigint {
  const from = max(state.hour, divFloor(silentFrom(state), AUCTION_HOUR_SECONDS));
  if (state.lastPrice === 0n || hour <= from) return state.reference;
  const sold = max(state.lot - state.left, 0n);
  if (from !== state.hour || state.lot === 0n || sold < (state.lot + 1n) / 2n) {
    return risen(state, state.reference, from, hour);
  }
  const after = from + 1n;
  return risen(state, min(movedTo(state, sold), ceilingOf(state, windowOf(state, after))), after, hour);
}

/** The volume-weighted price of the hour's fills, within 5 % of the reference. */
function movedTo({ hourIo, reference }: AuctionState, sold: bigint): bigint {
  if (hourIo === 0n) throw new MathError('DivisionByZero');
  const low = max((reference * (PERCENT - MOVE_PERCENT)) / PERCENT, 1n);
  const high = max((reference * (PERCENT + MOVE_PERCENT)) / PERCENT, 1n);
  return min(max((sold * IO_UNIT) / hourIo, low), high);
}

/**
 * A reference that rises by 1 % an hour, rounded up, from one hour to another, each time up to the ceiling of the hour.
 * From the ceiling of one week a week is enough to reach the next one, so that only the last week has to be walked.
 */
function risen(state: AuctionState, start: bigint, from: bigint, to: bigint): bigint {
  let [reference, hour] = [start, from];
  while (hour < to) {
    const window = windowOf(state, hour + 1n);
    const ceiling = ceilingOf(state, window);
    const end = min(lastHour(state, window), to);
    for (; hour < end && reference < ceiling; hour += 1n) {
      reference = min(divCeil(reference * (PERCENT + RISE_PERCENT), PERCENT), ceiling);
    }
    if (reference < ceiling) continue;
    const last = windowOf(state, to);
    if (last === window) return reference;
    reference = ceilingOf(state, last - 1n);
    hour = lastHour(state, last - 1n);
  }
  return reference;
}

/** The week since the last valid price that an hour begins in. */
function windowOf({ lastGoodAt }: AuctionState, hour: bigint): bigint {
  return divFloor(hour * AUCTION_HOUR_SECONDS - lastGoodAt, CEILING_SECONDS);
}

/** The last hour that begins in a week. */
function lastHour({ lastGoodAt }: AuctionState, window: bigint): bigint {
  return divFloor((window + 1n) * CEILING_SECONDS + lastGoodAt - 1n, AUCTION_HOUR_SECONDS);
}

/** Twice the last valid price, doubled with every week. */
function ceilingOf({ lastPrice }: AuctionState, window: bigint): bigint {
  // Sixty-four doublings of anything are above the highest reference.
  return min(lastPrice << min(max(window + 1n, 0n), 64n), MAX_REFERENCE);
}
