import type { PublicKey } from '@solana/web3.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import { buildInstruction } from '../../build-instruction.js';
import { stakingInstructions } from '../../idl/staking.js';
import { escrowPda } from '../../pda/escrow.js';
import { stakingPda } from '../../pda/staking.js';
import { tokenAddress } from '../../tokens.js';
import { makeCall } from '../shared.js';
import {
  resolveRequest,
  resolveUnbonding,
  type UnbondingRef,
  type UnbondingRequest,
  type UnbondingRequestArgs,
  type UnbondingTarget,
} from './unbonding.js';

/**
 * Adds IO to the owner's stake in a node.
 *
 * @example
 * ```ts
 * import { parseIo } from '@ionet/sdk';
 *
 * await client.staking.stake({ node, amount: parseIo('16000') });
 * ```
 */
export const stake = defineAction(
  (
    context,
    args: {
      readonly node: PublicKey;
      /** Base units of IO. */
      readonly amount: bigint;
      /** Default: the payer. */
      readonly owner?: Authority;
      /** Where the IO comes from. Default: the owner's associated token account. */
      readonly tokenAccount?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const owner = addressOf(args.owner ?? context.payer);
    const instruction = buildInstruction(deployment, stakingInstructions, 'stake', {
      args: { amount: args.amount },
      accounts: {
        owner,
        config: stakingPda.config(deployment),
        node: args.node,
        stakeVault: stakingPda.stakeVault(deployment, args.node),
        rewardVault: stakingPda.rewardVault(deployment, args.node),
        ownerTokenAccount: args.tokenAccount ?? tokenAddress(deployment.ioMint, owner),
      },
    });
    return makeCall([instruction], [args.owner], { node: args.node });
  },
);

interface UnstakeOptions {
  /** Default: the payer. */
  readonly owner?: Authority;
}

/**
 * Begins to unbond stake of the owner: it can be withdrawn 14 days later.
 *
 * @example
 * ```ts
 * const { accounts } = await client.staking.requestUnstake({ node, amount: 1_000n });
 * ```
 */
export const requestUnstake = defineAction(
  (context, args: UnstakeOptions & UnbondingRequest) => {
    const { deployment, payer } = context;
    const { node, id, shares } = args;
    const owner = addressOf(args.owner ?? payer);
    const unbonding = stakingPda.unbonding(deployment, node, owner, id);
    const instruction = buildInstruction(deployment, stakingInstructions, 'requestUnstake', {
      args: { args: { id, shares } },
      accounts: {
        owner,
        payer,
        node,
        rewardVault: stakingPda.rewardVault(deployment, node),
        unbonding,
        nodeLoad: escrowPda.nodeLoad(deployment, node),
      },
    });
    return makeCall([instruction], [args.owner], { node, unbonding });
  },
  async (client, { owner = client.payer, ...request }: UnstakeOptions & UnbondingRequestArgs) => {
    const { own: tranche, ownPosition: position } = await client.accounts.staking.node.fetch(request.node);
    const holding = { staker: addressOf(owner), position, tranche };
    return { ...(await resolveRequest(client, request, holding)), owner };
  },
);

interface CancelUnstakeOptions {
  /** Default: all of the entry. */
  readonly shares?: bigint;
  /** Default: the payer. */
  readonly owner?: Authority;
}

/**
 * Makes unbonding stake of the owner active again, all of an entry or a part. Other entries go on as they are.
 *
 * @example
 * ```ts
 * await client.staking.cancelUnstake({ unbonding });
 * ```
 */
export const cancelUnstake = defineAction(
  (context, args: CancelUnstakeOptions & { readonly unbonding: UnbondingRef }) => {
    const { deployment } = context;
    const { address: unbonding, node, rentPayer, shares } = args.unbonding;
    const instruction = buildInstruction(deployment, stakingInstructions, 'cancelUnstake', {
      args: { shares: args.shares ?? shares },
      accounts: {
        owner: addressOf(args.owner ?? context.payer),
        node,
        rewardVault: stakingPda.rewardVault(deployment, node),
        unbonding,
        rentPayer,
      },
    });
    return makeCall([instruction], [args.owner], { node, unbonding });
  },
  async (client, args: CancelUnstakeOptions & { readonly unbonding: UnbondingTarget }) => ({
    ...args,
    unbonding: await resolveUnbonding(client, args.unbonding),
  }),
);

/**
 * Claiming an owner's rewards: what building it needs.
 *
 * @see {@link claimOwnerRewards}
 */
export interface ClaimOwnerRewardsArgs {
  readonly node: PublicKey;
  /** The owner, or anyone. Default: the payer. */
  readonly authority?: Authority;
  /** Where the IO goes. Default: the owner's associated token account, the only one where he does not sign. */
  readonly destination?: PublicKey;
}

/**
 * Pays the owner's rewards, after dividing what has come in. By anyone.
 *
 * @example
 * ```ts
 * await client.staking.claimOwnerRewards({ node });
 * ```
 */
export const claimOwnerRewards = defineAction(
  (context, args: ClaimOwnerRewardsArgs & { readonly owner: PublicKey }) => {
    const { deployment } = context;
    const { node, owner } = args;
    const instruction = buildInstruction(deployment, stakingInstructions, 'claimOwnerRewards', {
      args: {},
      accounts: {
        authority: addressOf(args.authority ?? context.payer),
        node,
        rewardVault: stakingPda.rewardVault(deployment, node),
        destination: args.destination ?? tokenAddress(deployment.ioMint, owner),
      },
    });
    return makeCall([instruction], [args.authority], { node });
  },
  async (client, args: ClaimOwnerRewardsArgs & { readonly owner?: PublicKey }) => ({
    ...args,
    owner: args.owner ?? (await client.accounts.staking.node.fetch(args.node)).owner,
  }),
);

/**
 * Appeals against a slash, within 30 days of it: it is not burned before a decision.
 *
 * @example
 * ```ts
 * await client.staking.appeal({ node, slashCase, statementHash });
 * ```
 */
export const appeal = defineAction(
  (
    context,
    args: {
      readonly node: PublicKey;
      readonly slashCase: PublicKey;
      /** SHA-256 of the owner's statement. */
      readonly statementHash: Uint8Array;
      /** Default: the payer. */
      readonly owner?: Authority;
    },
  ) => {
    const { node, slashCase, statementHash } = args;
    const instruction = buildInstruction(context.deployment, stakingInstructions, 'appeal', {
      args: { statementHash },
      accounts: { owner: addressOf(args.owner ?? context.payer), node, slashCase },
    });
    return makeCall([instruction], [args.owner], { node, slashCase });
  },
);
