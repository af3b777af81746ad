import { BandwidthTier, devicePoints } from '../math/points.js';
import { encodeAddress } from './base58.js';
import {
  type BadLine,
  DeviceNames,
  type FoldState,
  type IntervalColumns,
  MAX_SEASON_SECONDS,
  type Registration,
  RESULT_KINDS,
  sameRegistration,
  type SeasonWindow,
} from './fold.js';
import type { PointsEventName } from './events.js';

/**
 * What decides over the devices of a season.
 *
 * @see {@link scoreSeason}
 */
export interface SeasonRules extends SeasonWindow {
  /** Whether a device counts only if it passed a proof of work. */
  readonly proofOfWork: boolean;
}

/**
 * Why a device has the points that it has: it `counts`, or it has none for what comes first of these: its
 * registrations contradict each other, it is banned, its last hardware check failed, it passed no proof of work where
 * one is asked for, it has no bandwidth, it was never up.
 *
 * @see {@link scoreSeason}
 */
export type DeviceStatus = 'counts' | 'contradictory' | 'banned' | 'hardware' | 'work' | 'bandwidth' | 'down';

/**
 * A device of a season.
 *
 * @see {@link scoreSeason}
 */
export interface DeviceScore {
  readonly device: string;
  readonly wallet: string;
  readonly kind: 'gpu' | 'cpu';
  readonly multiplierX100: number;
  readonly bandwidth: BandwidthTier;
  /** Verified seconds of uptime, and on hire, in the season and since it joined. */
  readonly uptime: number;
  readonly hired: number;
  /** Seconds from its joining, or the start of the season, to the end of the season. */
  readonly season: number;
  readonly status: DeviceStatus;
  readonly points: bigint;
}

/**
 * What the folds of a season come to.
 *
 * @see {@link scoreSeason}
 */
export interface SeasonScores {
  /** All registered devices, by the bytes of their names. */
  readonly devices: readonly DeviceScore[];
  /** Points by wallet, of the pool of GPU and of CPU devices, without wallets that have none. */
  readonly wallets: Readonly<Record<'gpu' | 'cpu', ReadonlyMap<string, bigint>>>;
  /** Lines that were not taken, contradictions, and devices that nobody registered, by place. */
  readonly problems: readonly BadLine[];
  readonly lines: number;
  readonly events: Readonly<Record<PointsEventName, number>>;
  readonly hiredNotCounted: number;
  readonly outside: number;
  /** The events of the season in their normal form, in pieces of text: see docs/points.md. Its hash is theirs. */
  normalForm(): Generator<string, void, undefined>;
}

/** Values of devices, one device after the other. */
interface Grouped<T> {
  readonly offsets: Uint32Array;
  readonly values: T;
}

const TIERS: readonly BandwidthTier[] = ['high', 'medium', 'low', 'belowLow'];

/**
 * Scores a season from any number of folds of its events.
 *
 * @example
 * ```ts
 * import { findComputeSeason, PointsFold, scoreSeason } from '@ionet/sdk';
 *
 * const season = findComputeSeason(1);
 * const { wallets } = scoreSeason(season, [new PointsFold(season).state()]);
 * wallets.gpu.size; // 0
 * ```
 */
export function scoreSeason(rules: SeasonRules, states: readonly FoldState[]): SeasonScores {
  const names = new DeviceNames();
  const numbers = states.map(({ devices }) => renumber(names, devices));
  const { count } = names;
  const problems: BadLine[] = states.flatMap(({ badLines }) => badLines);

  const banned = new Uint8Array(count);
  for (const [index, { devices }] of states.entries()) {
    devices.banned.forEach((flag, device) => {
      if (flag === 1) banned[numbers[index]?.[device] ?? 0] = 1;
    });
  }

  const registrations = collectRegistrations(states, numbers, count);
  for (const [device, several] of registrations.entries()) {
    if (several !== undefined && several.length > 1) problems.push(...contradictions(names, device, several));
  }
  problems.push(...unregistered(names, states, numbers, registrations));

  const uptime = unite(groupIntervals(states, numbers, count, 'uptime'));
  const hired = unite(groupIntervals(states, numbers, count, 'hired'));
  const results = groupResults(states, numbers, count);
  problems.push(...contradictoryResults(rules, names, states, numbers, results));

  const order = names.sorted();
  const devices: DeviceScore[] = [];
  const wallets = { gpu: new Map<string, bigint>(), cpu: new Map<string, bigint>() };
  for (const device of order) {
    const several = registrations[device];
    const registration = several?.[0];
    if (several === undefined || registration === undefined) continue;
    const score = scoreDevice(rules, names.nameOf(device), registration, {
      contradictory: several.length > 1,
      banned: banned[device] === 1,
      uptime: slice(uptime, device),
      hired: slice(hired, device),
      results: slice(results, device),
    });
    devices.push(score);
    if (score.points > 0n) {
      const pool = wallets[score.kind];
      pool.set(score.wallet, (pool.get(score.wallet) ?? 0n) + score.points);
    }
  }

  const sum = (of: (state: FoldState) => number): number =>
    states.reduce((total, state) => total + of(state), 0);
  const event = (name: PointsEventName): number => sum(({ events }) => events[name]);
  return {
    devices,
    wallets,
    problems: problems.sort((a, b) => a.part - b.part || a.line - b.line || compare(a.reason, b.reason)),
    lines: sum(({ lines }) => lines),
    events: {
      heartbeat: event('heartbeat'),
      hired: event('hired'),
      work: event('work'),
      hardware: event('hardware'),
      speed: event('speed'),
      registered: event('registered'),
      ban: event('ban'),
    },
    hiredNotCounted: sum(({ hiredNotCounted }) => hiredNotCounted),
    outside: sum(({ outside }) => outside),
    *normalForm() {
      yield `season ${rules.startsAt} ${rules.endsAt} ${rules.proofOfWork ? 'work' : 'any'}\n`;
      for (const device of order) {
        yield [
          `device ${names.nameOf(device)}\n`,
          ...(registrations[device] ?? []).map(registrationText).sort(compare),
          ...(banned[device] === 1 ? ['banned\n'] : []),
          ...intervalTexts('up', slice(uptime, device), rules.startsAt),
          ...intervalTexts('hired', slice(hired, device), rules.startsAt),
          ...resultTexts(slice(results, device), rules.startsAt),
        ].join('');
      }
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The numbers of a fold's devices among all. */
function renumber(names: DeviceNames, { count, bytes, offsets }: FoldState['devices']): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let device = 0; device < count; device += 1) {
    numbers[device] = names.intern(bytes, offsets[device] ?? 0, offsets[device + 1] ?? 0);
  }
  return numbers;
}

/** Of each device what it was registered as, each different registration once. */
function collectRegistrations(
  states: readonly FoldState[],
  numbers: readonly Uint32Array[],
  count: number,
): (Registration[] | undefined)[] {
  const all = new Array<Registration[] | undefined>(count).fill(undefined);
  for (const [index, state] of states.entries()) {
    for (const registration of state.registrations) {
      const device = numbers[index]?.[registration.device] ?? 0;
      const known = (all[device] ??= []);
      if (!known.some((other) => sameRegistration(other, registration))) known.push(registration);
    }
  }
  return all;
}

function contradictions(names: DeviceNames, device: number, several: readonly Registration[]): BadLine[] {
  const reason = `registered: device ${names.nameOf(device)} is registered differently elsewhere; it scores nothing`;
  return several.map(({ part, line }) => ({ part, line, reason }));
}

/** Devices that events name and no line registers, at the first line of each. */
function unregistered(
  names: DeviceNames,
  states: readonly FoldState[],
  numbers: readonly Uint32Array[],
  registrations: readonly (readonly Registration[] | undefined)[],
): BadLine[] {
  const found = new Map<number, { part: number; line: number; lines: number }>();
  for (const [index, { devices }] of states.entries()) {
    for (let local = 0; local < devices.count; local += 1) {
      const device = numbers[index]?.[local] ?? 0;
      if (registrations[device] !== undefined) continue;
      const part = devices.firstParts[local] ?? 0;
      const line = devices.firstLines[local] ?? 0;
      const known = found.get(device);
      const lines = (known?.lines ?? 0) + (devices.lines[local] ?? 0);
      const earlier = known === undefined || part < known.part || (part === known.part && line < known.line);
      found.set(device, earlier ? { part, line, lines } : { ...known, lines });
    }
  }
  return [...found].map(([device, { part, line, lines }]) => ({
    part,
    line,
    reason: `device ${names.nameOf(device)} is not registered; lines that name it: ${lines}`,
  }));
}

function slice<T extends Float64Array | Uint32Array>({ offsets, values }: Grouped<T>, device: number): T {
  return values.subarray(offsets[device], offsets[device + 1]) as T;
}

/** Where each device's values start when they stand one device after the other. */
function startsOf(columns: readonly (readonly [Uint32Array, Uint32Array])[], count: number): Uint32Array {
  const offsets = new Uint32Array(count + 1);
  for (const [devices, numbers] of columns) {
    for (const device of devices) {
      const at = (numbers[device] ?? 0) + 1;
      offsets[at] = (offsets[at] ?? 0) + 1;
    }
  }
  for (let at = 1; at <= count; at += 1) offsets[at] = (offsets[at] ?? 0) + (offsets[at - 1] ?? 0);
  return offsets;
}

function groupIntervals(
  states: readonly FoldState[],
  numbers: readonly Uint32Array[],
  count: number,
  which: 'uptime' | 'hired',
): Grouped<Float64Array> {
  const columns = states.map((state, index): readonly [IntervalColumns, Uint32Array] => [
    state[which],
    numbers[index] ?? new Uint32Array(0),
  ]);
  const offsets = startsOf(
    columns.map(([{ devices }, own]) => [devices, own]),
    count,
  );
  const next = offsets.slice();
  const values = new Float64Array(offsets[count] ?? 0);
  for (const [{ devices, intervals }, own] of columns) {
    for (let index = 0; index < devices.length; index += 1) {
      const device = own[devices[index] ?? 0] ?? 0;
      const at = next[device] ?? 0;
      next[device] = at + 1;
      values[at] = intervals[index] ?? 0;
    }
  }
  return { offsets, values };
}

/** Unites each device's intervals that overlap or touch, in place. */
function unite({ offsets, values }: Grouped<Float64Array>): Grouped<Float64Array> {
  const united = new Uint32Array(offsets.length);
  let written = 0;
  for (let device = 0; device + 1 < offsets.length; device += 1) {
    united[device] = written;
    const own = values.subarray(offsets[device], offsets[device + 1]).sort();
    let from = -1;
    let to = -1;
    for (const interval of own) {
      const nextFrom = Math.floor(interval / MAX_SEASON_SECONDS);
      const nextTo = interval - nextFrom * MAX_SEASON_SECONDS;
      if (from >= 0 && nextFrom <= to) {
        if (nextTo > to) to = nextTo;
        continue;
      }
      // What is written lies before what is still to be read.
      if (from >= 0) values[written++] = from * MAX_SEASON_SECONDS + to;
      from = nextFrom;
      to = nextTo;
    }
    if (from >= 0) values[written++] = from * MAX_SEASON_SECONDS + to;
  }
  united[offsets.length - 1] = written;
  return { offsets: united, values };
}

/** Each device's results in order of kind and time, each once. */
function groupResults(
  states: readonly FoldState[],
  numbers: readonly Uint32Array[],
  count: number,
): Grouped<Uint32Array> {
  const offsets = startsOf(
    states.map(({ results }, index) => [results.devices, numbers[index] ?? new Uint32Array(0)]),
    count,
  );
  const next = offsets.slice();
  const values = new Uint32Array(offsets[count] ?? 0);
  for (const [index, { results }] of states.entries()) {
    for (let at = 0; at < results.devices.length; at += 1) {
      const device = numbers[index]?.[results.devices[at] ?? 0] ?? 0;
      const place = next[device] ?? 0;
      next[device] = place + 1;
      values[place] = results.keys[at] ?? 0;
    }
  }
  const distinct = new Uint32Array(count + 1);
  let written = 0;
  for (let device = 0; device < count; device += 1) {
    distinct[device] = written;
    let last = -1;
    for (const key of values.subarray(offsets[device], offsets[device + 1]).sort()) {
      if (key !== last) values[written++] = key;
      last = key;
    }
  }
  distinct[count] = written;
  return { offsets: distinct, values };
}

/** Lines that give a device two results of one kind at one moment. */
function contradictoryResults(
  rules: SeasonRules,
  names: DeviceNames,
  states: readonly FoldState[],
  numbers: readonly Uint32Array[],
  { offsets, values }: Grouped<Uint32Array>,
): BadLine[] {
  const moments = new Set<string>();
  for (let device = 0; device < names.count; device += 1) {
    for (let at = (offsets[device] ?? 0) + 1; at < (offsets[device + 1] ?? 0); at += 1) {
      if ((values[at] ?? 0) >>> 2 === (values[at - 1] ?? 0) >>> 2) {
        moments.add(`${device} ${(values[at] ?? 0) >>> 2}`);
      }
    }
  }
  if (moments.size === 0) return [];
  return states.flatMap(({ results }, index) => {
    const found: BadLine[] = [];
    results.devices.forEach((local, at) => {
      const device = numbers[index]?.[local] ?? 0;
      const key = results.keys[at] ?? 0;
      if (!moments.has(`${device} ${key >>> 2}`)) return;
      const kind = RESULT_KINDS[key >>> 28] ?? 'work';
      const time = rules.startsAt + ((key >>> 2) & (MAX_SEASON_SECONDS - 1));
      found.push({
        part: results.parts[at] ?? 0,
        line: results.lines[at] ?? 0,
        reason: `${kind}: device ${names.nameOf(device)} has another result at ${time}; the worst counts`,
      });
    });
    return found;
  });
}

interface DeviceEvents {
  readonly contradictory: boolean;
  readonly banned: boolean;
  readonly uptime: Float64Array;
  readonly hired: Float64Array;
  readonly results: Uint32Array;
}

function scoreDevice(
  rules: SeasonRules,
  device: string,
  { wallet, kind, multiplier, joined }: Registration,
  events: DeviceEvents,
): DeviceScore {
  const since = Math.min(Math.max(joined, rules.startsAt), rules.endsAt);
  const season = rules.endsAt - since;
  const uptime = secondsSince(events.uptime, since - rules.startsAt);
  const hired = secondsSince(events.hired, since - rules.startsAt);
  const results = judge(events.results);
  const status: DeviceStatus = events.contradictory
    ? 'contradictory'
    : events.banned
      ? 'banned'
      : results.hardwareFailed
        ? 'hardware'
        : rules.proofOfWork && !results.workPassed
          ? 'work'
          : results.bandwidth === 'belowLow'
            ? 'bandwidth'
            : uptime === 0
              ? 'down'
              : 'counts';
  const points =
    status === 'counts'
      ? devicePoints({
          multiplierX100: BigInt(multiplier),
          bandwidthX100: BandwidthTier.factorX100(results.bandwidth),
          uptime: BigInt(uptime),
          hired: BigInt(hired),
          season: BigInt(season),
        })
      : 0n;
  return {
    device,
    wallet: encodeAddress(wallet),
    kind,
    multiplierX100: multiplier,
    bandwidth: results.bandwidth,
    uptime,
    hired,
    season,
    status,
    points,
  };
}

/** The seconds of united intervals from a second of the season on. */
function secondsSince(intervals: Float64Array, since: number): number {
  let seconds = 0;
  for (const interval of intervals) {
    const from = Math.floor(interval / MAX_SEASON_SECONDS);
    const to = interval - from * MAX_SEASON_SECONDS;
    if (to > since) seconds += to - Math.max(from, since);
  }
  return seconds;
}

/** What a device's results say; of two at one moment the worse. */
function judge(results: Uint32Array): {
  readonly workPassed: boolean;
  readonly hardwareFailed: boolean;
  readonly bandwidth: BandwidthTier;
} {
  let workPassed = false;
  let hardwareFailed = false;
  let tests = 0;
  const ofTier = [0, 0, 0, 0];
  for (let at = 0; at < results.length; at += 1) {
    const key = results[at] ?? 0;
    // Results of one moment stand together, the worst last.
    if (at + 1 < results.length && (results[at + 1] ?? 0) >>> 2 === key >>> 2) continue;
    const value = key & 3;
    const kind = RESULT_KINDS[key >>> 28];
    if (kind === 'work') workPassed ||= value === 0;
    else if (kind === 'hardware') hardwareFailed = value !== 0;
    else {
      tests += 1;
      ofTier[value] = (ofTier[value] ?? 0) + 1;
    }
  }
  // The lower median: the worse half may not be hidden by one good test, nor the better half lost by one bad one.
  let before = 0;
  let bandwidth: BandwidthTier = 'belowLow';
  for (const [rank, count] of ofTier.entries()) {
    before += count;
    if (before > Math.floor(tests / 2)) {
      bandwidth = TIERS[rank] ?? 'belowLow';
      break;
    }
  }
  return { workPassed, hardwareFailed, bandwidth };
}

function registrationText({ wallet, kind, multiplier, joined }: Registration): string {
  return `registered ${encodeAddress(wallet)} ${kind} ${multiplier} ${joined}\n`;
}

function intervalTexts(name: string, intervals: Float64Array, startsAt: number): string[] {
  return Array.from(intervals, (interval) => {
    const from = Math.floor(interval / MAX_SEASON_SECONDS);
    return `${name} ${startsAt + from} ${startsAt + interval - from * MAX_SEASON_SECONDS}\n`;
  });
}

function resultTexts(results: Uint32Array, startsAt: number): string[] {
  return Array.from(results, (key) => {
    const kind = RESULT_KINDS[key >>> 28] ?? 'work';
    const time = startsAt + ((key >>> 2) & (MAX_SEASON_SECONDS - 1));
    const value = kind === 'speed' ? TIERS[key & 3] : (key & 3) === 0 ? 'pass' : 'fail';
    return `${kind} ${time} ${value ?? ''}\n`;
  });
}
