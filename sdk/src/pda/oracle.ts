import type { PublicKey } from '@solana/web3.js';
import { constantOf } from '../constant-of.js';
import type { Deployment } from '../deployment.js';
import { oracleConstants } from '../idl/oracle.js';
import { derive } from './derive.js';

/** The addresses of the oracle program's accounts. */
export const oraclePda = {
  /** The set of oracle members. */
  oracleSet: (deployment: Deployment): PublicKey =>
    derive(deployment, 'oracle', constantOf(oracleConstants, 'ORACLE_SET_SEED')),
  /** The verified seconds of a job. */
  jobUsage: (deployment: Deployment, job: PublicKey): PublicKey =>
    derive(deployment, 'oracle', constantOf(oracleConstants, 'JOB_USAGE_SEED'), job),
} as const;
