import { programConstant } from './constants.js';
import { Accumulator, Earned, RewardSplit } from './math/reward-split.js';
import { ACTIVATION_SECONDS, Position, Tranche } from './math/shares.js';
import { restoredAmount, slashLimit, SlashSplit } from './math/slashing.js';
import { countedStake } from './math/stake.js';
import { max } from './math/range.js';
import { ArgumentError } from './errors.js';
import type { AccountData } from './programs.js';

type Node = AccountData<'staking', 'node'>;
type Delegation = AccountData<'staking', 'delegation'>;
type Unbonding = AccountData<'staking', 'unbonding'>;
type SlashCase = AccountData<'staking', 'slashCase'>;

/**
 * What of a node decides how rewards are divided: a `Node` account fits.
 *
 * @see {@link previewHarvest}
 */
export type RewardState = Pick<
  Node,
  | 'commissionAppliesAt'
  | 'commissionBps'
  | 'delegated'
  | 'delegatedEarningShares'
  | 'own'
  | 'ownPosition'
  | 'ownerRewards'
  | 'pendingCommissionBps'
  | 'rewardIndex'
  | 'rewardRemainder'
  | 'unpaidRewards'
>;

/**
 * What a harvest would do.
 *
 * @see {@link previewHarvest}
 */
export interface HarvestPreview<N extends RewardState = RewardState> {
  /** What has come in since the last harvest, in base units of IO. */
  readonly amount: bigint;
  /** To the owner, the commission included. */
  readonly owner: bigint;
  readonly commission: bigint;
  /** To all delegators. */
  readonly delegators: bigint;
  /** The node after it. */
  readonly node: N;
}

/**
 * What a harvest would divide now, equal to the unit to what the program does. Whatever changes weights harvests first.
 *
 * @param rewardVaultAmount - what the node's reward vault holds
 * @param now - unix seconds of the chain's clock
 * @throws {@link ArgumentError} when the vault holds less than what is unpaid
 * @example
 * ```ts
 * import { parseIo, previewHarvest } from '@ionet/sdk';
 *
 * const account = await client.accounts.staking.node.fetch(node);
 * const { amount, owner, delegators } = previewHarvest(account, parseIo('5'), await client.now());
 * owner + delegators === amount; // true
 * ```
 */
export function previewHarvest<N extends RewardState>(
  node: N,
  rewardVaultAmount: bigint,
  now: bigint,
): HarvestPreview<N> {
  const amount = rewardVaultAmount - node.unpaidRewards;
  if (amount < 0n) throw new ArgumentError('rewardVaultAmount', 'is less than the rewards that are unpaid');
  const own = Tranche.worth(node.own, node.ownPosition.earningShares);
  const delegated = Tranche.worth(node.delegated, node.delegatedEarningShares);
  const split = RewardSplit.of(amount, own, delegated, BigInt(node.commissionBps));
  let rewards: Accumulator = { index: node.rewardIndex, remainder: node.rewardRemainder };
  if (split.delegators > 0n)
    rewards = Accumulator.add(rewards, split.delegators, node.delegatedEarningShares);
  let leftBehind = 0n;
  if (node.delegatedEarningShares === 0n) {
    ({ rewards, amount: leftBehind } = Accumulator.takeWholeUnits(rewards));
  }
  const applies = node.commissionAppliesAt !== 0n && now >= node.commissionAppliesAt;
  return {
    amount,
    ...split,
    node: {
      ...node,
      ownerRewards: node.ownerRewards + split.owner + leftBehind,
      unpaidRewards: rewardVaultAmount,
      rewardIndex: rewards.index,
      rewardRemainder: rewards.remainder,
      ownPosition: Position.activate(node.ownPosition, now).position,
      ...(applies
        ? { commissionBps: node.pendingCommissionBps, pendingCommissionBps: 0, commissionAppliesAt: 0n }
        : {}),
    },
  };
}

/**
 * What a delegation has earned.
 *
 * @see {@link previewRewards}
 */
export interface RewardsPreview {
  /** What a claim would pay now, in base units of IO. */
  readonly claimable: bigint;
  /** Shares that earn on chain, and what they are worth. */
  readonly earningShares: bigint;
  readonly earningStake: bigint;
  /** Shares of lots that are old enough: they earn once they are activated, which any call on the delegation does. */
  readonly activatableShares: bigint;
  /** Lots that do not earn, and from when on they can be activated. */
  readonly pending: readonly {
    readonly shares: bigint;
    readonly stake: bigint;
    readonly earnsFrom: bigint;
  }[];
}

/**
 * What a delegation has earned and what of it earns, equal to the unit to what a claim pays.
 *
 * @example
 * ```ts
 * import { parseIo, pda, previewRewards } from '@ionet/sdk';
 *
 * const account = await client.accounts.staking.node.fetch(node);
 * const delegation = pda.staking.delegation(deployment, node, client.payer);
 * const state = await client.accounts.staking.delegation.fetch(delegation);
 * const { claimable, activatableShares } = previewRewards(account, state, parseIo('5'), await client.now());
 * if (claimable === 0n && activatableShares > 0n) await client.staking.activateDelegation({ node });
 * ```
 */
export function previewRewards(
  node: RewardState,
  delegation: Pick<Delegation, 'position' | 'rewardFraction' | 'rewardIndex' | 'rewards'>,
  rewardVaultAmount: bigint,
  now: bigint,
): RewardsPreview {
  const { node: after } = previewHarvest(node, rewardVaultAmount, now);
  const { earningShares, lots } = delegation.position;
  const before = { amount: delegation.rewards, fraction: delegation.rewardFraction };
  const { amount } = Earned.add(before, earningShares, delegation.rewardIndex, after.rewardIndex);
  return {
    claimable: amount,
    earningShares,
    earningStake: Tranche.worth(node.delegated, earningShares),
    activatableShares: Position.activate(delegation.position, now).activated,
    pending: lots
      .filter((lot) => lot.shares > 0n)
      .map(({ shares, since }) => ({
        shares,
        stake: Tranche.worth(node.delegated, shares),
        earnsFrom: since + ACTIVATION_SECONDS,
      })),
  };
}

/**
 * What of a node a delegation changes.
 *
 * @see {@link delegationRoom}
 */
export type DelegationState = Pick<Node, 'delegated' | 'delegatedStake' | 'inCases' | 'ownStake' | 'status'>;

/**
 * What delegating would give.
 *
 * @see {@link previewDelegation}
 */
export interface DelegationPreview {
  /** The shares for it. */
  readonly shares: bigint;
  /** Active delegated stake of the node after it. */
  readonly delegatedStake: bigint;
  readonly countedStake: bigint;
  /** From when on it can earn. */
  readonly earnsFrom: bigint;
}

/**
 * How much more can be delegated to a node now, in base units of IO.
 *
 * @example
 * ```ts
 * import { delegationRoom } from '@ionet/sdk';
 *
 * const account = await client.accounts.staking.node.fetch(node);
 * delegationRoom({ ...account, inCases: 1n }); // 0n: while a slash case is open
 * delegationRoom(account) === account.ownStake - account.delegatedStake; // true
 * ```
 */
export function delegationRoom(node: DelegationState): bigint {
  if (node.status !== 'active' || node.inCases > 0n) return 0n;
  return max(node.ownStake - node.delegatedStake, 0n);
}

/**
 * What delegating an amount gives, equal to the unit to what the program does.
 *
 * @throws {@link ArgumentError} when the node does not take so much
 * @throws {@link MathError} `ZeroShares` when the amount is worth less than one share
 * @example
 * ```ts
 * import { parseIo, previewDelegation } from '@ionet/sdk';
 *
 * const account = await client.accounts.staking.node.fetch(node);
 * const now = await client.now();
 * const { shares, earnsFrom } = previewDelegation(account, parseIo('250'), now);
 * earnsFrom - now; // 86_400n
 * ```
 */
export function previewDelegation(node: DelegationState, amount: bigint, now: bigint): DelegationPreview {
  const room = delegationRoom(node);
  if (amount > room) throw new ArgumentError('amount', `is above the ${room.toString()} that the node takes`);
  const { tranche, shares } = Tranche.deposit(node.delegated, amount);
  const delegatedStake = Tranche.activeAssets(tranche);
  return {
    shares,
    delegatedStake,
    countedStake: countedStake(node.ownStake, delegatedStake),
    earnsFrom: now + ACTIVATION_SECONDS,
  };
}

/**
 * What an entry would pay.
 *
 * @see {@link previewWithdrawal}
 */
export interface WithdrawalPreview {
  /** What it is worth now, in base units of IO: a slash before the withdrawal makes it less. */
  readonly amount: bigint;
  readonly unlocksAt: bigint;
  /** Whether its 14 days are over. */
  readonly unlocked: boolean;
  /** While a slash case is open only the staker himself can withdraw, and gives up his part of a restoration. */
  readonly onlyByStaker: boolean;
}

/**
 * What an unbonding entry would pay now and from when on it can, equal to the unit to what the program pays.
 *
 * @example
 * ```ts
 * import { previewWithdrawal } from '@ionet/sdk';
 *
 * const entry = await client.accounts.staking.unbonding.fetch(unbonding);
 * const account = await client.accounts.staking.node.fetch(entry.node);
 * const { amount, unlocked } = previewWithdrawal(account, entry, await client.now());
 * console.log(amount, unlocked); // 1000000n false
 * ```
 */
export function previewWithdrawal(
  node: Pick<Node, 'delegated' | 'inCases' | 'own' | 'ownGeneration'>,
  unbonding: Pick<Unbonding, 'generation' | 'kind' | 'shares' | 'unlocksAt'>,
  now: bigint,
): WithdrawalPreview {
  const { generation, kind, shares, unlocksAt } = unbonding;
  const ended = kind === 'own' && generation !== node.ownGeneration;
  const amount = ended ? 0n : Tranche.worth(kind === 'own' ? node.own : node.delegated, shares);
  return { amount, unlocksAt, unlocked: now >= unlocksAt, onlyByStaker: node.inCases > 0n };
}

/**
 * What of a node a slash changes.
 *
 * @see {@link previewSlash}
 */
export type SlashState = Pick<Node, 'delegated' | 'openCases' | 'own'>;

/**
 * What a slash would cost.
 *
 * @see {@link previewSlash}
 */
export interface SlashPreview {
  /** The most that a slash could take now. */
  readonly limit: bigint;
  readonly fromOwn: bigint;
  readonly fromDelegated: bigint;
  /** The tranches after it. */
  readonly own: Tranche;
  readonly delegated: Tranche;
  /** What it would cost shares of delegators, unbonding or not. */
  costOf(shares: bigint): bigint;
}

/**
 * What a slash would take and from whom, equal to the unit to what the program does.
 *
 * @throws {@link ArgumentError} when the amount is above the limit
 * @example
 * ```ts
 * import { previewSlash } from '@ionet/sdk';
 *
 * const account = await client.accounts.staking.node.fetch(node);
 * const now = await client.now();
 * const { limit } = previewSlash(account, 0n, now);
 * const { fromOwn, fromDelegated } = previewSlash(account, limit, now);
 * fromOwn + fromDelegated === limit; // true
 * ```
 */
export function previewSlash(node: SlashState, amount: bigint, now: bigint): SlashPreview {
  const window = programConstant('staking', 'APPEAL_SECONDS');
  const recent = node.openCases
    .filter(({ openedAt }) => now - openedAt < window)
    .reduce((sum, one) => sum + one.amount, 0n);
  const limit = slashLimit(node.own.assets + node.delegated.assets, recent);
  if (amount > limit) throw new ArgumentError('amount', `is above the limit of ${limit.toString()}`);
  const split = SlashSplit.of(amount, node.own.assets);
  const own = Tranche.slash(node.own, split.own);
  const delegated = Tranche.slash(node.delegated, split.delegated);
  return {
    limit,
    fromOwn: split.own,
    fromDelegated: split.delegated,
    own,
    delegated,
    costOf: (shares) => Tranche.worth(node.delegated, shares) - Tranche.worth(delegated, shares),
  };
}

/**
 * Where what a case holds would go.
 *
 * @see {@link previewRestoration}
 */
export interface RestorationPreview {
  readonly toOwn: bigint;
  readonly toDelegated: bigint;
  /** What leavers have given up. */
  readonly burned: bigint;
}

/**
 * What restoring a case would give back, equal to the unit to what the program does.
 *
 * @example
 * ```ts
 * import { previewRestoration } from '@ionet/sdk';
 *
 * const account = await client.accounts.staking.node.fetch(node);
 * const { toOwn, toDelegated, burned } = previewRestoration(
 *   account,
 *   await client.accounts.staking.slashCase.fetch(slashCase),
 * );
 * toOwn + toDelegated + burned; // 100_000n
 * ```
 */
export function previewRestoration(
  node: Pick<Node, 'delegated' | 'own'>,
  slashCase: Pick<SlashCase, 'delegated' | 'own'>,
): RestorationPreview {
  const back = (taken: SlashCase['own'], tranche: Tranche): bigint =>
    restoredAmount(taken.amount, taken.shares, max(tranche.withdrawnShares - taken.withdrawnShares, 0n));
  const toOwn = back(slashCase.own, node.own);
  const toDelegated = node.delegated.shares === 0n ? 0n : back(slashCase.delegated, node.delegated);
  return {
    toOwn,
    toDelegated,
    burned: slashCase.own.amount + slashCase.delegated.amount - toOwn - toDelegated,
  };
}
