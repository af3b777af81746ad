import { ADDRESS_BYTES, decodeAddress } from '../points/base58.js';

/** Most characters of an address. */
export const TEXT_BYTES = 44;
/** What stands for no node and for no fact. */
export const NONE = 0xffff_ffff;
const FIRST_CAPACITY = 1024;
/** Bits of an address that a pass of the sort orders by. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * What is known of a node lies in one row, so that whoever looks at a node waits for memory once: its text, padded
 * with zeros, its address and the two destinations as bytes, then words.
 */
export const ROW_BYTES = 176;
export const ROW_WORDS = ROW_BYTES / 4;
export const ADDRESS_AT = TEXT_BYTES;
export const DESTINATION_AT = ADDRESS_AT + ADDRESS_BYTES;
export const PAID_TO_AT = DESTINATION_AT + ADDRESS_BYTES;
/** The words of a row; lines are 0 and facts {@link NONE} where there are none. */
export const WORD = {
  multiplier: 35,
  paidLow: 36,
  paidHigh: 37,
  registeredLine: 38,
  paidLine: 39,
  devices: 40,
  lastFact: 41,
} as const;

/** Numbers the nodes of a file in the order in which they first occur. Flat arrays: there may be a million. */
export class NodeTable {
  /** How many nodes there are. */
  count = 0;
  /** Their rows, as bytes and as words of the same memory. */
  bytes = new Uint8Array(FIRST_CAPACITY * ROW_BYTES);
  words = new Uint32Array(this.bytes.buffer);
  private slots = new Uint32Array(FIRST_CAPACITY * 2).fill(NONE);
  private last = NONE;

  /** The number of the node written at `start` to `end`; {@link NONE} if that is not an address. */
  indexOf(text: Uint8Array, start: number, end: number): number {
    // Lines of one node often follow each other.
    if (this.last !== NONE && this.isAt(this.last, text, start, end)) return this.last;
    const { slots } = this;
    let slot = hashOf(text, end) & (slots.length - 1);
    for (let index = slots[slot] ?? NONE; index !== NONE; index = slots[slot] ?? NONE) {
      if (this.isAt(index, text, start, end)) return (this.last = index);
      slot = (slot + 1) & (slots.length - 1);
    }
    if ((this.count + 1) * ROW_BYTES > this.bytes.length) {
      this.grow();
      return this.indexOf(text, start, end);
    }
    const { bytes, count } = this;
    const row = count * ROW_BYTES;
    if (!decodeAddress(text, start, end, bytes, row + ADDRESS_AT)) return NONE;
    for (let at = start; at < end; at++) bytes[row + at - start] = text[at] ?? 0;
    this.words[count * ROW_WORDS + WORD.lastFact] = NONE;
    slots[slot] = count;
    this.last = count;
    return this.count++;
  }

  /** The numbers of the nodes by the bytes of their addresses. */
  sorted(): Uint32Array {
    const { bytes, count } = this;
    const keys = new Uint32Array(count);
    for (let index = 0, at = ADDRESS_AT; index < count; index++, at += ROW_BYTES) {
      const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      keys[index] = (high << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    }
    const order = sortByKey(keys);
    // Those few that begin with the same four bytes are put right one by one.
    for (let at = 1; at < count; at++) {
      const index = order[at] ?? 0;
      let to = at;
      for (; to > 0; to--) {
        const before = order[to - 1] ?? 0;
        if (keys[before] !== keys[index] || this.compare(before, index) <= 0) break;
        order[to] = before;
      }
      order[to] = index;
    }
    return order;
  }

  private compare(a: number, b: number): number {
    const { bytes } = this;
    const [one, other] = [a * ROW_BYTES + ADDRESS_AT, b * ROW_BYTES + ADDRESS_AT];
    for (let byte = 0; byte < ADDRESS_BYTES; byte++) {
      const difference = (bytes[one + byte] ?? 0) - (bytes[other + byte] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  private isAt(index: number, text: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this;
    const length = end - start;
    if (length > TEXT_BYTES) return false;
    // Addresses that differ differ almost always in their last characters.
    const row = index * ROW_BYTES;
    for (let at = length - 1; at >= 0; at--) {
      if (bytes[row + at] !== text[start + at]) return false;
    }
    return length === TEXT_BYTES || bytes[row + length] === 0;
  }

  private grow(): void {
    const bytes = new Uint8Array(this.bytes.length * 2);
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.words = new Uint32Array(bytes.buffer);
    const slots = new Uint32Array(this.slots.length * 2).fill(NONE);
    for (let index = 0; index < this.count; index++) {
      const start = index * ROW_BYTES;
      let end = start + TEXT_BYTES;
      while (bytes[end - 1] === 0) end--;
      let slot = hashOf(bytes, end) & (slots.length - 1);
      while (slots[slot] !== NONE) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = index;
    }
    this.slots = slots;
  }
}

/** A hash of the last characters of an address, which differ as much as all of them. */
function hashOf(text: Uint8Array, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = end - 8; at < end; at++) hash = Math.imul(hash ^ (text[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** The numbers of the keys, in the order of the keys: a radix sort. */
function sortByKey(keys: Uint32Array): Uint32Array {
  const { length } = keys;
  let from = new Uint32Array(length);
  for (let index = 0; index < length; index++) from[index] = index;
  let to = new Uint32Array(length);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    // Where the numbers of each digit go next.
    const places = new Uint32Array(DIGITS + 1);
    for (let index = 0; index < length; index++) {
      const next = (((keys[index] ?? 0) >>> shift) & (DIGITS - 1)) + 1;
      places[next] = (places[next] ?? 0) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit++) {
      places[digit + 1] = (places[digit + 1] ?? 0) + (places[digit] ?? 0);
    }
    for (let at = 0; at < length; at++) {
      const index = from[at] ?? 0;
      const digit = ((keys[index] ?? 0) >>> shift) & (DIGITS - 1);
      const place = places[digit] ?? 0;
      to[place] = index;
      places[digit] = place + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}
