import { programConstant, quoteOffer, utcHour } from '@ionet/sdk';
import TinyQueue from 'tinyqueue';
import { DeviceCalendar, pickDevices, type Reservation } from './calendar.js';
import { MAX_DEVICES, OpeningTable, type OpeningChange } from './opening-table.js';
import { RateIndex, type ListedRate, type RatedNode } from './rate-index.js';
import { ratesOf, roughlyHighestUnit } from './rate.js';
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
  readonly calendar = new DeviceCalendar();
  readonly offers = new Map<string, OfferEntry>();
  /** Those of all its offers that can be booked; they lie in the index of its class. */
  rates: ListedOffer[] = [];
  devices = 0;
  reliability = 0;
  bandwidth = 0;

  constructor(
    readonly row: number,
    public listing: NodeListing,
    public region: number,
    public index: RateIndex<ListedOffer>,
  ) {}

  update(listing: NodeListing, region: number, index: RateIndex<ListedOffer>): void {
    this.listing = listing;
    this.region = region;
    this.index = index;
    this.devices = listing.devices;
    this.reliability = listing.reliability;
    this.bandwidth = BANDWIDTHS.indexOf(listing.bandwidth);
  }
}

/** Devices that are taken for a job, and of which node. */
interface ClaimEntry {
  readonly node: NodeEntry;
  /** As it lies in the node's calendar. */
  reservation: Reservation;
  /** When they are free again, unless the job was started. */
  lapsesAt: number;
}

interface OfferEntry {
  listing: OfferListing;
  /** Stays over changes, so that among equal offers the one that came first stays first. */
  readonly seq: number;
}

/** A rate of an offer as it lies in an index. */
interface ListedOffer extends ListedRate {
  readonly node: NodeEntry;
  readonly offer: OfferEntry;
}

interface Lapse {
  readonly at: number;
  readonly id: string;
}

const byTime = (a: Lapse, b: Lapse): number => a.at - b.at;
/** So many that are over may always be remembered. */
const FEW_LAPSES = 1_024;

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
  readonly #rates = new Map<string, RateIndex<ListedOffer>>();
  readonly #openings = new OpeningTable();
  /** The place of each region. */
  readonly #regions = new Map<string, number>();
  /** By the id of a job. */
  readonly #claims = new Map<string, ClaimEntry>();
  #lapses = new TinyQueue<Lapse>([], byTime);
  #listings = 0;
  #now = 0;
  /** The UTC hour of the moment. */
  #placedIn = 0;

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
    return this.#claims.get(id)?.reservation;
  }

  /** Devices of a node that nobody has or is promised at the moment. */
  freeDevices(node: string): number {
    const entry = this.#nodes.get(node);
    if (entry === undefined) return 0;
    return Math.max(0, entry.devices - entry.calendar.mostUsed(this.#now, this.#now + 1, this.#now));
  }

  /** Devices of a node on which no job runs. */
  idleDevices(node: string): number {
    const entry = this.#nodes.get(node);
    return entry === undefined ? 0 : entry.devices - countBits(entry.calendar.running());
  }

  // What there is

  /** A node that is new or has changed. */
  setNode(listing: NodeListing): void {
    if (listing.devices > MAX_DEVICES) throw new RangeError(`a node has at most ${MAX_DEVICES} devices`);
    const region = this.#placeOf(listing.region);
    const index = this.#ratesOf(listing);
    const known = this.#nodes.get(listing.id);
    const entry = known ?? new NodeEntry(this.#openings.add(), listing, region, index);
    this.#nodes.set(listing.id, entry);
    for (const offer of entry.offers.values()) unlist(entry, offer);
    entry.update(listing, region, index);
    // It may have fewer devices than before.
    this.#openings.clear(entry.row);
    this.#findOpenings(entry);
    for (const offer of entry.offers.values()) list(entry, offer);
  }

  /** A node that is gone, with its offers and reservations. */
  removeNode(id: string): void {
    const entry = this.#nodes.get(id);
    if (entry === undefined) return;
    for (const offer of [...entry.offers.keys()]) this.removeOffer(offer);
    for (const [claim, { node }] of [...this.#claims]) if (node === entry) this.release(claim);
    this.#nodes.delete(id);
    this.#openings.remove(entry.row);
  }

  /** An offer that is new or has changed. Its node must be known. */
  setOffer(listing: OfferListing): void {
    const entry = this.#nodes.get(listing.node);
    if (entry === undefined) throw new RangeError(`the node ${listing.node} is not known`);
    const known = entry.offers.get(listing.id);
    if (known !== undefined) unlist(entry, known);
    const offer = known ?? { listing, seq: (this.#listings += 1) };
    offer.listing = listing;
    entry.offers.set(listing.id, offer);
    this.#offers.set(listing.id, entry);
    list(entry, offer);
  }

  /** An offer that is gone. Jobs that were booked on it stay. */
  removeOffer(id: string): void {
    const entry = this.#offers.get(id);
    const offer = entry?.offers.get(id);
    if (entry === undefined || offer === undefined) return;
    unlist(entry, offer);
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
    const { devices, hours, payment, ioPrice, maxTotal, startAt = this.#now } = order;
    if (startAt < this.#now) return null;
    const until = claimEnd(order.startAt ?? this.#now + signSeconds, hours);
    const rate = this.#rates.get(order.hardwareClass)?.search({
      devices,
      hours,
      from: startAt,
      until,
      placedIn: this.#placedIn,
      minReliability: order.minReliability ?? 0,
      bandwidth: BANDWIDTHS.indexOf(order.bandwidth ?? 'belowLow'),
      regions: order.regions === undefined ? null : this.#placesOf(order.regions),
      // In US dollars the total is never below the price; in IO the search cannot tell.
      highestKey:
        maxTotal === undefined || payment === 'io' ? Infinity : roughlyHighestUnit(maxTotal, devices * hours),
      accepts: ({ node, offer }) =>
        without?.has(offer.listing.id) !== true && this.#hasFree(node, devices, startAt, until),
    });
    if (rate == null) return null;
    const { listing } = rate.offer;
    const quote = quoteOffer({ offer: listing.terms, devices, hours, now: this.#now, payment, ioPrice });
    if (maxTotal !== undefined && quote.total > maxTotal) return null;
    return { offer: listing, node: rate.node.listing, quote };
  }

  /** Whether a node satisfies constraints and has the devices free for so many hours. */
  canServe(id: string, constraints: NodeConstraints, hours: number, startAt = this.#now): boolean {
    const node = this.#nodes.get(id);
    return (
      node?.listing.open === true &&
      startAt >= this.#now &&
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
    const claim = this.#claims.get(id);
    if (claim === undefined) return null;
    const { node: entry, reservation } = claim;
    if (reservation.mask !== 0) return reservation.mask;
    const running = entry.calendar.running();
    const keepsThem = devices !== 0 && (running & devices) === 0;
    const mask = keepsThem ? devices : pickDevices(running, reservation.devices, entry.devices);
    if (mask === null) return null;
    claim.lapsesAt = Infinity;
    this.#replan(claim, { devices: reservation.devices, from: startedAt, until, mask });
    return mask;
  }

  /** Takes note of a job's new end. */
  extend(id: string, until: number): void {
    const claim = this.#claims.get(id);
    if (claim === undefined || claim.reservation.until === until) return;
    this.#replan(claim, { ...claim.reservation, until });
  }

  /** Frees the devices of a job, whatever it was doing. */
  release(id: string): void {
    const claim = this.#claims.get(id);
    if (claim === undefined) return;
    claim.node.calendar.remove(claim.reservation);
    this.#claims.delete(id);
    this.#planAnew(claim.node);
  }

  /** Lets time pass: frees what was kept too long, and gives the jobs that it was kept for. */
  advance(now: number): string[] {
    this.#now = Math.max(this.#now, now);
    this.#placedIn = Number(utcHour(BigInt(this.#now)));
    const lapsed: string[] = [];
    for (let next = this.#lapses.peek(); next !== undefined && next.at <= this.#now;) {
      this.#lapses.pop();
      if (this.#claims.get(next.id)?.lapsesAt === next.at) {
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
    const reservation = { devices, from, until, mask: 0 };
    entry.calendar.add(reservation);
    this.#claims.set(id, { node: entry, reservation, lapsesAt });
    this.#lapses.push({ at: lapsesAt, id });
    if (this.#lapses.length > 2 * this.#claims.size + FEW_LAPSES) this.#forgetLapses();
    this.#planAnew(entry);
  }

  /** Another time, or certain devices, for a job. */
  #replan(claim: ClaimEntry, reservation: Reservation): void {
    claim.node.calendar.remove(claim.reservation);
    claim.node.calendar.add(reservation);
    claim.reservation = reservation;
    this.#planAnew(claim.node);
  }

  /** Drops what was released before its time came. */
  #forgetLapses(): void {
    const left = this.#lapses.data.filter(({ id, at }) => this.#claims.get(id)?.lapsesAt === at);
    this.#lapses = new TinyQueue(left, byTime);
  }

  /** After a reservation has changed: looks when devices become free, and tells the index. */
  #planAnew(entry: NodeEntry): void {
    const change = this.#findOpenings(entry);
    if (change.earlier === 0 && change.later === 0) return;
    for (const rate of entry.rates) entry.index.onOpenings(rate, change);
  }

  #findOpenings({ calendar, row, devices }: NodeEntry): OpeningChange {
    return calendar.writeOpenings(this.#openings, row, devices, this.#now);
  }

  #ratesOf({ hardwareClass }: NodeListing): RateIndex<ListedOffer> {
    const known = this.#rates.get(hardwareClass);
    if (known !== undefined) return known;
    const index = new RateIndex<ListedOffer>(this.#openings);
    this.#rates.set(hardwareClass, index);
    return index;
  }

  #placeOf(region: string): number {
    const known = this.#regions.get(region);
    if (known !== undefined) return known;
    const place = this.#regions.size;
    this.#regions.set(region, place);
    return place;
  }

  /** The places of those of these regions in which there is any node. */
  #placesOf(regions: readonly string[]): number[] {
    const places: number[] = [];
    for (const region of regions) {
      const place = this.#regions.get(region);
      if (place !== undefined) places.push(place);
    }
    return places;
  }
}

/** Puts the rates of an offer into the index. */
function list(entry: NodeEntry, offer: OfferEntry): void {
  const { listing, seq } = offer;
  if (!entry.listing.open || !listing.active) return;
  ratesOf(listing.terms).forEach((rate, place) => {
    const listed = {
      ...rate,
      offer,
      node: entry,
      seq: seq * RATES_AN_OFFER + place,
      id: 0,
      block: 0,
    };
    entry.index.add(listed);
    entry.rates.push(listed);
  });
}

/** Takes the rates of an offer out of the index. */
function unlist(entry: NodeEntry, offer: OfferEntry): void {
  for (const rate of entry.rates) if (rate.offer === offer) entry.index.remove(rate);
  entry.rates = entry.rates.filter((rate) => rate.offer !== offer);
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
