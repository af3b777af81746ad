/**
 * Seasons of the airdrop: claims by Merkle proofs.
 *
 * @example
 * ```ts
 * import { airdrop } from '@ionet/sdk';
 *
 * const { accounts } = airdrop.openShard.call(client, { season, index: 0 });
 * ```
 */
export * as airdrop from './airdrop.js';
/**
 * Twenty years of IO: the schedule, its epochs, and the roots of rewards.
 *
 * @example
 * ```ts
 * import { emission } from '@ionet/sdk';
 *
 * const { accounts } = emission.openRewardAccount.call(client, { kind: 'gpu', node });
 * ```
 */
export * as emission from './emission.js';
/**
 * Offers and jobs, and the money of each.
 *
 * @example
 * ```ts
 * import { escrow } from '@ionet/sdk';
 *
 * // As client.escrow.endJob({ job }) does.
 * await escrow.endJob(client, { job });
 * ```
 */
export * as escrow from './escrow/index.js';
/**
 * The oracles, and the verified seconds of jobs.
 *
 * @example
 * ```ts
 * import { oracle } from '@ionet/sdk';
 *
 * const signers = oracles.slice(0, 2);
 * await oracle.reportJob(client, { job, verifiedSeconds: 655n, signers });
 * ```
 */
export * as oracle from './oracle.js';
/**
 * Nodes, stake, delegation, rewards and slashing.
 *
 * @example
 * ```ts
 * import { staking } from '@ionet/sdk';
 *
 * await staking.harvest(client, { node });
 * ```
 */
export * as staking from './staking/index.js';
/**
 * Fees, credits, and the auction that burns IO.
 *
 * @example
 * ```ts
 * import { treasury } from '@ionet/sdk';
 *
 * const { instructions } = treasury.burnIoFees.call(client);
 * ```
 */
export * as treasury from './treasury.js';
export type {
  ClaimRewardArgs,
  RewardPoolKind,
  PostRootArgs,
  PostRootCallArgs,
  RewardDestination,
} from './emission.js';
export type { Payment } from './shared.js';
