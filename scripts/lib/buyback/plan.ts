import { U64_MAX, auctionAt, fillIo, type AuctionAtArgs, type AuctionPreview, type Price } from '@ionet/sdk';
import { least, type MarketQuote } from './market.js';

/** The bounds that a crank keeps to. */
export interface Bounds {
  /** The least USDC that a fill must gain for sure, in base units. */
  readonly minProfit: bigint;
  /** The most USDC that one fill takes, in base units. */
  readonly maxUsdc: bigint;
  /** By how much the price and the market may move between quote and fill, in basis points. */
  readonly slippageBps: bigint;
}

/** Where the IO for a fill comes from. */
export type Source =
  | {
      /** It is there already. */
      readonly kind: 'inventory';
      /** Base units of IO. */
      readonly io: bigint;
      /** What one IO is worth to its owner; left out: what the price account says. */
      readonly worth?: Price | undefined;
    }
  | {
      /** It is bought in the same transaction. */
      readonly kind: 'market';
      readonly quote: MarketQuote;
      /** Base units of USDC that are there to buy it with. */
      readonly usdc: bigint;
    };

/** A fill that is worth it. */
export interface FillPlan {
  readonly kind: 'fill';
  /** Base units of USDC to take. */
  readonly usdc: bigint;
  /** What is burned for it if nothing moves, in base units of IO. */
  readonly io: bigint;
  /** The most that is burned for it. */
  readonly maxIo: bigint;
  /** USDC that buys at least `maxIo` in the same transaction; 0 from an inventory. */
  readonly spend: bigint;
  /** What is gained for sure if it lands, in base units of USDC. */
  readonly profit: bigint;
  readonly askBps: bigint;
}

/** Why there is nothing to fill. */
export interface WaitPlan {
  readonly kind: 'wait';
  readonly reason: 'no price' | 'nothing left' | 'not profitable' | 'no funds';
  readonly askBps: bigint;
}

const BPS = 10_000n;

/** The most profitable fill at a moment, or why there is none. */
export function planFill(at: AuctionAtArgs, source: Source, bounds: Bounds): FillPlan | WaitPlan {
  const auction = auctionAt(at);
  const { askBps: ask, price, left } = auction;
  const wait = (reason: WaitPlan['reason']): WaitPlan => ({ kind: 'wait', reason, askBps: ask });
  if (price === null) return wait('no price');
  const most = left < bounds.maxUsdc ? left : bounds.maxUsdc;
  if (most === 0n) return wait('nothing left');
  return source.kind === 'market'
    ? planSwap(source, { ask, price, most }, bounds, wait)
    : planInventory(source, auction, { ask, price, most }, bounds, wait);
}

interface Lot {
  readonly ask: bigint;
  readonly price: Price;
  readonly most: bigint;
}

type Wait = (reason: WaitPlan['reason']) => WaitPlan;

/**
 * The pool gets dearer with each unit, the auction does not: what is gained rises to one size, and falls from there.
 * Half of the slippage is for a price that falls, half for a market that moves; all of it is bought, and counts as
 * spent, so that the profit is certain whatever of it is left over.
 */
function planSwap(
  { quote, usdc: funds }: Source & { kind: 'market' },
  { ask, price, most }: Lot,
  { minProfit, slippageBps }: Bounds,
  wait: Wait,
): FillPlan | WaitPlan {
  const fillOf = (usdc: bigint): FillPlan | null => {
    const io = fillIo(usdc, ask, price);
    const maxIo = more(io, slippageBps / 2n);
    const spend = quote.cost(more(io, slippageBps));
    return spend === null
      ? null
      : { kind: 'fill', usdc, io, maxIo, spend, profit: usdc - spend, askBps: ask };
  };
  // More than the pool has costs more than all that it has, so that gains go on falling there.
  const profitOf = (usdc: bigint): bigint => fillOf(usdc)?.profit ?? -(U64_MAX + usdc);
  const peak = peakOf(most, profitOf);
  const unaffordable = least(peak, (usdc) => (fillOf(usdc)?.spend ?? funds + 1n) > funds);
  const usdc = unaffordable === null ? peak : unaffordable - 1n;
  const fill = usdc === 0n ? null : fillOf(usdc);
  if (fill !== null && fill.profit >= minProfit && fill.profit > 0n) return fill;
  return wait(unaffordable !== null && profitOf(peak) >= minProfit ? 'no funds' : 'not profitable');
}

/** Where a function of 1 to `most` that rises and then falls is highest, to the rounding of its values. */
function peakOf(most: bigint, value: (x: bigint) => bigint): bigint {
  let [low, high] = [1n, most];
  while (high - low > 2n) {
    const third = (high - low) / 3n;
    if (value(low + third) <= value(high - third)) low += third;
    else high -= third;
  }
  // Where it rises to the end, the end is meant, and not what rounding makes equal to it.
  return [high, low + 1n, low].reduce((best, x) => (value(x) > value(best) ? x : best), most);
}

/** Every unit gains the same: all of it is taken, or nothing. */
function planInventory(
  { io: held, worth }: Source & { kind: 'inventory' },
  { isCarried }: AuctionPreview,
  { ask, price, most }: Lot,
  { minProfit, slippageBps }: Bounds,
  wait: Wait,
): FillPlan | WaitPlan {
  // The reference that the auction carries on without a price says nothing about what IO is worth.
  if (worth === undefined && isCarried) return wait('no price');
  const maxIoOf = (usdc: bigint): bigint => more(fillIo(usdc, ask, price), slippageBps);
  const unaffordable = least(most, (usdc) => maxIoOf(usdc) > held);
  const usdc = unaffordable === null ? most : unaffordable - 1n;
  if (usdc === 0n) return wait('no funds');
  const maxIo = maxIoOf(usdc);
  const profit = usdc - valueOf(maxIo, worth ?? price);
  if (profit < minProfit || profit <= 0n) return wait('not profitable');
  return { kind: 'fill', usdc, io: fillIo(usdc, ask, price), maxIo, spend: 0n, profit, askBps: ask };
}

/** What IO is worth in base units of USDC, rounded up. */
function valueOf(io: bigint, { price, exponent }: Price): bigint {
  const divisor = 100n * 10n ** BigInt(-exponent);
  return (io * price + divisor - 1n) / divisor;
}

/** So many basis points more, rounded up. */
function more(amount: bigint, bps: bigint): bigint {
  return (amount * (BPS + bps) + BPS - 1n) / BPS;
}
