import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { metricsOf, openIntentsIn, samplesIn, total } from '../../scripts/dev/metrics.js';
import { urlOf, type DevProcess, type DevState } from '../../scripts/dev/state.js';

const MEGABYTE = 1_048_576;
const TICKS_A_SECOND = 100;

/** What Linux says of a process: CPU seconds since its start, and resident memory in MB. */
export function usageOf(pid: number): { readonly cpu: number; readonly memory: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    memory: Math.round(Number(resident) / 1024),
  };
}

/** A process at a moment. */
export interface Moment {
  /** Seconds of the economy since the beginning. */
  readonly at: number;
  readonly cpu: number;
  /** MB. */
  readonly memory: number;
  /** MB that V8 has in use, garbage included; `null` where the process does not say. */
  readonly heap: number | null;
  /** What waits, by what it is. */
  readonly queues: ReadonlyMap<string, number>;
  readonly loops: { readonly count: number; readonly seconds: number; readonly failed: number };
  readonly loopBuckets: readonly { readonly upTo: number; readonly count: number }[];
  /** MB of files. */
  readonly files: number;
}

const QUEUES = ['ionet_oracle_pending', 'ionet_scheduler_size'];

/** Watches the processes of an economy, and this one. */
export class Watch {
  readonly moments = new Map<string, Moment[]>();
  readonly #state: DevState;
  readonly #own: string;

  constructor(state: DevState, own: string) {
    this.#state = state;
    this.#own = own;
  }

  /** Takes a look at all of them. */
  async look(at: number): Promise<void> {
    for (const one of this.#state.processes) this.#add(one.name, await momentOf(one, at));
    this.#add(this.#own, {
      at,
      ...usageOf(process.pid),
      heap: process.memoryUsage().heapUsed / MEGABYTE,
      queues: new Map(),
      loops: { count: 0, seconds: 0, failed: 0 },
      loopBuckets: [],
      files: 0,
    });
  }

  #add(name: string, moment: Moment): void {
    const known = this.moments.get(name);
    if (known === undefined) this.moments.set(name, [moment]);
    else known.push(moment);
  }
}

async function momentOf(one: DevProcess, at: number): Promise<Moment> {
  const { pid, env } = one;
  if (pid === null) throw new Error(`${one.name} does not run`);
  const text = await metricsOf(urlOf(one));
  const heap = samplesIn(text, 'nodejs_heap_size_used_bytes')[0]?.value;
  const loops = samplesIn(text, 'ionet_loops_total');
  const queues = new Map<string, number>();
  for (const name of QUEUES) {
    for (const { labels, value } of samplesIn(text, name)) queues.set(labels['what'] ?? name, value);
  }
  if (one.kind !== 'network') queues.set('open intents', openIntentsIn(text));
  return {
    at,
    ...usageOf(pid),
    heap: heap === undefined ? null : heap / MEGABYTE,
    queues,
    loops: {
      count: total(samplesIn(text, 'ionet_loop_seconds_count')),
      seconds: total(samplesIn(text, 'ionet_loop_seconds_sum')),
      failed: total(loops.filter(({ labels }) => labels['result'] === 'failed')),
    },
    loopBuckets: samplesIn(text, 'ionet_loop_seconds_bucket').map(({ labels, value }) => ({
      upTo: labels['le'] === '+Inf' ? Infinity : Number(labels['le']),
      count: value,
    })),
    files: env['DATA_DIR'] === undefined ? 0 : sizeOf(env['DATA_DIR']) / MEGABYTE,
  };
}

/** Bytes of all files in a directory. */
function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) =>
        sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
