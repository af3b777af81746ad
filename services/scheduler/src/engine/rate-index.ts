import { highestUnitOfSamePrice, type Rate } from './rate.js';

/** What the search asks of a node, kept as numbers. */
export interface RatedNode {
  readonly id: string;
  readonly region: string;
  /** One bit; nodes of other regions may have the same. */
  readonly regionBit: number;
  /** Place among the bandwidths. */
  readonly bandwidth: number;
  readonly devices: number;
  readonly reliability: number;
  /** Devices that nobody has at the moment. */
  readonly free: number;
}

/** A rate of an offer in an index. */
export interface ListedRate<N extends RatedNode> extends Rate {
  readonly offer: string;
  readonly node: N;
  /** Counts the listings: among equal rates the first listed wins. */
  readonly seq: number;
  /** Where it lies, kept by the index. */
  block: Block<N> | null;
}

/** What a rate must satisfy. */
export interface RateQuery<N extends RatedNode> {
  readonly devices: number;
  readonly hours: number;
  /** Devices must be free at the moment, not only later. */
  readonly atOnce: boolean;
  /** The UTC hour in which the order is placed, as a bit. */
  readonly placedIn: number;
  readonly bandwidth: number;
  readonly minReliability: number;
  /** `null`: any. */
  readonly regions: ReadonlySet<string> | null;
  /** The bits of the regions. */
  readonly regionBits: number;
  /** The last word, on what only the calendar knows. */
  readonly accepts: (rate: ListedRate<N>) => boolean;
}

const BLOCK_RATES = 128;
const FEW_RATES = BLOCK_RATES / 4;

/** Neighbours in the order of price, and the best of each property among them: what a search can leave out. */
export class Block<N extends RatedNode> {
  readonly rates: ListedRate<N>[] = [];
  placedIn = 0;
  minHours = Infinity;
  maxHours = 0;
  free = 0;
  devices = 0;
  bandwidth = 0;
  reliability = 0;
  regionBits = 0;
  /** Whether the summary may promise more than there is. */
  loose = false;

  /** Lets the summary know of a rate, or of a node that got better. */
  include({ node, placedIn, minHours, maxHours }: ListedRate<N>): void {
    this.placedIn |= placedIn;
    this.minHours = Math.min(this.minHours, minHours);
    this.maxHours = Math.max(this.maxHours, maxHours);
    this.free = Math.max(this.free, node.free);
    this.devices = Math.max(this.devices, node.devices);
    this.bandwidth = Math.max(this.bandwidth, node.bandwidth);
    this.reliability = Math.max(this.reliability, node.reliability);
    this.regionBits |= node.regionBit;
  }

  /** Makes the summary exact again. */
  tighten(): void {
    this.placedIn = this.maxHours = this.free = this.devices = 0;
    this.bandwidth = this.reliability = this.regionBits = 0;
    this.minHours = Infinity;
    for (const rate of this.rates) this.include(rate);
    this.loose = false;
  }

  mayHold(query: RateQuery<N>): boolean {
    return (
      (query.atOnce ? this.free : this.devices) >= query.devices &&
      (this.placedIn & query.placedIn) !== 0 &&
      this.minHours <= query.hours &&
      this.maxHours >= query.hours &&
      (this.regionBits & query.regionBits) !== 0 &&
      this.bandwidth >= query.bandwidth &&
      this.reliability >= query.minReliability
    );
  }
}

/** Ascending price; among equal ones by listing. Keys are rounded, so equal keys need the exact units. */
function compare(a: ListedRate<RatedNode>, b: ListedRate<RatedNode>): number {
  if (a.key !== b.key) return a.key - b.key;
  if (a.unit !== b.unit) return a.unit < b.unit ? -1 : 1;
  return a.seq - b.seq;
}

/** The first index at which `isBehind` holds, where it holds for all behind it. */
function lowerBound(length: number, isBehind: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The rates of one hardware class in the order of price, in blocks of neighbours. A search goes from the cheapest on
 * and leaves out blocks whose summary says that nothing in them fits; a summary may promise too much for a while, and
 * is made exact by the search that found nothing behind it.
 */
export class RateIndex<N extends RatedNode> {
  readonly #blocks: Block<N>[] = [];

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  add(rate: ListedRate<N>): void {
    const place = Math.min(this.#blockFor(rate), this.#blocks.length - 1);
    let block = this.#blocks[place];
    if (block === undefined) {
      block = new Block<N>();
      this.#blocks.push(block);
    }
    const { rates } = block;
    rates.splice(
      lowerBound(rates.length, (index) => isNotBefore(rates[index], rate)),
      0,
      rate,
    );
    rate.block = block;
    block.include(rate);
    if (rates.length > BLOCK_RATES) this.#split(place, block);
  }

  remove(rate: ListedRate<N>): void {
    const { block } = rate;
    if (block === null) return;
    const place = this.#blockFor(rate);
    const { rates } = block;
    rates.splice(
      lowerBound(rates.length, (index) => isNotBefore(rates[index], rate)),
      1,
    );
    rate.block = null;
    block.loose = true;
    if (rates.length < FEW_RATES) this.#merge(place, block);
  }

  /** The cheapest rate that fits; among those at which the order costs the same, the most reliable node's. */
  find(query: RateQuery<N>): ListedRate<N> | null {
    const quantity = BigInt(query.devices * query.hours);
    let best: ListedRate<N> | null = null;
    let highest = 0n;
    let highestKey = Infinity;
    for (const block of this.#blocks) {
      const [first] = block.rates;
      if (first === undefined || first.key > highestKey) break;
      if (!block.mayHold(query)) continue;
      if (best !== null && block.reliability <= best.node.reliability) continue;
      let found = false;
      for (const rate of block.rates) {
        if (rate.key > highestKey) break;
        if (!fits(rate, query)) continue;
        if (best !== null && (rate.node.reliability <= best.node.reliability || rate.unit > highest))
          continue;
        if (!query.accepts(rate)) continue;
        found = true;
        if (best === null) {
          highest = highestUnitOfSamePrice(rate.unit, quantity);
          highestKey = Number(highest);
        }
        best = rate;
      }
      if (!found && block.loose) block.tighten();
    }
    return best;
  }

  /** The block whose last rate is not before this one. */
  #blockFor(rate: ListedRate<N>): number {
    return lowerBound(this.#blocks.length, (index) => isNotBefore(this.#blocks[index]?.rates.at(-1), rate));
  }

  #split(place: number, block: Block<N>): void {
    const upper = new Block<N>();
    for (const rate of block.rates.splice(block.rates.length >>> 1)) {
      rate.block = upper;
      upper.rates.push(rate);
    }
    upper.tighten();
    block.tighten();
    this.#blocks.splice(place + 1, 0, upper);
  }

  /** Takes a block that has become small into the one before it, where that has room. */
  #merge(place: number, block: Block<N>): void {
    const before = this.#blocks[place - 1];
    const hasRoom = before !== undefined && before.rates.length + block.rates.length <= BLOCK_RATES / 2;
    if (block.rates.length > 0 && !hasRoom) return;
    for (const rate of block.rates) {
      rate.block = before ?? null;
      before?.rates.push(rate);
      before?.include(rate);
    }
    this.#blocks.splice(place, 1);
  }
}

function isNotBefore(rate: ListedRate<RatedNode> | undefined, other: ListedRate<RatedNode>): boolean {
  return rate !== undefined && compare(rate, other) >= 0;
}

function fits<N extends RatedNode>(
  { node, placedIn, minHours, maxHours }: ListedRate<N>,
  query: RateQuery<N>,
): boolean {
  return (
    (query.atOnce ? node.free : node.devices) >= query.devices &&
    (placedIn & query.placedIn) !== 0 &&
    minHours <= query.hours &&
    maxHours >= query.hours &&
    (node.regionBit & query.regionBits) !== 0 &&
    node.bandwidth >= query.bandwidth &&
    node.reliability >= query.minReliability &&
    (query.regions === null || query.regions.has(node.region))
  );
}
