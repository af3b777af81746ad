import { ADDRESS_BYTES, decodeAddress } from './base58.js';

/** What a field of an event holds. */
type FieldType =
  | 'device'
  | 'wallet'
  /** Seconds of unix time, 32 bits. */
  | 'time'
  /** A whole number that a double holds exactly. */
  | 'count'
  /** A multiplier of hardware, x100. */
  | 'multiplier'
  /** One of a few words; its value is the word's place. */
  | readonly string[];

const PASS_OR_FAIL = ['pass', 'fail'] as const;

/**
 * The events of a points file: names and fields, in the order of a CSV line, whose first column is the name.
 *
 * @example
 * ```ts
 * import { POINTS_EVENTS } from '@ionet/sdk';
 *
 * POINTS_EVENTS.heartbeat; // { device: 'device', from: 'time', to: 'time' }
 * ```
 */
export const POINTS_EVENTS = {
  heartbeat: { device: 'device', from: 'time', to: 'time' },
  hired: {
    device: 'device',
    from: 'time',
    to: 'time',
    price: 'count',
    reference: 'count',
    buyer: ['independent', 'related'],
  },
  work: { device: 'device', at: 'time', result: PASS_OR_FAIL },
  hardware: { device: 'device', at: 'time', result: PASS_OR_FAIL },
  speed: { device: 'device', at: 'time', down: 'count', up: 'count' },
  registered: {
    device: 'device',
    wallet: 'wallet',
    kind: ['gpu', 'cpu'],
    multiplier: 'multiplier',
    joined: 'time',
  },
  ban: { device: 'device', at: 'time' },
} as const satisfies Record<string, Record<string, FieldType>>;

/**
 * The name of an event of a points file.
 *
 * @see {@link PointsFold}
 */
export type PointsEventName = keyof typeof POINTS_EVENTS;

/**
 * The largest multiplier of hardware, x100: what the staking program admits for a class.
 *
 * @example
 * ```ts
 * import { MAX_MULTIPLIER_X100 } from '@ionet/sdk';
 *
 * MAX_MULTIPLIER_X100 >= 1_000; // true: an H100 counts ten times
 * ```
 */
export const MAX_MULTIPLIER_X100 = 10_000;
const MAX_TIME = 2 ** 32 - 1;
const MAX_DEVICE_BYTES = 64;
const MAX_LINE_BYTES = 4_096;
const MAX_FIELDS = 8;

const COMMA = 44;
const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

interface Field {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type: FieldType;
  /** The words of a field of words, as bytes. */
  readonly words: readonly Uint8Array[];
  readonly quoted: boolean;
}

interface Layout {
  readonly name: PointsEventName;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

const encoder = new TextEncoder();
const LAYOUTS: readonly Layout[] = (Object.keys(POINTS_EVENTS) as PointsEventName[]).map((name) => ({
  name,
  bytes: encoder.encode(name),
  fields: Object.entries<FieldType>(POINTS_EVENTS[name]).map(([field, type]) => ({
    name: field,
    bytes: encoder.encode(field),
    type,
    words: typeof type === 'string' ? [] : type.map((word) => encoder.encode(word)),
    quoted: type === 'device' || type === 'wallet' || typeof type !== 'string',
  })),
}));
const EVENT = encoder.encode('event');

/** Which bytes a device's name may have: letters, digits and `.`, `_`, `:`, `/`, `-`. */
const IN_DEVICE = new Uint8Array(256);
for (const byte of encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-')) {
  IN_DEVICE[byte] = 1;
}

function sameBytes(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.length) return false;
  for (let at = 0; at < other.length; at += 1) if (bytes[start + at] !== other[at]) return false;
  return true;
}

/** A whole number without sign or leading zeros, at most 2^53 - 1; -1 where it is none. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1 || length > 16 || (length > 1 && bytes[start] === 48)) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
}

/**
 * Reads lines of points files, CSV or JSON, without making an object or a string of any: what a line says stands in
 * the reader until the next one.
 */
export class EventReader {
  /** The event of the last line. */
  event: PointsEventName = 'heartbeat';
  /** Where in the line's bytes the device's name stands. */
  deviceStart = 0;
  deviceEnd = 0;
  /** The other fields in their order, numbers as they are, words by their place. */
  readonly values = new Float64Array(MAX_FIELDS);
  /** The wallet of the last line that had one. */
  readonly wallet = new Uint8Array(ADDRESS_BYTES);

  /** Per field of the line: where its value stands, its name (JSON), and whether it was in quotes (JSON). */
  private readonly starts = new Int32Array(MAX_FIELDS + 1);
  private readonly ends = new Int32Array(MAX_FIELDS + 1);
  private readonly keyStarts = new Int32Array(MAX_FIELDS + 1);
  private readonly keyEnds = new Int32Array(MAX_FIELDS + 1);
  private readonly quoted = new Uint8Array(MAX_FIELDS + 1);
  private count = 0;

  /** Reads the line at `start` to `end`, without its line break; what is wrong with it, or null. */
  read(bytes: Uint8Array, start: number, end: number): string | null {
    if (end - start > MAX_LINE_BYTES) return `the line has more than ${MAX_LINE_BYTES} bytes`;
    return bytes[start] === OPEN ? this.readJson(bytes, start, end) : this.readCsv(bytes, start, end);
  }

  private readCsv(bytes: Uint8Array, start: number, end: number): string | null {
    let count = 0;
    let from = start;
    for (let at = start; at <= end; at += 1) {
      if (at < end && bytes[at] !== COMMA) continue;
      if (count === MAX_FIELDS + 1) return 'the line has too many columns';
      this.starts[count] = from;
      this.ends[count] = at;
      count += 1;
      from = at + 1;
    }
    const layout = this.layout(bytes, 0);
    if (layout === null) return UNKNOWN_EVENT;
    const { fields } = layout;
    if (count !== fields.length + 1) {
      return `${layout.name}: the line has ${count} columns, not ${fields.length + 1}`;
    }
    this.event = layout.name;
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index];
      const problem = field === undefined ? null : this.value(bytes, field, index, index + 1);
      if (problem !== null) return `${layout.name}: ${problem}`;
    }
    return null;
  }

  private readJson(bytes: Uint8Array, start: number, end: number): string | null {
    const malformed = this.splitJson(bytes, start, end);
    if (malformed !== null) return malformed;
    const place = this.find(bytes, EVENT, 0);
    if (place < 0) return 'the object has no event';
    if (this.quoted[place] === 0) return UNKNOWN_EVENT;
    const layout = this.layout(bytes, place);
    if (layout === null) return UNKNOWN_EVENT;
    const { fields } = layout;
    this.event = layout.name;
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index];
      if (field === undefined) continue;
      const found = this.find(bytes, field.bytes, index + 1);
      if (found < 0) return `${layout.name}: the object has no ${field.name}`;
      const problem = this.value(bytes, field, index, found);
      if (problem !== null) return `${layout.name}: ${problem}`;
      if (this.quoted[found] !== (field.quoted ? 1 : 0)) {
        return `${layout.name}: ${field.name} must be ${field.quoted ? 'a string' : 'a number, not a string'}`;
      }
    }
    // Each field was found once, so more members are unknown ones, or one of them twice.
    if (this.count !== fields.length + 1) {
      return `${layout.name}: the object has ${this.count} members, not ${fields.length + 1}`;
    }
    return null;
  }

  /** Splits a flat object of strings and numbers. */
  private splitJson(bytes: Uint8Array, start: number, end: number): string | null {
    let at = start + 1;
    let last = end;
    while (last > at && isSpace(bytes[last - 1])) last -= 1;
    if (last === at || bytes[last - 1] !== CLOSE) return NOT_FLAT;
    last -= 1;
    let count = 0;
    for (;;) {
      while (at < last && isSpace(bytes[at])) at += 1;
      if (bytes[at] !== QUOTE) return NOT_FLAT;
      const keyStart = at + 1;
      at = closingQuote(bytes, keyStart, last);
      if (at < 0) return NOT_FLAT;
      if (count > MAX_FIELDS) return 'the object has too many members';
      this.keyStarts[count] = keyStart;
      this.keyEnds[count] = at;
      at += 1;
      while (at < last && isSpace(bytes[at])) at += 1;
      if (at >= last || bytes[at] !== COLON) return NOT_FLAT;
      at += 1;
      while (at < last && isSpace(bytes[at])) at += 1;
      if (at < last && bytes[at] === QUOTE) {
        const valueEnd = closingQuote(bytes, at + 1, last);
        if (valueEnd < 0) return NOT_FLAT;
        this.starts[count] = at + 1;
        this.ends[count] = valueEnd;
        this.quoted[count] = 1;
        at = valueEnd + 1;
      } else {
        this.starts[count] = at;
        while (at < last && bytes[at] !== COMMA && !isSpace(bytes[at])) at += 1;
        this.ends[count] = at;
        this.quoted[count] = 0;
      }
      count += 1;
      while (at < last && isSpace(bytes[at])) at += 1;
      if (at === last) break;
      if (bytes[at] !== COMMA) return NOT_FLAT;
      at += 1;
    }
    this.count = count;
    return null;
  }

  /** The member of a name; where it stood to be expected, or elsewhere. */
  private find(bytes: Uint8Array, name: Uint8Array, expected: number): number {
    if (
      expected < this.count &&
      sameBytes(bytes, this.keyStarts[expected] ?? 0, this.keyEnds[expected] ?? 0, name)
    ) {
      return expected;
    }
    for (let index = 0; index < this.count; index += 1) {
      if (sameBytes(bytes, this.keyStarts[index] ?? 0, this.keyEnds[index] ?? 0, name)) return index;
    }
    return -1;
  }

  private layout(bytes: Uint8Array, place: number): Layout | null {
    const start = this.starts[place] ?? 0;
    const end = this.ends[place] ?? 0;
    for (const layout of LAYOUTS) if (sameBytes(bytes, start, end, layout.bytes)) return layout;
    return null;
  }

  /** Takes the value of a field; what is wrong with it, or null. */
  private value(bytes: Uint8Array, field: Field, index: number, place: number): string | null {
    const start = this.starts[place] ?? 0;
    const end = this.ends[place] ?? 0;
    const { name, type } = field;
    if (type === 'device') {
      if (end === start || end - start > MAX_DEVICE_BYTES) return BAD_DEVICE;
      for (let at = start; at < end; at += 1) if (IN_DEVICE[bytes[at] ?? 0] === 0) return BAD_DEVICE;
      this.deviceStart = start;
      this.deviceEnd = end;
      return null;
    }
    if (type === 'wallet') {
      return decodeAddress(bytes, start, end, this.wallet, 0) ? null : 'wallet is not an address of 32 bytes';
    }
    if (typeof type !== 'string') {
      const word = field.words.findIndex((bytesOfWord) => sameBytes(bytes, start, end, bytesOfWord));
      this.values[index] = word;
      return word >= 0 ? null : `${name} must be ${type.join(' or ')}`;
    }
    const value = wholeNumber(bytes, start, end);
    this.values[index] = value;
    if (type === 'count') return value >= 0 ? null : `${name} must be a whole number up to 2^53 - 1`;
    if (type === 'time') {
      return value >= 0 && value <= MAX_TIME ? null : `${name} must be a time in whole unix seconds`;
    }
    if (value >= 1 && value <= MAX_MULTIPLIER_X100) return null;
    return `${name} must be a whole number from 1 to ${MAX_MULTIPLIER_X100}, x100`;
  }
}

const UNKNOWN_EVENT = `the event must be ${LAYOUTS.map(({ name }) => name).join(', ')}`;
const NOT_FLAT = 'the line is not one flat JSON object of plain strings and numbers';
const BAD_DEVICE = `device must be 1 to ${MAX_DEVICE_BYTES} letters, digits or . _ : / -`;

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

/** Where the string that began ends; -1 where it does not, or holds an escape. */
function closingQuote(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte < 32) return -1;
  }
  return -1;
}
