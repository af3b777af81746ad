import type { PublicKey } from '@solana/web3.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import { buildInstruction } from '../../build-instruction.js';
import { stakingInstructions } from '../../idl/staking.js';
import { oraclePda } from '../../pda/oracle.js';
import { stakingPda } from '../../pda/staking.js';
import type { ProgramType } from '../../programs.js';
import { slashMessage, type SlashOrder } from '../../slash-orders.js';
import {
  placeSignatures,
  quorumInstruction,
  SIGNATURES_LIFE_SECONDS,
  type GivenSignatures,
} from '../../quorum.js';
import type { AdminArgs } from '../governance.js';
import { makeCall } from '../shared.js';

/**
 * Why a node is slashed.
 *
 * @see {@link slash}
 */
export type SlashReason = ProgramType<'staking', 'slashReason'>;

/**
 * What a node is slashed for.
 *
 * @see {@link slash}
 */
export interface Offence {
  readonly node: PublicKey;
  readonly reason: SlashReason;
  /** Of the offence, in days since 1 January 1970 UTC: today or at most 30 days ago. */
  readonly day: number;
  /** Base units of IO. */
  readonly amount: bigint;
  /** SHA-256 of the evidence. */
  readonly evidenceHash: Uint8Array;
}

/**
 * Moves stake of a node into a case. Once for a node, reason and day. By the admin.
 *
 * @example
 * ```ts
 * const day = Number((await client.now()) / 86_400n);
 * await client.staking.slash({ node, reason: 'spoofing', day, amount: 5_000n, evidenceHash });
 * ```
 */
export const slash = defineAction((context, args: Offence & AdminArgs) => {
  const { deployment, payer } = context;
  const { node, reason, day, amount, evidenceHash } = args;
  const slashCase = stakingPda.slashCase(deployment, node, reason, day);
  const instruction = buildInstruction(deployment, stakingInstructions, 'slash', {
    args: { offence: { reason, day, amount, evidenceHash } },
    accounts: {
      admin: addressOf(args.admin ?? payer),
      payer,
      config: stakingPda.config(deployment),
      node,
      rewardVault: stakingPda.rewardVault(deployment, node),
      slashCase,
    },
  });
  return makeCall([instruction], [args.admin], { node, slashCase });
});

/**
 * A slash by the oracles with all that building it needs.
 *
 * @see {@link slashByOracles}
 */
export type SlashByOraclesCallArgs = SlashOrder &
  GivenSignatures & {
    /** The members of the oracle set, in their order. */
    readonly members: readonly PublicKey[];
  };

/**
 * A slash by the oracles; what is left out is read from the chain.
 *
 * @see {@link slashByOracles}
 */
export type SlashByOraclesArgs = Offence &
  GivenSignatures & {
    /** Default: five minutes from now. */
    readonly expiresAt?: bigint;
    /** Default: that of the set in office. */
    readonly setVersion?: number;
  };

/**
 * Slashes as {@link slash} does, by the signatures of the oracles. By anyone who has them.
 *
 * @example
 * ```ts
 * const day = Number((await client.now()) / 86_400n);
 * const offence = { node, reason: 'spoofing', day, amount: 5_000n, evidenceHash } as const;
 * await client.staking.slashByOracles({ ...offence, signers: oracles.slice(0, 2) });
 * ```
 */
export const slashByOracles = defineAction(
  (context, args: SlashByOraclesCallArgs) => {
    const { deployment, payer } = context;
    const { node, reason, day, amount, evidenceHash, expiresAt } = args;
    const message = slashMessage(deployment, args);
    const placed = placeSignatures(message, args, args.members, 'slashByOracles.signers');
    const signers = Uint8Array.from(placed, ({ index }) => index);
    const slashCase = stakingPda.slashCase(deployment, node, reason, day);
    const instruction = buildInstruction(deployment, stakingInstructions, 'slashByOracles', {
      args: { args: { offence: { reason, day, amount, evidenceHash }, expiresAt, signers } },
      accounts: {
        payer,
        oracleSet: oraclePda.oracleSet(deployment),
        node,
        rewardVault: stakingPda.rewardVault(deployment, node),
        slashCase,
      },
    });
    return makeCall([quorumInstruction(message, placed), instruction], [], { node, slashCase });
  },
  async (client, args: SlashByOraclesArgs): Promise<SlashByOraclesCallArgs> => {
    const [{ set }, now] = await Promise.all([
      client.accounts.oracle.oracleSet.fetch(oraclePda.oracleSet(client.deployment)),
      client.now(),
    ]);
    return {
      ...args,
      members: set.members,
      setVersion: args.setVersion ?? set.version,
      expiresAt: args.expiresAt ?? now + SIGNATURES_LIFE_SECONDS,
    };
  },
);

/** A case and who decides it. */
interface Decision {
  readonly node: PublicKey;
  readonly slashCase: PublicKey;
  /** Default: the payer. */
  readonly appealAuthority?: Authority;
}

/**
 * Decides that an appeal is in vain: the case is burned. By the appeal authority.
 *
 * @example
 * ```ts
 * await client.staking.dismissAppeal({ node, slashCase });
 * ```
 */
export const dismissAppeal = defineAction((context, args: Decision) => {
  const { deployment, payer } = context;
  const { node, slashCase } = args;
  const instruction = buildInstruction(deployment, stakingInstructions, 'dismissAppeal', {
    args: {},
    accounts: {
      appealAuthority: addressOf(args.appealAuthority ?? payer),
      config: stakingPda.config(deployment),
      node,
      slashCase,
    },
  });
  return makeCall([instruction], [args.appealAuthority], { node, slashCase });
});

/**
 * Gives what a case holds back to those from whom it came. By the appeal authority, also before an appeal.
 *
 * @example
 * ```ts
 * await client.staking.restore({ node, slashCase });
 * ```
 */
export const restore = defineAction((context, args: Decision) => {
  const { deployment, payer } = context;
  const { node, slashCase } = args;
  const instruction = buildInstruction(deployment, stakingInstructions, 'restore', {
    args: {},
    accounts: {
      appealAuthority: addressOf(args.appealAuthority ?? payer),
      config: stakingPda.config(deployment),
      node,
      slashCase,
      stakeVault: stakingPda.stakeVault(deployment, node),
      rewardVault: stakingPda.rewardVault(deployment, node),
      ioMint: deployment.ioMint,
    },
  });
  return makeCall([instruction], [args.appealAuthority], { node, slashCase });
});
