import type { PublicKey } from '@solana/web3.js';
import { encodeValue } from '../codec.js';
import { constantOf } from '../constant-of.js';
import type { Deployment } from '../deployment.js';
import { stakingConstants, stakingInstructions } from '../idl/staking.js';
import type { ProgramType } from '../programs.js';
import { derive, idSeed } from './derive.js';

/** The addresses of the staking program's accounts. */
export const stakingPda = {
  /** The program's config. */
  config: (deployment: Deployment): PublicKey =>
    derive(deployment, 'staking', constantOf(stakingConstants, 'CONFIG_SEED')),
  /** A hardware class. */
  class: (deployment: Deployment, id: number): PublicKey =>
    derive(deployment, 'staking', constantOf(stakingConstants, 'CLASS_SEED'), idSeed('u16', id)),
  /** A node of an owner. */
  node: (deployment: Deployment, owner: PublicKey, id: number): PublicKey =>
    derive(deployment, 'staking', constantOf(stakingConstants, 'NODE_SEED'), owner, idSeed('u32', id)),
  /** The token account of a node's stake. */
  stakeVault: (deployment: Deployment, node: PublicKey): PublicKey =>
    derive(deployment, 'staking', constantOf(stakingConstants, 'STAKE_VAULT_SEED'), node),
  /** The token account that a node's rewards come to. */
  rewardVault: (deployment: Deployment, node: PublicKey): PublicKey =>
    derive(deployment, 'staking', constantOf(stakingConstants, 'REWARD_VAULT_SEED'), node),
  /** What a holder has delegated to a node. */
  delegation: (deployment: Deployment, node: PublicKey, delegator: PublicKey): PublicKey =>
    derive(deployment, 'staking', constantOf(stakingConstants, 'DELEGATION_SEED'), node, delegator),
  /** Stake of a staker, the owner or a delegator, that is unbonding from a node. */
  unbonding: (deployment: Deployment, node: PublicKey, staker: PublicKey, id: number): PublicKey =>
    derive(
      deployment,
      'staking',
      constantOf(stakingConstants, 'UNBONDING_SEED'),
      node,
      staker,
      idSeed('u32', id),
    ),
  /** The slash of a node for a reason and a day (days since 1 January 1970 UTC). */
  slashCase: (
    deployment: Deployment,
    node: PublicKey,
    reason: ProgramType<'staking', 'slashReason'>,
    day: number,
  ): PublicKey =>
    derive(
      deployment,
      'staking',
      constantOf(stakingConstants, 'SLASH_CASE_SEED'),
      node,
      encodeValue(stakingInstructions, { defined: { name: 'slashReason' } }, reason, 'reason'),
      idSeed('u32', day),
    ),
} as const;
