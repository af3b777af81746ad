import type { PublicKey } from '@solana/web3.js';
import { Buffer } from 'buffer';
import { programConstant } from './constants.js';
import type { Deployment } from './deployment.js';

/**
 * What oracle members attest about a job.
 *
 * @see {@link jobUsageMessage}
 */
export interface JobUsageReport {
  readonly job: PublicKey;
  /** Of the set of members that signs. */
  readonly setVersion: number;
  /** Strictly increasing a job. */
  readonly sequence: bigint;
  /** All seconds verified since the job's start. */
  readonly verifiedSeconds: bigint;
  /** Up to when, in unix seconds. */
  readonly asOf: bigint;
  /** Until when the report may be sent, in unix seconds. */
  readonly expiresAt: bigint;
}

/**
 * The bytes that oracle members sign: of fixed width, and good for this program, cluster, set of members, job and
 * sequence only.
 *
 * @example
 * ```ts
 * import { jobUsageMessage, signMessage } from '@ionet/sdk';
 *
 * const asOf = await client.now();
 * const report = { job, setVersion: 1, sequence: 2n, verifiedSeconds: 655n, asOf, expiresAt: asOf + 300n };
 * const signatures = oracles.map((member) => signMessage(jobUsageMessage(deployment, report), member));
 * ```
 */
export function jobUsageMessage(deployment: Deployment, report: JobUsageReport): Uint8Array {
  const numbers = Buffer.alloc(4 * 8);
  numbers.writeBigUInt64LE(report.sequence, 0);
  numbers.writeBigUInt64LE(report.verifiedSeconds, 8);
  numbers.writeBigInt64LE(report.asOf, 16);
  numbers.writeBigInt64LE(report.expiresAt, 24);
  const setVersion = Buffer.alloc(4);
  setVersion.writeUInt32LE(report.setVersion);
  return Uint8Array.from(
    Buffer.concat([
      programConstant('oracle', 'JOB_USAGE_TAG'),
      deployment.programs.oracle.toBytes(),
      deployment.clusterTag,
      setVersion,
      report.job.toBytes(),
      numbers,
    ]),
  );
}
