/**
 * The points of a season a second time, to check the first: plain maps, strings and bigints, one line after the other,
 * sharing nothing with the fold of the SDK but the text of docs/points.md. Slow, and short enough to be read.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PublicKey } from '@solana/web3.js';

/** The season that is scored. */
export interface ReferenceSeason {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly proofOfWork: boolean;
}

/** What the reference comes to. */
export interface ReferenceScores {
  readonly wallets: Readonly<Record<'gpu' | 'cpu', ReadonlyMap<string, bigint>>>;
  /** The lines that were not taken, as `file:line`. */
  readonly badLines: readonly string[];
  /** SHA-256 of the normal form, in hexadecimal digits. */
  readonly eventsHash: string;
}

type Fields = ReadonlyMap<string, string | number>;

interface Device {
  readonly registrations: Set<string>;
  readonly up: Set<string>;
  readonly hired: Set<string>;
  /** `work 1714521600` to the results of that moment, the worst having the highest rank. */
  readonly results: Map<string, Set<number>>;
  banned: boolean;
}

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  heartbeat: ['device', 'from', 'to'],
  hired: ['device', 'from', 'to', 'price', 'reference', 'buyer'],
  work: ['device', 'at', 'result'],
  hardware: ['device', 'at', 'result'],
  speed: ['device', 'at', 'down', 'up'],
  registered: ['device', 'wallet', 'kind', 'multiplier', 'joined'],
  ban: ['device', 'at'],
};
const TEXTS = ['device', 'wallet', 'kind', 'buyer', 'result'];
const RANKS = ['high', 'medium', 'low', 'belowLow'];
const FACTORS = [125n, 110n, 100n, 0n];

/** Scores files of events. */
export async function referenceScore(
  files: readonly string[],
  season: ReferenceSeason,
): Promise<ReferenceScores> {
  const devices = new Map<string, Device>();
  const badLines: string[] = [];
  for (const file of files) {
    let number = 0;
    const input = createReadStream(file, { encoding: 'latin1' });
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      const line = number === 1 ? text.replace(/^\u00ef\u00bb\u00bf/, '') : text;
      if (line === '' || line.startsWith('#')) continue;
      if (!take(devices, line, season)) badLines.push(`${file}:${number}`);
    }
  }
  const names = [...devices.keys()].sort();
  const hash = createHash('sha256').update(
    `season ${season.startsAt} ${season.endsAt} ${season.proofOfWork ? 'work' : 'any'}\n`,
  );
  const wallets = { gpu: new Map<string, bigint>(), cpu: new Map<string, bigint>() };
  for (const name of names) {
    const device = devices.get(name);
    if (device === undefined) continue;
    hash.update(normalForm(name, device, season));
    const [registration = '', ...others] = device.registrations;
    if (registration === '' || others.length > 0) continue;
    const [wallet = '', kind = '', multiplier = '', joined = ''] = registration.split(' ');
    const points = score(device, season, BigInt(multiplier), Number(joined));
    if (points === 0n) continue;
    const pool = wallets[kind === 'gpu' ? 'gpu' : 'cpu'];
    pool.set(wallet, (pool.get(wallet) ?? 0n) + points);
  }
  return { wallets, badLines, eventsHash: hash.digest('hex') };
}

/** The event and the fields of a line, texts as strings and numbers as numbers; null where it is none. */
function parse(line: string): { readonly event: string; readonly fields: Fields } | null {
  if (!line.startsWith('{')) {
    const [event = '', ...values] = line.split(',');
    const columns = COLUMNS[event];
    if (columns?.length !== values.length) return null;
    return {
      event,
      fields: new Map(
        columns.map((column, index) => {
          const value = values[index] ?? '';
          return [column, TEXTS.includes(column) ? value : /^(0|[1-9]\d*)$/.test(value) ? Number(value) : -1];
        }),
      ),
    };
  }
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return null;
  }
  const { event, ...rest } = object as Record<string, unknown>;
  if (typeof event !== 'string') return null;
  const columns = COLUMNS[event];
  if (columns === undefined || Object.keys(rest).length !== columns.length) return null;
  const fields = new Map<string, string | number>();
  for (const column of columns) {
    const value = rest[column];
    if (TEXTS.includes(column) ? typeof value !== 'string' : typeof value !== 'number') return null;
    fields.set(column, value as string | number);
  }
  return { event, fields };
}

function take(devices: Map<string, Device>, line: string, { startsAt, endsAt }: ReferenceSeason): boolean {
  const parsed = line.length > 4_096 ? null : parse(line);
  if (parsed === null) return false;
  const { event, fields } = parsed;
  const text = (name: string): string => String(fields.get(name));
  const number = (name: string): number => Number(fields.get(name));
  const whole = (name: string, least: number, most: number): boolean =>
    Number.isInteger(number(name)) && number(name) >= least && number(name) <= most;
  const valid = [...fields.keys()].every((name) => {
    if (name === 'device') return /^[A-Za-z0-9._:/-]{1,64}$/.test(text(name));
    if (name === 'wallet') return isAddress(text(name));
    if (name === 'kind') return ['gpu', 'cpu'].includes(text(name));
    if (name === 'result') return ['pass', 'fail'].includes(text(name));
    if (name === 'buyer') return ['independent', 'related'].includes(text(name));
    if (name === 'multiplier') return whole(name, 1, 10_000);
    if (['price', 'reference', 'down', 'up'].includes(name)) return whole(name, 0, Number.MAX_SAFE_INTEGER);
    return whole(name, 0, 2 ** 32 - 1);
  });
  if (!valid) return false;
  if ((event === 'heartbeat' || event === 'hired') && number('from') >= number('to')) return false;
  if (event === 'hired' && number('reference') === 0) return false;

  let device = devices.get(text('device'));
  if (device === undefined) {
    device = {
      registrations: new Set(),
      up: new Set(),
      hired: new Set(),
      results: new Map(),
      banned: false,
    };
    devices.set(text('device'), device);
  }
  const interval = `${Math.max(number('from'), startsAt)} ${Math.min(number('to'), endsAt)}`;
  const inside = number('from') < endsAt && number('to') > startsAt;
  switch (event) {
    case 'registered':
      device.registrations.add(`${text('wallet')} ${text('kind')} ${text('multiplier')} ${text('joined')}`);
      break;
    case 'heartbeat':
      if (inside) device.up.add(interval);
      break;
    case 'hired': {
      const fair = BigInt(number('price')) * 2n >= BigInt(number('reference'));
      if (inside && fair && text('buyer') === 'independent') device.hired.add(interval);
      break;
    }
    case 'ban':
      device.banned ||= number('at') < endsAt;
      break;
    default: {
      if (number('at') < startsAt || number('at') >= endsAt) break;
      const rank = event === 'speed' ? tier(number('down'), number('up')) : text('result') === 'pass' ? 0 : 1;
      const key = `${event} ${number('at')}`;
      const ranks = device.results.get(key) ?? new Set();
      device.results.set(key, ranks.add(rank));
    }
  }
  return true;
}

function isAddress(text: string): boolean {
  try {
    return new PublicKey(text).toBase58() === text;
  } catch {
    return false;
  }
}

function tier(down: number, up: number): number {
  const least = [
    [800e6, 300e6],
    [400e6, 300e6],
    [100e6, 75e6],
    [0, 0],
  ];
  return least.findIndex(([slowest = 0, slowestUp = 0]) => down >= slowest && up >= slowestUp);
}

/** The intervals that cover the same seconds and do not touch each other, in their order. */
function united(intervals: ReadonlySet<string>): (readonly [from: number, to: number])[] {
  const sorted = [...intervals].map((text) => text.split(' ').map(Number)).sort(([a = 0], [b = 0]) => a - b);
  const result: [number, number][] = [];
  for (const [from = 0, to = 0] of sorted) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** The device's results of a kind in order of time, the worst of each moment. */
function worst(device: Device, kind: string): number[] {
  return [...device.results]
    .map(([key, ranks]) => ({ key: key.split(' '), rank: Math.max(...ranks) }))
    .filter(({ key }) => key[0] === kind)
    .sort((a, b) => Number(a.key[1]) - Number(b.key[1]))
    .map(({ rank }) => rank);
}

function score(
  device: Device,
  { startsAt, endsAt, proofOfWork }: ReferenceSeason,
  multiplier: bigint,
  joined: number,
): bigint {
  if (device.banned || worst(device, 'hardware').at(-1) === 1) return 0n;
  if (proofOfWork && !worst(device, 'work').includes(0)) return 0n;
  const tests = worst(device, 'speed').sort((a, b) => a - b);
  const factor = FACTORS[tests[Math.floor(tests.length / 2)] ?? 3] ?? 0n;
  const since = Math.max(joined, startsAt);
  const seconds = (intervals: ReadonlySet<string>): bigint =>
    united(intervals).reduce((sum, [from, to]) => sum + BigInt(Math.max(to - Math.max(from, since), 0)), 0n);
  const uptime = seconds(device.up);
  if (uptime === 0n) return 0n;
  const hired = seconds(device.hired);
  const length = BigInt(endsAt - since);
  const counted = hired < uptime ? hired : uptime;
  return (multiplier * factor * (uptime * uptime + counted * length)) / (360_000n * length);
}

function normalForm(name: string, device: Device, { startsAt }: ReferenceSeason): string {
  const results = ['work', 'hardware', 'speed'].flatMap((kind) =>
    [...device.results]
      .map(([key, ranks]) => ({ kind: key.split(' ')[0], at: Number(key.split(' ')[1]), ranks }))
      .filter((result) => result.kind === kind && result.at >= startsAt)
      .sort((a, b) => a.at - b.at)
      .flatMap(({ at, ranks }) =>
        [...ranks]
          .sort((a, b) => a - b)
          .map(
            (rank) =>
              `${kind} ${at} ${kind === 'speed' ? (RANKS[rank] ?? '') : rank === 0 ? 'pass' : 'fail'}`,
          ),
      ),
  );
  const lines = [
    `device ${name}`,
    ...[...device.registrations].map((text) => `registered ${text}`).sort(),
    ...(device.banned ? ['banned'] : []),
    ...united(device.up).map(([from, to]) => `up ${from} ${to}`),
    ...united(device.hired).map(([from, to]) => `hired ${from} ${to}`),
    ...results,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
