import type { Logger, Workload } from '@ionet/service-kit';
import { spawn, type ChildProcess } from 'node:child_process';

/** A job as an executor needs it. */
export interface JobWork {
  readonly job: string;
  readonly node: string;
  readonly devices: number;
  /** Unix seconds at which it ends at the latest. */
  readonly endsAt: number;
  readonly workload: Workload;
  /** The job under whose address the work of a cluster is submitted, once for all; of a single order its own. */
  readonly leader: string;
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
  /** Ends the work: its job is over. */
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

/**
 * Runs a program of this machine for each job: without a shell, told of the job by `IONET_JOB`, `IONET_NODE`,
 * `IONET_DEVICES` and `IONET_ENDS_AT`, and of nothing else of the agent's environment but `PATH` and `HOME`.
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

  start({ job, node, devices, endsAt, workload }: JobWork, from: number): RunningWork | null {
    if (workload.kind !== 'process') return null;
    const child = spawn(this.#program, [...this.#args], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        IONET_JOB: job,
        IONET_NODE: node,
        IONET_DEVICES: String(devices),
        IONET_ENDS_AT: String(endsAt),
      },
    });
    const ended = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        this.#logger.error({ job, err: error }, 'the program of a job does not start');
        resolve();
      });
      child.once('exit', (code, signal) => {
        this.#logger.info({ job, code, signal }, 'the program of a job has ended');
        resolve();
      });
    });
    const stop = async (): Promise<void> => {
      if (!isAlive(child)) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    };
    let to = from;
    return {
      get alive() {
        return isAlive(child);
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

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
