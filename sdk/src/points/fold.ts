import { ArgumentError } from '../errors.js';
import { EventReader, type PointsEventName } from './events.js';
import { eachLine } from './lines.js';

/**
 * The seasons that can be scored last at most this many seconds, a little over two years.
 *
 * @example
 * ```ts
 * import { COMPUTE_SEASONS, MAX_SEASON_SECONDS } from '@ionet/sdk';
 *
 * COMPUTE_SEASONS.every(({ startsAt, endsAt }) => endsAt - startsAt <= MAX_SEASON_SECONDS); // true
 * ```
 */
export const MAX_SEASON_SECONDS = 2 ** 26;

/**
 * The time that events are folded for, in unix seconds: from `startsAt` to just before `endsAt`.
 *
 * @see {@link PointsFold}
 */
export interface SeasonWindow {
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * Where a line stands: the part of the input that it came in, and its number there, from 1.
 *
 * @see {@link PointsFold}
 */
export interface LinePlace {
  readonly part: number;
  readonly line: number;
}

/**
 * A line that says nothing: where it stands, and why it was not taken.
 *
 * @see {@link PointsFold}
 */
export interface BadLine extends LinePlace {
  readonly reason: string;
}

/** Kinds of results that a device has at a moment, as their number in a key. */
export const RESULT_KINDS = ['work', 'hardware', 'speed'] as const;

const HASH = 35;

type Numbers = Uint8Array | Uint32Array | Float64Array;

/** An array that holds `length` items, twice as long as before where it did not. */
function grown<T extends Numbers>(array: T, length: number): T {
  if (length <= array.length) return array;
  const make = array.constructor as new (size: number) => T;
  const larger = new make(Math.max(length, array.length * 2, 1_024));
  larger.set(array);
  return larger;
}

/**
 * Intervals of devices, clipped to the season: in a double, the first second times 2^26 plus the last, both from the
 * start of the season.
 */
class IntervalLog {
  devices = new Uint32Array(0);
  intervals = new Float64Array(0);
  count = 0;
  /** Of each device, the interval that the next one may continue: a log in order of time becomes a few intervals. */
  private openFrom = new Float64Array(0);
  private openTo = new Float64Array(0);

  add(device: number, from: number, to: number): void {
    this.openFrom = grown(this.openFrom, device + 1);
    this.openTo = grown(this.openTo, device + 1);
    const openFrom = this.openFrom[device] ?? 0;
    const openTo = this.openTo[device] ?? 0;
    if (openFrom === openTo) {
      this.openFrom[device] = from;
      this.openTo[device] = to;
    } else if (from <= openTo && to >= openFrom) {
      if (from < openFrom) this.openFrom[device] = from;
      if (to > openTo) this.openTo[device] = to;
    } else {
      this.push(device, openFrom, openTo);
      this.openFrom[device] = from;
      this.openTo[device] = to;
    }
  }

  seal(): IntervalColumns {
    this.openFrom.forEach((from, device) => {
      const to = this.openTo[device] ?? 0;
      if (from < to) this.push(device, from, to);
    });
    this.openFrom = new Float64Array(0);
    this.openTo = new Float64Array(0);
    return {
      devices: this.devices.subarray(0, this.count),
      intervals: this.intervals.subarray(0, this.count),
    };
  }

  private push(device: number, from: number, to: number): void {
    const index = this.count;
    this.count += 1;
    this.devices = grown(this.devices, this.count);
    this.intervals = grown(this.intervals, this.count);
    this.devices[index] = device;
    this.intervals[index] = from * MAX_SEASON_SECONDS + to;
  }
}

/** The names of devices in one array of bytes, and a hash table over them. */
export class DeviceNames {
  count = 0;
  bytes = new Uint8Array(0);
  /** Where each name starts; the last entry is where the next one would. */
  offsets = new Uint32Array(1);
  private hashes = new Uint32Array(0);
  private slots = new Uint32Array(1_024);

  /** The number of a name, a new one where it was not there. */
  intern(text: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (text[at] ?? 0), 0x01000193);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const device = (this.slots[slot] ?? 0) - 1;
      if (device < 0) break;
      if (this.hashes[device] === hash && this.same(device, text, start, end)) return device;
      slot = (slot + 1) & mask;
    }
    return this.insert(hash, slot, text, start, end);
  }

  /** The name of a device. */
  nameOf(device: number): string {
    let name = '';
    for (let at = this.offsets[device] ?? 0; at < (this.offsets[device + 1] ?? 0); at += 1) {
      name += String.fromCharCode(this.bytes[at] ?? 0);
    }
    return name;
  }

  /** All numbers, in the order of the names' bytes. */
  sorted(): Uint32Array {
    const { bytes, offsets } = this;
    return Uint32Array.from({ length: this.count }, (_, device) => device).sort((a, b) => {
      let x = offsets[a] ?? 0;
      let y = offsets[b] ?? 0;
      const endOfX = offsets[a + 1] ?? 0;
      const endOfY = offsets[b + 1] ?? 0;
      for (; x < endOfX && y < endOfY; x += 1, y += 1) {
        const difference = (bytes[x] ?? 0) - (bytes[y] ?? 0);
        if (difference !== 0) return difference;
      }
      return endOfX - x - (endOfY - y);
    });
  }

  private same(device: number, text: Uint8Array, start: number, end: number): boolean {
    const from = this.offsets[device] ?? 0;
    if ((this.offsets[device + 1] ?? 0) - from !== end - start) return false;
    for (let at = 0; at < end - start; at += 1) if (this.bytes[from + at] !== text[start + at]) return false;
    return true;
  }

  private insert(hash: number, slot: number, text: Uint8Array, start: number, end: number): number {
    const device = this.count;
    this.count += 1;
    const from = this.offsets[device] ?? 0;
    const to = from + end - start;
    this.bytes = grown(this.bytes, to);
    this.bytes.set(text.subarray(start, end), from);
    this.offsets = grown(this.offsets, device + 2);
    this.offsets[device + 1] = to;
    this.hashes = grown(this.hashes, this.count);
    this.hashes[device] = hash;
    this.slots[slot] = this.count;
    if (this.count * 2 > this.slots.length) this.rehash();
    return device;
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let device = 0; device < this.count; device += 1) {
      let slot = (this.hashes[device] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = device + 1;
    }
    this.slots = slots;
  }
}

/** Intervals of devices as columns. */
export interface IntervalColumns {
  readonly devices: Uint32Array;
  readonly intervals: Float64Array;
}

/**
 * What a device was registered as, once.
 *
 * @see {@link PointsFold}
 */
export interface Registration extends LinePlace {
  readonly device: number;
  readonly wallet: Uint8Array;
  readonly kind: 'gpu' | 'cpu';
  readonly multiplier: number;
  readonly joined: number;
}

/**
 * What a fold knows, as plain values that can be sent to another thread.
 *
 * @see {@link PointsFold}
 */
export interface FoldState {
  readonly window: SeasonWindow;
  readonly lines: number;
  readonly events: Record<PointsEventName, number>;
  /** Hired intervals too cheap, or of a buyer who belongs to the node: they count for nothing. */
  readonly hiredNotCounted: number;
  /** Events that lie wholly outside the season. */
  readonly outside: number;
  readonly badLines: readonly BadLine[];
  readonly devices: {
    readonly count: number;
    readonly bytes: Uint8Array;
    readonly offsets: Uint32Array;
    /** Where each was first named, and by how many lines. */
    readonly firstParts: Uint32Array;
    readonly firstLines: Uint32Array;
    readonly lines: Uint32Array;
    readonly banned: Uint8Array;
  };
  readonly registrations: readonly Registration[];
  readonly uptime: IntervalColumns;
  readonly hired: IntervalColumns;
  /** Results: the kind times 2^28, the second of the season times 4, and the value, 0 the best. */
  readonly results: {
    readonly devices: Uint32Array;
    readonly keys: Uint32Array;
    readonly parts: Uint32Array;
    readonly lines: Uint32Array;
  };
}

/**
 * Folds lines of points files into what the points of a season follow from. What comes out of {@link scoreSeason} is
 * the same for any order of lines and any division among folds, and a line twice is the line once.
 *
 * @example
 * ```ts
 * import { findComputeSeason, PointsFold, scoreSeason } from '@ionet/sdk';
 *
 * const season = findComputeSeason(2);
 * const fold = new PointsFold(season);
 * fold.addLines(0, new TextEncoder().encode('heartbeat,node-1/0,1714521600,1714525200\n'));
 * const { lines, problems } = scoreSeason(season, [fold.state()]);
 * console.log(lines, problems.length); // 1 1
 * ```
 */
export class PointsFold {
  private readonly reader = new EventReader();
  private readonly names = new DeviceNames();
  private readonly uptime = new IntervalLog();
  private readonly hired = new IntervalLog();
  private readonly badLines: BadLine[] = [];
  private readonly registrations: Registration[] = [];
  /** Of each device, its first registration plus one. */
  private registered = new Uint32Array(0);
  private banned = new Uint8Array(0);
  private firstParts = new Uint32Array(0);
  private firstLines = new Uint32Array(0);
  private deviceLines = new Uint32Array(0);
  private resultCount = 0;
  private resultDevices = new Uint32Array(0);
  private resultKeys = new Uint32Array(0);
  private resultParts = new Uint32Array(0);
  private resultLines = new Uint32Array(0);
  private lines = 0;
  private hiredNotCounted = 0;
  private outside = 0;
  private readonly events: Record<PointsEventName, number> = {
    heartbeat: 0,
    hired: 0,
    work: 0,
    hardware: 0,
    speed: 0,
    registered: 0,
    ban: 0,
  };

  /**
   * @throws {@link ArgumentError} when the window ends before it starts or is too long
   */
  constructor(private readonly window: SeasonWindow) {
    const seconds = window.endsAt - window.startsAt;
    if (!(seconds > 0 && seconds < MAX_SEASON_SECONDS)) {
      throw new ArgumentError('window', `a season lasts from 1 to ${MAX_SEASON_SECONDS - 1} seconds`);
    }
  }

  /** Bad lines so far. */
  get badLineCount(): number {
    return this.badLines.length;
  }

  /**
   * Adds whole lines: the bytes end at a line break or at the end of a file. A byte order mark, empty lines and those
   * that begin with `#` are passed over. Parts are numbered in the order of the input, whatever order they come in.
   *
   * @returns the number of lines
   */
  addLines(part: number, bytes: Uint8Array): number {
    const lines = eachLine(bytes, (line, start, end) => {
      if (end === start || bytes[start] === HASH) return;
      const reason = this.reader.read(bytes, start, end) ?? this.take(bytes, part, line);
      if (reason !== null) this.badLines.push({ part, line, reason });
    });
    this.lines += lines;
    return lines;
  }

  /** What was folded. The fold takes no more lines afterwards. */
  state(): FoldState {
    const { count } = this.names;
    const perDevice = <T extends Uint8Array | Uint32Array>(array: T): T => grown(array, count);
    return {
      window: { startsAt: this.window.startsAt, endsAt: this.window.endsAt },
      lines: this.lines,
      events: this.events,
      hiredNotCounted: this.hiredNotCounted,
      outside: this.outside,
      badLines: this.badLines,
      devices: {
        count,
        bytes: this.names.bytes,
        offsets: this.names.offsets,
        firstParts: perDevice(this.firstParts),
        firstLines: perDevice(this.firstLines),
        lines: perDevice(this.deviceLines),
        banned: perDevice(this.banned),
      },
      registrations: this.registrations,
      uptime: this.uptime.seal(),
      hired: this.hired.seal(),
      results: {
        devices: this.resultDevices.subarray(0, this.resultCount),
        keys: this.resultKeys.subarray(0, this.resultCount),
        parts: this.resultParts.subarray(0, this.resultCount),
        lines: this.resultLines.subarray(0, this.resultCount),
      },
    };
  }

  /** Takes the event that the reader holds; what is wrong with it, or null. */
  private take(bytes: Uint8Array, part: number, line: number): string | null {
    const { reader } = this;
    const { event, values } = reader;
    if ((event === 'heartbeat' || event === 'hired') && (values[1] ?? 0) >= (values[2] ?? 0)) {
      return `${event}: to must be later than from`;
    }
    if (event === 'hired' && values[4] === 0) return 'hired: reference must be above zero';
    const device = this.deviceOf(bytes, part, line);
    this.events[event] += 1;
    switch (event) {
      case 'heartbeat':
        this.interval(this.uptime, device, values[1] ?? 0, values[2] ?? 0);
        break;
      case 'hired':
        // Below half of the reference price: by division, for twice a price may be more than a double holds exactly.
        if ((values[5] ?? 0) !== 0 || (values[3] ?? 0) < (values[4] ?? 0) / 2) this.hiredNotCounted += 1;
        else this.interval(this.hired, device, values[1] ?? 0, values[2] ?? 0);
        break;
      case 'work':
      case 'hardware':
        this.result(event, device, values[1] ?? 0, values[2] ?? 0, part, line);
        break;
      case 'speed':
        this.result(event, device, values[1] ?? 0, tierRank(values[2] ?? 0, values[3] ?? 0), part, line);
        break;
      case 'registered':
        this.register(device, part, line);
        break;
      case 'ban':
        this.ban(device, values[1] ?? 0);
        break;
    }
    return null;
  }

  private deviceOf(bytes: Uint8Array, part: number, line: number): number {
    const known = this.names.count;
    const device = this.names.intern(bytes, this.reader.deviceStart, this.reader.deviceEnd);
    if (device === known) {
      this.firstParts = grown(this.firstParts, device + 1);
      this.firstLines = grown(this.firstLines, device + 1);
      this.deviceLines = grown(this.deviceLines, device + 1);
      this.registered = grown(this.registered, device + 1);
      this.banned = grown(this.banned, device + 1);
      this.firstParts[device] = part;
      this.firstLines[device] = line;
    } else if (part < (this.firstParts[device] ?? 0)) {
      this.firstParts[device] = part;
      this.firstLines[device] = line;
    }
    this.deviceLines[device] = (this.deviceLines[device] ?? 0) + 1;
    return device;
  }

  private interval(log: IntervalLog, device: number, from: number, to: number): void {
    const { startsAt, endsAt } = this.window;
    const first = Math.max(from, startsAt) - startsAt;
    const last = Math.min(to, endsAt) - startsAt;
    if (first >= last) this.outside += 1;
    else log.add(device, first, last);
  }

  private result(
    kind: (typeof RESULT_KINDS)[number],
    device: number,
    at: number,
    value: number,
    part: number,
    line: number,
  ): void {
    const { startsAt, endsAt } = this.window;
    if (at < startsAt || at >= endsAt) {
      this.outside += 1;
      return;
    }
    const index = this.resultCount;
    this.resultCount += 1;
    this.resultDevices = grown(this.resultDevices, this.resultCount);
    this.resultKeys = grown(this.resultKeys, this.resultCount);
    this.resultParts = grown(this.resultParts, this.resultCount);
    this.resultLines = grown(this.resultLines, this.resultCount);
    this.resultDevices[index] = device;
    this.resultKeys[index] = RESULT_KINDS.indexOf(kind) * 2 ** 28 + (at - startsAt) * 4 + value;
    this.resultParts[index] = part;
    this.resultLines[index] = line;
  }

  private register(device: number, part: number, line: number): void {
    const { values, wallet } = this.reader;
    const registration: Registration = {
      device,
      wallet,
      kind: values[2] === 0 ? 'gpu' : 'cpu',
      multiplier: values[3] ?? 0,
      joined: values[4] ?? 0,
      part,
      line,
    };
    const first = this.registrations[(this.registered[device] ?? 0) - 1];
    if (first !== undefined && sameRegistration(first, registration)) return;
    this.registrations.push({ ...registration, wallet: wallet.slice() });
    if (first === undefined) this.registered[device] = this.registrations.length;
  }

  private ban(device: number, at: number): void {
    if (at >= this.window.endsAt) this.outside += 1;
    else this.banned[device] = 1;
  }
}

/** Whether two registrations say the same, wherever they stand. */
export function sameRegistration(a: Registration, b: Registration): boolean {
  return (
    a.kind === b.kind &&
    a.multiplier === b.multiplier &&
    a.joined === b.joined &&
    a.wallet.every((byte, index) => byte === b.wallet[index])
  );
}

const MEGABYTE = 1_000_000;

/** The tier of a speed test as a rank, 0 the highest: `BandwidthTier.of` on doubles, ten million times. */
function tierRank(down: number, up: number): number {
  if (down >= 800 * MEGABYTE && up >= 300 * MEGABYTE) return 0;
  if (down >= 400 * MEGABYTE && up >= 300 * MEGABYTE) return 1;
  return down >= 100 * MEGABYTE && up >= 75 * MEGABYTE ? 2 : 3;
}
