import { ADDRESS_BYTES, decodeAddress } from '../points/base58.js';

/** Most characters of an address. */
export const TEXT_BYTES = 44;
const EMPTY = -1;
const FIRST_CAPACITY = 1024;

/** Copies the 32 bytes of an address: for so few, a view of them would take longer than the copy. */
export function copyAddress(from: Uint8Array, at: number, into: Uint8Array, offset: number): void {
  for (let byte = 0; byte < ADDRESS_BYTES; byte++) into[offset + byte] = from[at + byte] ?? 0;
}

/** Numbers the nodes of a file in the order in which they first occur. Flat arrays: there may be a million. */
export class NodeTable {
  /** How many nodes there are. */
  count = 0;
  /** Their addresses, 32 bytes each. */
  addresses = new Uint8Array(FIRST_CAPACITY * ADDRESS_BYTES);
  /** Their addresses as they are written, padded with zeros. */
  private texts = new Uint8Array(FIRST_CAPACITY * TEXT_BYTES);
  private slots = new Int32Array(FIRST_CAPACITY * 2).fill(EMPTY);
  private last = EMPTY;

  /** The number of the node written at `start` to `end`; -1 if that is not an address. */
  indexOf(text: Uint8Array, start: number, end: number): number {
    // Lines of one node often follow each other.
    if (this.last !== EMPTY && this.isAt(this.last, text, start, end)) return this.last;
    let slot = this.slotOf(text, start, end);
    for (let index = this.slots[slot] ?? EMPTY; index !== EMPTY; index = this.slots[slot] ?? EMPTY) {
      if (this.isAt(index, text, start, end)) return (this.last = index);
      slot = (slot + 1) & (this.slots.length - 1);
    }
    if ((this.count + 1) * ADDRESS_BYTES > this.addresses.length) {
      this.grow();
      return this.indexOf(text, start, end);
    }
    if (!decodeAddress(text, start, end, this.addresses, this.count * ADDRESS_BYTES)) return EMPTY;
    const at = this.count * TEXT_BYTES - start;
    for (let byte = start; byte < end; byte++) this.texts[at + byte] = text[byte] ?? 0;
    this.slots[slot] = this.count;
    this.last = this.count;
    return this.count++;
  }

  /** The numbers of the nodes by the bytes of their addresses. */
  sorted(): Uint32Array {
    const { addresses, count } = this;
    const view = new DataView(addresses.buffer);
    const words = Uint32Array.from({ length: count }, (_, index) => view.getUint32(index * ADDRESS_BYTES));
    const order = sortByWord(words);
    // Those few that begin with the same four bytes are put right one by one.
    for (let at = 1; at < count; at++) {
      const index = order[at] ?? 0;
      let to = at;
      while (to > 0 && this.compare(order[to - 1] ?? 0, index) > 0) {
        order[to] = order[to - 1] ?? 0;
        to--;
      }
      order[to] = index;
    }
    return order;
  }

  private compare(a: number, b: number): number {
    for (let byte = 0; byte < ADDRESS_BYTES; byte++) {
      const difference =
        (this.addresses[a * ADDRESS_BYTES + byte] ?? 0) - (this.addresses[b * ADDRESS_BYTES + byte] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  private isAt(index: number, text: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length > TEXT_BYTES) return false;
    const at = index * TEXT_BYTES;
    for (let byte = 0; byte < length; byte++) {
      if (this.texts[at + byte] !== text[start + byte]) return false;
    }
    return length === TEXT_BYTES || this.texts[at + length] === 0;
  }

  private slotOf(text: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (text[at] ?? 0), 0x01000193);
    return (hash ^ (hash >>> 15)) & (this.slots.length - 1);
  }

  private grow(): void {
    const twice = (array: Uint8Array): Uint8Array<ArrayBuffer> => {
      const larger = new Uint8Array(array.length * 2);
      larger.set(array);
      return larger;
    };
    this.addresses = twice(this.addresses);
    this.texts = twice(this.texts);
    this.slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
    for (let index = 0; index < this.count; index++) {
      const start = index * TEXT_BYTES;
      let end = start + TEXT_BYTES;
      while (this.texts[end - 1] === 0) end--;
      let slot = this.slotOf(this.texts, start, end);
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = index;
    }
  }
}

/** The numbers of the words, in the order of the words: a radix sort of two passes. */
function sortByWord(words: Uint32Array): Uint32Array {
  let from = Uint32Array.from(words.keys());
  for (const shift of [0, 16]) {
    // Where the numbers of each digit go next.
    const places = new Uint32Array(65_537);
    for (const word of words) {
      const digit = (word >>> shift) & 0xffff;
      places[digit + 1] = (places[digit + 1] ?? 0) + 1;
    }
    for (let bucket = 0; bucket < 65_536; bucket++) {
      places[bucket + 1] = (places[bucket + 1] ?? 0) + (places[bucket] ?? 0);
    }
    const to = new Uint32Array(words.length);
    for (const index of from) {
      const digit = ((words[index] ?? 0) >>> shift) & 0xffff;
      const place = places[digit] ?? 0;
      to[place] = index;
      places[digit] = place + 1;
    }
    from = to;
  }
  return from;
}
