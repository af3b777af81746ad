import { programConstant, quoteOffer, utcHour } from '@ionet/sdk';
import TinyQueue from 'tinyqueue';
import { DeviceCalendar, pickDevices, type Reservation } from './calendar.js';
import {
  BestRate,
  MAX_DEVICES,
  RateIndex,
  type ListedRate,
  type RatedNode,
  type RateQuery,
} from './rate-index.js';
import { ratesOf } from './rate.js';
import {
  BANDWIDTHS,
  type Bandwidth,
  type Claim,
  type Match,
  type NodeConstraints,
  type NodeListing,
  type OfferListing,
  type Order,
} from './types.js';

const SECONDS_PER_HOUR = 3_600;
/** How long after its start time a job may still be started. */
export const START_WINDOW_SECONDS = Number(programConstant('escrow', 'START_WINDOW_SECONDS'));
const RATES_AN_OFFER = 4;

/** A node with all that hangs on it. */
class NodeEntry implements RatedNode {
  listing: NodeListing;
  devices: number;
  reliability: number;
  freeFrom: readonly number[];
  readonly calendar = new DeviceCalendar();
  readonly offers = new Map<string, OfferEntry>();

  constructor(listing: NodeListing) {
    this.listing = listing;
    ({ devices: this.devices, reliability: this.reliability } = listing);
    this.freeFrom = this.calendar.freeFrom(listing.devices, 0);
  }
}

/** The rates of the nodes of one class, region and bandwidth: what most orders name. */
interface Shelf {
  readonly region: string;
  /** Place among the bandwidths. */
  readonly bandwidth: number;
  readonly rates: RateIndex<NodeEntry>;
}

interface OfferEntry {
  listing: OfferListing;
  /** As they lie in the index of the class; empty where nobody can book it. */
  rates: ListedRate<NodeEntry>[];
  /** Stays over changes, so that among equal offers the one that came first stays first. */
  readonly seq: number;
}

interface Lapse {
  readonly at: number;
  readonly id: string;
}

/** What makes {@link MatchingEngine.match} look at other offers than the best. */
export interface MatchOptions {
  /** Offers to leave out. */
  readonly without?: ReadonlySet<string>;
  /** How long the buyer may take to sign an order that starts at once: the devices are needed as much longer. */
  readonly signSeconds?: number;
}

/**
 * Open offers in the order of their price, and what of each node's devices is taken. No input or output: what happens
 * outside is told to it, and `advance` tells it the time.
 *
 * Devices are claimed for a job in three steps: held while the buyer signs, booked when the chain has the order,
 * started when it runs. Each step needs less time than the one before it, so that what was promised can be kept.
 */
export class MatchingEngine {
  readonly #nodes = new Map<string, NodeEntry>();
  readonly #offers = new Map<string, NodeEntry>();
  /** By hardware class. */
  readonly #shelves = new Map<string, Shelf[]>();
  /** The node of each reservation. */
  readonly #claims = new Map<string, NodeEntry>();
  readonly #lapsesAt = new Map<string, number>();
  readonly #lapses = new TinyQueue<Lapse>([], (a, b) => a.at - b.at);
  #listings = 0;
  #now = 0;

  /** How many nodes, offers and reservations there are. */
  get size(): { readonly nodes: number; readonly offers: number; readonly reservations: number } {
    return { nodes: this.#nodes.size, offers: this.#offers.size, reservations: this.#claims.size };
  }

  node(id: string): NodeListing | undefined {
    return this.#nodes.get(id)?.listing;
  }

  offer(id: string): OfferListing | undefined {
    return this.#offers.get(id)?.offers.get(id)?.listing;
  }

  nodes(): NodeListing[] {
    return [...this.#nodes.values()].map(({ listing }) => listing);
  }

  offersOf(node: string): OfferListing[] {
    return [...(this.#nodes.get(node)?.offers.values() ?? [])].map(({ listing }) => listing);
  }

  reservation(id: string): Reservation | undefined {
    return this.#claims.get(id)?.calendar.get(id);
  }

  /** Devices of a node that nobody has or is promised at the moment. */
  freeDevices(node: string): number {
    const entry = this.#nodes.get(node);
    if (entry === undefined) return 0;
    return Math.max(0, entry.devices - entry.calendar.busiest(this.#now, this.#now + 1, this.#now));
  }

  /** Devices of a node on which no job runs. */
  idleDevices(node: string): number {
    const entry = this.#nodes.get(node);
    return entry === undefined ? 0 : entry.devices - countBits(entry.calendar.running());
  }

  // What there is

  /** A node that is new or has changed. */
  setNode(listing: NodeListing): void {
    const entry = this.#nodes.get(listing.id);
    if (listing.devices > MAX_DEVICES) throw new RangeError(`a node has at most ${MAX_DEVICES} devices`);
    if (entry === undefined) {
      this.#nodes.set(listing.id, new NodeEntry(listing));
      return;
    }
    for (const offer of entry.offers.values()) this.#unlist(entry, offer);
    entry.listing = listing;
    ({ devices: entry.devices, reliability: entry.reliability } = listing);
    this.#countFree(entry);
    for (const offer of entry.offers.values()) this.#list(entry, offer);
  }

  /** A node that is gone, with its offers and reservations. */
  removeNode(id: string): void {
    const entry = this.#nodes.get(id);
    if (entry === undefined) return;
    for (const offer of [...entry.offers.keys()]) this.removeOffer(offer);
    for (const claim of [...entry.calendar.ids()]) this.release(claim);
    this.#nodes.delete(id);
  }

  /** An offer that is new or has changed. Its node must be known. */
  setOffer(listing: OfferListing): void {
    const entry = this.#nodes.get(listing.node);
    if (entry === undefined) throw new RangeError(`the node ${listing.node} is not known`);
    const known = entry.offers.get(listing.id);
    if (known !== undefined) this.#unlist(entry, known);
    const offer = known ?? { listing, rates: [], seq: (this.#listings += 1) };
    offer.listing = listing;
    entry.offers.set(listing.id, offer);
    this.#offers.set(listing.id, entry);
    this.#list(entry, offer);
  }

  /** An offer that is gone. Jobs that were booked on it stay. */
  removeOffer(id: string): void {
    const entry = this.#offers.get(id);
    const offer = entry?.offers.get(id);
    if (entry === undefined || offer === undefined) return;
    this.#unlist(entry, offer);
    entry.offers.delete(id);
    this.#offers.delete(id);
  }

  // Matching

  /**
   * The offer at which an order placed now costs least; among those at which it costs the same, to the micro-USD, the
   * one of the most reliable node; among those the lowest unit price, then the one that was listed first. `null`
   * where nothing fits, or the cheapest is above the limit. Nothing is reserved by it.
   */
  match(order: Order, { without, signSeconds = 0 }: MatchOptions = {}): Match | null {
    const { devices, hours, payment, ioPrice, regions, startAt = this.#now } = order;
    const until = claimEnd(order.startAt ?? this.#now + signSeconds, hours);
    const bandwidth = BANDWIDTHS.indexOf(order.bandwidth ?? 'belowLow');
    const best = new BestRate<NodeEntry>(devices * hours);
    const query: RateQuery<NodeEntry> = {
      devices,
      hours,
      from: startAt,
      placedIn: 1 << Number(utcHour(BigInt(this.#now))),
      minReliability: order.minReliability ?? 0,
      accepts: ({ node, offer }) =>
        without?.has(offer) !== true && this.#hasFree(node, devices, startAt, until),
    };
    for (const shelf of this.#shelves.get(order.hardwareClass) ?? []) {
      if (shelf.bandwidth < bandwidth || regions?.includes(shelf.region) === false) continue;
      shelf.rates.search(query, best);
    }
    const { rate } = best;
    const listing = rate?.node.offers.get(rate.offer)?.listing;
    if (rate === null || listing === undefined) return null;
    const quote = quoteOffer({ offer: listing.terms, devices, hours, now: this.#now, payment, ioPrice });
    if (order.maxTotal !== undefined && quote.total > order.maxTotal) return null;
    return { offer: listing, node: rate.node.listing, quote };
  }

  /** Whether a node satisfies constraints and has the devices free for so many hours. */
  canServe(id: string, constraints: NodeConstraints, hours: number, startAt = this.#now): boolean {
    const node = this.#nodes.get(id);
    return (
      node?.listing.open === true &&
      node.listing.hardwareClass === constraints.hardwareClass &&
      (constraints.regions?.includes(node.listing.region) ?? true) &&
      isFastEnough(node.listing.bandwidth, constraints.bandwidth) &&
      node.reliability >= (constraints.minReliability ?? 0) &&
      this.#hasFree(node, constraints.devices, startAt, claimEnd(startAt, hours))
    );
  }

  // Devices

  /** Keeps devices while a buyer signs. Says no where too few of them are free all the time. */
  hold(claim: Claim): boolean {
    const entry = this.#nodes.get(claim.node);
    if (entry === undefined || this.#claims.has(claim.id)) return false;
    if (!this.#hasFree(entry, claim.devices, claim.from, claim.until)) return false;
    this.#reserve(entry, claim);
    return true;
  }

  /**
   * Takes note of an order that the chain has. It takes the place of a hold for the same job; an order of somebody who
   * did not ask here is noted as well, even if the devices were kept for others.
   */
  book(claim: Claim): void {
    const entry = this.#nodes.get(claim.node);
    if (entry === undefined) throw new RangeError(`the node ${claim.node} is not known`);
    this.release(claim.id);
    this.#reserve(entry, claim);
  }

  /**
   * The devices with which a booked job starts, one bit each; `null` where too few are free: no device ever has two
   * jobs. `devices` names those that it has already, after a restart of the scheduler.
   */
  start(id: string, startedAt: number, until: number, devices = 0): number | null {
    const entry = this.#claims.get(id);
    const reservation = entry?.calendar.get(id);
    if (entry === undefined || reservation === undefined) return null;
    if (reservation.mask !== 0) return reservation.mask;
    const running = entry.calendar.running();
    const keepsThem = devices !== 0 && (running & devices) === 0;
    const mask = keepsThem ? devices : pickDevices(running, reservation.devices, entry.devices);
    if (mask === null) return null;
    this.#lapsesAt.delete(id);
    entry.calendar.set(id, { devices: reservation.devices, from: startedAt, until, mask });
    this.#countFree(entry);
    return mask;
  }

  /** Takes note of a job's new end. */
  extend(id: string, until: number): void {
    const calendar = this.#claims.get(id)?.calendar;
    const reservation = calendar?.get(id);
    if (reservation !== undefined) calendar?.set(id, { ...reservation, until });
  }

  /** Frees the devices of a job, whatever it was doing. */
  release(id: string): void {
    const entry = this.#claims.get(id);
    if (entry === undefined) return;
    entry.calendar.delete(id);
    this.#claims.delete(id);
    this.#lapsesAt.delete(id);
    this.#countFree(entry);
  }

  /** Lets time pass: frees what was kept too long, and gives the jobs that it was kept for. */
  advance(now: number): string[] {
    this.#now = Math.max(this.#now, now);
    const lapsed: string[] = [];
    for (let next = this.#lapses.peek(); next !== undefined && next.at <= this.#now;) {
      this.#lapses.pop();
      if (this.#lapsesAt.get(next.id) === next.at) {
        this.release(next.id);
        lapsed.push(next.id);
      }
      next = this.#lapses.peek();
    }
    return lapsed;
  }

  // Inside

  #hasFree(node: NodeEntry, devices: number, from: number, until: number): boolean {
    return node.calendar.hasFree(devices, node.devices, from, until, this.#now);
  }

  #reserve(entry: NodeEntry, { id, devices, from, until, lapsesAt }: Claim): void {
    entry.calendar.set(id, { devices, from, until, mask: 0 });
    this.#claims.set(id, entry);
    this.#lapsesAt.set(id, lapsesAt);
    this.#lapses.push({ at: lapsesAt, id });
    this.#countFree(entry);
  }

  /** Looks when devices become free, after a reservation has changed, and tells the index. */
  #countFree(entry: NodeEntry): void {
    entry.freeFrom = entry.calendar.freeFrom(entry.devices, this.#now);
    for (const { rates } of entry.offers.values()) {
      for (const { block } of rates) block?.onNodeChanged(entry);
    }
  }

  #list(entry: NodeEntry, offer: OfferEntry): void {
    if (!entry.listing.open || !offer.listing.active) return;
    const { rates } = this.#shelf(entry.listing);
    offer.rates = ratesOf(offer.listing.terms).map((rate, place) => ({
      ...rate,
      offer: offer.listing.id,
      node: entry,
      seq: offer.seq * RATES_AN_OFFER + place,
      block: null,
    }));
    for (const rate of offer.rates) rates.add(rate);
  }

  #unlist(entry: NodeEntry, offer: OfferEntry): void {
    const { rates } = this.#shelf(entry.listing);
    for (const rate of offer.rates) rates.remove(rate);
    offer.rates = [];
  }

  #shelf({ hardwareClass, region, bandwidth }: NodeListing): Shelf {
    const shelves = this.#shelves.get(hardwareClass) ?? [];
    this.#shelves.set(hardwareClass, shelves);
    const place = BANDWIDTHS.indexOf(bandwidth);
    const known = shelves.find((shelf) => shelf.region === region && shelf.bandwidth === place);
    if (known !== undefined) return known;
    const shelf = { region, bandwidth: place, rates: new RateIndex<NodeEntry>() };
    shelves.push(shelf);
    return shelf;
  }
}

function countBits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count += 1;
  return count;
}

function isFastEnough(bandwidth: Bandwidth, wanted: Bandwidth = 'belowLow'): boolean {
  return BANDWIDTHS.indexOf(bandwidth) >= BANDWIDTHS.indexOf(wanted);
}

/** Until when devices are needed for a job that shall start at a time: it may be started late. */
export function claimEnd(startAt: number, hours: number): number {
  return startAt + START_WINDOW_SECONDS + hours * SECONDS_PER_HOUR;
}
