import type { PublicKey } from '@solana/web3.js';
import { defineAction } from '../../action.js';
import { buildInstruction } from '../../build-instruction.js';
import { stakingInstructions } from '../../idl/staking.js';
import { stakingPda } from '../../pda/staking.js';
import { makeCall } from '../shared.js';

/**
 * Divides what has come into a node's reward vault between its owner and its delegators. By anyone; whatever changes
 * weights does it too.
 *
 * @example
 * ```ts
 * await client.staking.harvest({ node });
 * ```
 */
export const harvest = defineAction((context, args: { readonly node: PublicKey }) => {
  const { deployment } = context;
  const { node } = args;
  const rewardVault = stakingPda.rewardVault(deployment, node);
  const instruction = buildInstruction(deployment, stakingInstructions, 'harvest', {
    args: {},
    accounts: { node, rewardVault },
  });
  return makeCall([instruction], [], { node, rewardVault });
});

/** A delegation by its parties. */
interface DelegationTarget {
  readonly node: PublicKey;
  /** Default: the payer. */
  readonly delegator?: PublicKey;
}

/**
 * Lets what was delegated 24 hours ago or earlier earn. By anyone.
 *
 * @example
 * ```ts
 * await client.staking.activateDelegation({ node, delegator });
 * ```
 */
export const activateDelegation = defineAction((context, args: DelegationTarget) => {
  const { deployment, payer } = context;
  const { node, delegator = payer } = args;
  const delegation = stakingPda.delegation(deployment, node, delegator);
  const instruction = buildInstruction(deployment, stakingInstructions, 'activateDelegation', {
    args: {},
    accounts: { node, delegation, rewardVault: stakingPda.rewardVault(deployment, node) },
  });
  return makeCall([instruction], [], { node, delegation });
});

/**
 * Closes a delegation that holds nothing; the rent returns to who paid it. By anyone.
 *
 * @example
 * ```ts
 * await client.staking.closeDelegation({ node, delegator });
 * ```
 */
export const closeDelegation = defineAction(
  (context, args: DelegationTarget & { readonly rentPayer: PublicKey }) => {
    const { deployment, payer } = context;
    const { node, delegator = payer, rentPayer } = args;
    const delegation = stakingPda.delegation(deployment, node, delegator);
    const instruction = buildInstruction(deployment, stakingInstructions, 'closeDelegation', {
      args: {},
      accounts: { node, delegation, rentPayer },
    });
    return makeCall([instruction], [], { node, delegation });
  },
  async (client, args: DelegationTarget & { readonly rentPayer?: PublicKey }) => {
    const { node, delegator = client.payer } = args;
    const address = stakingPda.delegation(client.deployment, node, delegator);
    const rentPayer = args.rentPayer ?? (await client.accounts.staking.delegation.fetch(address)).rentPayer;
    return { node, delegator, rentPayer };
  },
);

/**
 * Closes a case that is burned or restored and too old to be opened again; the rent returns to who paid it. By anyone.
 *
 * @example
 * ```ts
 * await client.staking.closeSlashCase({ slashCase });
 * ```
 */
export const closeSlashCase = defineAction(
  (context, args: { readonly slashCase: PublicKey; readonly rentPayer: PublicKey }) => {
    const { slashCase, rentPayer } = args;
    const instruction = buildInstruction(context.deployment, stakingInstructions, 'closeSlashCase', {
      args: {},
      accounts: { slashCase, rentPayer },
    });
    return makeCall([instruction], [], { slashCase });
  },
  async (client, args: { readonly slashCase: PublicKey; readonly rentPayer?: PublicKey }) => {
    const { slashCase } = args;
    const rentPayer = args.rentPayer ?? (await client.accounts.staking.slashCase.fetch(slashCase)).rentPayer;
    return { slashCase, rentPayer };
  },
);

interface CaseOfNode {
  readonly node: PublicKey;
  readonly slashCase: PublicKey;
}

/**
 * Burns what a case holds: 30 days after the slash, where there was no appeal or it was dismissed. By anyone.
 *
 * @example
 * ```ts
 * await client.staking.burnSlashed({ node, slashCase });
 * ```
 */
export const burnSlashed = defineAction((context, args: CaseOfNode) => {
  const { deployment } = context;
  const { node, slashCase } = args;
  const instruction = buildInstruction(deployment, stakingInstructions, 'burnSlashed', {
    args: {},
    accounts: {
      node,
      slashCase,
      stakeVault: stakingPda.stakeVault(deployment, node),
      ioMint: deployment.ioMint,
    },
  });
  return makeCall([instruction], [], { node, slashCase });
});

/**
 * Restores a case whose appeal nobody decided within 60 days of the slash. By anyone.
 *
 * @example
 * ```ts
 * await client.staking.restoreUndecided({ node, slashCase });
 * ```
 */
export const restoreUndecided = defineAction((context, args: CaseOfNode) => {
  const { deployment } = context;
  const { node, slashCase } = args;
  const instruction = buildInstruction(deployment, stakingInstructions, 'restoreUndecided', {
    args: {},
    accounts: {
      node,
      slashCase,
      stakeVault: stakingPda.stakeVault(deployment, node),
      rewardVault: stakingPda.rewardVault(deployment, node),
      ioMint: deployment.ioMint,
    },
  });
  return makeCall([instruction], [], { node, slashCase });
});
