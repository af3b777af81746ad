import { MAX_DEVICES, NEVER, REST_FIELDS, type OpeningChange, type OpeningTable } from './opening-table.js';
import { compareUnits, highestSamePrice, type Rate } from './rate.js';
import { BANDWIDTHS, MAX_SCORE } from './types.js';

/** What the search asks of a node, as numbers. */
export interface RatedNode {
  /** Its row in the table of openings. */
  readonly row: number;
  /** At most {@link MAX_DEVICES}. */
  readonly devices: number;
  readonly reliability: number;
  /** Places among the regions and the bandwidths. */
  readonly region: number;
  readonly bandwidth: number;
}

/** A rate of an offer in an index. */
export interface ListedRate extends Rate {
  readonly node: RatedNode;
  /** Counts the listings: among equal rates of equally reliable nodes the first listed wins. */
  readonly seq: number;
  /** Where it lies, kept by the index. */
  id: number;
  block: number;
}

/** What a rate must satisfy. */
export interface RateQuery<R> {
  readonly devices: number;
  readonly hours: number;
  /** From when until when the devices are needed. */
  readonly from: number;
  readonly until: number;
  /** The UTC hour in which the order is placed. */
  readonly placedIn: number;
  readonly minReliability: number;
  /** The place of the slowest bandwidth that will do. */
  readonly bandwidth: number;
  /** The places of the regions that will do; `null` for any. */
  readonly regions: readonly number[] | null;
  /** What is above this key is too dear. */
  readonly highestKey: number;
  /** The last word, on what only the calendar knows. */
  readonly accepts: (rate: R) => boolean;
}

const BLOCK_RATES = 256;
const FEW_RATES = BLOCK_RATES / 4;
const ROOMY_RATES = (BLOCK_RATES * 3) / 4;

// A rate is a row of whole numbers, and a pair of doubles: the key and the rest of its unit.
const ROW_FIELDS = 8;
const ID = 0;
const NODE_ROW = 1;
const PLACED_IN = 2;
const MIN_HOURS = 3;
const MAX_HOURS = 4;
const RELIABILITY = 5;
const REGION = 6;
const BANDWIDTH = 7;

// Which rates of a block have a trait: a bit each, in words of 32. An order has one trait of each kind, or a few
// regions, and only what has them all is looked at. A trait may be had in common by what still differs.
const WORD_RATES = 32;
const WORDS = BLOCK_RATES / WORD_RATES;
/** A trait for each UTC hour in which orders are placed. */
const HOURS_OF_DAY = 24;
/** A trait for all lengths from a power of two to the next one; the last has all that are longer. */
const LENGTHS = 14;
/** A trait for each so many basis points: at least as reliable as that. */
const RELIABILITY_STEP = 500;
const RELIABILITIES = MAX_SCORE / RELIABILITY_STEP + 1;
const REGIONS = 32;
const FIRST_LENGTH = HOURS_OF_DAY;
const FIRST_RELIABILITY = FIRST_LENGTH + LENGTHS;
const FIRST_BANDWIDTH = FIRST_RELIABILITY + RELIABILITIES;
const FIRST_REGION = FIRST_BANDWIDTH + BANDWIDTHS.length;
const MASK_WORDS = (FIRST_REGION + REGIONS) * WORDS;

const lengthTrait = (hours: number): number =>
  FIRST_LENGTH + Math.min(31 - Math.clz32(Math.max(hours, 1)), LENGTHS - 1);
const reliabilityTrait = (reliability: number): number =>
  FIRST_RELIABILITY + Math.min(Math.floor(reliability / RELIABILITY_STEP), RELIABILITIES - 1);
const regionTrait = (place: number): number => FIRST_REGION + (place % REGIONS);

/**
 * The rates of a hardware class in the order of their price, in blocks of neighbours; among equal ones the more
 * reliable node comes first, then the earlier listing. All that a search looks at lies in arrays of numbers. It goes
 * from the cheapest on and leaves out blocks in which no node has enough devices free in time. When devices are taken,
 * their blocks promise too much until a search finds nothing behind one and makes it exact.
 */
export class RateIndex<R extends ListedRate> {
  readonly #openings: OpeningTable;
  /** By the ids of rates. */
  readonly #listed: (R | undefined)[] = [];
  readonly #unusedIds: number[] = [];
  /** The blocks in the order of price: each is a place in the arrays below. */
  readonly #order: number[] = [];
  readonly #unusedBlocks: number[] = [];
  #rows = new Int32Array(BLOCK_RATES * ROW_FIELDS);
  #units = new Float64Array(BLOCK_RATES * 2);
  /** By block: how many rates it has. */
  #sizes = new Uint16Array(1);
  #masks = new Int32Array(MASK_WORDS);
  /** By block and number of devices: when the first of its nodes has so many free. */
  #earliest = new Uint32Array(MAX_DEVICES);
  /** By block: 1 where its masks are those of other rates than it has now. */
  #stale = new Uint8Array(1);
  /** By block, a bit for each number of devices: whether `earliest` may promise too much. */
  #loose = new Uint8Array(1);
  /** By block and number of devices: the row in which one was found last, to look there first. */
  #witnesses = new Uint16Array(MAX_DEVICES);

  constructor(openings: OpeningTable) {
    this.#openings = openings;
  }

  add(rate: R): void {
    rate.id = this.#unusedIds.pop() ?? this.#listed.length;
    this.#listed[rate.id] = rate;
    let place = Math.max(0, Math.min(this.#placeOfBlock(rate), this.#order.length - 1));
    if (this.#order.length === 0) this.#order.push(this.#newBlock());
    else if (this.#size(this.#blockAt(place)) === BLOCK_RATES) {
      this.#split(place);
      place = Math.min(this.#placeOfBlock(rate), this.#order.length - 1);
    }
    this.#insert(this.#blockAt(place), rate);
  }

  remove(rate: R): void {
    const { block, id } = rate;
    const start = block * BLOCK_RATES;
    let row = start;
    while (this.#rows[row * ROW_FIELDS + ID] !== id) row += 1;
    this.#shift(row + 1, start + this.#size(block), row);
    this.#sizes[block] = this.#size(block) - 1;
    this.#listed[id] = undefined;
    this.#unusedIds.push(id);
    if (this.#size(block) < FEW_RATES) this.#merge(block);
    else this.#summarize(block);
  }

  /** The openings of a rate's node have changed. */
  onOpenings({ node: { row }, block }: R, { earlier, later }: OpeningChange): void {
    if (earlier !== 0) this.#includeOpenings(block, row);
    if (later !== 0) this.#loose[block] = (this.#loose[block] ?? 0) | later;
  }

  /**
   * The rate at which an order costs least; among those at which it costs the same, to the micro-USD, the most reliable
   * node's; among those the first in the order of the index.
   */
  search(query: RateQuery<R>): R | null {
    const { devices, hours, from, until, placedIn, bandwidth, regions, accepts } = query;
    const rows = this.#rows;
    const units = this.#units;
    const masks = this.#masks;
    const earliest = this.#earliest;
    const { opens, rest } = this.#openings;
    const length = lengthTrait(hours) * WORDS;
    const fastEnough = (FIRST_BANDWIDTH + bandwidth) * WORDS;
    const inRegions = regions?.map((place) => regionTrait(place) * WORDS);
    let best: R | null = null;
    let needed = query.minReliability;
    let reliable = reliabilityTrait(needed) * WORDS;
    let highestKey = query.highestKey;
    let highestRest = Infinity;
    for (const block of this.#order) {
      const start = block * BLOCK_RATES;
      if ((units[start * 2] ?? 0) > highestKey) break;
      if ((earliest[block * MAX_DEVICES + devices - 1] ?? NEVER) > from) continue;
      if (this.#stale[block] === 1) this.#maskRows(block);
      let fruitless = true;
      for (let word = 0; word < WORDS; word += 1) {
        const mask = block * MASK_WORDS + word;
        let candidates =
          (masks[mask + placedIn * WORDS] ?? 0) &
          (masks[mask + length] ?? 0) &
          (masks[mask + reliable] ?? 0) &
          (masks[mask + fastEnough] ?? 0);
        if (inRegions !== undefined) {
          let inOneOfThem = 0;
          for (const trait of inRegions) inOneOfThem |= masks[mask + trait] ?? 0;
          candidates &= inOneOfThem;
        }
        while (candidates !== 0) {
          const lowest = candidates & -candidates;
          candidates ^= lowest;
          const row = start + word * WORD_RATES + 31 - Math.clz32(lowest);
          const field = row * ROW_FIELDS;
          // What follows is dearer still. Once there is a best one, only those that cost the same are of interest.
          if (compareUnits(units[row * 2] ?? 0, units[row * 2 + 1] ?? 0, highestKey, highestRest) > 0)
            return best;
          if (
            (rows[field + RELIABILITY] ?? 0) < needed ||
            (rows[field + MIN_HOURS] ?? 0) > hours ||
            (rows[field + MAX_HOURS] ?? 0) < hours ||
            (regions !== null && !regions.includes(rows[field + REGION] ?? 0))
          )
            continue;
          const opening = (rows[field + NODE_ROW] ?? 0) * MAX_DEVICES + devices - 1;
          if ((opens[opening] ?? NEVER) > from) continue;
          const other = opening * REST_FIELDS;
          const closes = rest[other] ?? 0;
          if (until > closes) {
            if (from < closes) continue;
            if (from < (rest[other + 2] ?? 0) && until > (rest[other + 1] ?? 0)) continue;
          }
          fruitless = false;
          const rate = this.#listed[rows[field + ID] ?? 0];
          if (rate === undefined || !accepts(rate)) continue;
          if (best === null)
            ({ key: highestKey, rest: highestRest } = highestSamePrice(rate, devices * hours));
          best = rate;
          needed = rate.node.reliability + 1;
          reliable = reliabilityTrait(needed) * WORDS;
        }
      }
      if (fruitless) this.#tighten(block, devices, from);
    }
    return best;
  }

  #size(block: number): number {
    return this.#sizes[block] ?? 0;
  }

  #blockAt(place: number): number {
    return this.#order[place] ?? 0;
  }

  /** The place of the first block whose last rate is not before this one. */
  #placeOfBlock(rate: R): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.#blockAt(middle);
      if (this.#compare(block * BLOCK_RATES + this.#size(block) - 1, rate) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below zero where the rate of a row comes before another one. */
  #compare(row: number, rate: R): number {
    const field = row * ROW_FIELDS;
    const unit = compareUnits(this.#units[row * 2] ?? 0, this.#units[row * 2 + 1] ?? 0, rate.key, rate.rest);
    if (unit !== 0) return unit;
    const reliability = this.#rows[field + RELIABILITY] ?? 0;
    if (reliability !== rate.node.reliability) return rate.node.reliability - reliability;
    return (this.#listed[this.#rows[field + ID] ?? 0]?.seq ?? 0) - rate.seq;
  }

  #insert(block: number, rate: R): void {
    const start = block * BLOCK_RATES;
    const end = start + this.#size(block);
    let low = start;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, rate) < 0) low = middle + 1;
      else high = middle;
    }
    this.#shift(low, end, low + 1);
    const { id, node, placedIn, minHours, maxHours, key, rest } = rate;
    const { row, reliability, region, bandwidth } = node;
    this.#rows.set([id, row, placedIn, minHours, maxHours, reliability, region, bandwidth], low * ROW_FIELDS);
    this.#units.set([key, rest], low * 2);
    rate.block = block;
    this.#sizes[block] = end - start + 1;
    this.#includeOpenings(block, row);
    this.#stale[block] = 1;
  }

  /** Moves rows to another place. */
  #shift(start: number, end: number, to: number): void {
    this.#rows.copyWithin(to * ROW_FIELDS, start * ROW_FIELDS, end * ROW_FIELDS);
    this.#units.copyWithin(to * 2, start * 2, end * 2);
  }

  /** Moves the rates of a block from a row on to the end of another block. */
  #move(from: number, row: number, to: number): void {
    const end = from * BLOCK_RATES + this.#size(from);
    const target = to * BLOCK_RATES + this.#size(to);
    this.#shift(row, end, target);
    for (let index = 0; index < end - row; index += 1) {
      const rate = this.#listed[this.#rows[(target + index) * ROW_FIELDS + ID] ?? 0];
      if (rate !== undefined) rate.block = to;
    }
    this.#sizes[to] = this.#size(to) + end - row;
    this.#sizes[from] = row - from * BLOCK_RATES;
  }

  #split(place: number): void {
    const block = this.#blockAt(place);
    const upper = this.#newBlock();
    this.#move(block, block * BLOCK_RATES + BLOCK_RATES / 2, upper);
    this.#order.splice(place + 1, 0, upper);
    this.#summarize(block);
    this.#summarize(upper);
  }

  /** Takes a block that has become small into the one before it, where that has room. */
  #merge(block: number): void {
    const place = this.#order.indexOf(block);
    const before = place === 0 ? undefined : this.#order[place - 1];
    const hasRoom = before !== undefined && this.#size(before) + this.#size(block) <= ROOMY_RATES;
    if (this.#size(block) > 0 && !hasRoom) {
      this.#summarize(block);
      return;
    }
    if (hasRoom) {
      this.#move(block, block * BLOCK_RATES, before);
      this.#summarize(before);
    }
    this.#order.splice(place, 1);
    this.#unusedBlocks.push(block);
  }

  #newBlock(): number {
    const block = this.#unusedBlocks.pop() ?? this.#order.length;
    if (block >= this.#sizes.length) this.#grow();
    this.#sizes[block] = 0;
    this.#summarize(block);
    return block;
  }

  #grow(): void {
    this.#rows = doubled(this.#rows, new Int32Array(this.#rows.length * 2));
    this.#units = doubled(this.#units, new Float64Array(this.#units.length * 2));
    this.#masks = doubled(this.#masks, new Int32Array(this.#masks.length * 2));
    this.#earliest = doubled(this.#earliest, new Uint32Array(this.#earliest.length * 2));
    this.#sizes = doubled(this.#sizes, new Uint16Array(this.#sizes.length * 2));
    this.#stale = doubled(this.#stale, new Uint8Array(this.#stale.length * 2));
    this.#loose = doubled(this.#loose, new Uint8Array(this.#loose.length * 2));
    this.#witnesses = doubled(this.#witnesses, new Uint16Array(this.#witnesses.length * 2));
  }

  /** Makes anew what is kept of a block as a whole. */
  #summarize(block: number): void {
    this.#loose[block] = 0;
    this.#earliest.fill(NEVER, block * MAX_DEVICES, (block + 1) * MAX_DEVICES);
    const start = block * BLOCK_RATES;
    for (let row = start; row < start + this.#size(block); row += 1) {
      this.#includeOpenings(block, this.#rows[row * ROW_FIELDS + NODE_ROW] ?? 0);
    }
    this.#stale[block] = 1;
  }

  /** Makes the masks of a block anew. */
  #maskRows(block: number): void {
    const masks = this.#masks.fill(0, block * MASK_WORDS, (block + 1) * MASK_WORDS);
    this.#stale[block] = 0;
    const size = this.#size(block);
    for (let index = 0; index < size; index += 1) {
      const field = (block * BLOCK_RATES + index) * ROW_FIELDS;
      const of = (name: number): number => this.#rows[field + name] ?? 0;
      const mask = block * MASK_WORDS + Math.floor(index / WORD_RATES);
      const bit = 1 << (index % WORD_RATES);
      const mark = (first: number, last: number): void => {
        for (let trait = first; trait <= last; trait += 1) {
          const place = mask + trait * WORDS;
          masks[place] = (masks[place] ?? 0) | bit;
        }
      };
      const placedIn = of(PLACED_IN);
      for (let hour = 0; hour < HOURS_OF_DAY; hour += 1) {
        if ((placedIn & (1 << hour)) !== 0) mark(hour, hour);
      }
      mark(lengthTrait(of(MIN_HOURS)), lengthTrait(of(MAX_HOURS)));
      mark(FIRST_RELIABILITY, reliabilityTrait(of(RELIABILITY)));
      mark(FIRST_BANDWIDTH, FIRST_BANDWIDTH + of(BANDWIDTH));
      mark(regionTrait(of(REGION)), regionTrait(of(REGION)));
    }
  }

  #includeOpenings(block: number, nodeRow: number): void {
    const { opens } = this.#openings;
    for (let index = 0; index < MAX_DEVICES; index += 1) {
      const from = opens[nodeRow * MAX_DEVICES + index] ?? NEVER;
      const place = block * MAX_DEVICES + index;
      if (from < (this.#earliest[place] ?? NEVER)) this.#earliest[place] = from;
    }
  }

  /** Makes the earliest time of a block exact again for a number of devices, unless a node has so many free at a time. */
  #tighten(block: number, devices: number, at: number): void {
    const loose = this.#loose[block] ?? 0;
    const bit = 1 << (devices - 1);
    if ((loose & bit) === 0) return;
    const { opens } = this.#openings;
    const place = block * MAX_DEVICES + devices - 1;
    const start = block * BLOCK_RATES;
    const size = this.#size(block);
    const witness = this.#witnesses[place] ?? 0;
    let earliest = NEVER;
    for (let step = 0; step < size; step += 1) {
      const index = (witness + step) % size;
      const row = this.#rows[(start + index) * ROW_FIELDS + NODE_ROW] ?? 0;
      const from = opens[row * MAX_DEVICES + devices - 1] ?? NEVER;
      if (from <= at) {
        this.#witnesses[place] = index;
        return;
      }
      if (from < earliest) earliest = from;
    }
    this.#earliest[place] = earliest;
    this.#loose[block] = loose & ~bit;
  }
}

function doubled<T extends Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array>(
  values: T,
  grown: T,
): T {
  grown.set(values);
  return grown;
}
