import type { Audited } from '../../scripts/audit/audit.js';
import type { Buyers } from './buyers.js';
import type { Answers } from './http-meter.js';
import type { Moment } from './watch.js';
import type { Windows } from './windows.js';

/** What was asked for, and what came of it. */
export interface LoadRun {
  readonly asked: Readonly<Record<'jobsPerHour' | 'minutes' | 'nodes' | 'seed' | 'speed', number>>;
  /** How long the measured minutes took. */
  readonly wallSeconds: number;
  /** By server and route. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, Answers>>;
  readonly windows: Windows;
  readonly buyers: Buyers;
  readonly audited: readonly Audited[];
  /** What is not done after everything was wound down. */
  readonly left: ReadonlyMap<string, number>;
  readonly calls: Readonly<Record<'after' | 'before', ReadonlyMap<string, number>>>;
  /** By process. */
  readonly moments: ReadonlyMap<string, readonly Moment[]>;
  /** Loops of agents that failed. */
  readonly failures: ReadonlyMap<string, number>;
  /** The processes whose memory has to stay within bounds: the others are what they are measured with. */
  readonly judged: readonly string[];
}

/** A heap that is this much higher in the last third than in the second goes on growing. */
const MOST_GROWTH = 1.25;
/** MB by which it may be higher in any case: what a garbage collector leaves for later. */
const SLACK = 32;

/** What is wrong, a sentence each. */
export function problemsOf({ windows, left, moments, audited, judged, buyers }: LoadRun): string[] {
  const problems: string[] = [];
  for (const [name, missed] of windows.missedBy) {
    if (missed > 0) problems.push(`${name} has no record of ${missed} heartbeats of ${windows.expected}`);
  }
  if (windows.missed > 0) problems.push(`${windows.missed} heartbeats were heard by too few oracles`);
  if (windows.missedCertified > 0) {
    problems.push(`${windows.missedCertified} heartbeats are missing in certified epochs`);
  }
  if (problems.length > 0) problems.push(...windows.examples);
  for (const [what, count] of left) problems.push(`at the end: ${count} ${what}`);
  for (const [what, count] of buyers.failures) problems.push(`buyers: ${count} x ${what}`);
  for (const name of judged) {
    const [, middle, last] = floors(moments.get(name) ?? []);
    if (middle === undefined || last === undefined) continue;
    if (last > middle * MOST_GROWTH + SLACK) {
      problems.push(
        `the heap of ${name} goes on growing: ${middle.toFixed(0)} MB, then ${last.toFixed(0)} MB`,
      );
    }
  }
  for (const { identity, findings } of audited) {
    for (const { account, what, expected, found } of findings) {
      problems.push(`${identity.name}: ${what} of ${account} should be ${expected}, and is ${found}`);
    }
  }
  return problems;
}

/** The least of the heap in each third: what is left after garbage was collected. */
function floors(moments: readonly Moment[]): number[] {
  const third = Math.floor(moments.length / 3);
  if (third === 0) return [];
  return [0, 1, 2].map((index) =>
    Math.min(...moments.slice(index * third, (index + 1) * third).map(({ heap }) => heap ?? 0)),
  );
}

const grouped = (count: number): string => Math.round(count).toLocaleString('en-US');
const row = (...cells: readonly (number | string)[]): string =>
  `| ${cells.map((cell) => (typeof cell === 'number' ? grouped(cell) : cell)).join(' | ')} |`;
const head = (...names: readonly string[]): string[] => [
  row(...names),
  row(...names.map((_, index) => (index === 0 ? '---' : '---:'))),
];

/** The value below which a share of the numbers lies; a dash where there are none. */
function at(numbers: readonly number[], share: number): string {
  const sorted = Float64Array.from(numbers).sort();
  const value = sorted[Math.floor((sorted.length - 1) * share)];
  return value === undefined ? '-' : grouped(value);
}

/** The section of docs/performance.md. */
export function reportOf(run: LoadRun, problems: readonly string[]): string[] {
  const { asked, wallSeconds, windows, audited, left } = run;
  const speed = (asked.minutes * 60) / wallSeconds;
  const waiting = [...left.values()].reduce((sum, count) => sum + count, 0);
  const found = audited.reduce((sum, { findings }) => sum + findings.length, 0);
  return [
    `${grouped(asked.nodes)} nodes that send a heartbeat each minute to each of three oracles, and ${asked.jobsPerHour} orders an hour`,
    `at one scheduler, for ${asked.minutes} minutes of the economy's clock, which ran ${speed.toFixed(1)} times as fast as the machine's`,
    `(${wallSeconds.toFixed(0)} s). Network, oracles and scheduler are a process each; the agents of all nodes, the real ones with`,
    'their own keys and databases, and the buyers are one more, on the same two cores. An hour of the oracles ends',
    'within the time, so that all nodes are asked for a proof of work at once and an epoch is agreed on. Proofs have',
    `2^8 blocks and speed tests 64 KiB, because one machine does the work of all nodes. Seed ${asked.seed}.`,
    '',
    ...head('', 'figure'),
    row('heartbeat windows, nodes x minutes', windows.expected),
    ...[...windows.missedBy].map(([name, missed]) => row(`missing in the raw log of ${name}`, missed)),
    row('heard by fewer than two oracles', windows.missed),
    row('of them in epochs that the oracles certified meanwhile', windows.certified),
    row('missing there', windows.missedCertified),
    row('in queues, and jobs not over, after winding down', waiting),
    row(`findings of the ${audited.length} identities of \`io audit\``, found),
    ...(problems.length === 0 ? [] : ['', ...problems.map((problem) => `- ${problem}`)]),
    '',
    ...answersOf(run),
    '',
    ...jobsOf(run),
    '',
    ...processesOf(run),
    '',
    ...queuesOf(run),
    '',
    ...callsOf(run),
  ];
}

function answersOf({ answers, failures }: LoadRun): string[] {
  const lines: string[] = [];
  for (const [server, routes] of answers) {
    for (const [route, { results, latencies }] of routes) {
      const taken = results.get('taken') ?? 0;
      lines.push(
        row(`${server}: ${route}`, taken, latencies.length - taken, at(latencies, 0.5), at(latencies, 0.99)),
      );
    }
  }
  return [
    'Requests as the agents and buyers see them, in milliseconds of the machine:',
    '',
    ...head('', 'taken', 'refused', 'p50, ms', 'p99, ms'),
    ...lines.sort(),
    '',
    `Refused: ${listed(refusalsOf(answers))}. Loops of agents that failed: ${listed(failures)}.`,
  ];
}

/** Why requests were refused, and how often. */
export function refusalsOf(answers: LoadRun['answers']): Map<string, number> {
  const refused = new Map<string, number>();
  for (const routes of answers.values()) {
    for (const [route, { results }] of routes) {
      for (const [reason, count] of results) {
        const what = `${route} ${reason}`;
        if (reason !== 'taken') refused.set(what, (refused.get(what) ?? 0) + count);
      }
    }
  }
  return refused;
}

/** Counts in a line. */
export function listed(counts: ReadonlyMap<string, number>): string {
  return counts.size === 0
    ? 'none'
    : [...counts].map(([what, count]) => `${what} ${grouped(count)}`).join(', ');
}

function jobsOf({ buyers: { jobs, requested, failures } }: LoadRun): string[] {
  const bookings = jobs.map(({ bookingMs }) => bookingMs);
  const starts = jobs.flatMap(({ startedAt, bookedAt }) =>
    startedAt === null ? [] : [startedAt - bookedAt],
  );
  return [
    ...head('jobs', 'figure'),
    row('requested', requested),
    row('booked', jobs.length),
    row('started', starts.length),
    row('ended and paid out', jobs.filter(({ state }) => state === 'ended').length),
    row(
      'failed',
      [...failures.values()].reduce((sum, count) => sum + count, 0),
    ),
    row('from request to confirmed booking, p50 / p99, ms', `${at(bookings, 0.5)} / ${at(bookings, 0.99)}`),
    row('from booking to start, p50 / p99, s of the economy', `${at(starts, 0.5)} / ${at(starts, 0.99)}`),
  ];
}

function processesOf({ moments, asked, wallSeconds }: LoadRun): string[] {
  const lines = [...moments].map(([name, all]) => {
    const [first, last] = [all[0], all.at(-1)];
    const middle = all[Math.floor(all.length / 2)];
    if (first === undefined || last === undefined || middle === undefined) return row(name);
    const heaps = floors(all);
    const loops = last.loops.count - first.loops.count;
    const seconds = last.loops.seconds - first.loops.seconds;
    const cpu = last.cpu - first.cpu;
    return row(
      name,
      cpu.toFixed(0),
      `${((cpu / wallSeconds) * 100).toFixed(0)} %`,
      [first, middle, last].map(({ memory }) => memory).join(' / '),
      Math.max(...all.map(({ memory }) => memory)),
      ((last.memory - middle.memory) / (asked.minutes / 2)).toFixed(1),
      heaps.some((heap) => heap > 0) ? heaps.map((heap) => heap.toFixed(0)).join(' / ') : '-',
      loops === 0 ? '-' : ((seconds / loops) * 1_000).toFixed(0),
      loops === 0 ? '-' : p99OfLoops(first, last),
      last.loops.failed - first.loops.failed,
      first.files === 0 ? '-' : `${first.files.toFixed(1)} / ${last.files.toFixed(1)}`,
    );
  });
  return [
    'Processes over the time. Memory is resident, at its begin, middle and end; growth is that of the second half, in MB',
    "for a minute of the economy. The heap is the least of V8's in each third. Files are database, logs and epochs.",
    '',
    ...head(
      '',
      'CPU, s',
      'of a core',
      'memory, MB',
      'most',
      'growth',
      'heap, MB',
      'loop, ms',
      'p99',
      'failed',
      'files, MB',
    ),
    ...lines,
  ];
}

/** The bound of the histogram below which 99 of 100 loops end. */
function p99OfLoops(first: Moment, last: Moment): string {
  const counts = last.loopBuckets.map(({ upTo, count }, index) => ({
    upTo,
    count: count - (first.loopBuckets[index]?.count ?? 0),
  }));
  const all = Math.max(...counts.map(({ count }) => count));
  const bound = counts.find(({ count }) => count >= 0.99 * all)?.upTo ?? Infinity;
  return Number.isFinite(bound) ? `< ${grouped(bound * 1_000)}` : '> 30,000';
}

function queuesOf({ moments }: LoadRun): string[] {
  const lines = [...moments].flatMap(([name, all]) => {
    const whats = new Set(all.flatMap(({ queues }) => [...queues.keys()]));
    return [...whats].map((what) => {
      const lengths = all.map(({ queues }) => queues.get(what) ?? 0);
      return row(`${name}: ${what}`, Math.max(...lengths), lengths.at(-1) ?? 0);
    });
  });
  return [...head('what waits, or is held', 'most', 'when the time was over'), ...lines];
}

function callsOf({ calls, asked }: LoadRun): string[] {
  const counts = [...calls.after]
    .map(([method, count]) => ({ method, count: count - (calls.before.get(method) ?? 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  return [
    ...head('calls of the network', 'in a minute of the economy'),
    ...counts.map(({ method, count }) => row(method, count / asked.minutes)),
    row('all', all / asked.minutes),
  ];
}
