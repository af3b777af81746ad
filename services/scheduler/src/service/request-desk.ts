import { escrow, pda, quoteOffer, type Client, type JobQuote } from '@ionet/sdk';
import type { Workload } from '@ionet/service-kit';
import { PublicKey, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { randomBytes } from 'node:crypto';
import {
  claimEnd,
  ReverseAuction,
  type Bid,
  type BidRefusal,
  type MatchingEngine,
  type Order,
  type PlacedBid,
} from '../engine/index.js';
import { holdLimit } from '../reputation/index.js';
import { DeskError } from './desk-error.js';
import { requireFunds } from './funds.js';
import type { SchedulerSettings } from './settings.js';
import { requireStartTime } from './start-time.js';
import type { WorkloadStore } from './workloads.js';

/**
 * bidding: an auction collects bids. awarded: its winner must put the offer on chain. offered: the devices are held
 * until the buyer has signed. booked: the chain has the order. lapsed: he has not signed in time. unmatched: no node
 * was found.
 */
export type RequestState = 'awarded' | 'bidding' | 'booked' | 'lapsed' | 'offered' | 'unmatched';

/** An offer that is made to a buyer: with his signature, the transaction books the job. */
export interface BookingOffer {
  /** The address that the job will have. */
  readonly job: string;
  readonly node: string;
  readonly offer: string;
  readonly quote: JobQuote;
  /** The devices are held until then, in unix seconds. */
  readonly heldUntil: number;
  /** Unsigned, in base64: the buyer is its only signer, and pays its fee. */
  readonly transaction: string;
}

/** A request as it stands. */
export interface RequestView {
  readonly id: string;
  readonly buyer: string;
  readonly order: Order;
  readonly state: RequestState;
  readonly booking: BookingOffer | null;
  /** When its auction ends, in unix seconds; `null` without one. */
  readonly closesAt: number | null;
  readonly bids: readonly PlacedBid[];
}

/** What a desk is made of. */
export interface RequestDeskOptions {
  readonly client: Client;
  readonly engine: MatchingEngine;
  readonly settings: Pick<SchedulerSettings, 'AWARD_SECONDS' | 'HOLD_SECONDS'>;
  /** The reputation of a buyer, in basis points. */
  readonly reputation: (buyer: string) => number;
  readonly workloads: WorkloadStore;
  /** Orders of a buyer that are open elsewhere. */
  readonly openElsewhere: (buyer: string) => number;
}

/** What an order may say beside what it needs. */
export interface OpenOptions {
  readonly auctionSeconds?: number | undefined;
  /** What the job shall run. Default: the node's own program. */
  readonly workload?: Workload | undefined;
}

interface Request {
  readonly id: string;
  readonly buyer: PublicKey;
  readonly order: Order;
  readonly workload: Workload | undefined;
  readonly auction: ReverseAuction | null;
  state: RequestState;
  booking: BookingOffer | null;
  /** The bid that was awarded, and until when its offer is waited for. */
  award: { readonly bid: PlacedBid; readonly total: bigint; readonly until: number } | null;
  /** Nodes that won and did not deliver. */
  readonly failed: Set<string>;
}

/** Requests that are over are remembered so long, by number. */
const REMEMBERED = 10_000;
const BID_SENTENCES: Readonly<Record<BidRefusal, string>> = {
  closed: 'the auction is over',
  notFirmEnough: 'the bid must stand longer after the end of the auction',
  notLower: 'the node has a bid that is as low already',
  zeroPrice: 'the price must be positive',
};

/**
 * Takes requests, matches them, and gives buyers what they have to sign. It holds devices, never money, and forgets
 * with the process: what was booked is on the chain, what was held is free again.
 */
export class RequestDesk {
  readonly #options: RequestDeskOptions;
  readonly #requests = new Map<string, Request>();
  readonly #byJob = new Map<string, Request>();

  constructor(options: RequestDeskOptions) {
    this.#options = options;
  }

  find(id: string): RequestView | undefined {
    const request = this.#requests.get(id);
    return request === undefined ? undefined : viewOf(request);
  }

  /** How many requests a buyer has open. */
  openOf(buyer: string): number {
    let count = 0;
    for (const request of this.#requests.values()) {
      const isOpen = ['awarded', 'bidding', 'offered'].includes(request.state);
      if (isOpen && request.buyer.toBase58() === buyer) count += 1;
    }
    return count;
  }

  /** Matches an order and holds the devices, or opens an auction of so many seconds for it. */
  async open(
    buyer: PublicKey,
    order: Order,
    now: number,
    { auctionSeconds, workload }: OpenOptions = {},
  ): Promise<RequestView> {
    requireStartTime(order, now);
    const name = buyer.toBase58();
    const limit = holdLimit(this.#options.reputation(name));
    if (this.openOf(name) + this.#options.openElsewhere(name) >= limit) {
      throw new DeskError('TooManyHolds', `${limit} open requests are allowed: book or let one lapse first`);
    }
    const firmSeconds = this.#options.settings.AWARD_SECONDS;
    const request: Request = {
      id: randomBytes(16).toString('hex'),
      buyer,
      order,
      workload,
      auction:
        auctionSeconds === undefined
          ? null
          : new ReverseAuction({ order, closesAt: now + auctionSeconds, firmSeconds }),
      state: 'bidding',
      booking: null,
      award: null,
      failed: new Set(),
    };
    // Counted before anything is awaited, so that requests sent at once do not all pass the limit.
    this.#remember(request);
    if (request.auction !== null) return viewOf(request);
    try {
      await this.#offerBest(request, now);
    } catch (error) {
      this.#requests.delete(request.id);
      throw error;
    }
    return viewOf(request);
  }

  /** Takes a bid whose signature was checked. */
  bid(id: string, bid: Bid, now: number): RequestView {
    const request = this.#requests.get(id);
    if (request?.auction == null) throw new DeskError('UnknownRequest', 'there is no auction of this id');
    const refusal = request.auction.place(bid, now);
    if (refusal !== null) throw new DeskError('BidRefused', BID_SENTENCES[refusal]);
    return viewOf(request);
  }

  /** The chain has these jobs: those that were offered here are booked. */
  onJobs(jobs: Iterable<string>): void {
    for (const job of jobs) {
      const request = this.#byJob.get(job);
      if (request !== undefined) request.state = 'booked';
    }
  }

  /** Lets requests lapse, ends auctions, and looks for the offers of their winners. */
  async tick(now: number): Promise<void> {
    const { engine } = this.#options;
    for (const job of engine.advance(now)) {
      const request = this.#byJob.get(job);
      if (request?.state === 'offered') request.state = 'lapsed';
    }
    for (const request of [...this.#requests.values()]) {
      if (request.state === 'bidding' && request.auction !== null) this.#award(request, now);
      if (request.state === 'awarded') await this.#deliver(request, now);
    }
  }

  async #offerBest(request: Request, now: number): Promise<void> {
    const { engine, settings } = this.#options;
    const match = engine.match(request.order, { signSeconds: settings.HOLD_SECONDS });
    if (match === null) {
      throw new DeskError(
        'NoMatch',
        'no open offer fits: loosen a constraint, raise the limit, or hold an auction',
      );
    }
    await this.#offer(request, match.offer.id, match.node.id, match.quote, match.quote.total, now);
  }

  /** Holds the devices and builds what the buyer signs; gives the devices back where that fails. */
  async #offer(
    request: Request,
    offer: string,
    node: string,
    quote: JobQuote,
    maxTotal: bigint,
    now: number,
  ): Promise<void> {
    const { client, engine, settings, workloads } = this.#options;
    const { buyer, order } = request;
    const { deployment } = client;
    const { devices, hours, payment, startAt } = order;
    const heldUntil = now + settings.HOLD_SECONDS;
    const jobId = randomBytes(8).readBigUInt64LE();
    const job = pda.escrow.job(deployment, buyer, jobId).toBase58();
    const from = startAt ?? now;
    const until = claimEnd(startAt ?? heldUntil, hours);
    if (!engine.hold({ id: job, node, devices, from, until, lapsesAt: heldUntil })) {
      throw new DeskError('NoMatch', 'the devices were taken meanwhile: ask again');
    }
    this.#byJob.set(job, request);
    try {
      await requireFunds(client, buyer, payment, quote.total);
      const { instructions } = escrow.bookJob.call(
        { deployment, payer: buyer },
        {
          id: jobId,
          offer: new PublicKey(offer),
          node: new PublicKey(node),
          devices,
          hours,
          payment,
          maxTotal,
          ...(startAt === undefined ? {} : { startAt: BigInt(startAt) }),
        },
      );
      const { blockhash } = await client.transport.getLatestBlockhash();
      const message = new TransactionMessage({
        payerKey: buyer,
        recentBlockhash: blockhash,
        instructions: [...instructions],
      }).compileToV0Message();
      const transaction = Buffer.from(new VersionedTransaction(message).serialize()).toString('base64');
      if (request.workload !== undefined) await workloads.add([job], request.workload, from);
      request.booking = { job, node, offer, quote, heldUntil, transaction };
      request.state = 'offered';
    } catch (error) {
      engine.release(job);
      this.#byJob.delete(job);
      throw error;
    }
  }

  #award(request: Request, now: number): void {
    const { auction, order, failed } = request;
    if (auction === null || now < auction.terms.closesAt) return;
    const { engine, settings } = this.#options;
    const award = auction.award(
      now,
      (node) =>
        engine.canServe(node, order, order.hours, order.startAt)
          ? (engine.node(node)?.reliability ?? null)
          : null,
      failed,
    );
    request.award =
      award === null
        ? null
        : {
            bid: award.bid,
            total: award.quote.total,
            until: Math.min(now + settings.AWARD_SECONDS, award.bid.firmUntil),
          };
    request.state = award === null ? 'unmatched' : 'awarded';
  }

  /** Looks for an offer of the winner at which the order costs no more than his bid; else the next one wins. */
  async #deliver(request: Request, now: number): Promise<void> {
    const { engine } = this.#options;
    const { award, order, failed } = request;
    if (award === null) return;
    const { node } = award.bid;
    const { devices, hours, payment, ioPrice } = order;
    for (const { id, terms, active } of engine.offersOf(node)) {
      if (!active || hours < terms.minHours || hours > terms.maxHours) continue;
      const quote = quoteOffer({ offer: terms, devices, hours, now, payment, ioPrice });
      if (quote.total > award.total) continue;
      try {
        await this.#offer(request, id, node, quote, award.total, now);
        return;
      } catch (error) {
        if (!(error instanceof DeskError)) throw error;
        if (error.code === 'InsufficientFunds') {
          request.state = 'unmatched';
          return;
        }
      }
    }
    if (now < award.until) return;
    failed.add(node);
    this.#award(request, now);
  }

  #remember(request: Request): void {
    this.#requests.set(request.id, request);
    if (this.#requests.size <= REMEMBERED) return;
    for (const [id, { state, booking }] of this.#requests) {
      if (state === 'awarded' || state === 'bidding' || state === 'offered') continue;
      this.#requests.delete(id);
      if (booking !== null) this.#byJob.delete(booking.job);
      return;
    }
  }
}

function viewOf({ id, buyer, order, state, booking, auction }: Request): RequestView {
  return {
    id,
    buyer: buyer.toBase58(),
    order,
    state,
    booking,
    closesAt: auction?.terms.closesAt ?? null,
    bids: auction?.bids ?? [],
  };
}
