import { defineAction } from '../../action.js';
import { buildInstruction } from '../../build-instruction.js';
import { makeCall } from '../shared.js';
import { jobAccounts, withJob, type JobArgs, type WithJob } from './job.js';
import { escrowInstructions } from '../../idl/escrow.js';

/**
 * Pays what the verified seconds earned; ends the job, and refunds, when its end is proved or was waited for long
 * enough. By anyone, as often as wanted.
 *
 * @example
 * ```ts
 * import { eventOf } from '@ionet/sdk';
 *
 * const { events } = await client.escrow.settleJob({ job });
 * const { toNode, toFees, toBuyer, state } = eventOf(events, 'escrow', 'jobSettled');
 * console.log(state, toBuyer > 0n); // ended true
 * ```
 */
export const settleJob = defineAction(
  (context, args: WithJob<JobArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'settleJob', {
      args: {},
      accounts,
    });
    return makeCall([instruction], [], { job: accounts.job });
  },
  withJob<JobArgs>,
);

/**
 * Refunds everything of a job that its node did not start in time. By anyone.
 *
 * @example
 * ```ts
 * await client.escrow.expireJob({ job });
 * ```
 */
export const expireJob = defineAction(
  (context, args: WithJob<JobArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'expireJob', {
      args: {},
      accounts,
    });
    return makeCall([instruction], [], { job: accounts.job });
  },
  withJob<JobArgs>,
);

/**
 * Pays what waited for a token account that could not receive. By anyone.
 *
 * @example
 * ```ts
 * await client.escrow.payOwed({ job });
 * ```
 */
export const payOwed = defineAction(
  (context, args: WithJob<JobArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'payOwed', {
      args: {},
      accounts,
    });
    return makeCall([instruction], [], { job: accounts.job });
  },
  withJob<JobArgs>,
);
