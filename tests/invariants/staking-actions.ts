import { expect } from 'chai';
import { PublicKey } from '@solana/web3.js';
import {
  pda,
  Position,
  previewHarvest,
  previewRewards,
  tokenAddress,
  Tranche,
  type Client,
  type Fetched,
} from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { DAY } from '../harness/jobs.js';
import { EVIDENCE, STATEMENT } from '../harness/staking.js';
import { transferTokens } from '../harness/token-accounts.js';
import { mustHold, type Action, type ActionSet } from './actions.js';
import type { World } from './model.js';

const DELEGATORS = ['first delegator', 'second delegator', 'third delegator'] as const;
const STAKER = 'staker';
const REWARDER = 'rewarder';
const FUNDING = 10n ** 12n;
const UNITS = 1n << 64n;

type Entry = Fetched<'staking', 'unbonding'>;
type Case = Fetched<'staking', 'slashCase'>;

/** What the driver keeps of the staking in a world: a node of its own, with an owner and delegators of its own. */
interface Staking {
  readonly node: PublicKey;
  readonly stakeVault: PublicKey;
  readonly rewardVault: PublicKey;
  /** Where the delegators' delegations are: derived once. */
  readonly delegations: readonly PublicKey[];
  readonly owner: Client;
  readonly delegators: readonly Client[];
  readonly entries: Set<string>;
  readonly cases: Set<string>;
  /** Sent to the stake vault by strangers. */
  donated: bigint;
  burned: bigint;
  nextId: number;
}

const places = new WeakMap<World, Staking>();

function stakingOf(world: World): Staking {
  const staking = places.get(world);
  if (staking === undefined) throw new Error('the world has not begun');
  return staking;
}

/** Registers the node and gives everybody some of the keeper's IO: what they hold is nowhere to the world's jobs. */
async function begin(world: World): Promise<void> {
  const { market, keeper } = world;
  const { deployment } = market;
  const owner = market.actor(STAKER);
  const delegators = DELEGATORS.map((label) => market.actor(label));
  const wallets = [owner, ...delegators, market.actor(REWARDER)];
  for (const { payer } of wallets) {
    await market.fund(payer, {});
    const account = tokenAddress(deployment.ioMint, payer);
    await transferTokens(market, deployment.ioMint, keeper.key, account, FUNDING);
  }
  world.onMovedOut(FUNDING * BigInt(wallets.length));
  const { accounts } = await owner.staking.registerNode({
    id: 0,
    classId: 2,
    deviceCount: 1,
    bandwidth: 'high',
    region: 'eu',
    commissionBps: 700,
  });
  await owner.staking.stake({ node: accounts.node, amount: 10n ** 9n });
  const { node, stakeVault, rewardVault } = accounts;
  places.set(world, {
    node,
    stakeVault,
    rewardVault,
    delegations: delegators.map(({ payer }) => pda.staking.delegation(deployment, node, payer)),
    owner,
    delegators,
    entries: new Set(),
    cases: new Set(),
    donated: 0n,
    burned: 0n,
    nextId: 0,
  });
}

const nodeOf = (world: World) => world.market.anyone.accounts.staking.node.fetch(stakingOf(world).node);
function delegationOf(world: World, delegator: PublicKey) {
  const { delegators, delegations } = stakingOf(world);
  const address = delegations[delegators.findIndex(({ payer }) => payer.equals(delegator))]!;
  return world.market.anyone.accounts.staking.delegation.fetchMaybe(address);
}

function pickAddress({ random }: World, set: ReadonlySet<string>): string | undefined {
  return random.pick([...set]);
}

async function pickEntry(world: World): Promise<Entry | undefined> {
  const address = pickAddress(world, stakingOf(world).entries);
  if (address === undefined) return undefined;
  return world.market.anyone.accounts.staking.unbonding.fetch(new PublicKey(address));
}

async function pickCase(world: World): Promise<Case | undefined> {
  const address = pickAddress(world, stakingOf(world).cases);
  if (address === undefined) return undefined;
  return world.market.anyone.accounts.staking.slashCase.fetch(new PublicKey(address));
}

/** A part of what there is; now and then more. */
function partOf({ random }: World, whole: bigint): bigint {
  if (random.chance(9)) return whole + 1n;
  return random.chance(25) ? whole : random.big(1n, whole);
}

const balanceOf = ({ market }: World, vault: PublicKey): bigint => tokenBalance(market.network, vault);

/** How much the stake vault paid out while something was done. */
async function paidBy(world: World, act: () => Promise<unknown>): Promise<bigint> {
  const { stakeVault } = stakingOf(world);
  const before = balanceOf(world, stakeVault);
  await act();
  return before - balanceOf(world, stakeVault);
}

async function cancel(world: World): Promise<void> {
  const entry = await pickEntry(world);
  if (entry === undefined) return;
  const { owner, delegators, entries } = stakingOf(world);
  const shares = partOf(world, entry.shares);
  if (entry.kind === 'own') await owner.staking.cancelUnstake({ unbonding: entry, shares });
  else {
    const by = delegators.find(({ payer }) => payer.equals(entry.staker))!;
    await by.staking.cancelUndelegation({ unbonding: entry, shares });
  }
  if (shares === entry.shares) entries.delete(entry.address.toBase58());
}

async function withdraw(world: World): Promise<void> {
  const entry = await pickEntry(world);
  if (entry === undefined) return;
  const { owner, delegators, entries } = stakingOf(world);
  const staker = [owner, ...delegators].find(({ payer }) => payer.equals(entry.staker))!;
  const by = world.random.chance(70) ? staker : world.market.anyone;
  const { own, delegated, ownGeneration, inCases } = await nodeOf(world);
  const ended = entry.kind === 'own' && entry.generation !== ownGeneration;
  const worth = ended ? 0n : Tranche.worth(entry.kind === 'own' ? own : delegated, entry.shares);
  const paid = await paidBy(world, () => by.staking.withdraw({ unbonding: entry }));
  mustHold(paid === worth, 'a withdrawal paid another sum than the shares were worth');
  mustHold(world.now >= entry.unlocksAt, 'somebody withdrew before his time');
  mustHold(by === staker || inCases === 0n, 'somebody else withdrew while a case was open');
  entries.delete(entry.address.toBase58());
}

async function claim(world: World): Promise<void> {
  const { now, random } = world;
  const { node, delegators, rewardVault: vault } = stakingOf(world);
  const by = random.pick(delegators)!;
  const delegation = await delegationOf(world, by.payer);
  if (delegation === null) return;
  const before = balanceOf(world, vault);
  const { claimable } = previewRewards(await nodeOf(world), delegation, before, now);
  await by.staking.claimRewards({ node });
  mustHold(before - balanceOf(world, vault) === claimable, 'a claim paid another sum than was due');
}

/** The most that a slash may take: half of what there is and what cases took in the last 30 days, less the latter. */
async function slashLimit(world: World, stake: bigint): Promise<bigint> {
  const { now, market } = world;
  const addresses = [...stakingOf(world).cases].map((one) => new PublicKey(one));
  const cases = await market.anyone.accounts.staking.slashCase.fetchMany(addresses);
  const recent = cases
    .filter((one) => one !== null && one.closedAt === 0n && now - one.openedAt < 30n * BigInt(DAY))
    .reduce((sum, one) => sum + one!.own.amount + one!.delegated.amount, 0n);
  return (stake + recent) / 2n - recent;
}

/** Slashes by order of the admin, or of the oracles, one of whom may be missing. */
async function slash(world: World, by: 'admin' | 'oracles'): Promise<void> {
  const { random, now, market, oracles } = world;
  const { node, cases } = stakingOf(world);
  const before = await nodeOf(world);
  const limit = await slashLimit(world, before.own.assets + before.delegated.assets);
  const offence = {
    node,
    reason: random.pick(['spoofing', 'dataCompromise', 'inadequateService'] as const)!,
    day: Number(now / BigInt(DAY)) - random.int(0, 31),
    amount: random.big(1n, (before.own.assets + before.delegated.assets) / 2n + 2n),
    evidenceHash: EVIDENCE,
  };
  const signers = oracles.members.slice(0, by === 'oracles' && random.chance(15) ? 1 : 2);
  const { accounts } =
    by === 'admin'
      ? await world.offices.of('staking').admin.client.staking.slash(offence)
      : await market.anyone.staking.slashByOracles({ ...offence, signers });
  mustHold(signers.length === 2, 'an order of too few oracles was taken');
  mustHold(offence.amount <= limit, 'a slash took more than half of what there was 30 days ago');
  const after = await nodeOf(world);
  const lost = before.delegated.assets - after.delegated.assets;
  mustHold(lost === 0n || after.own.assets === 0n, 'delegators lost before the owner');
  mustHold(lost * 2n <= before.delegated.assets, 'delegators lost more than half');
  cases.add(accounts.slashCase.toBase58());
}

/** Closes a case on the way that was chosen, and counts what it burned. */
async function decide(world: World, act: (one: Case, node: PublicKey) => Promise<unknown>): Promise<void> {
  const one = await pickCase(world);
  if (one === undefined) return;
  const staking = stakingOf(world);
  const burned = await paidBy(world, () => act(one, staking.node));
  staking.burned += burned;
  world.onBurnedElsewhere(burned);
}

async function delegate(world: World): Promise<void> {
  const { random } = world;
  const { node, delegators } = stakingOf(world);
  const by = random.pick(delegators)!;
  const before = await nodeOf(world);
  const room = before.ownStake - before.delegatedStake;
  const amount = random.chance(85) && room > 0n ? random.big(1n, room) : random.big(1n, 10n ** 10n);
  await by.staking.delegate({ node, amount });
  mustHold(before.inCases === 0n, 'somebody delegated while a case was open');
  mustHold(amount <= room, 'more was delegated than the owner matches');
}

/** Everything that is done with stake. What was slashed is burned as what nobody holds. */
const actions: readonly Action[] = [
  {
    name: 'ownerStakes',
    weight: 4,
    refusals: ['staking.Paused', 'staking.TooManyPendingLots', 'token.InsufficientFunds'],
    run: (world) => {
      const { node, owner } = stakingOf(world);
      return owner.staking.stake({ node, amount: world.random.big(1n, 10n ** 9n) });
    },
  },
  {
    name: 'delegate',
    weight: 9,
    refusals: [
      'staking.Paused',
      'staking.CaseOpen',
      'staking.DelegationCapExceeded',
      'staking.TooManyPendingLots',
      'staking.ZeroShares',
      'token.InsufficientFunds',
    ],
    run: delegate,
  },
  {
    name: 'undelegate',
    weight: 5,
    refusals: ['staking.InsufficientShares', 'staking.ZeroShares'],
    run: async (world) => {
      const staking = stakingOf(world);
      const by = world.random.pick(staking.delegators)!;
      const delegation = await delegationOf(world, by.payer);
      if (delegation === null) return;
      const shares = partOf(world, Position.shares(delegation.position));
      const { accounts } = await by.staking.undelegate({ node: staking.node, shares, id: staking.nextId });
      staking.nextId += 1;
      staking.entries.add(accounts.unbonding.toBase58());
    },
  },
  {
    name: 'requestUnstake',
    weight: 3,
    refusals: ['staking.InsufficientShares', 'staking.ZeroShares'],
    run: async (world) => {
      const staking = stakingOf(world);
      const { ownPosition } = await nodeOf(world);
      const shares = partOf(world, Position.shares(ownPosition));
      const { accounts } = await staking.owner.staking.requestUnstake({
        node: staking.node,
        shares,
        id: staking.nextId,
      });
      staking.nextId += 1;
      staking.entries.add(accounts.unbonding.toBase58());
    },
  },
  {
    name: 'cancelUnbonding',
    weight: 3,
    refusals: [
      'staking.InsufficientShares',
      'staking.TooManyPendingLots',
      'staking.StakeIsWorthless',
      'staking.ZeroShares',
    ],
    run: cancel,
  },
  {
    name: 'withdrawStake',
    weight: 7,
    refusals: ['staking.StillUnbonding', 'staking.StakerMustSign'],
    run: withdraw,
  },
  { name: 'claimRewards', weight: 5, refusals: ['staking.NothingToClaim'], run: claim },
  {
    name: 'claimOwnerRewards',
    weight: 2,
    refusals: ['staking.NothingToClaim'],
    run: (world) => stakingOf(world).owner.staking.claimOwnerRewards({ node: stakingOf(world).node }),
  },
  {
    name: 'reward',
    weight: 6,
    refusals: ['token.InsufficientFunds'],
    run: (world) => {
      const { market, random } = world;
      const { rewardVault: vault } = stakingOf(world);
      const amount = random.big(1n, 10n ** 7n);
      return transferTokens(market, market.deployment.ioMint, testKeypair(REWARDER), vault, amount);
    },
  },
  {
    name: 'harvest',
    weight: 3,
    refusals: [],
    run: async (world) => {
      const { node, rewardVault: vault } = stakingOf(world);
      const before = await nodeOf(world);
      const preview = previewHarvest(before, balanceOf(world, vault), world.now);
      await world.market.anyone.staking.harvest({ node });
      const seq = preview.amount > 0n ? before.seq + 1n : before.seq;
      expect(await nodeOf(world)).to.deep.equal({ ...preview.node, seq });
    },
  },
  {
    name: 'activateDelegation',
    weight: 3,
    refusals: ['staking.NothingToActivate'],
    run: async (world) => {
      const { node, delegators } = stakingOf(world);
      const { payer: delegator } = world.random.pick(delegators)!;
      if ((await delegationOf(world, delegator)) === null) return;
      await world.market.anyone.staking.activateDelegation({ node, delegator });
    },
  },
  {
    name: 'closeDelegation',
    weight: 2,
    refusals: ['staking.DelegationNotEmpty'],
    run: async (world) => {
      const { node, delegators } = stakingOf(world);
      const { payer: delegator } = world.random.pick(delegators)!;
      if ((await delegationOf(world, delegator)) === null) return;
      await world.market.anyone.staking.closeDelegation({ node, delegator });
    },
  },
  {
    name: 'setCommission',
    weight: 1,
    refusals: ['staking.CommissionOutOfRange'],
    run: (world) => {
      const { node, owner } = stakingOf(world);
      return owner.staking.setCommission({ node, commissionBps: world.random.int(0, 6_000) });
    },
  },
  {
    name: 'slash',
    weight: 2,
    refusals: [
      'staking.SlashAboveLimit',
      'staking.TooManyCases',
      'staking.AlreadySlashed',
      'staking.OffenceTooOld',
    ],
    run: (world) => slash(world, 'admin'),
  },
  {
    name: 'slashByOracles',
    weight: 2,
    refusals: [
      'staking.SlashAboveLimit',
      'staking.TooManyCases',
      'staking.AlreadySlashed',
      'staking.OffenceTooOld',
      'staking.TooFewSigners',
    ],
    run: (world) => slash(world, 'oracles'),
  },
  {
    name: 'appeal',
    weight: 2,
    refusals: ['staking.CaseNotOpen', 'staking.AppealTooLate'],
    run: async (world) => {
      const one = await pickCase(world);
      const { node, owner } = stakingOf(world);
      if (one !== undefined) {
        await owner.staking.appeal({ node, slashCase: one.address, statementHash: STATEMENT });
      }
    },
  },
  {
    name: 'dismissAppeal',
    weight: 1,
    refusals: ['staking.CaseNotAppealed', 'staking.DecisionTooLate'],
    run: async (world) => {
      const one = await pickCase(world);
      const { node } = stakingOf(world);
      if (one !== undefined) {
        await world.market.appealAuthority.staking.dismissAppeal({ node, slashCase: one.address });
      }
    },
  },
  {
    name: 'restore',
    weight: 1,
    refusals: ['staking.CaseNotRestorable'],
    run: (world) =>
      decide(world, ({ address }, node) =>
        world.market.appealAuthority.staking.restore({ node, slashCase: address }),
      ),
  },
  {
    name: 'restoreUndecided',
    weight: 2,
    refusals: ['staking.CaseNotAppealed', 'staking.DecisionPending'],
    run: (world) =>
      decide(world, ({ address }, node) =>
        world.market.anyone.staking.restoreUndecided({ node, slashCase: address }),
      ),
  },
  {
    name: 'burnSlashed',
    weight: 3,
    refusals: ['staking.CaseNotBurnable', 'staking.BurnTooEarly'],
    run: (world) =>
      decide(world, ({ address }, node) =>
        world.market.anyone.staking.burnSlashed({ node, slashCase: address }),
      ),
  },
  {
    name: 'closeSlashCase',
    weight: 2,
    refusals: ['staking.CaseStillOpen', 'staking.CaseTooYoung'],
    run: async (world) => {
      const one = await pickCase(world);
      if (one === undefined) return;
      await world.market.anyone.staking.closeSlashCase({ slashCase: one.address });
      stakingOf(world).cases.delete(one.address.toBase58());
    },
  },
  {
    name: 'donateStake',
    weight: 1,
    refusals: ['token.InsufficientFunds'],
    run: async (world) => {
      const staking = stakingOf(world);
      const { market, random } = world;
      const { stakeVault: vault } = staking;
      const amount = random.big(1n, 1_000n);
      await transferTokens(market, market.deployment.ioMint, testKeypair(REWARDER), vault, amount);
      staking.donated += amount;
    },
  },
  {
    name: 'waitDays',
    outside: true,
    weight: 3,
    refusals: [],
    run: ({ market, random }) => {
      market.warpBy(DAY * random.pick([1, 1, 2, 7, 14, 30])!);
      return Promise.resolve();
    },
  },
];

/** The books of the node against each other, and against what its vaults hold. */
async function check(world: World): Promise<void> {
  const { market } = world;
  const { anyone } = market;
  const staking = stakingOf(world);
  const { stakeVault, rewardVault, donated } = staking;
  const node = await nodeOf(world);
  const readers = anyone.accounts.staking;
  const entries = (
    await readers.unbonding.fetchMany([...staking.entries].map((one) => new PublicKey(one)))
  ).map((entry) => entry!);
  const held = await readers.delegation.fetchMany(staking.delegations);
  const delegations = held.filter((one) => one !== null);
  const sum = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n);

  const { own, delegated, inCases } = node;
  expect(balanceOf(world, stakeVault), 'the stake vault').to.equal(
    own.assets + delegated.assets + inCases + donated,
  );
  const live = entries.filter((one) => one.kind === 'delegated' || one.generation === node.ownGeneration);
  const unbonding = (kind: Entry['kind']): bigint =>
    sum(live.filter((one) => one.kind === kind).map((one) => one.shares));
  expect(own.unbondingShares, 'unbonding of the owner').to.equal(unbonding('own'));
  expect(delegated.unbondingShares, 'unbonding of delegators').to.equal(unbonding('delegated'));
  const positions = delegations.map((one) => Position.shares(one.position));
  expect(delegated.shares, 'shares of delegators').to.equal(sum(positions) + unbonding('delegated'));
  expect(own.shares, 'shares of the owner').to.equal(Position.shares(node.ownPosition) + unbonding('own'));
  expect(node.delegatedEarningShares, 'earning shares').to.equal(
    sum(delegations.map((one) => one.position.earningShares)),
  );
  const claims = sum(positions.map((shares) => Tranche.worth(delegated, shares)));
  expect(claims <= delegated.assets, 'the claims of delegators').to.equal(true);
  expect(node.ownStake, 'own stake').to.equal(Tranche.activeAssets(own));
  expect(node.delegatedStake, 'delegated stake').to.equal(Tranche.activeAssets(delegated));
  expect([node.unbondings, node.delegations]).to.deep.equal([entries.length, delegations.length]);

  // Rewards to the last fraction of a unit.
  const fractions = delegations.map(
    (one) =>
      one.rewards * UNITS +
      one.rewardFraction +
      one.position.earningShares * (node.rewardIndex - one.rewardIndex),
  );
  expect(node.ownerRewards * UNITS + node.rewardRemainder + sum(fractions), 'rewards').to.equal(
    node.unpaidRewards * UNITS,
  );
  expect(balanceOf(world, rewardVault) >= node.unpaidRewards, 'the reward vault').to.equal(true);
}

/** Closes all cases, lets everybody leave with his own powers, and closes the node. */
async function windDown(world: World): Promise<void> {
  const { market } = world;
  const staking = stakingOf(world);
  const { node, owner, delegators, entries, cases } = staking;
  market.warpBy(61 * DAY);
  for (const address of cases) {
    const slashCase = new PublicKey(address);
    const one = await market.anyone.accounts.staking.slashCase.fetch(slashCase);
    const burned = await paidBy(world, async () => {
      if (one.state === 'appealed') await market.anyone.staking.restoreUndecided({ node, slashCase });
      else if (one.closedAt === 0n) await market.anyone.staking.burnSlashed({ node, slashCase });
    });
    staking.burned += burned;
    world.onBurnedElsewhere(burned);
    await market.anyone.staking.closeSlashCase({ slashCase });
  }
  if (Position.shares((await nodeOf(world)).ownPosition) > 0n) {
    const { accounts } = await owner.staking.requestUnstake({ node, amount: 'all', id: 1_000_000 });
    entries.add(accounts.unbonding.toBase58());
  }
  for (const by of delegators) {
    const delegation = await delegationOf(world, by.payer);
    if (delegation === null || Position.shares(delegation.position) === 0n) continue;
    const { accounts } = await by.staking.undelegate({ node, amount: 'all', id: 1_000_000 });
    entries.add(accounts.unbonding.toBase58());
  }
  market.warpBy(14 * DAY);
  for (const address of entries) await market.anyone.staking.withdraw({ unbonding: new PublicKey(address) });
  entries.clear();
  await check(world);
  for (const by of delegators) {
    const delegation = await delegationOf(world, by.payer);
    if (delegation === null) continue;
    const rewards = balanceOf(world, staking.rewardVault);
    const preview = previewRewards(await nodeOf(world), delegation, rewards, world.now);
    if (preview.claimable > 0n) {
      await market.anyone.staking.claimRewards({ node, delegator: by.payer });
    }
    await market.anyone.staking.closeDelegation({ node, delegator: by.payer });
  }
  await owner.staking.deregisterNode({ node });
  // All that was given out is with the people again, but for what was burned.
  const labels = [STAKER, ...DELEGATORS, REWARDER];
  const held = labels.map((label) => market.balances(testKeypair(label).publicKey).io);
  expect(held.reduce((a, b) => a + b) + staking.burned, 'all IO of the stakers').to.equal(
    FUNDING * BigInt(labels.length),
  );
}

/** What is done with stake: on a node of its own, beside the nodes that are hired. */
export const stakingSet: ActionSet = { name: 'staking', actions, begin, check, windDown };
