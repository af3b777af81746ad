import type { PublicKey } from '@solana/web3.js';
import { defineAction, type NoArgs } from '../action.js';
import { addressOf, type Authority } from '../call.js';
import { buildInstruction } from '../build-instruction.js';
import { oracleInstructions } from '../idl/oracle.js';
import { programDataAddress } from '../loader.js';
import { oraclePda } from '../pda/oracle.js';
import {
  placeSignatures,
  quorumInstruction,
  SIGNATURES_LIFE_SECONDS,
  type GivenSignatures,
} from '../quorum.js';
import { jobUsageMessage, type JobUsageReport } from '../usage.js';
import { makeCall } from './shared.js';
import type { AdminArgs } from './governance.js';

export type { AdminArgs } from './governance.js';

/**
 * Creates the oracle set. Once, by the program's upgrade authority.
 *
 * @example
 * ```ts
 * await client.oracle.initialize({ members });
 * ```
 */
export const initialize = defineAction(
  (
    context,
    args: {
      /** Three to seven keys; two thirds of them, rounded up, attest together. */
      readonly members: readonly PublicKey[];
      /** The program's upgrade authority. Default: the payer. */
      readonly authority?: Authority;
      /** Becomes the admin. Default: the authority. */
      readonly admin?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const authority = addressOf(args.authority ?? context.payer);
    const oracleSet = oraclePda.oracleSet(deployment);
    const { clusterTag } = deployment;
    const instruction = buildInstruction(deployment, oracleInstructions, 'initialize', {
      args: { args: { admin: args.admin ?? authority, clusterTag, members: [...args.members] } },
      accounts: { authority, programData: programDataAddress(deployment.programs.oracle), oracleSet },
    });
    return makeCall([instruction], [args.authority], { oracleSet });
  },
);

/**
 * First step of handing the admin role over. Naming the admin itself withdraws a proposal.
 *
 * @example
 * ```ts
 * await client.oracle.proposeAdmin({ newAdmin });
 * ```
 */
export const proposeAdmin = defineAction((context, args: AdminArgs & { readonly newAdmin: PublicKey }) => {
  const oracleSet = oraclePda.oracleSet(context.deployment);
  const instruction = buildInstruction(context.deployment, oracleInstructions, 'proposeAdmin', {
    args: { newAdmin: args.newAdmin },
    accounts: { admin: addressOf(args.admin ?? context.payer), oracleSet },
  });
  return makeCall([instruction], [args.admin], { oracleSet });
});

/**
 * Second step of handing the admin role over, by the new admin (default: the payer).
 *
 * @example
 * ```ts
 * // The client of the new admin.
 * await client.oracle.acceptAdmin({});
 * ```
 */
export const acceptAdmin = defineAction((context, args: { readonly newAdmin?: Authority }) => {
  const oracleSet = oraclePda.oracleSet(context.deployment);
  const instruction = buildInstruction(context.deployment, oracleInstructions, 'acceptAdmin', {
    args: {},
    accounts: { newAdmin: addressOf(args.newAdmin ?? context.payer), oracleSet },
  });
  return makeCall([instruction], [args.newAdmin], { oracleSet });
});

/**
 * Proposes new members, who take over by {@link applyRotation} after 48 hours.
 *
 * @example
 * ```ts
 * await client.oracle.rotateMembers({ members });
 * ```
 */
export const rotateMembers = defineAction(
  (context, args: AdminArgs & { readonly members: readonly PublicKey[] }) => {
    const oracleSet = oraclePda.oracleSet(context.deployment);
    const instruction = buildInstruction(context.deployment, oracleInstructions, 'rotateMembers', {
      args: { members: [...args.members] },
      accounts: { admin: addressOf(args.admin ?? context.payer), oracleSet },
    });
    return makeCall([instruction], [args.admin], { oracleSet });
  },
);

/**
 * Withdraws the pending rotation.
 *
 * @example
 * ```ts
 * await client.oracle.cancelRotation({});
 * ```
 */
export const cancelRotation = defineAction((context, args: AdminArgs) => {
  const oracleSet = oraclePda.oracleSet(context.deployment);
  const instruction = buildInstruction(context.deployment, oracleInstructions, 'cancelRotation', {
    args: {},
    accounts: { admin: addressOf(args.admin ?? context.payer), oracleSet },
  });
  return makeCall([instruction], [args.admin], { oracleSet });
});

/**
 * Puts the pending members in office once the delay is over. By anyone.
 *
 * @example
 * ```ts
 * await client.oracle.applyRotation();
 * ```
 */
export const applyRotation = defineAction((context, _args: NoArgs) => {
  const oracleSet = oraclePda.oracleSet(context.deployment);
  const instruction = buildInstruction(context.deployment, oracleInstructions, 'applyRotation', {
    args: {},
    accounts: { oracleSet },
  });
  return makeCall([instruction], [], { oracleSet });
});

/**
 * A report with all that the chain knows about its place: what building it needs.
 *
 * @see {@link reportJob}
 */
export type ReportJobCallArgs = JobUsageReport &
  GivenSignatures & {
    /** The members of the oracle set, in their order. */
    readonly members: readonly PublicKey[];
  };

/**
 * A report; what is left out is read from the chain.
 *
 * @see {@link reportJob}
 */
export type ReportJobArgs = GivenSignatures &
  Pick<JobUsageReport, 'job' | 'verifiedSeconds'> & {
    /** Default: now. */
    readonly asOf?: bigint;
    /** Default: five minutes from now. */
    readonly expiresAt?: bigint;
    /** Default: the one after the last. */
    readonly sequence?: bigint;
    /** Default: that of the set in office. */
    readonly setVersion?: number;
  };

/**
 * Records the verified seconds of a job, for which oracle members signed. The instruction that verifies their
 * signatures comes directly before. By anyone; whoever sends the first report of a job pays the rent.
 *
 * @example
 * ```ts
 * await client.oracle.reportJob({ job, verifiedSeconds: 655n, signers: oracles.slice(0, 2) });
 * ```
 */
export const reportJob = defineAction(
  (context, args: ReportJobCallArgs) => {
    const { deployment, payer } = context;
    const { job, sequence, verifiedSeconds, asOf, expiresAt } = args;
    const message = jobUsageMessage(deployment, args);
    const placed = placeSignatures(message, args, args.members, 'reportJob.signers');
    const jobUsage = oraclePda.jobUsage(deployment, job);
    const report = buildInstruction(deployment, oracleInstructions, 'reportJob', {
      args: {
        args: {
          sequence,
          verifiedSeconds,
          asOf,
          expiresAt,
          signers: Uint8Array.from(placed, ({ index }) => index),
        },
      },
      accounts: { payer, oracleSet: oraclePda.oracleSet(deployment), job, jobUsage },
    });
    return makeCall([quorumInstruction(message, placed), report], [], { job, jobUsage });
  },
  async (client, args: ReportJobArgs): Promise<ReportJobCallArgs> => {
    const { deployment } = client;
    const [{ set }, usage, now] = await Promise.all([
      client.accounts.oracle.oracleSet.fetch(oraclePda.oracleSet(deployment)),
      client.accounts.oracle.jobUsage.fetchMaybe(oraclePda.jobUsage(deployment, args.job)),
      client.now(),
    ]);
    return {
      ...args,
      members: set.members,
      setVersion: args.setVersion ?? set.version,
      sequence: args.sequence ?? (usage?.sequence ?? 0n) + 1n,
      asOf: args.asOf ?? now,
      expiresAt: args.expiresAt ?? now + SIGNATURES_LIFE_SECONDS,
    };
  },
);

/**
 * Closes the usage of a job that is over or gone; the rent returns to who paid it. By anyone.
 *
 * @example
 * ```ts
 * await client.oracle.closeJobUsage({ job });
 * ```
 */
export const closeJobUsage = defineAction(
  (context, args: { readonly job: PublicKey; readonly rentPayer: PublicKey }) => {
    const { job, rentPayer } = args;
    const jobUsage = oraclePda.jobUsage(context.deployment, job);
    const instruction = buildInstruction(context.deployment, oracleInstructions, 'closeJobUsage', {
      args: {},
      accounts: { job, jobUsage, rentPayer },
    });
    return makeCall([instruction], [], { job, jobUsage });
  },
  async (client, args: { readonly job: PublicKey; readonly rentPayer?: PublicKey }) => {
    const usage = oraclePda.jobUsage(client.deployment, args.job);
    const rentPayer = args.rentPayer ?? (await client.accounts.oracle.jobUsage.fetch(usage)).rentPayer;
    return { job: args.job, rentPayer };
  },
);
