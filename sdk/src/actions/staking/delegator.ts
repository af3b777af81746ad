import type { PublicKey } from '@solana/web3.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import { buildInstruction } from '../../build-instruction.js';
import { stakingInstructions } from '../../idl/staking.js';
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
 * Delegates IO to a node. It earns from 24 hours later on.
 *
 * @example
 * ```ts
 * import { parseIo } from '@ionet/sdk';
 *
 * await client.staking.delegate({ node, amount: parseIo('250') });
 * ```
 */
export const delegate = defineAction(
  (
    context,
    args: {
      readonly node: PublicKey;
      /** Base units of IO. */
      readonly amount: bigint;
      /** Default: the payer. */
      readonly delegator?: Authority;
      /** Where the IO comes from. Default: the delegator's associated token account. */
      readonly tokenAccount?: PublicKey;
    },
  ) => {
    const { deployment, payer } = context;
    const { node, amount } = args;
    const delegator = addressOf(args.delegator ?? payer);
    const delegation = stakingPda.delegation(deployment, node, delegator);
    const instruction = buildInstruction(deployment, stakingInstructions, 'delegate', {
      args: { amount },
      accounts: {
        delegator,
        payer,
        config: stakingPda.config(deployment),
        node,
        delegation,
        stakeVault: stakingPda.stakeVault(deployment, node),
        rewardVault: stakingPda.rewardVault(deployment, node),
        delegatorTokenAccount: args.tokenAccount ?? tokenAddress(deployment.ioMint, delegator),
      },
    });
    return makeCall([instruction], [args.delegator], { node, delegation });
  },
);

interface UndelegateOptions {
  /** Default: the payer. */
  readonly delegator?: Authority;
}

/**
 * Begins to unbond a delegation or a part of it: it can be withdrawn 14 days later.
 *
 * @example
 * ```ts
 * const { accounts } = await client.staking.undelegate({ node, amount: 'all' });
 * ```
 */
export const undelegate = defineAction(
  (context, args: UndelegateOptions & UnbondingRequest) => {
    const { deployment, payer } = context;
    const { node, id, shares } = args;
    const delegator = addressOf(args.delegator ?? payer);
    const unbonding = stakingPda.unbonding(deployment, node, delegator, id);
    const instruction = buildInstruction(deployment, stakingInstructions, 'undelegate', {
      args: { args: { id, shares } },
      accounts: {
        delegator,
        payer,
        node,
        delegation: stakingPda.delegation(deployment, node, delegator),
        rewardVault: stakingPda.rewardVault(deployment, node),
        unbonding,
      },
    });
    return makeCall([instruction], [args.delegator], { node, unbonding });
  },
  async (client, { delegator = client.payer, ...request }: UndelegateOptions & UnbondingRequestArgs) => {
    const staker = addressOf(delegator);
    const address = stakingPda.delegation(client.deployment, request.node, staker);
    const [{ delegated: tranche }, { position }] = await Promise.all([
      client.accounts.staking.node.fetch(request.node),
      client.accounts.staking.delegation.fetch(address),
    ]);
    return { ...(await resolveRequest(client, request, { staker, position, tranche })), delegator };
  },
);

interface CancelUndelegationOptions {
  /** Default: all of the entry. */
  readonly shares?: bigint;
  /** Default: the payer. */
  readonly delegator?: Authority;
}

/**
 * Makes unbonding stake of a delegation active again, all of an entry or a part. It earns from 24 hours later on.
 *
 * @example
 * ```ts
 * await client.staking.cancelUndelegation({ unbonding });
 * ```
 */
export const cancelUndelegation = defineAction(
  (context, args: CancelUndelegationOptions & { readonly unbonding: UnbondingRef }) => {
    const { deployment } = context;
    const { address: unbonding, node, rentPayer, shares, staker } = args.unbonding;
    const instruction = buildInstruction(deployment, stakingInstructions, 'cancelUndelegation', {
      args: { shares: args.shares ?? shares },
      accounts: {
        delegator: addressOf(args.delegator ?? context.payer),
        node,
        delegation: stakingPda.delegation(deployment, node, staker),
        rewardVault: stakingPda.rewardVault(deployment, node),
        unbonding,
        rentPayer,
      },
    });
    return makeCall([instruction], [args.delegator], { node, unbonding });
  },
  async (client, args: CancelUndelegationOptions & { readonly unbonding: UnbondingTarget }) => ({
    ...args,
    unbonding: await resolveUnbonding(client, args.unbonding),
  }),
);

/**
 * Pays the rewards of a delegation, after dividing what has come in. By anyone.
 *
 * @example
 * ```ts
 * await client.staking.claimRewards({ node });
 * ```
 */
export const claimRewards = defineAction(
  (
    context,
    args: {
      readonly node: PublicKey;
      /** Whose rewards. Default: the authority. */
      readonly delegator?: PublicKey;
      /** The delegator, or anyone. Default: the payer. */
      readonly authority?: Authority;
      /** Where the IO goes. Default: the delegator's associated token account, the only one where he does not sign. */
      readonly destination?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const { node } = args;
    const authority = addressOf(args.authority ?? context.payer);
    const delegator = args.delegator ?? authority;
    const delegation = stakingPda.delegation(deployment, node, delegator);
    const instruction = buildInstruction(deployment, stakingInstructions, 'claimRewards', {
      args: {},
      accounts: {
        authority,
        node,
        delegation,
        rewardVault: stakingPda.rewardVault(deployment, node),
        destination: args.destination ?? tokenAddress(deployment.ioMint, delegator),
      },
    });
    return makeCall([instruction], [args.authority], { node, delegation });
  },
);

interface WithdrawOptions {
  /** The staker; anyone while no slash case of the node is open. Default: the payer. */
  readonly authority?: Authority;
  /** Where the IO goes. Default: the staker's associated token account, the only one where he does not sign. */
  readonly destination?: PublicKey;
}

/**
 * Pays what an entry is worth once its 14 days are over, of an owner or a delegator, and closes it.
 *
 * @example
 * ```ts
 * await client.staking.withdraw({ unbonding });
 * ```
 */
export const withdraw = defineAction(
  (context, args: WithdrawOptions & { readonly unbonding: UnbondingRef }) => {
    const { deployment } = context;
    const { address: unbonding, kind, node, rentPayer, staker } = args.unbonding;
    const instruction = buildInstruction(deployment, stakingInstructions, 'withdraw', {
      args: {},
      accounts: {
        authority: addressOf(args.authority ?? context.payer),
        node,
        unbonding,
        delegation: kind === 'delegated' ? stakingPda.delegation(deployment, node, staker) : null,
        stakeVault: stakingPda.stakeVault(deployment, node),
        destination: args.destination ?? tokenAddress(deployment.ioMint, staker),
        rentPayer,
      },
    });
    return makeCall([instruction], [args.authority], { node, unbonding });
  },
  async (client, args: WithdrawOptions & { readonly unbonding: UnbondingTarget }) => ({
    ...args,
    unbonding: await resolveUnbonding(client, args.unbonding),
  }),
);
