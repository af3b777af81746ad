import { HEARTBEATS_PER_EPOCH } from '@ionet/sdk';
import type { RawEntry, RawEntryOf } from './raw-log.js';

export const EPOCH_SECONDS = 3_600;
const MINUTE = 60;
const HEX_DIGITS = Number(HEARTBEATS_PER_EPOCH) / 4;

/** Seconds from `from` to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Unites spans that overlap or touch. */
export function unite(spans: readonly Span[]): Span[] {
  const united: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = united.at(-1);
    if (last !== undefined && span.from <= last.to) {
      united[united.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else if (span.to > span.from) united.push(span);
  }
  return united;
}

/**
 * Verified seconds of a job: of the spans in which its node said that it worked on it, what lies within the job's time
 * and before `asOf`.
 */
export function verifiedSeconds(
  spans: readonly Span[],
  job: Pick<RawEntryOf<'job'>, 'startedAt' | 'endsAt'>,
  asOf: number,
): number {
  const end = Math.min(job.endsAt, asOf);
  const within = spans.map(({ from, to }) => ({
    from: Math.max(from, job.startedAt),
    to: Math.min(to, end),
  }));
  return unite(within.filter(({ from, to }) => to > from)).reduce(
    (sum, { from, to }) => sum + (to - from),
    0,
  );
}

/** What a raw log says of the verified seconds of a job up to a time. */
export function verifiedByLog(entries: Iterable<RawEntry>, job: string, asOf: number): number {
  const spans: Span[] = [];
  let known: RawEntryOf<'job'> | undefined;
  for (const entry of entries) {
    if (entry.kind === 'hours' && entry.job === job) spans.push(entry);
    else if (entry.kind === 'job' && entry.job === job) known = entry;
  }
  return known === undefined ? 0 : verifiedSeconds(spans, known, asOf);
}

/** Which devices a node's jobs are on: each takes the lowest ones that are free when it starts. */
export function assignDevices(
  jobs: readonly RawEntryOf<'job'>[],
): { readonly job: RawEntryOf<'job'>; readonly device: number }[] {
  const busyUntil: number[] = [];
  const ordered = [...jobs].sort((a, b) => a.startedAt - b.startedAt || (a.job < b.job ? -1 : 1));
  return ordered.flatMap((job) => {
    const taken: { job: RawEntryOf<'job'>; device: number }[] = [];
    for (let device = 0; taken.length < job.devices; device += 1) {
      if ((busyUntil[device] ?? 0) > job.startedAt) continue;
      busyUntil[device] = job.endsAt;
      taken.push({ job, device });
    }
    return taken;
  });
}

/** The registrations that held at a time, as far as the log says. */
function nodesAt(entries: readonly RawEntry[], before: number): RawEntryOf<'node'>[] {
  const known = new Map<string, RawEntryOf<'node'>>();
  for (const entry of entries) {
    if (entry.at >= before) continue;
    if (entry.kind === 'node') known.set(entry.node, entry);
    else if (entry.kind === 'gone') known.delete(entry.node);
  }
  return [...known.values()];
}

/** The started jobs, as they were last seen up to a time. */
function jobsAt(entries: readonly RawEntry[], until: number): RawEntryOf<'job'>[] {
  const known = new Map<string, RawEntryOf<'job'>>();
  for (const entry of entries) if (entry.kind === 'job' && entry.at <= until) known.set(entry.job, entry);
  return [...known.values()];
}

/**
 * What one oracle says of an epoch that begins at `start`: lines, sorted, each a fact that another oracle who saw the
 * same writes in the same bytes. A pure function of the raw log. `settled` is the time up to which the log is used:
 * jobs that end in the epoch are known a moment later.
 */
export function observe(entries: readonly RawEntry[], start: number, settled: number): string[] {
  const end = start + EPOCH_SECONDS;
  const within = (time: number): boolean => time >= start && time < end;
  const lines: string[] = [];

  const nodes = nodesAt(entries, end);
  const understaked = new Set<string>();
  for (const node of nodes) {
    lines.push(
      [
        'node',
        node.node,
        node.pool,
        node.destination,
        node.devices,
        node.multiplier,
        node.wallet,
        node.joined,
      ].join(),
    );
    if (!node.staked) understaked.add(node.node);
  }
  // What held when the epoch began, and what came in it: one second below the minimum is enough.
  const during = entries.filter((entry) => entry.kind === 'node').filter(({ at }) => within(at));
  for (const { node, staked } of [...nodesAt(entries, start), ...during]) {
    if (!staked) understaked.add(node);
  }
  const registered = new Set(nodes.map(({ node }) => node));
  for (const node of understaked) if (registered.has(node)) lines.push(`understaked,${node}`);

  const beats = new Map<string, bigint>();
  const asked = new Map<string, RawEntryOf<'challenge'>>();
  const results = new Map<string, boolean>();
  const speeds = new Map<string, { down: number; up: number }>();
  for (const entry of entries) {
    if (entry.kind === 'beat' && within(entry.at)) {
      const bit = 1n << BigInt(Math.floor((entry.at - start) / MINUTE));
      beats.set(entry.node, (beats.get(entry.node) ?? 0n) | bit);
    } else if (entry.kind === 'challenge' && within(entry.at)) {
      asked.set(entry.id, entry);
    } else if (entry.kind === 'answer') {
      const challenge = asked.get(entry.id);
      if (challenge !== undefined) {
        results.set(`${challenge.node},${challenge.device}`, entry.passed);
        asked.delete(entry.id);
      }
    } else if (entry.kind === 'speed' && within(entry.at)) {
      const best = speeds.get(entry.node);
      if (best === undefined || entry.down + entry.up > best.down + best.up) speeds.set(entry.node, entry);
    }
  }
  // Asked, and not answered in time.
  for (const { node, device } of asked.values()) {
    if (!results.has(`${node},${device}`)) results.set(`${node},${device}`, false);
  }
  for (const [node, bits] of beats)
    lines.push(`beats,${node},${bits.toString(16).padStart(HEX_DIGITS, '0')}`);
  for (const [device, passed] of results) lines.push(`proof,${device},${passed ? '+' : '-'}`);
  for (const [node, { down, up }] of speeds) lines.push(`speed,${node},${down},${up}`);

  const jobs = jobsAt(entries, settled);
  for (const node of new Set(jobs.map((job) => job.node))) {
    for (const { job, device } of assignDevices(jobs.filter((one) => one.node === node))) {
      if (job.startedAt >= end || job.endsAt <= start) continue;
      const from = Math.max(job.startedAt, start);
      const to = Math.min(job.endsAt, end);
      lines.push(['hired', node, device, from, to, job.price, job.reference, job.buyer].join());
    }
  }
  return lines.sort();
}
