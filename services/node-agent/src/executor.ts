import type { Logger, Workload } from '@ionet/service-kit';
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { LogPage } from './ray/job-api.js';

/** A job as an executor needs it. */
export interface JobWork {
  readonly job: string;
  readonly node: string;
  readonly devices: number;
  /** Which of the node's devices it has, counted from 0; `null` where nobody says. */
  readonly deviceIds: readonly number[] | null;
  /** Unix seconds at which it ends at the latest. */
  readonly endsAt: number;
  readonly workload: Workload;
  /** The job under whose address the work of a cluster is submitted, once for all; of a single order its own. */
  readonly leader: string;
}

/** What a program is told of its job, as environment variables: the same wherever it runs. */
export function toldOf({ job, node, devices, deviceIds, endsAt, workload }: JobWork): Record<string, string> {
  return {
    IONET_JOB: job,
    IONET_NODE: node,
    IONET_DEVICES: String(devices),
    ...(deviceIds === null ? {} : { IONET_DEVICE_IDS: deviceIds.join(',') }),
    IONET_ENDS_AT: String(endsAt),
    IONET_WORKLOAD: workload.kind,
  };
}

/** A time in which work ran, in unix seconds of the chain's clock. */
export interface WorkSpan {
  readonly from: number;
  readonly to: number;
}

/** Work that was begun. */
export interface RunningWork {
  /** Whether it runs, as far as is known. */
  readonly alive: boolean;
  /** When it ran, as far as is proved at `now`: what is reported. `null` where nothing is known of it. */
  span(now: number): WorkSpan | null;
  /** With what its program ended, 128 and the number of the signal that ended it; `null` while it may run. */
  readonly exitCode: number | null;
  /** What it has printed, from a byte on; `null` where nothing is known of it. Not there where nobody keeps it. */
  log?(from: number, limit: number): Promise<LogPage | null>;
  /** Ends it with all that it has begun: its job is over. */
  stop(): Promise<void>;
  /** The agent ends, the job does not: what can go on without it goes on. */
  leave(): Promise<void>;
}

/** Runs the work of jobs. */
export interface Executor {
  /** `null` where it does not run work of this kind. */
  start(work: JobWork, now: number): RunningWork | null;
  /** Stops what still runs of a node's jobs but these. Needed where work goes on without the agent. */
  sweep?(node: string, jobs: ReadonlySet<string>): Promise<void>;
}

/** Runs each kind of work by the executor that can. */
export class ExecutorByKind implements Executor {
  readonly #executors: readonly Executor[];

  constructor(executors: readonly Executor[]) {
    this.#executors = executors;
  }

  start(work: JobWork, now: number): RunningWork | null {
    for (const executor of this.#executors) {
      const running = executor.start(work, now);
      if (running !== null) return running;
    }
    return null;
  }

  async sweep(node: string, jobs: ReadonlySet<string>): Promise<void> {
    await Promise.all(this.#executors.map(async (executor) => executor.sweep?.(node, jobs)));
  }
}

const STOP_MS = 10_000;
/** As of a shell that does not find a program. */
const NOT_FOUND = 127;

/**
 * Runs a program of this machine for each job: without a shell, told of the job by `IONET_JOB`, `IONET_NODE`,
 * `IONET_DEVICES`, `IONET_DEVICE_IDS`, `IONET_ENDS_AT` and `IONET_WORKLOAD`, and of nothing else of the agent's
 * environment but `PATH` and `HOME`. It leads a process group of its own, which ends with it.
 */
export class ProcessExecutor implements Executor {
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #logger: Logger;

  constructor(command: string, logger: Logger) {
    const [program = '', ...args] = command.split(/\s+/).filter((word) => word !== '');
    this.#program = program;
    this.#args = args;
    this.#logger = logger;
  }

  start(work: JobWork, from: number): RunningWork | null {
    const { job, workload } = work;
    if (workload.kind !== 'process') return null;
    const child = spawn(this.#program, [...this.#args], {
      stdio: 'ignore',
      detached: true,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...toldOf(work),
      },
    });
    const ended = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        this.#logger.error({ job, err: error }, 'the program of a job does not start');
        resolve();
      });
      child.once('exit', (code, signal) => {
        this.#logger.info({ job, code, signal }, 'the program of a job has ended');
        // What it began and left behind would keep its devices busy.
        signalGroup(child, 'SIGKILL');
        resolve();
      });
    });
    const stop = async (): Promise<void> => {
      if (!isAlive(child)) return;
      signalGroup(child, 'SIGTERM');
      const timer = setTimeout(() => {
        signalGroup(child, 'SIGKILL');
      }, STOP_MS);
      await ended;
      clearTimeout(timer);
    };
    let to = from;
    return {
      get alive() {
        return isAlive(child);
      },
      get exitCode() {
        return exitCodeOf(child);
      },
      span(now) {
        if (isAlive(child)) to = Math.max(to, now);
        return { from, to };
      },
      stop,
      // Its end would be seen by nobody.
      leave: stop,
    };
  }
}

/**
 * Ends the programs of a node's jobs that an agent left behind when it was killed: they are known by their environment.
 * Where the system does not show that (it is not Linux), none are found.
 */
export function stopLeftovers(node: string): number {
  // What runs at Ray may run on this machine as well, and goes on.
  const marks = [`IONET_NODE=${node}`, 'IONET_WORKLOAD=process'];
  const isLeft = (pid: string): boolean => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return marks.every((mark) => environment.includes(mark));
    } catch {
      // Gone meanwhile, or of another user.
      return false;
    }
  };
  const left = processIds().filter((pid) => Number(pid) !== process.pid && isLeft(pid));
  for (const pid of left) signal(Number(pid), 'SIGKILL');
  return left.length;
}

function processIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) signal(-pid, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // There is no such process, or no longer.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isAlive(child: ChildProcess): boolean {
  return exitCodeOf(child) === null;
}

function exitCodeOf({ pid, exitCode, signalCode }: ChildProcess): number | null {
  if (pid === undefined) return NOT_FOUND;
  return exitCode ?? (signalCode === null ? null : 128 + constants.signals[signalCode]);
}
