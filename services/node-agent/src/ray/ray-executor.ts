import { constants } from 'node:os';
import { pause, type Logger } from '@ionet/service-kit';
import { toldOf, type Executor, type JobWork, type RunningWork, type WorkSpan } from '../executor.js';
import { RayError, type LogPage, type RayJobApi, type RayJobState } from './job-api.js';

const POLL_MS = 2_000;
const STOP_MS = 30_000;
/** As of a program that SIGTERM has ended. */
const STOPPED = 128 + constants.signals.SIGTERM;
/** The name under which a job at Ray names the node that is paid for it. */
const NODE_METADATA = 'ionet_node';

/** Whether a job at Ray is over. */
export function isOver({ state }: Pick<RayJobState, 'state'>): boolean {
  return state !== 'PENDING' && state !== 'RUNNING';
}

/**
 * Runs jobs on a Ray cluster, through the job API of its head. A job is submitted under its address on the chain, so
 * that there is never a second one: an agent that was killed finds it again. What Ray says of it is what is reported.
 */
export class RayExecutor implements Executor {
  readonly #api: RayJobApi;
  readonly #logger: Logger;
  readonly #pollMs: number;

  constructor(api: RayJobApi, logger: Logger, { pollMs = POLL_MS }: { readonly pollMs?: number } = {}) {
    this.#api = api;
    this.#logger = logger;
    this.#pollMs = pollMs;
  }

  start(work: JobWork): RunningWork | null {
    if (work.workload.kind !== 'ray') return null;
    return new RayWork(this.#api, work, this.#logger, this.#pollMs);
  }

  /** Stops what still runs of jobs that are over: an agent may have been killed, or Ray have been away, at their end. */
  async sweep(node: string, jobs: ReadonlySet<string>): Promise<void> {
    for (const job of await this.#api.list()) {
      if (job.metadata[NODE_METADATA] !== node || isOver(job) || jobs.has(job.id)) continue;
      await this.#api.stop(job.id);
      this.#logger.info({ job: job.id }, 'a job at Ray was over and is stopped');
    }
  }
}

/** What the head said, and when, by the clock of this process. */
interface Answer {
  readonly state: RayJobState;
  readonly receivedAtMs: number;
}

/** A job at Ray. Asked for in the background, so that a head that is slow keeps nobody waiting. */
class RayWork implements RunningWork {
  readonly #api: RayJobApi;
  readonly #work: JobWork;
  readonly #logger: Logger;
  readonly #pollMs: number;
  readonly #left = new AbortController();
  readonly #watching: Promise<void>;
  #answer: Answer | null = null;
  /** Whether the head answered when it was last asked. */
  #answers = false;
  /** What was pending did not run: the head's time when it was last seen so. */
  #pendingUntilMs = 0;
  /** The ends of the span once they are known: they do not change with the delay of later answers. */
  #from: { readonly startedAtMs: number; readonly at: number } | null = null;
  #to: number | null = null;
  #complaint = '';
  #isStopped = false;

  constructor(api: RayJobApi, work: JobWork, logger: Logger, pollMs: number) {
    this.#api = api;
    this.#work = work;
    this.#logger = logger;
    this.#pollMs = pollMs;
    this.#watching = this.#watch();
  }

  get alive(): boolean {
    return this.#answers && this.#answer?.state.state === 'RUNNING';
  }

  /**
   * By the head's own times and its own clock, so that a head whose clock is off neither adds nor takes a second. While
   * it runs, up to when the head last said so.
   */
  span(now: number): WorkSpan | null {
    const answer = this.#answer;
    if (answer === null) return null;
    const { state, receivedAtMs } = answer;
    if (!state.begun || state.startedAtMs === null || state.state === 'PENDING') return null;
    const agoMs = performance.now() - receivedAtMs;
    // Rounded so that it is never more than Ray says.
    const secondsSince = (headMs: number): number => (state.headNowMs - headMs + agoMs) / 1_000;
    if (this.#from?.startedAtMs !== state.startedAtMs) {
      const beganAtMs = Math.max(state.startedAtMs, this.#pendingUntilMs);
      this.#from = { startedAtMs: state.startedAtMs, at: now - Math.floor(secondsSince(beganAtMs)) };
      this.#to = null;
    }
    if (isOver(state)) this.#to ??= now - Math.ceil(secondsSince(state.endedAtMs ?? state.headNowMs));
    const { at: from } = this.#from;
    return { from, to: Math.max(from, this.#to ?? now - Math.ceil(agoMs / 1_000)) };
  }

  /** Of a cluster there is one log, that of the job that leads. */
  async log(from: number, limit: number): Promise<LogPage | null> {
    const { job, leader } = this.#work;
    return job === leader ? this.#api.logs(job, from, limit) : null;
  }

  /** As Ray says; that of a signal where it was stopped, or nobody asks any more. */
  get exitCode(): number | null {
    const state = this.#answer?.state;
    if (state?.state === 'SUCCEEDED') return 0;
    if (state?.state === 'FAILED') return state.exitCode ?? 1;
    return state?.state === 'STOPPED' || this.#isStopped ? STOPPED : null;
  }

  async stop(): Promise<void> {
    await this.leave();
    this.#isStopped = true;
    const { job, leader } = this.#work;
    if (job !== leader) return;
    const deadline = AbortSignal.timeout(STOP_MS);
    try {
      await this.#api.stop(job);
      while (!deadline.aborted) {
        const state = await this.#api.state(job);
        if (state !== null) this.#answer = { state, receivedAtMs: performance.now() };
        if (state === null || isOver(state)) return;
        await pause(this.#pollMs, deadline);
      }
      throw new RayError(null, `the job at Ray does not end in ${STOP_MS} ms`);
    } catch (error) {
      // It is stopped with the next sweep.
      this.#logger.error({ job, err: error }, 'a job at Ray was not stopped');
    }
  }

  async leave(): Promise<void> {
    this.#left.abort();
    await this.#watching;
    // Nobody asks any more.
    this.#answers = false;
  }

  /** Submits the job where the cluster has none, and asks for it until it is over. */
  async #watch(): Promise<void> {
    const { signal } = this.#left;
    while (!signal.aborted) {
      try {
        if (await this.#ask()) return;
        this.#complaint = '';
      } catch (error) {
        this.#answers = false;
        const complaint = error instanceof Error ? error.message : String(error);
        // Said once, not with every try.
        if (complaint !== this.#complaint) {
          this.#logger.error({ job: this.#work.job, err: error }, 'a job at Ray is not known of');
        }
        this.#complaint = complaint;
      }
      await pause(this.#pollMs, signal);
    }
  }

  /** Whether the job is over. */
  async #ask(): Promise<boolean> {
    const { job, leader } = this.#work;
    const state = await this.#api.state(leader);
    const receivedAtMs = performance.now();
    if (state === null) {
      this.#answers = false;
      await this.#submit();
      return false;
    }
    if (state.state !== this.#answer?.state.state) {
      const { state: status, message, exitCode } = state;
      this.#logger.info({ job, state: status, message, exitCode }, 'a job at Ray');
    }
    if (state.state === 'PENDING') this.#pendingUntilMs = state.headNowMs;
    this.#answer = { state, receivedAtMs };
    this.#answers = true;
    return isOver(state);
  }

  async #submit(): Promise<void> {
    const { job, leader, node, workload } = this.#work;
    // Of a cluster's jobs one is submitted; the others wait for it.
    if (workload.kind !== 'ray' || job !== leader || this.#left.signal.aborted) return;
    const { entrypoint, workingDir, pip, env } = workload;
    await this.#api.submit({
      id: job,
      entrypoint,
      runtimeEnv: {
        env_vars: { ...env, ...toldOf(this.#work) },
        ...(workingDir === undefined ? {} : { working_dir: workingDir }),
        ...(pip === undefined ? {} : { pip }),
      },
      metadata: { [NODE_METADATA]: node },
    });
  }
}
