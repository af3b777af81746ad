import type { Deployment } from '@ionet/sdk';
import { DEFAULT_WORKLOAD, migrate, workloadSchema, type Database, type Workload } from '@ionet/service-kit';
import { PublicKey, type Signer } from '@solana/web3.js';
import { isSigned, sign } from './signatures.js';

/** The first bytes of what a node's operator signs to read the workload of a job. */
export const WORKLOAD_TAG = 'ionet:load:v1:::';
/** How far the time of such a message may be from the chain's. */
export const WORKLOAD_CLOCK_SECONDS = 90;
/** So long after its order the workload of a job is kept that is not known to run: it may be booked late. */
const KEPT_SECONDS = 86_400;

/** What a job runs, and the job of its cluster under whose address it is run. */
export interface JobWorkload {
  readonly workload: Workload;
  readonly leader: string;
}

/** The bytes of an operator's wish to read a workload: tag, cluster, job, time; integers are little endian. */
export function workloadMessage(deployment: Deployment, job: string, sentAt: number): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeBigInt64LE(BigInt(sentAt));
  return Buffer.concat([
    Buffer.from(WORKLOAD_TAG),
    deployment.clusterTag,
    new PublicKey(job).toBytes(),
    time,
  ]);
}

/** Signs it; the signature is 128 hexadecimal digits. */
export function signWorkload(deployment: Deployment, job: string, sentAt: number, operator: Signer): string {
  return sign(workloadMessage(deployment, job, sentAt), operator);
}

/** Whether an operator signed it. */
export function isSignedWorkload(
  deployment: Deployment,
  job: string,
  sentAt: number,
  signature: string,
  operator: PublicKey,
): boolean {
  return isSigned(workloadMessage(deployment, job, sentAt), signature, operator);
}

/** What jobs run, as their buyers have said with the order. */
export class WorkloadStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<WorkloadStore> {
    await migrate(database, 'workloads', [
      {
        id: 1,
        name: 'workloads of jobs',
        statements: [
          `CREATE TABLE job_workloads (
             job text PRIMARY KEY,
             leader text NOT NULL,
             workload text NOT NULL,
             keep_until bigint NOT NULL
           )`,
        ],
      },
    ]);
    return new WorkloadStore(database);
  }

  /** Writes down what jobs run that are about to be offered; the first one leads. */
  async add(jobs: readonly string[], workload: Workload, startAt: number): Promise<void> {
    const [leader] = jobs;
    if (leader === undefined) return;
    await this.#database.transaction(async ({ query }) => {
      for (const job of jobs) {
        await query('INSERT INTO job_workloads (job, leader, workload, keep_until) VALUES ($1, $2, $3, $4)', [
          job,
          leader,
          JSON.stringify(workload),
          BigInt(startAt + KEPT_SECONDS),
        ]);
      }
    });
  }

  /** What a job runs; the default where nobody has said anything. */
  async get(job: string): Promise<JobWorkload> {
    const [row] = await this.#database.query<{ leader: string; workload: string }>(
      'SELECT leader, workload FROM job_workloads WHERE job = $1',
      [job],
    );
    if (row === undefined) return { workload: DEFAULT_WORKLOAD, leader: job };
    return { workload: workloadSchema.parse(JSON.parse(row.workload)), leader: row.leader };
  }

  /** Forgets those of jobs that were never booked, or are over. */
  async prune(now: number, isKnown: (job: string) => boolean): Promise<void> {
    const old = await this.#database.query<{ job: string }>(
      'SELECT job FROM job_workloads WHERE keep_until < $1',
      [BigInt(now)],
    );
    for (const { job } of old) {
      if (!isKnown(job)) await this.#database.query('DELETE FROM job_workloads WHERE job = $1', [job]);
    }
  }
}
