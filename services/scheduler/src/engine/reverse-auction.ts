import { orderPrice, quoteJob, type JobQuote } from '@ionet/sdk';
import type { Order } from './types.js';

/** A node's offer to serve one request. */
export interface Bid {
  /** The address of the node. */
  readonly node: string;
  /** Micro-USD per device and hour, with no multiplier and no discount. */
  readonly price: bigint;
  /** Until when the node stands by it, in unix seconds. */
  readonly firmUntil: number;
}

/** A bid as the auction holds it. */
export interface PlacedBid extends Bid {
  readonly placedAt: number;
  /** Counts the bids of the auction: tells those of one second apart. */
  readonly seq: number;
}

/** How an auction is held. */
export interface AuctionTerms {
  readonly order: Order;
  /** From when on no bid is taken, in unix seconds. */
  readonly closesAt: number;
  /** How long after the end bids must stand at least, in seconds. */
  readonly firmSeconds: number;
}

/** Why a bid is not taken. */
export const BID_REFUSALS = ['closed', 'notFirmEnough', 'notLower', 'zeroPrice'] as const;
export type BidRefusal = (typeof BID_REFUSALS)[number];

/** What the auction asks about a node when it ranks: its reliability, `null` where it cannot serve the order now. */
export type Eligibility = (node: string) => number | null;

/** The bid that is served, and what the order costs by it. */
export interface Award {
  readonly bid: PlacedBid;
  readonly quote: JobQuote;
}

/**
 * A reverse auction: nodes bid for a request while its window is open; afterwards the lowest bid of a node that can
 * serve it wins, among equal ones the more reliable node's, then the earlier. A bid is firm: it can be lowered, never
 * raised or taken back, until it lapses.
 */
export class ReverseAuction {
  readonly terms: AuctionTerms;
  readonly #bids = new Map<string, PlacedBid>();
  #seq = 0;

  constructor(terms: AuctionTerms) {
    this.terms = terms;
  }

  /** Every node's bid that stands, in the order in which they came. */
  get bids(): PlacedBid[] {
    return [...this.#bids.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Takes a bid, or says why not. */
  place(bid: Bid, now: number): BidRefusal | null {
    const { closesAt, firmSeconds } = this.terms;
    if (now >= closesAt) return 'closed';
    if (bid.price <= 0n) return 'zeroPrice';
    const earlier = this.#bids.get(bid.node);
    if (earlier !== undefined && bid.price >= earlier.price) return 'notLower';
    const firmUntil = Math.max(bid.firmUntil, earlier?.firmUntil ?? 0);
    if (firmUntil < closesAt + firmSeconds) return 'notFirmEnough';
    this.#bids.set(bid.node, { ...bid, firmUntil, placedAt: now, seq: (this.#seq += 1) });
    return null;
  }

  /**
   * The winner among the bids that are still firm, without the nodes that were awarded and did not deliver. `null`
   * before the end, and where no bid fits.
   */
  award(now: number, eligibility: Eligibility, without: ReadonlySet<string> = new Set()): Award | null {
    const { order, closesAt } = this.terms;
    if (now < closesAt) return null;
    const [best] = this.bids
      .filter(({ node, firmUntil }) => firmUntil > now && !without.has(node))
      .map((bid) => ({ bid, usd: priceOf(order, bid), reliability: eligibility(bid.node) ?? -1 }))
      .filter(({ reliability }) => reliability >= 0)
      .sort((a, b) => Number(a.usd - b.usd) || b.reliability - a.reliability || a.bid.seq - b.bid.seq);
    if (best === undefined) return null;
    const { devices, hours, payment, ioPrice, maxTotal } = order;
    const quote = quoteJob({ devices, hours, price: best.bid.price, payment, ioPrice });
    return maxTotal !== undefined && quote.total > maxTotal ? null : { bid: best.bid, quote };
  }
}

function priceOf({ devices, hours }: Order, { price }: Bid): bigint {
  return orderPrice(BigInt(devices), BigInt(hours), price, 0n, 10_000n);
}
