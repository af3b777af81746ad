import { HEARTBEATS_PER_EPOCH, IDLE_REWARD_FORMULA_ID } from '../math/idle-rewards.js';
import { ADDRESS_BYTES, decodeAddress, encodeAddress } from '../points/base58.js';
import type { LineProblem } from './error.js';
import { FACT, Facts } from './facts.js';
import {
  DESTINATION_AT,
  NodeTable,
  NONE,
  PAID_TO_AT,
  ROW_BYTES,
  ROW_WORDS,
  TEXT_BYTES,
  WORD,
} from './node-table.js';

/**
 * What the first line of an event file says.
 *
 * @see {@link computeEpochRewards}
 */
export interface EpochHeader {
  /** The genesis hash of the cluster, 64 hexadecimal digits. */
  readonly clusterTag: string;
  /** The emission program. */
  readonly program: string;
  /** The reward pool. */
  readonly pool: string;
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** The unix second in which the epoch begins; it takes 3,600. */
  readonly startsAt: number;
  /** What the pool pays at most in it, in base units of IO. */
  readonly budget: bigint;
  /** The line as it is written. */
  readonly text: string;
}

/** What is wrong with a line, and its number among the lines of all files. */
export interface NumberedProblem extends LineProblem {
  readonly number: number;
}

/** What the lines of a share come to. */
export interface LinesRead {
  readonly header: EpochHeader | undefined;
  readonly problems: readonly NumberedProblem[];
  /** The first file of all. */
  readonly firstFile: string;
}

/** Which nodes a reader is to keep: the addresses are cut into as many ranges of one size as there are readers. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** So many readers can share the work: all bounds between them are written in 44 characters. */
export const MOST_READERS = 8;
export const MAX_DEVICES = 8;

const EPOCH_SECONDS = 3_600;
const MAX_MULTIPLIER_X100 = 1_000_000;
const MAX_SPEED = 65_535;
const U32 = 0xffff_ffff;
const TWO_32 = 2 ** 32;
const MINUTES = Number(HEARTBEATS_PER_EPOCH);
const HALF = MINUTES / 2;
const HALF_BITS = 2 ** HALF - 1;

const COMMA = 44;
const NEWLINE = 10;
const RETURN = 13;
const PLUS = 43;
const MINUS = 45;
/** A line longer than this is none: a file without line feeds must not fill the memory. */
const MAX_LINE_BYTES = 65_536;

const decoder = new TextDecoder();

/**
 * Reads the lines of an epoch, in any order, cut anywhere, and keeps the facts of its share of the nodes. All readers
 * see all lines; each line is of one of them. `docs/rewards.md` describes the lines.
 */
export class EventReader {
  private header: EpochHeader | undefined;
  readonly problems: NumberedProblem[] = [];
  readonly nodes = new NodeTable();
  readonly facts = new Facts(this.nodes);

  private readonly files: { readonly name: string; readonly firstLine: number }[] = [];
  private line = 0;
  private rest = new Uint8Array(0);
  /** The first address of the share, and the first one behind it, as they are written. */
  private readonly from: Uint8Array | undefined;
  private readonly to: Uint8Array | undefined;
  /** The destination that was decoded last, and its text. */
  private readonly destination = new Uint8Array(ADDRESS_BYTES);
  private readonly destinationText = new Uint8Array(TEXT_BYTES);
  private destinationLength = 0;
  // The fields of the line at hand.
  private readonly starts = new Int32Array(16);
  private readonly ends = new Int32Array(16);
  private fields = 0;

  constructor({ index, of }: Share = { index: 0, of: 1 }) {
    this.from = index === 0 ? undefined : bound(index / of);
    this.to = index === of - 1 ? undefined : bound((index + 1) / of);
  }

  /** What follows is of another file. */
  beginFile(name: string): void {
    this.endFile();
    this.files.push({ name, firstLine: this.line });
  }

  /** The next part of the file, cut anywhere. */
  addPart(part: Uint8Array): void {
    const first = part.indexOf(NEWLINE) + 1;
    const last = part.lastIndexOf(NEWLINE) + 1;
    if (first === 0 || this.rest.length > 0) {
      const joined = new Uint8Array(this.rest.length + (first === 0 ? part.length : first));
      joined.set(this.rest);
      joined.set(first === 0 ? part : part.subarray(0, first), this.rest.length);
      this.rest = joined;
      if (first === 0) {
        if (joined.length > MAX_LINE_BYTES) this.endFile();
        return;
      }
      this.addLines(joined, 0, joined.length);
      this.addLines(part, first, last);
    } else {
      this.addLines(part, 0, last);
    }
    this.rest = part.slice(last);
  }

  /** The file ends; its last line needs no line feed. */
  endFile(): void {
    if (this.rest.length === 0) return;
    const line = new Uint8Array(this.rest.length + 1);
    line.set(this.rest);
    line[line.length - 1] = NEWLINE;
    this.rest = new Uint8Array(0);
    this.addLines(line, 0, line.length);
  }

  /** After the last part: the first line of the epoch, if it is of this share, and what is wrong with lines. */
  finish(): LinesRead {
    this.endFile();
    return { header: this.header, problems: this.problems, firstFile: this.files[0]?.name ?? '' };
  }

  /** Notes what is wrong with a line, by its number among all lines; the same once. */
  report(number: number, reason: string): void {
    const last = this.problems.at(-1);
    if (last?.number === number && last.reason === reason) return;
    this.problems.push({ number, ...this.place(number), reason });
  }

  /** Says where a line stands, for a problem of another. */
  where(number: number): string {
    const { file, line } = this.place(number);
    return `in ${file}:${line}`;
  }

  private place(number: number): Pick<LineProblem, 'file' | 'line'> {
    let file = this.files[0];
    for (const other of this.files) if (other.firstLine < number) file = other;
    return { file: file?.name ?? '', line: number - (file?.firstLine ?? 0) };
  }

  /** Reads whole lines, from `start` to behind the line feed before `stop`. */
  private addLines(text: Uint8Array, start: number, stop: number): void {
    const whole = this.from === undefined && this.to === undefined;
    for (let at = start; at < stop;) {
      this.line++;
      if (whole || this.isOurs(text, at, stop)) {
        const end = this.split(text, at);
        this.addLine(text, at, end);
        at = end + 1;
      } else {
        // No line that is another's ends before its address does.
        while (text[at] !== NEWLINE) at++;
        at++;
      }
    }
  }

  /** Whether the line is of this share: by its second field, if that is as long as the bounds are. */
  private isOurs(text: Uint8Array, start: number, stop: number): boolean {
    let at = start;
    while ((text[at] ?? 0) > COMMA) at++;
    if (text[at++] !== COMMA) return this.from === undefined;
    const end = at + TEXT_BYTES;
    const isLong = end < stop && (text[end] ?? 0) <= COMMA && (text[end - 1] ?? 0) > COMMA;
    if (!isLong) return this.from === undefined;
    if (this.from !== undefined && isBefore(text, at, this.from)) return false;
    return this.to === undefined || isBefore(text, at, this.to);
  }

  /** Splits the line at `start` into its fields; gives where it ends. */
  private split(text: Uint8Array, start: number): number {
    const { starts, ends } = this;
    let field = 0;
    let at = start;
    starts[0] = start;
    for (;;) {
      let byte = text[at] ?? 0;
      while (byte > COMMA) byte = text[++at] ?? 0;
      if (byte === COMMA) {
        // What is beyond the last field that a line may have is counted and not kept.
        ends[field++] = at;
        starts[field] = at + 1;
      } else if (byte === NEWLINE) {
        break;
      }
      at++;
    }
    ends[field] = at > start && text[at - 1] === RETURN ? at - 1 : at;
    this.fields = field + 1;
    return at;
  }

  /** Takes the line that was split. */
  private addLine(text: Uint8Array, start: number, end: number): void {
    if (end === start || (end === start + 1 && text[start] === RETURN)) return;
    const problem = this.read(text);
    if (problem !== undefined) this.report(this.line, problem);
  }

  private text(text: Uint8Array, field: number): string {
    // Shared memory is copied first, as decoders of browsers refuse it.
    return decoder.decode(text.slice(this.starts[field], this.ends[field]));
  }

  /** What the first field names: found by its first letter and length, without a string for each line. */
  private kind(text: Uint8Array): Kind | undefined {
    const [start, end] = [this.starts[0] ?? 0, this.ends[0] ?? 0];
    const named = KINDS[kindKey(text[start] ?? 0, end - start)];
    if (named === undefined || named.bytes.length !== end - start) return undefined;
    for (let at = start; at < end; at++) if (text[at] !== named.bytes[at - start]) return undefined;
    return named.kind;
  }

  /** A whole number without sign and leading zeros, or -1. */
  private number(text: Uint8Array, field: number, most: number): number {
    return digits(text, this.starts[field] ?? 0, this.ends[field] ?? 0, most);
  }

  /** Reads a line; gives what is wrong with it. */
  private read(text: Uint8Array): string | undefined {
    const kind = this.kind(text);
    if (kind === undefined) return `there are no lines '${this.text(text, 0).slice(0, 20)}'`;
    const fields = FIELDS[kind];
    if (this.fields !== fields) return `a line '${kind}' has ${fields} fields, not ${this.fields}`;
    if (kind === 'epoch') return this.readHeader(text);
    const node = this.nodes.indexOf(text, this.starts[1] ?? 0, this.ends[1] ?? 0);
    if (node === NONE) return 'the node is not an address';
    switch (kind) {
      case 'node':
        return this.readNode(text, node);
      case 'beats':
        return this.readBeats(text, node);
      case 'proofs':
        return this.readProofs(text, node);
      case 'hired':
        return this.readHired(text, node);
      case 'speed':
        return this.readSpeed(text, node);
      case 'understaked':
        return this.readInterval(text, 2, node, FACT.understaked << 8);
      case 'paid':
        return this.readPaid(text, node);
    }
  }

  private readHeader(text: Uint8Array): string | undefined {
    if (this.text(text, 1) !== IDLE_REWARD_FORMULA_ID) return `the formula is not ${IDLE_REWARD_FORMULA_ID}`;
    const line = decoder.decode(text.slice(this.starts[0], this.ends[7]));
    if (this.header !== undefined) {
      return line === this.header.text
        ? undefined
        : 'the files are of different epochs: this first line is another';
    }
    const clusterTag = this.text(text, 2);
    if (!/^[0-9a-f]{64}$/.test(clusterTag)) return 'the cluster tag is not 64 hexadecimal digits';
    for (const field of [3, 4]) {
      if (!this.readDestination(text, field)) {
        return `the ${field === 3 ? 'program' : 'pool'} is not an address`;
      }
    }
    const epoch = this.number(text, 5, U32);
    if (epoch < 1) return 'the epoch is not a number from 1 to 4,294,967,295';
    const startsAt = this.number(text, 6, U32 - EPOCH_SECONDS);
    if (startsAt < 0) return 'the start of the epoch is not a time in unix seconds';
    const amount = this.readAmount(text, 7);
    if (!amount) return 'the budget is not an amount in base units';
    const budget = BigInt(this.amountHigh) * BigInt(TWO_32) + BigInt(this.amountLow);
    const [program, pool] = [this.text(text, 3), this.text(text, 4)];
    this.header = { clusterTag, program, pool, epoch, startsAt, budget, text: line };
    return undefined;
  }

  // The amount that was read last.
  private amountHigh = 0;
  private amountLow = 0;

  /** Reads an amount in base units without leading zeros; false where it is none, or one of more than 64 bits. */
  private readAmount(text: Uint8Array, field: number): boolean {
    const [start, end] = [this.starts[field] ?? 0, this.ends[field] ?? 0];
    if (end - start < 1 || end - start > 20) return false;
    const split = Math.max(start, end - 10);
    const high = split === start ? 0 : digits(text, start, split, 9_999_999_999);
    const low = digits(text, split, end, 9_999_999_999, split !== start);
    // A zero before ten digits is a leading one.
    if (high < 0 || low < 0 || (split !== start && high === 0)) return false;
    const value = high * 10_000_000_000 + low;
    if (Number.isSafeInteger(value)) {
      this.amountHigh = Math.floor(value / TWO_32);
      this.amountLow = value % TWO_32;
      return true;
    }
    const exact = BigInt(high) * 10_000_000_000n + BigInt(low);
    this.amountHigh = Number(exact >> 32n);
    this.amountLow = Number(exact & 0xffff_ffffn);
    return this.amountHigh <= U32;
  }

  /** Decodes the address of a field into `destination`. */
  private readDestination(text: Uint8Array, field: number): boolean {
    const [start, end] = [this.starts[field] ?? 0, this.ends[field] ?? 0];
    // Lines that follow each other often pay the same destination.
    if (this.isDestination(text, start, end)) return true;
    this.destinationLength = 0;
    if (!decodeAddress(text, start, end, this.destination, 0)) return false;
    // Zeros stand for the reward vault, and are no token account.
    if (this.destination.every((byte) => byte === 0)) return false;
    this.destinationLength = end - start;
    for (let at = start; at < end; at++) this.destinationText[at - start] = text[at] ?? 0;
    return true;
  }

  private isDestination(text: Uint8Array, start: number, end: number): boolean {
    if (end - start !== this.destinationLength) return false;
    for (let at = start; at < end; at++) if (text[at] !== this.destinationText[at - start]) return false;
    return this.destinationLength > 0;
  }

  private forgetDestination(): void {
    this.destinationLength = 0;
    this.destination.fill(0);
  }

  private keepDestination(at: number): void {
    for (let byte = 0; byte < ADDRESS_BYTES; byte++)
      this.nodes.bytes[at + byte] = this.destination[byte] ?? 0;
  }

  private isKept(at: number): boolean {
    return this.destination.every((byte, index) => this.nodes.bytes[at + index] === byte);
  }

  private readNode(text: Uint8Array, node: number): string | undefined {
    // Nothing stands for the node's reward vault, which is derived only for whoever gets a leaf.
    const isVault = this.starts[2] === this.ends[2];
    if (isVault) this.forgetDestination();
    else if (!this.readDestination(text, 2)) return 'the destination is not an address';
    const devices = this.number(text, 3, MAX_DEVICES);
    if (devices < 1) return 'a node has 1 to 8 devices';
    const multiplier = this.number(text, 4, MAX_MULTIPLIER_X100);
    if (multiplier < 0) return 'the multiplier is not a whole number x100 up to 1,000,000';
    const { words } = this.nodes;
    const row = node * ROW_WORDS;
    const destination = node * ROW_BYTES + DESTINATION_AT;
    const before = words[row + WORD.registeredLine] ?? 0;
    if (before !== 0) {
      const same = words[row + WORD.devices] === devices && words[row + WORD.multiplier] === multiplier;
      if (same && this.isKept(destination)) return undefined;
      return `the node is registered otherwise ${this.where(before)}`;
    }
    words[row + WORD.registeredLine] = this.line;
    words[row + WORD.devices] = devices;
    words[row + WORD.multiplier] = multiplier;
    this.keepDestination(destination);
    return undefined;
  }

  private readPaid(text: Uint8Array, node: number): string | undefined {
    if (!this.readDestination(text, 2)) return 'the destination is not an address';
    if (!this.readAmount(text, 3) || (this.amountHigh === 0 && this.amountLow === 0))
      return 'what was paid is not an amount above zero';
    const { amountHigh: high, amountLow: low } = this;
    const { words } = this.nodes;
    const row = node * ROW_WORDS;
    const paidTo = node * ROW_BYTES + PAID_TO_AT;
    const before = words[row + WORD.paidLine] ?? 0;
    if (before !== 0) {
      const same = words[row + WORD.paidLow] === low && words[row + WORD.paidHigh] === high;
      if (same && this.isKept(paidTo)) return undefined;
      return `the last root has another leaf of the node ${this.where(before)}`;
    }
    words[row + WORD.paidLine] = this.line;
    words[row + WORD.paidLow] = low;
    words[row + WORD.paidHigh] = high;
    this.keepDestination(paidTo);
    return undefined;
  }

  private readBeats(text: Uint8Array, node: number): string | undefined {
    const [start, end] = [this.starts[2] ?? 0, this.ends[2] ?? 0];
    if (end - start !== MINUTES / 4) return 'heartbeats are 15 hexadecimal digits';
    let [low, high] = [0, 0];
    for (let at = start; at < end; at++) {
      const digit = hexDigit(text[at] ?? 0);
      if (digit < 0) return 'heartbeats are 15 hexadecimal digits in lower case';
      // 60 bits in two halves of 30, the last digit lowest.
      high = ((high << 4) | (low >>> (HALF - 4))) & HALF_BITS;
      low = ((low << 4) | digit) & HALF_BITS;
    }
    this.facts.add(node, FACT.beats << 8, high, low, this.line);
    return undefined;
  }

  private readDevice(text: Uint8Array): number {
    return this.number(text, 2, MAX_DEVICES - 1);
  }

  private readProofs(text: Uint8Array, node: number): string | undefined {
    const device = this.readDevice(text);
    if (device < 0) return 'the device is not a number from 0 to 7';
    const end = this.ends[3] ?? 0;
    let at = this.starts[3] ?? 0;
    if (at === end) return 'there is no result: + or - and a time for each';
    const first = this.facts.count;
    while (at < end) {
      const sign = text[at];
      let stop = at + 1;
      while (stop < end && text[stop] !== PLUS && text[stop] !== MINUS) stop++;
      const time = digits(text, at + 1, stop, U32);
      if ((sign !== PLUS && sign !== MINUS) || time < 0) {
        this.facts.retract(node, first);
        return 'a result is + for passed or - for failed, then a time in unix seconds';
      }
      this.facts.add(node, (FACT.proof << 8) | device, time, sign === PLUS ? 1 : 0, this.line);
      at = stop;
    }
    return undefined;
  }

  private readHired(text: Uint8Array, node: number): string | undefined {
    const device = this.readDevice(text);
    if (device < 0) return 'the device is not a number from 0 to 7';
    return this.readInterval(text, 3, node, (FACT.hired << 8) | device);
  }

  private readInterval(text: Uint8Array, field: number, node: number, kind: number): string | undefined {
    const [from, to] = [this.number(text, field, U32), this.number(text, field + 1, U32)];
    if (from < 0 || to < 0) return 'an interval is two times in unix seconds';
    if (from >= to) return 'an interval ends after it begins';
    this.facts.add(node, kind, from, to, this.line);
    return undefined;
  }

  private readSpeed(text: Uint8Array, node: number): string | undefined {
    const time = this.number(text, 2, U32);
    if (time < 0) return 'the time is not in unix seconds';
    const [down, up] = [this.number(text, 3, MAX_SPEED), this.number(text, 4, MAX_SPEED)];
    if (down < 0 || up < 0) return 'speeds are whole MB/s up to 65,535';
    this.facts.add(node, FACT.speed << 8, time, down * 65_536 + up, this.line);
    return undefined;
  }
}

/** The address at a part of all addresses, as it is written. */
function bound(part: number): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  new DataView(bytes.buffer).setUint32(0, part * TWO_32);
  return new TextEncoder().encode(encodeAddress(bytes));
}

/** Whether the text at `start` comes before the bound: the letters of base58 lie in the order of their values. */
function isBefore(text: Uint8Array, start: number, bound: Uint8Array): boolean {
  for (let at = 0; at < bound.length; at++) {
    const difference = (text[start + at] ?? 0) - (bound[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Fields of each kind of line, the kind included. */
const FIELDS = {
  epoch: 8,
  node: 5,
  beats: 3,
  proofs: 4,
  hired: 5,
  speed: 5,
  understaked: 4,
  paid: 4,
} as const;

type Kind = keyof typeof FIELDS;

/** Tells the kinds apart. */
function kindKey(letter: number, length: number): number {
  return (letter & 31) * 16 + (length & 15);
}

const KINDS: ({ readonly kind: Kind; readonly bytes: Uint8Array } | undefined)[] = Array.from({
  length: 512,
});
for (const kind of Object.keys(FIELDS) as Kind[]) {
  const bytes = new TextEncoder().encode(kind);
  KINDS[kindKey(bytes[0] ?? 0, bytes.length)] = { kind, bytes };
}

function digits(text: Uint8Array, start: number, end: number, most: number, zeros = false): number {
  const length = end - start;
  if (length < 1 || length > 10 || (length > 1 && !zeros && text[start] === 48)) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (text[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > most ? -1 : value;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  return byte >= 97 && byte <= 102 ? byte - 87 : -1;
}
