import { ArgumentError } from './errors.js';
import { AuctionState, askBps, carriedPrice, fillIo } from './math/auction.js';
import { MathError } from './math/error.js';
import type { Price } from './math/price.js';

/**
 * The auction and the moment to look at.
 *
 * @see {@link auctionAt}
 */
export interface AuctionAtArgs {
  /** The auction's account as it was fetched. */
  readonly auction: AuctionState;
  /** What the fee vault of USDC holds, in base units. */
  readonly vault: bigint;
  /** Unix seconds of the chain's clock. */
  readonly now: number | bigint;
  /** The price in the treasury's price account; left out where it is not valid now. */
  readonly price?: Price | undefined;
}

/**
 * What the auction sells at a moment.
 *
 * @see {@link auctionAt}
 */
export interface AuctionPreview {
  /** What is for sale in this hour, in base units of USDC. */
  readonly lot: bigint;
  /** What of it is not sold. */
  readonly left: bigint;
  /** What is asked, in basis points of the market. */
  readonly askBps: bigint;
  /** The price that a fill pays by; `null` where a fill would be refused for want of one. */
  readonly price: Price | null;
  /** Whether the price is the reference that is carried on since none was seen for a day. */
  readonly isCarried: boolean;
  /** What the account would hold after a touch. */
  readonly state: AuctionState;
}

/**
 * What the auction of the fees in USDC sells at a moment, the same to the unit as on chain.
 *
 * @throws {@link ArgumentError} when `now` is not whole
 * @throws {@link MathError} when a value is out of range
 * @example
 * ```ts
 * import { auctionAt, fetchPrice, formatUsdc, parseUsdc, pda } from '@ionet/sdk';
 *
 * const auction = await client.accounts.treasury.auction.fetch(pda.treasury.auction(deployment));
 * const reading = await fetchPrice(client);
 * const { lot, askBps } = auctionAt({
 *   auction,
 *   vault: parseUsdc('24'), // what the fee vault of USDC holds
 *   now: await client.now(),
 *   price: 'price' in reading ? reading.price : undefined,
 * });
 * formatUsdc(lot); // '1'
 * ```
 */
export function auctionAt(args: AuctionAtArgs): AuctionPreview {
  const now = typeof args.now === 'bigint' ? args.now : wholeSeconds(args.now);
  const touched = AuctionState.touched(args.auction, args.vault, now);
  const view = { lot: touched.lot, left: touched.left, askBps: askBps(now) };
  if (args.price !== undefined) {
    const state = AuctionState.observed(touched, args.price, now);
    return { ...view, price: args.price, isCarried: false, state };
  }
  const isCarried = AuctionState.isSilent(touched, now);
  const price = isCarried ? carriedPrice(touched.reference) : null;
  return { ...view, price, isCarried, state: touched };
}

/**
 * A fill of the auction.
 *
 * @see {@link quoteFill}
 */
export interface QuoteFillArgs extends AuctionAtArgs {
  /** Base units of USDC to take. */
  readonly usdc: bigint;
}

/**
 * What a fill gives and takes.
 *
 * @see {@link quoteFill}
 */
export interface FillQuote {
  /** USDC that the filler gets, in base units. */
  readonly usdc: bigint;
  /** IO of his that is burned, in base units. */
  readonly io: bigint;
  /** What is asked, in basis points of the market. */
  readonly askBps: bigint;
}

/**
 * The IO that a fill burns, equal to the unit to what the program burns for it at that moment.
 *
 * @throws {@link ArgumentError} when there is no price, or `now` is not whole
 * @throws {@link MathError} `Overflow` when less than that is left, and when a value is out of range
 * @example
 * ```ts
 * import { parsePrice, parseUsdc, pda, quoteFill } from '@ionet/sdk';
 *
 * const auction = await client.accounts.treasury.auction.fetch(pda.treasury.auction(deployment));
 * const { io } = quoteFill({
 *   auction,
 *   vault: parseUsdc('24'),
 *   now: await client.now(),
 *   price: parsePrice('2.5'),
 *   usdc: parseUsdc('0.5'),
 * });
 * ```
 */
export function quoteFill(args: QuoteFillArgs): FillQuote {
  const { price, askBps: ask, left } = auctionAt(args);
  if (price === null) {
    throw new ArgumentError('price', 'is missing: a fill needs a valid price until none was seen for a day');
  }
  const io = fillIo(args.usdc, ask, price);
  if (args.usdc > left) {
    throw new MathError('Overflow', `usdc is ${args.usdc}: of this hour's lot only ${left} is left`);
  }
  return { usdc: args.usdc, io, askBps: ask };
}

function wholeSeconds(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new ArgumentError('now', `is ${value}: give a whole number`);
  return BigInt(value);
}
