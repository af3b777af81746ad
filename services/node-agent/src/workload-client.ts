import { signWorkload, type JobWorkload } from '@ionet/scheduler';
import type { Deployment } from '@ionet/sdk';
import { workloadSchema } from '@ionet/service-kit';
import type { Signer } from '@solana/web3.js';
import { z } from 'zod';

const TIMEOUT_MS = 10_000;
const answerSchema = z.object({ workload: workloadSchema, leader: z.string() });

/** Asks the scheduler what the jobs of a node run. */
export class WorkloadClient {
  readonly #url: string;
  readonly #deployment: Deployment;
  readonly #operator: Signer;

  constructor(url: string, deployment: Deployment, operator: Signer) {
    this.#url = url;
    this.#deployment = deployment;
    this.#operator = operator;
  }

  /** @param now unix seconds of the chain's clock */
  async workloadOf(job: string, now: number): Promise<JobWorkload> {
    const response = await fetch(`${this.#url}/jobs/${job}/workload`, {
      headers: {
        'x-ionet-sent-at': String(now),
        'x-ionet-signature': signWorkload(this.#deployment, job, now, this.#operator),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the scheduler answers with status ${response.status}`);
    return answerSchema.parse(await response.json());
  }
}
