import type { Deployment } from '@ionet/sdk';
import { migrate, type Database } from '@ionet/service-kit';
import { PublicKey, type Signer } from '@solana/web3.js';
import { isSigned, sign } from './signatures.js';

/** The first bytes of what a node's operator signs to report work. */
export const WORK_TAG = 'ionet:work:v1:::';

/** How far the work of a job is, as the node's agent says: for the buyer to see. Money follows the oracles alone. */
export interface WorkReport {
  /** The address of the job. */
  readonly job: string;
  /** For how long its program has run, in seconds. */
  readonly seconds: number;
  /** When that was so, in unix seconds. */
  readonly asOf: number;
  /** With what the program ended, 128 and the number of the signal that ended it; `null` while it runs. */
  readonly exitCode: number | null;
}

/** The bytes of a report: tag, cluster, node, job, seconds, time, exit code; integers are little endian. */
export function workMessage(deployment: Deployment, node: string, report: WorkReport): Uint8Array {
  const numbers = Buffer.alloc(24);
  numbers.writeBigUInt64LE(BigInt(report.seconds), 0);
  numbers.writeBigInt64LE(BigInt(report.asOf), 8);
  numbers.writeBigInt64LE(BigInt(report.exitCode ?? -1), 16);
  const addresses = [node, report.job].map((address) => new PublicKey(address).toBytes());
  return Buffer.concat([Buffer.from(WORK_TAG), deployment.clusterTag, ...addresses, numbers]);
}

/** Signs a report; the signature is 128 hexadecimal digits. */
export function signWork(deployment: Deployment, node: string, report: WorkReport, operator: Signer): string {
  return sign(workMessage(deployment, node, report), operator);
}

/** Whether an operator signed a report. */
export function isSignedWork(
  deployment: Deployment,
  node: string,
  report: WorkReport,
  signature: string,
  operator: PublicKey,
): boolean {
  return isSigned(workMessage(deployment, node, report), signature, operator);
}

/** The last report of each job. */
export class WorkStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<WorkStore> {
    await migrate(database, 'work', [
      {
        id: 1,
        name: 'work of jobs',
        statements: [
          `CREATE TABLE job_work (
             job text PRIMARY KEY,
             seconds bigint NOT NULL,
             as_of bigint NOT NULL,
             exit_code bigint
           )`,
        ],
      },
    ]);
    return new WorkStore(database);
  }

  async get(job: string): Promise<WorkReport | undefined> {
    const [row] = await this.#database.query<{ seconds: bigint; as_of: bigint; exit_code: bigint | null }>(
      'SELECT seconds, as_of, exit_code FROM job_work WHERE job = $1',
      [job],
    );
    if (row === undefined) return undefined;
    const exitCode = row.exit_code === null ? null : Number(row.exit_code);
    return { job, seconds: Number(row.seconds), asOf: Number(row.as_of), exitCode };
  }

  /** Takes a report that is newer than the one before; false for one that is not. */
  async record({ job, seconds, asOf, exitCode }: WorkReport): Promise<boolean> {
    const rows = await this.#database.query(
      `INSERT INTO job_work (job, seconds, as_of, exit_code) VALUES ($1, $2, $3, $4)
       ON CONFLICT (job) DO UPDATE
       SET seconds = excluded.seconds, as_of = excluded.as_of, exit_code = excluded.exit_code
       WHERE job_work.as_of < excluded.as_of
         OR (job_work.as_of = excluded.as_of AND job_work.exit_code IS NULL AND excluded.exit_code IS NOT NULL)
       RETURNING job`,
      [job, BigInt(seconds), BigInt(asOf), exitCode === null ? null : BigInt(exitCode)],
    );
    return rows.length > 0;
  }
}
