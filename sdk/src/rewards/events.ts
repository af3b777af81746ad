import { ADDRESS_BYTES, decodeAddress } from '../points/base58.js';
import { U64_MAX } from '../math/range.js';
import { IDLE_REWARD_FORMULA_ID, HEARTBEATS_PER_EPOCH } from '../math/idle-rewards.js';
import type { LineProblem } from './error.js';
import { copyAddress, NodeTable, TEXT_BYTES } from './node-table.js';

/** What the first line of an event file says. */
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
}

/** Kinds of facts about a node, in the order of the canonical form. */
export const FACT = { beats: 0, proof: 1, hired: 2, speed: 3, understaked: 4 } as const;

const EPOCH_SECONDS = 3_600;
const FIRST_FACTS = 4_096;
export const MAX_DEVICES = 8;
const MAX_MULTIPLIER_X100 = 1_000_000;
const MAX_SPEED = 65_535;
const U32 = 0xffff_ffff;
const MINUTES = Number(HEARTBEATS_PER_EPOCH);
const HALF = MINUTES / 2;

const COMMA = 44;
const NEWLINE = 10;
const RETURN = 13;
const PLUS = 43;
const MINUS = 45;
/** A line longer than this is none: a file without line feeds must not fill the memory. */
const MAX_LINE_BYTES = 65_536;

const decoder = new TextDecoder();

/** A file of events, in parts cut anywhere. */
export interface EventFile {
  /** What problems call it. */
  readonly name: string;
  readonly parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Reads the event files of an epoch for {@link computeEpochRewards}. What is wrong with them is kept, by file and
 * line, in `problems`.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { readEpochEvents } from '@ionet/sdk';
 *
 * const events = await readEpochEvents([{ name: 'epoch-7.csv', parts: [await readFile('epoch-7.csv')] }]);
 * events.problems; // []
 * ```
 */
export async function readEpochEvents(files: Iterable<EventFile>): Promise<EpochEvents> {
  const events = new EpochEvents();
  for (const { name, parts } of files) {
    events.beginFile(name);
    for await (const part of parts) events.addPart(part);
    events.endFile();
  }
  return events;
}

/** Growing columns of facts. */
export class Facts {
  count = 0;
  /** The node of each. */
  nodes = new Uint32Array(FIRST_FACTS);
  /** The kind in the high byte, the device in the low one. */
  kinds = new Uint32Array(FIRST_FACTS);
  /** A time, the beginning of an interval, the later half of the heartbeats. */
  firsts = new Uint32Array(FIRST_FACTS);
  /** An outcome, the end of an interval, the earlier half of the heartbeats. */
  seconds = new Uint32Array(FIRST_FACTS);
  /** The number of the line among all lines. */
  lines = new Uint32Array(FIRST_FACTS);

  add(node: number, kind: number, first: number, second: number, line: number): void {
    const at = this.count++;
    if (at === this.nodes.length) {
      this.nodes = twice(this.nodes);
      this.kinds = twice(this.kinds);
      this.firsts = twice(this.firsts);
      this.seconds = twice(this.seconds);
      this.lines = twice(this.lines);
    }
    this.nodes[at] = node;
    this.kinds[at] = kind;
    this.firsts[at] = first;
    this.seconds[at] = second;
    this.lines[at] = line;
  }
}

function twice(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** A column of one entry a node, zero where nothing was said. */
class Column<T extends Uint8Array | Uint32Array | BigUint64Array> {
  constructor(
    public values: T,
    private readonly width = 1,
  ) {}

  /** Makes room for a node. */
  reserve(node: number): T {
    let length = this.values.length;
    while ((node + 1) * this.width > length) length *= 2;
    if (length > this.values.length) {
      const larger = new (this.values.constructor as new (length: number) => T)(length);
      larger.set(this.values as never);
      this.values = larger;
    }
    return this.values;
  }
}

/**
 * Reads the event files of an epoch, in any order, cut anywhere, and keeps the facts. `docs/rewards.md` describes
 * the lines.
 */
export class EpochEvents {
  header: EpochHeader | undefined;
  readonly problems: LineProblem[] = [];
  readonly nodes = new NodeTable();
  readonly facts = new Facts();
  /** Of registrations: devices (0 where there is none), multiplier x100, destination, line. */
  readonly devices = new Column(new Uint8Array(1024));
  readonly multipliers = new Column(new Uint32Array(1024));
  readonly destinations = new Column(new Uint8Array(1024 * ADDRESS_BYTES), ADDRESS_BYTES);
  readonly registeredAt = new Column(new Uint32Array(1024));
  /** Of the last root: cumulative, destination, line (0 where there is none). */
  readonly paid = new Column(new BigUint64Array(1024));
  readonly paidTo = new Column(new Uint8Array(1024 * ADDRESS_BYTES), ADDRESS_BYTES);
  readonly paidAt = new Column(new Uint32Array(1024));

  private readonly files: { readonly name: string; readonly firstLine: number }[] = [];
  private line = 0;
  private rest: Uint8Array<ArrayBuffer> | undefined;
  /** The header as it is written. */
  headerText = '';
  /** The address that was decoded last, and its text. */
  private readonly address = new Uint8Array(ADDRESS_BYTES);
  private readonly decodedText = new Uint8Array(TEXT_BYTES);
  private decodedLength = 0;
  // The fields of the line at hand.
  private readonly starts = new Int32Array(16);
  private readonly ends = new Int32Array(16);
  private fields = 0;

  /** What follows is of another file. */
  beginFile(name: string): void {
    this.endFile();
    this.files.push({ name, firstLine: this.line });
  }

  /** The next part of the file, cut anywhere. */
  addPart(part: Uint8Array): void {
    let bytes = part;
    if (this.rest !== undefined) {
      bytes = new Uint8Array(this.rest.length + part.length);
      bytes.set(this.rest);
      bytes.set(part, this.rest.length);
      this.rest = undefined;
    }
    let start = 0;
    for (;;) {
      const end = this.split(bytes, start);
      if (end === bytes.length) break;
      this.addLine(bytes, start, end);
      start = end + 1;
    }
    if (start < bytes.length) this.rest = Uint8Array.from(bytes.subarray(start));
    if (this.rest !== undefined && this.rest.length > MAX_LINE_BYTES) this.endFile();
  }

  /** The file ends; its last line needs no line feed. */
  endFile(): void {
    const rest = this.rest;
    this.rest = undefined;
    if (rest !== undefined) this.addLine(rest, 0, this.split(rest, 0));
  }

  /** Notes what is wrong with a line, by its number among all lines; the same once. */
  report(line: number, reason: string): void {
    const problem = { ...this.place(line), reason };
    const last = this.problems.at(-1);
    if (last?.file === problem.file && last.line === problem.line && last.reason === reason) return;
    this.problems.push(problem);
  }

  /** Says where a line stands, for a problem of another. */
  where(line: number): string {
    const place = this.place(line);
    return `in ${place.file}:${place.line}`;
  }

  private place(line: number): Pick<LineProblem, 'file' | 'line'> {
    let file = this.files[0];
    for (const other of this.files) if (other.firstLine < line) file = other;
    return { file: file?.name ?? '', line: line - (file?.firstLine ?? 0) };
  }

  /** Takes the line that was split. */
  private addLine(text: Uint8Array, start: number, end: number): void {
    this.line++;
    const stop = text[end - 1] === RETURN ? end - 1 : end;
    if (stop <= start) return;
    if (this.fields <= this.ends.length) this.ends[this.fields - 1] = stop;
    const problem = this.read(text);
    if (problem !== undefined) this.report(this.line, problem);
  }

  /** Splits the line at `start` into its fields; gives where it ends. */
  private split(text: Uint8Array, start: number): number {
    const { starts, ends } = this;
    let fields = 0;
    let at = start;
    starts[0] = start;
    // What is beyond the last field that a line may have is not written.
    for (; at < text.length; at++) {
      const byte = text[at] ?? 0;
      if (byte > COMMA) continue;
      if (byte === NEWLINE) break;
      if (byte !== COMMA) continue;
      ends[fields++] = at;
      starts[fields] = at + 1;
    }
    ends[fields] = at;
    this.fields = fields + 1;
    return at;
  }

  private text(text: Uint8Array, field: number): string {
    return decoder.decode(text.subarray(this.starts[field], this.ends[field]));
  }

  /** What the first field names: found by its first letter and length, without a string for each line. */
  private kind(text: Uint8Array): Kind | undefined {
    const [start, end] = [this.starts[0] ?? 0, this.ends[0] ?? 0];
    const named = KINDS.get(kindKey(text[start] ?? 0, end - start));
    if (named === undefined) return undefined;
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
    if (node < 0) return 'the node is not an address';
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

  /** An amount in base units without leading zeros. */
  private amount(text: Uint8Array, field: number): bigint | undefined {
    const [start, end] = [this.starts[field] ?? 0, this.ends[field] ?? 0];
    if (end - start < 1 || end - start > 20) return undefined;
    const split = Math.max(start, end - 10);
    const high = split === start ? 0 : digits(text, start, split, 9_999_999_999);
    const low = digits(text, split, end, 9_999_999_999, split !== start);
    if (high < 0 || low < 0) return undefined;
    const value = BigInt(high) * 10_000_000_000n + BigInt(low);
    return value > U64_MAX ? undefined : value;
  }

  private readHeader(text: Uint8Array): string | undefined {
    const line = this.text(text, 0) + decoder.decode(text.subarray(this.ends[0], this.ends[7]));
    if (this.header !== undefined) {
      return line === this.headerText
        ? undefined
        : 'the files are of different epochs: this first line is another';
    }
    if (this.text(text, 1) !== IDLE_REWARD_FORMULA_ID) return `the formula is not ${IDLE_REWARD_FORMULA_ID}`;
    const clusterTag = this.text(text, 2);
    if (!/^[0-9a-f]{64}$/.test(clusterTag)) return 'the cluster tag is not 64 hexadecimal digits';
    for (const field of [3, 4]) {
      if (!this.readAddress(text, field)) {
        return `the ${field === 3 ? 'program' : 'pool'} is not an address`;
      }
    }
    const epoch = this.number(text, 5, U32);
    if (epoch < 1) return 'the epoch is not a number from 1 to 4,294,967,295';
    const startsAt = this.number(text, 6, U32 - EPOCH_SECONDS);
    if (startsAt < 0) return 'the start of the epoch is not a time in unix seconds';
    const budget = this.amount(text, 7);
    if (budget === undefined) return 'the budget is not an amount in base units';
    this.headerText = line;
    this.header = {
      clusterTag,
      program: this.text(text, 3),
      pool: this.text(text, 4),
      epoch,
      startsAt,
      budget,
    };
    return undefined;
  }

  private readAddress(text: Uint8Array, field: number): boolean {
    const [start, end] = [this.starts[field] ?? 0, this.ends[field] ?? 0];
    // Lines that follow each other often pay the same destination.
    if (this.isDecoded(text, start, end)) return true;
    this.decodedLength = 0;
    if (!decodeAddress(text, start, end, this.address, 0)) return false;
    this.decodedLength = end - start;
    for (let at = start; at < end; at++) this.decodedText[at - start] = text[at] ?? 0;
    return true;
  }

  private isDecoded(text: Uint8Array, start: number, end: number): boolean {
    if (end - start !== this.decodedLength) return false;
    for (let at = start; at < end; at++) if (text[at] !== this.decodedText[at - start]) return false;
    return this.decodedLength > 0;
  }

  private isSame(addresses: Uint8Array, node: number): boolean {
    const at = node * ADDRESS_BYTES;
    return this.address.every((byte, index) => addresses[at + index] === byte);
  }

  private readNode(text: Uint8Array, node: number): string | undefined {
    if (!this.readAddress(text, 2)) return 'the destination is not an address';
    const devices = this.number(text, 3, MAX_DEVICES);
    if (devices < 1) return 'a node has 1 to 8 devices';
    const multiplier = this.number(text, 4, MAX_MULTIPLIER_X100);
    if (multiplier < 0) return 'the multiplier is not a whole number x100 up to 1,000,000';
    const lines = this.registeredAt.reserve(node);
    const [counts, multipliers] = [this.devices.reserve(node), this.multipliers.reserve(node)];
    const destinations = this.destinations.reserve(node);
    const before = lines[node] ?? 0;
    if (before !== 0) {
      const same =
        counts[node] === devices && multipliers[node] === multiplier && this.isSame(destinations, node);
      return same ? undefined : `the node is registered otherwise ${this.where(before)}`;
    }
    lines[node] = this.line;
    counts[node] = devices;
    multipliers[node] = multiplier;
    copyAddress(this.address, 0, destinations, node * ADDRESS_BYTES);
    return undefined;
  }

  private readPaid(text: Uint8Array, node: number): string | undefined {
    if (!this.readAddress(text, 2)) return 'the destination is not an address';
    const cumulative = this.amount(text, 3);
    if (cumulative === undefined || cumulative === 0n) return 'what was paid is not an amount above zero';
    const lines = this.paidAt.reserve(node);
    const [amounts, destinations] = [this.paid.reserve(node), this.paidTo.reserve(node)];
    const before = lines[node] ?? 0;
    if (before !== 0) {
      if (amounts[node] === cumulative && this.isSame(destinations, node)) return undefined;
      return `the last root has another leaf of the node ${this.where(before)}`;
    }
    lines[node] = this.line;
    amounts[node] = cumulative;
    copyAddress(this.address, 0, destinations, node * ADDRESS_BYTES);
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
      high = ((high << 4) | (low >>> (HALF - 4))) & 0x3fff_ffff;
      low = ((low << 4) | digit) & 0x3fff_ffff;
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
        this.facts.count = first;
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
  return letter * 256 + length;
}

const KINDS = new Map(
  (Object.keys(FIELDS) as Kind[]).map((kind) => {
    const bytes = new TextEncoder().encode(kind);
    return [kindKey(bytes[0] ?? 0, bytes.length), { kind, bytes }];
  }),
);

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
