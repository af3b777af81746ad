import type { Logger } from '@ionet/service-kit';
import { spawn, type ChildProcess } from 'node:child_process';

/** A job as an executor needs it. */
export interface JobWork {
  readonly job: string;
  readonly node: string;
  readonly devices: number;
  /** Unix seconds at which it ends at the latest. */
  readonly endsAt: number;
}

/** Work that was begun. */
export interface RunningWork {
  /** Whether it runs: only then its time is reported. */
  readonly alive: boolean;
  stop(): Promise<void>;
}

/** Runs the work of jobs. */
export interface Executor {
  start(work: JobWork): RunningWork;
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

  start({ job, node, devices, endsAt }: JobWork): RunningWork {
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
    return {
      get alive() {
        return isAlive(child);
      },
      async stop() {
        if (!isAlive(child)) return;
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
        await ended;
        clearTimeout(timer);
      },
    };
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
