import { MAX_DEVICES, REST_FIELDS, type OpeningChange, type OpeningTable } from './opening-table.js';
import { compareUnits, highestSamePrice, type Rate } from './rate.js';

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
export interface ListedRate<N extends RatedNode> extends Rate {
  readonly offer: string;
  readonly node: N;
  /** Counts the listings: among equal rates of equally reliable nodes the first listed wins. */
  readonly seq: number;
  /** Where it lies, kept by the index. */
  id: number;
  block: number;
}

/** What a rate must satisfy. */
export interface RateQuery<N extends RatedNode> {
  readonly devices: number;
  readonly hours: number;
  /** From when until when the devices are needed. */
  readonly from: number;
  readonly until: number;
  /** The UTC hour in which the order is placed, as a bit. */
  readonly placedIn: number;
  readonly minReliability: number;
  /** The place of the slowest bandwidth that will do. */
  readonly bandwidth: number;
  /** By the place of a region: 1 for those that will do; `null` for any. */
  readonly regions: Uint8Array | null;
  /** What is above this key is too dear. */
  readonly highestKey: number;
  /** The last word, on what only the calendar knows. */
  readonly accepts: (rate: ListedRate<N>) => boolean;
}

const BLOCK_RATES = 64;
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

// The summary of a block says the same of all its rates together. Instead of the node it has its number of rates, and
// instead of the region a bit for each, several regions to a bit.
const SIZE = NODE_ROW;
/** By a number of devices, a bit: whether `earliest` may promise too much. */
const LOOSE = ID;

// Which rates of a block are in a region, and which have a bandwidth or a faster one: a bit each, in words of 32.
const WORD_RATES = 32;
const WORDS = BLOCK_RATES / WORD_RATES;
const REGION_SLOTS = 32;
const BANDWIDTH_SLOTS = 4;
const MASK_WORDS = (REGION_SLOTS + BANDWIDTH_SLOTS) * WORDS;

/** Several regions may share a slot, or a bit. */
const regionSlot = (place: number): number => place & (REGION_SLOTS - 1);
const regionBit = (place: number): number => 1 << regionSlot(place);

/**
 * The rates of a hardware class in the order of their price, in blocks of neighbours; among equal ones the more
 * reliable node comes first, then the earlier listing. All that a search looks at lies in arrays of numbers. It goes
 * from the cheapest on and leaves out blocks whose summary says that nothing in them fits. When devices are taken, the
 * summaries of their blocks promise too much until a search finds nothing behind one and makes it exact.
 */
export class RateIndex<N extends RatedNode> {
  readonly #openings: OpeningTable;
  /** By the ids of rates. */
  readonly #listed: (ListedRate<N> | undefined)[] = [];
  readonly #unusedIds: number[] = [];
  /** The blocks in the order of price: each is a place in the arrays below. */
  readonly #order: number[] = [];
  readonly #unusedBlocks: number[] = [];
  #rows = new Int32Array(BLOCK_RATES * ROW_FIELDS);
  #units = new Float64Array(BLOCK_RATES * 2);
  #summaries = new Int32Array(ROW_FIELDS);
  #masks = new Int32Array(MASK_WORDS);
  /** By block and number of devices: when the first of its nodes has so many free. */
  #earliest = new Float64Array(MAX_DEVICES);
  /** By block and number of devices: the row in which one was found last, to look there first. */
  #witnesses = new Uint8Array(MAX_DEVICES);

  constructor(openings: OpeningTable) {
    this.#openings = openings;
  }

  add(rate: ListedRate<N>): void {
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

  remove(rate: ListedRate<N>): void {
    const { block, id } = rate;
    const start = block * BLOCK_RATES;
    let row = start;
    while (this.#rows[row * ROW_FIELDS + ID] !== id) row += 1;
    this.#shift(row + 1, start + this.#size(block), row);
    this.#summaries[block * ROW_FIELDS + SIZE] = this.#size(block) - 1;
    this.#listed[id] = undefined;
    this.#unusedIds.push(id);
    if (this.#size(block) < FEW_RATES) this.#merge(block);
    else this.#summarize(block);
  }

  /** The openings of a rate's node have changed. */
  onOpenings({ node: { row }, block }: ListedRate<N>, { earlier, later }: OpeningChange): void {
    if (earlier !== 0) this.#includeOpenings(block, row);
    const loose = block * ROW_FIELDS + LOOSE;
    if (later !== 0) this.#summaries[loose] = (this.#summaries[loose] ?? 0) | later;
  }

  /**
   * The rate at which an order costs least; among those at which it costs the same, to the micro-USD, the most reliable
   * node's; among those the first in the order of the index.
   */
  search(query: RateQuery<N>): ListedRate<N> | null {
    const { devices, hours, from, until, placedIn, bandwidth, regions, accepts } = query;
    const rows = this.#rows;
    const units = this.#units;
    const summaries = this.#summaries;
    const masks = this.#masks;
    const earliest = this.#earliest;
    const { opens, rest } = this.#openings;
    const slots = slotsOf(regions);
    const regionBits = slots === null ? -1 : slots.reduce((bits, slot) => bits | (1 << slot), 0);
    let best: ListedRate<N> | null = null;
    let needed = query.minReliability;
    let highestKey = query.highestKey;
    let highestRest = Infinity;
    for (const block of this.#order) {
      const start = block * BLOCK_RATES;
      if ((units[start * 2] ?? 0) > highestKey) break;
      if ((earliest[block * MAX_DEVICES + devices - 1] ?? Infinity) > from) continue;
      const summary = block * ROW_FIELDS;
      if (
        (summaries[summary + RELIABILITY] ?? 0) < needed ||
        ((summaries[summary + PLACED_IN] ?? 0) & placedIn) === 0 ||
        (summaries[summary + MIN_HOURS] ?? 0) > hours ||
        (summaries[summary + MAX_HOURS] ?? 0) < hours ||
        ((summaries[summary + REGION] ?? 0) & regionBits) === 0 ||
        (summaries[summary + BANDWIDTH] ?? 0) < bandwidth
      )
        continue;
      let fruitless = true;
      const mask = block * MASK_WORDS;
      for (let word = 0; word < WORDS; word += 1) {
        let candidates = masks[mask + (REGION_SLOTS + bandwidth) * WORDS + word] ?? 0;
        if (slots !== null) {
          let inRegions = 0;
          for (const slot of slots) inRegions |= masks[mask + slot * WORDS + word] ?? 0;
          candidates &= inRegions;
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
            ((rows[field + PLACED_IN] ?? 0) & placedIn) === 0 ||
            (rows[field + MIN_HOURS] ?? 0) > hours ||
            (rows[field + MAX_HOURS] ?? 0) < hours ||
            (regions !== null && regions[rows[field + REGION] ?? 0] !== 1)
          )
            continue;
          const opening = (rows[field + NODE_ROW] ?? 0) * MAX_DEVICES + devices - 1;
          if ((opens[opening] ?? Infinity) > from) continue;
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
        }
      }
      if (fruitless) this.#tighten(block, devices, from);
    }
    return best;
  }

  #size(block: number): number {
    return this.#summaries[block * ROW_FIELDS + SIZE] ?? 0;
  }

  #blockAt(place: number): number {
    return this.#order[place] ?? 0;
  }

  /** The place of the first block whose last rate is not before this one. */
  #placeOfBlock(rate: ListedRate<N>): number {
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
  #compare(row: number, rate: ListedRate<N>): number {
    const field = row * ROW_FIELDS;
    const unit = compareUnits(this.#units[row * 2] ?? 0, this.#units[row * 2 + 1] ?? 0, rate.key, rate.rest);
    if (unit !== 0) return unit;
    const reliability = this.#rows[field + RELIABILITY] ?? 0;
    if (reliability !== rate.node.reliability) return rate.node.reliability - reliability;
    return (this.#listed[this.#rows[field + ID] ?? 0]?.seq ?? 0) - rate.seq;
  }

  #insert(block: number, rate: ListedRate<N>): void {
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
    this.#summaries[block * ROW_FIELDS + SIZE] = end - start + 1;
    this.#include(block, low);
    this.#maskRows(block);
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
    this.#summaries[from * ROW_FIELDS + SIZE] = row - from * BLOCK_RATES;
    this.#summaries[to * ROW_FIELDS + SIZE] = this.#size(to) + end - row;
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
    if (block * ROW_FIELDS >= this.#summaries.length) this.#grow();
    this.#summaries[block * ROW_FIELDS + SIZE] = 0;
    this.#summarize(block);
    return block;
  }

  #grow(): void {
    this.#rows = doubled(this.#rows, new Int32Array(this.#rows.length * 2));
    this.#units = doubled(this.#units, new Float64Array(this.#units.length * 2));
    this.#summaries = doubled(this.#summaries, new Int32Array(this.#summaries.length * 2));
    this.#masks = doubled(this.#masks, new Int32Array(this.#masks.length * 2));
    this.#earliest = doubled(this.#earliest, new Float64Array(this.#earliest.length * 2));
    this.#witnesses = doubled(this.#witnesses, new Uint8Array(this.#witnesses.length * 2));
  }

  /** Makes a summary anew. */
  #summarize(block: number): void {
    const summary = block * ROW_FIELDS;
    const summaries = this.#summaries;
    summaries[summary + PLACED_IN] = 0;
    summaries[summary + MIN_HOURS] = 0x7f_ff_ff_ff;
    summaries[summary + MAX_HOURS] = 0;
    summaries[summary + RELIABILITY] = -1;
    summaries[summary + REGION] = 0;
    summaries[summary + BANDWIDTH] = -1;
    summaries[summary + LOOSE] = 0;
    this.#earliest.fill(Infinity, block * MAX_DEVICES, (block + 1) * MAX_DEVICES);
    const start = block * BLOCK_RATES;
    for (let row = start; row < start + this.#size(block); row += 1) this.#include(block, row);
    this.#maskRows(block);
  }

  /** Makes the masks of a block anew. */
  #maskRows(block: number): void {
    const masks = this.#masks;
    const mask = block * MASK_WORDS;
    masks.fill(0, mask, mask + MASK_WORDS);
    const size = this.#size(block);
    for (let index = 0; index < size; index += 1) {
      const field = (block * BLOCK_RATES + index) * ROW_FIELDS;
      const word = index >>> 5;
      const bit = 1 << (index & 31);
      const region = mask + regionSlot(this.#rows[field + REGION] ?? 0) * WORDS + word;
      masks[region] = (masks[region] ?? 0) | bit;
      for (let level = 0; level <= (this.#rows[field + BANDWIDTH] ?? 0); level += 1) {
        const place = mask + (REGION_SLOTS + level) * WORDS + word;
        masks[place] = (masks[place] ?? 0) | bit;
      }
    }
  }

  /** Lets the summary of a block know of a rate. */
  #include(block: number, row: number): void {
    const summaries = this.#summaries;
    const summary = block * ROW_FIELDS;
    const field = row * ROW_FIELDS;
    const of = (name: number): number => this.#rows[field + name] ?? 0;
    const so = (name: number): number => summaries[summary + name] ?? 0;
    summaries[summary + PLACED_IN] = so(PLACED_IN) | of(PLACED_IN);
    summaries[summary + MIN_HOURS] = Math.min(so(MIN_HOURS), of(MIN_HOURS));
    summaries[summary + MAX_HOURS] = Math.max(so(MAX_HOURS), of(MAX_HOURS));
    summaries[summary + RELIABILITY] = Math.max(so(RELIABILITY), of(RELIABILITY));
    summaries[summary + REGION] = so(REGION) | regionBit(of(REGION));
    summaries[summary + BANDWIDTH] = Math.max(so(BANDWIDTH), of(BANDWIDTH));
    this.#includeOpenings(block, of(NODE_ROW));
  }

  #includeOpenings(block: number, nodeRow: number): void {
    const { opens } = this.#openings;
    for (let index = 0; index < MAX_DEVICES; index += 1) {
      const from = opens[nodeRow * MAX_DEVICES + index] ?? Infinity;
      const place = block * MAX_DEVICES + index;
      if (from < (this.#earliest[place] ?? Infinity)) this.#earliest[place] = from;
    }
  }

  /** Makes the summary of a block exact again for a number of devices, unless a node has so many free at a time. */
  #tighten(block: number, devices: number, at: number): void {
    const summary = block * ROW_FIELDS;
    const loose = this.#summaries[summary + LOOSE] ?? 0;
    const bit = 1 << (devices - 1);
    if ((loose & bit) === 0) return;
    const { opens } = this.#openings;
    const place = block * MAX_DEVICES + devices - 1;
    const start = block * BLOCK_RATES;
    const size = this.#size(block);
    const witness = this.#witnesses[place] ?? 0;
    let earliest = Infinity;
    for (let step = 0; step < size; step += 1) {
      const index = (witness + step) % size;
      const row = this.#rows[(start + index) * ROW_FIELDS + NODE_ROW] ?? 0;
      const from = opens[row * MAX_DEVICES + devices - 1] ?? Infinity;
      if (from <= at) {
        this.#witnesses[place] = index;
        return;
      }
      if (from < earliest) earliest = from;
    }
    this.#earliest[place] = earliest;
    this.#summaries[summary + LOOSE] = loose & ~bit;
  }
}

function doubled<T extends Float64Array | Int32Array | Uint8Array>(values: T, grown: T): T {
  grown.set(values);
  return grown;
}

/** The slots of the regions that will do, each once. */
function slotsOf(regions: Uint8Array | null): number[] | null {
  if (regions === null) return null;
  const slots: number[] = [];
  regions.forEach((wanted, place) => {
    if (wanted === 1 && !slots.includes(regionSlot(place))) slots.push(regionSlot(place));
  });
  return slots;
}
