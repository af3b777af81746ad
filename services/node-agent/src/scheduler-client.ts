import {
  signLog,
  signWork,
  signWorkload,
  type JobWorkload,
  type LogPart,
  type WorkReport,
} from '@ionet/scheduler';
import type { Deployment } from '@ionet/sdk';
import { workloadSchema } from '@ionet/service-kit';
import type { Signer } from '@solana/web3.js';
import { z } from 'zod';

const TIMEOUT_MS = 10_000;
const assignments = z.object({
  jobs: z.array(z.object({ job: z.string(), devices: z.array(z.int().min(0)) })),
});
const ordered = z.object({ workload: workloadSchema, leader: z.string() });

/** The scheduler does not take a report, and will not take it later. */
export class SchedulerRefusal extends Error {
  override readonly name = 'SchedulerRefusal';
}

/** Speaks to the scheduler in the name of a node. */
export class SchedulerClient {
  readonly #base: string;
  readonly #url: string;
  readonly #deployment: Deployment;
  readonly #node: string;
  readonly #operator: Signer;

  constructor(url: string, deployment: Deployment, node: string, operator: Signer) {
    this.#base = url;
    this.#url = `${url}/nodes/${node}`;
    this.#deployment = deployment;
    this.#node = node;
    this.#operator = operator;
  }

  /** The jobs that run on the node, and which devices each has. */
  async devices(): Promise<Map<string, readonly number[]>> {
    const response = await fetch(this.#url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the scheduler answers with status ${response.status}`);
    const { jobs } = assignments.parse(await response.json());
    return new Map(jobs.map(({ job, devices }) => [job, devices]));
  }

  /**
   * What a job runs.
   *
   * @param now unix seconds of the chain's clock
   */
  async workload(job: string, now: number): Promise<JobWorkload> {
    const response = await fetch(`${this.#base}/jobs/${job}/workload`, {
      headers: {
        'x-ionet-sent-at': String(now),
        'x-ionet-signature': signWorkload(this.#deployment, job, now, this.#operator),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the scheduler answers with status ${response.status}`);
    return ordered.parse(await response.json());
  }

  async report(report: WorkReport): Promise<void> {
    await this.#tell('work', {
      ...report,
      signature: signWork(this.#deployment, this.#node, report, this.#operator),
    });
  }

  /** Hands on a part of a log; gives the byte at which the next one has to begin. */
  async log(part: LogPart): Promise<number> {
    const signature = signLog(this.#deployment, this.#node, part, this.#operator);
    const { next } = z.object({ next: z.int() }).parse(await this.#tell('logs', { ...part, signature }));
    return next;
  }

  async #tell(what: 'logs' | 'work', body: object): Promise<unknown> {
    const response = await fetch(`${this.#url}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return response.json();
    const sentence = `the scheduler answers with status ${response.status}`;
    throw response.status < 500 ? new SchedulerRefusal(sentence) : new Error(sentence);
  }
}
