import { samePriceUnits, type Rate } from './rate.js';

/** The most devices that a node may have. */
export const MAX_DEVICES = 8;

/** What the search asks of a node, kept as numbers. */
export interface RatedNode {
  /** At most {@link MAX_DEVICES}. */
  readonly devices: number;
  readonly reliability: number;
  /** By a number of devices: before when so many are never free at a time, as far as is known. */
  readonly freeFrom: readonly number[];
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
  /** From when on the devices are needed. */
  readonly from: number;
  /** The UTC hour in which the order is placed, as a bit. */
  readonly placedIn: number;
  readonly minReliability: number;
  /** The last word, on what only the calendar knows. */
  readonly accepts: (rate: ListedRate<N>) => boolean;
}

/** The best rate that a search has come upon, over several indexes. */
export class BestRate<N extends RatedNode> {
  readonly #quantity: bigint;
  #lowest = 0n;
  #highest = 0n;
  rate: ListedRate<N> | null = null;
  /** What is above it is dearer. */
  highestKey = Infinity;
  /** What is below it is cheaper. */
  lowestKey = Infinity;

  /** `quantity`: device-hours of the order. */
  constructor(quantity: number) {
    this.#quantity = BigInt(quantity);
  }

  /** Whether it is cheaper; costs the same and is more reliable; or comes first among equals. */
  isBeatenBy(rate: ListedRate<N>): boolean {
    const best = this.rate;
    if (best === null || rate.unit < this.#lowest) return true;
    if (rate.unit > this.#highest) return false;
    const more = rate.node.reliability - best.node.reliability;
    return more !== 0 ? more > 0 : compare(rate, best) < 0;
  }

  take(rate: ListedRate<N>): void {
    if (this.rate === null || rate.unit < this.#lowest) {
      const { lowest, highest } = samePriceUnits(rate.unit, this.#quantity);
      [this.#lowest, this.#highest] = [lowest, highest];
      [this.lowestKey, this.highestKey] = [Number(lowest), Number(highest)];
    }
    this.rate = rate;
  }
}

const BLOCK_RATES = 32;
const FEW_RATES = BLOCK_RATES / 4;

/** Neighbours in the order of price, and the best of each property among them: what a search can leave out. */
export class Block<N extends RatedNode> {
  readonly rates: ListedRate<N>[] = [];
  placedIn = 0;
  minHours = Infinity;
  maxHours = 0;
  /** By a number of devices: when the first node has so many free. */
  readonly freeFrom = new Array<number>(MAX_DEVICES + 1).fill(Infinity);
  /** By a number of devices: the highest reliability of a node that has so many, free or not; -1 for none. */
  readonly reliability = new Array<number>(MAX_DEVICES + 1).fill(-1);
  /** Whether the summary may promise more than there is. */
  loose = false;

  /** Lets the summary know of a rate. */
  include({ node, placedIn, minHours, maxHours }: ListedRate<N>): void {
    this.placedIn |= placedIn;
    if (minHours < this.minHours) this.minHours = minHours;
    if (maxHours > this.maxHours) this.maxHours = maxHours;
    this.#includeNode(node);
  }

  /** Devices of a node became free, or were taken: then the summary may promise too much. */
  onNodeChanged(node: N): void {
    this.#includeNode(node);
    this.loose = true;
  }

  #includeNode(node: N): void {
    for (let devices = 1; devices <= node.devices; devices += 1) {
      const from = node.freeFrom[devices] ?? Infinity;
      if (from < (this.freeFrom[devices] ?? Infinity)) this.freeFrom[devices] = from;
      if (node.reliability > (this.reliability[devices] ?? -1)) this.reliability[devices] = node.reliability;
    }
  }

  /** Makes the summary exact again. */
  tighten(): void {
    this.placedIn = this.maxHours = 0;
    this.minHours = Infinity;
    this.freeFrom.fill(Infinity);
    this.reliability.fill(-1);
    for (const rate of this.rates) this.include(rate);
    this.loose = false;
  }

  mayHold(query: RateQuery<N>, reliability: number): boolean {
    return (
      (this.freeFrom[query.devices] ?? Infinity) <= query.from &&
      (this.reliability[query.devices] ?? -1) >= reliability &&
      (this.placedIn & query.placedIn) !== 0 &&
      this.minHours <= query.hours &&
      this.maxHours >= query.hours
    );
  }
}

/** Ascending price; among equal ones by listing. Keys are rounded, so equal keys need the exact units. */
function compare(a: ListedRate<RatedNode>, b: ListedRate<RatedNode>): number {
  if (a.key !== b.key) return a.key - b.key;
  if (a.unit !== b.unit) return a.unit < b.unit ? -1 : 1;
  return a.seq - b.seq;
}

/**
 * Rates in the order of price, in blocks of neighbours. A search goes from the cheapest on and leaves out blocks whose
 * summary says that nothing in them fits; a summary may promise too much for a while, and is made exact by the search
 * that found nothing behind it.
 */
export class RateIndex<N extends RatedNode> {
  readonly #blocks: Block<N>[] = [];

  add(rate: ListedRate<N>): void {
    const place = Math.max(0, Math.min(this.#blockFor(rate), this.#blocks.length - 1));
    let block = this.#blocks[place];
    if (block === undefined) {
      block = new Block();
      this.#blocks.push(block);
    }
    block.rates.splice(placeIn(block.rates, rate), 0, rate);
    rate.block = block;
    block.include(rate);
    if (block.rates.length > BLOCK_RATES) this.#split(place, block);
  }

  remove(rate: ListedRate<N>): void {
    const { block } = rate;
    if (block === null) return;
    const place = this.#blockFor(rate);
    block.rates.splice(placeIn(block.rates, rate), 1);
    rate.block = null;
    block.loose = true;
    if (block.rates.length < FEW_RATES) this.#merge(place, block);
  }

  /** Improves on the best rate so far, if something here is better. */
  search(query: RateQuery<N>, best: BestRate<N>): void {
    // Behind one of ours that was taken come only dearer ones and later listings.
    let taken = false;
    for (const block of this.#blocks) {
      const [first] = block.rates;
      if (first === undefined || first.key > best.highestKey) break;
      const rival = first.key >= best.lowestKey ? best.rate : null;
      const needed = rival === null ? 0 : rival.node.reliability + (taken ? 1 : 0);
      if (!block.mayHold(query, Math.max(query.minReliability, needed))) continue;
      let fruitless = true;
      for (const rate of block.rates) {
        if (rate.key > best.highestKey) break;
        if (!fits(rate, query)) continue;
        fruitless = false;
        if (!best.isBeatenBy(rate) || !query.accepts(rate)) continue;
        best.take(rate);
        taken = true;
      }
      if (fruitless && block.loose) block.tighten();
    }
  }

  /** The block whose last rate is not before this one. */
  #blockFor(rate: ListedRate<N>): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const rates = this.#blocks[middle]?.rates ?? [];
      const last = rates[rates.length - 1];
      if (last !== undefined && compare(last, rate) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
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

/** The place of a rate among sorted ones, or where it belongs. */
function placeIn(rates: readonly ListedRate<RatedNode>[], rate: ListedRate<RatedNode>): number {
  let low = 0;
  let high = rates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rates[middle];
    if (other !== undefined && compare(other, rate) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function fits<N extends RatedNode>(
  { node, placedIn, minHours, maxHours }: ListedRate<N>,
  query: RateQuery<N>,
): boolean {
  return (
    (node.freeFrom[query.devices] ?? Infinity) <= query.from &&
    (placedIn & query.placedIn) !== 0 &&
    minHours <= query.hours &&
    maxHours >= query.hours &&
    node.reliability >= query.minReliability
  );
}
