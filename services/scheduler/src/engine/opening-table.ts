/** The most devices that a node may have. */
export const MAX_DEVICES = 8;

/** The last moment that a table can hold, in the year 2106: all later ones are this one. */
export const NEVER = 0xff_ff_ff_ff;

/**
 * When so many devices of a node are free, for each number of them, as planned when it was written: a row a node, which
 * a search runs through without any object. A job that runs on after its time only makes it less: who finds that there
 * is room asks the calendar.
 */
export class OpeningTable {
  /** From when so many are free for the first time: what a search looks at most, so it lies close together. */
  #opens = new Uint32Array(MAX_DEVICES);
  /** Three numbers: until when they are; and from when until when they are not for the last time. */
  #rest = new Uint32Array(MAX_DEVICES * REST_FIELDS);
  #rows = 0;
  readonly #unused: number[] = [];

  /** The place of a number of devices of a row is `row * MAX_DEVICES + devices - 1`. Another array after {@link add}. */
  get opens(): Uint32Array {
    return this.#opens;
  }

  /** {@link REST_FIELDS} numbers for each of `opens`. */
  get rest(): Uint32Array {
    return this.#rest;
  }

  /** A row for a node; nothing is free in it. */
  add(): number {
    const row = this.#unused.pop() ?? this.#rows++;
    if (row * MAX_DEVICES >= this.#opens.length) {
      this.#opens = doubled(this.#opens);
      this.#rest = doubled(this.#rest);
    }
    this.clear(row);
    return row;
  }

  /** Nothing is free. */
  clear(row: number): void {
    this.#opens.fill(NEVER, row * MAX_DEVICES, (row + 1) * MAX_DEVICES);
  }

  remove(row: number): void {
    this.#unused.push(row);
  }
}

/** For which numbers of devices, a bit each, a node has something free earlier or later than before. */
export interface OpeningChange {
  readonly earlier: number;
  readonly later: number;
}

/** How many numbers there are beside when devices are free for the first time. */
export const REST_FIELDS = 3;

function doubled(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(values.length * 2);
  grown.set(values);
  return grown;
}
