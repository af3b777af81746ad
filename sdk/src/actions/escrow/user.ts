import { type PublicKey } from '@solana/web3.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import { buildInstruction } from '../../build-instruction.js';
import { escrowInstructions } from '../../idl/escrow.js';
import { escrowPda } from '../../pda/escrow.js';
import { oraclePda } from '../../pda/oracle.js';
import { buyerAccountOf, makeCall, mintOf, paymentAccounts, type Payment } from '../shared.js';
import { jobAccounts, withJob, type JobArgs, type WithJob } from './job.js';

/**
 * Who hires.
 *
 * @see {@link cancelJob}
 */
export interface BuyerArgs {
  /** Default: the payer. */
  readonly buyer?: Authority;
}

/**
 * An order, with all that building it needs.
 *
 * @see {@link bookJob}
 */
export interface BookJobCallArgs extends BuyerArgs {
  /** Chosen by the buyer, unused by his other jobs. */
  readonly id: bigint;
  readonly offer: PublicKey;
  /** The node that the offer is of. */
  readonly node: PublicKey;
  readonly devices: number;
  readonly hours: number;
  readonly payment: Payment;
  /** The most that the buyer pays, fees included, in base units of the payment's mint. */
  readonly maxTotal: bigint;
  /** Unix time. Default: at once. */
  readonly startAt?: bigint;
  /** Where the money comes from. Default: the buyer's associated token account, or his credits. */
  readonly tokenAccount?: PublicKey;
}

/**
 * An order; the node is read from the offer and the id is drawn by lot where they are left out.
 *
 * @see {@link bookJob}
 */
export type BookJobArgs = Omit<BookJobCallArgs, 'id' | 'node'> &
  Partial<Pick<BookJobCallArgs, 'id' | 'node'>>;

/** An id that no other job of the buyer has, but for a chance of one in 2^64. */
function randomId(): bigint {
  const [id = 0n] = globalThis.crypto.getRandomValues(new BigUint64Array(1));
  return id;
}

/**
 * Orders devices for whole hours and pays compute and fees into the job's own vault.
 *
 * @example
 * ```ts
 * import { parseUsdc } from '@ionet/sdk';
 *
 * const { accounts } = await client.escrow.bookJob({
 *   offer,
 *   devices: 8,
 *   hours: 24,
 *   payment: 'usdc',
 *   maxTotal: parseUsdc('500'),
 * });
 * ```
 */
export const bookJob = defineAction(
  (context, args: BookJobCallArgs) => {
    const { deployment, payer } = context;
    const { id, offer, node, devices, hours, payment, maxTotal, startAt = null } = args;
    const buyer = addressOf(args.buyer ?? payer);
    const mint = mintOf(deployment, payment);
    const job = escrowPda.job(deployment, buyer, id);
    const jobVault = escrowPda.jobVault(deployment, job);
    const instruction = buildInstruction(deployment, escrowInstructions, 'bookJob', {
      args: { args: { id, devices, hours, payment, startAt, maxTotal } },
      accounts: {
        buyer,
        payer,
        config: escrowPda.config(deployment),
        offer,
        node,
        job,
        jobVault,
        mint,
        buyerTokenAccount: args.tokenAccount ?? buyerAccountOf(deployment, payment, buyer),
        ...paymentAccounts(deployment, payment),
      },
    });
    return makeCall([instruction], [args.buyer], { job, jobVault, offer, node });
  },
  async (client, args: BookJobArgs) => ({
    ...args,
    id: args.id ?? randomId(),
    node: args.node ?? (await client.accounts.escrow.offer.fetch(args.offer)).node,
  }),
);

/**
 * Hours to add to a running job.
 *
 * @see {@link extendJob}
 */
export interface ExtendJobArgs extends JobArgs, BuyerArgs {
  /** Hours to add. */
  readonly hours: number;
  /** The most that the buyer pays for them, fees included, in base units of the job's mint. */
  readonly maxTotal: bigint;
  /** Where the money comes from. Default: the buyer's associated token account, or his credits. */
  readonly tokenAccount?: PublicKey;
}

/**
 * Settles a running job, then adds hours at the offer and price of the moment.
 *
 * @example
 * ```ts
 * import { parseUsdc } from '@ionet/sdk';
 *
 * await client.escrow.extendJob({ job, hours: 2, maxTotal: parseUsdc('50') });
 * ```
 */
export const extendJob = defineAction(
  (context, args: WithJob<ExtendJobArgs>) => {
    const { deployment } = context;
    const { job, hours, maxTotal } = args;
    const accounts = jobAccounts(deployment, job);
    const instruction = buildInstruction(deployment, escrowInstructions, 'extendJob', {
      args: { args: { hours, maxTotal } },
      accounts: {
        ...accounts,
        buyer: addressOf(args.buyer ?? context.payer),
        buyerTokenAccount: args.tokenAccount ?? accounts.buyerTokenAccount,
        ...paymentAccounts(deployment, job.payment),
      },
    });
    return makeCall([instruction], [args.buyer], { job: accounts.job, jobVault: accounts.jobVault });
  },
  withJob<ExtendJobArgs>,
);

/**
 * Calls a job off before its start: the compute price returns, the fees are kept.
 *
 * @example
 * ```ts
 * await client.escrow.cancelJob({ job });
 * ```
 */
export const cancelJob = defineAction(
  (context, args: WithJob<JobArgs & BuyerArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'cancelJob', {
      args: {},
      accounts: { ...accounts, buyer: addressOf(args.buyer ?? context.payer) },
    });
    return makeCall([instruction], [args.buyer], { job: accounts.job });
  },
  withJob<JobArgs & BuyerArgs>,
);

/**
 * Stops a running job. Within the first hour, with 90 % of it verified, the hour is billed in full.
 *
 * @example
 * ```ts
 * await client.escrow.endJob({ job });
 * ```
 */
export const endJob = defineAction(
  (context, args: WithJob<JobArgs & BuyerArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'endJob', {
      args: {},
      accounts: { ...accounts, buyer: addressOf(args.buyer ?? context.payer) },
    });
    return makeCall([instruction], [args.buyer], { job: accounts.job });
  },
  withJob<JobArgs & BuyerArgs>,
);

/**
 * Who takes what a job owes him, and where to.
 *
 * @see {@link withdrawOwed}
 */
export interface WithdrawOwedArgs extends JobArgs {
  /** The job's buyer or its payout wallet. Default: the payer. */
  readonly wallet?: Authority;
  /** Any token account of the job's mint. */
  readonly destination: PublicKey;
}

/**
 * Takes what a job owes the signer to any token account, where the associated one cannot receive. Not the refund of
 * a job paid in credits: that returns to the buyer's credits, by {@link payOwed}.
 *
 * @example
 * ```ts
 * await client.escrow.withdrawOwed({ job, destination });
 * ```
 */
export const withdrawOwed = defineAction(
  (context, args: WithJob<WithdrawOwedArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const wallet = addressOf(args.wallet ?? context.payer);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'withdrawOwed', {
      args: {},
      accounts: { ...accounts, wallet, destination: args.destination },
    });
    return makeCall([instruction], [args.wallet], { job: accounts.job, destination: args.destination });
  },
  withJob<WithdrawOwedArgs>,
);

/**
 * A job to remove.
 *
 * @see {@link closeJob}
 */
export interface CloseJobArgs {
  readonly job: PublicKey;
  /** Who paid the job's rent, and gets it back. Default: the payer. */
  readonly rentPayer?: Authority;
}

/**
 * Removes a job that is over and paid out; its rent returns to who paid it.
 *
 * @example
 * ```ts
 * await client.escrow.closeJob({ job });
 * ```
 */
export const closeJob = defineAction((context, args: CloseJobArgs) => {
  const { deployment } = context;
  const { job } = args;
  const instruction = buildInstruction(deployment, escrowInstructions, 'closeJob', {
    args: {},
    accounts: {
      rentPayer: addressOf(args.rentPayer ?? context.payer),
      job,
      jobUsage: oraclePda.jobUsage(deployment, job),
    },
  });
  return makeCall([instruction], [args.rentPayer], { job });
});
