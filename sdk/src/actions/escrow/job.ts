import { PublicKey } from '@solana/web3.js';
import type { Fetched } from '../../accounts.js';
import type { ReadingClient } from '../../client.js';
import type { Deployment } from '../../deployment.js';
import { escrowPda } from '../../pda/escrow.js';
import { oraclePda } from '../../pda/oracle.js';
import { treasuryPda } from '../../pda/treasury.js';
import { tokenAddress } from '../../tokens.js';
import { buyerAccountOf, mintOf } from '../shared.js';

/**
 * What building a call about a job needs to know of it; an account that was fetched has it all.
 *
 * @see {@link settleJob}
 */
export type JobRef = Pick<
  Fetched<'escrow', 'job'>,
  'address' | 'buyer' | 'node' | 'offer' | 'payout' | 'payment' | 'rentPayer'
>;

/**
 * A job by its address, or as it was fetched.
 *
 * @see {@link settleJob}
 */
export interface JobArgs {
  readonly job: PublicKey | JobRef;
}

/** Arguments whose job is known. */
export type WithJob<Args> = Omit<Args, 'job'> & { readonly job: JobRef };

/** Reads the job where only its address was given. */
export async function withJob<Args extends JobArgs>(
  client: ReadingClient,
  args: Args,
): Promise<WithJob<Args>> {
  const { job } = args;
  return { ...args, job: job instanceof PublicKey ? await client.accounts.escrow.job.fetch(job) : job };
}

/** Every account that follows from a job. */
export function jobAccounts(
  deployment: Deployment,
  job: JobRef,
): Record<
  | 'buyerTokenAccount'
  | 'config'
  | 'feeVault'
  | 'job'
  | 'jobUsage'
  | 'jobVault'
  | 'node'
  | 'nodeLoad'
  | 'offer'
  | 'payoutTokenAccount'
  | 'rentPayer',
  PublicKey
> {
  const { address, buyer, node, offer, payout, payment, rentPayer } = job;
  const mint = mintOf(deployment, payment);
  return {
    config: escrowPda.config(deployment),
    job: address,
    jobUsage: oraclePda.jobUsage(deployment, address),
    jobVault: escrowPda.jobVault(deployment, address),
    node,
    nodeLoad: escrowPda.nodeLoad(deployment, node),
    offer,
    buyerTokenAccount: buyerAccountOf(deployment, payment, buyer),
    payoutTokenAccount: tokenAddress(mint, payout),
    feeVault: treasuryPda.feeVault(deployment, mint),
    rentPayer,
  };
}
