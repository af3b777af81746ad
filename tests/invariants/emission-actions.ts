import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import {
  emittedAt,
  epochAt,
  pda,
  releasedBy,
  tokenAddress,
  type RawAccount,
  type RewardPoolKind,
} from '@ionet/sdk';
import { tokenSupply, type Market } from '@ionet/sdk/testing';
import {
  FINALIZATION_DELAY,
  FORMULA_ID,
  HOUR,
  INITIAL_SUPPLY,
  INPUT_HASH,
  claim as claimLeaf,
  leafOf,
  ownerOf,
  poolOf,
  sealEmission,
  treeOf,
} from '../harness/emission.js';
import type { RewardTree } from '../harness/reward-tree.js';
import { transferTokens } from '../harness/token-accounts.js';
import { actAs, asRuled, mustHold, type Action, type ActionSet } from './actions.js';
import type { OracleSet, World } from './model.js';
import { rotationActions } from './rotation-actions.js';

const KINDS = ['gpu', 'cpu'] as const satisfies readonly RewardPoolKind[];
/** Who earns rewards, in both pools. */
const NODES = ['first', 'second', 'third', 'fourth', 'fifth'] as const;
const RESERVE_EPOCHS = 720n;
const FINAL_ROOTS = 4;
const EXPIRY = 300n;

interface Root {
  readonly version: bigint;
  readonly epoch: bigint;
  readonly postedAt: bigint;
  readonly tree: RewardTree;
}

/** A pool by the rules alone. */
interface Pool {
  readonly kind: RewardPoolKind;
  readonly vault: PublicKey;
  minted: bigint;
  released: bigint;
  lastVersion: bigint;
  pending: Root | undefined;
  /** The newest first; no more than the last four. */
  finals: readonly Root[];
  /** Roots that can no longer be claimed from, or never could. */
  readonly gone: Root[];
  /** What each node was paid, in the order of {@link NODES}. */
  readonly paid: bigint[];
  /** What strangers have sent to the vault. */
  donated: bigint;
}

interface Emission {
  readonly schedule: Parameters<typeof emittedAt>[0];
  readonly pools: readonly Pool[];
  readonly oracles: OracleSet;
  totalMinted: bigint;
  /** The last one that was released. */
  epoch: bigint;
  /** The pools as they were compared last: the same objects until a transaction could write them. */
  readonly compared: Map<Pool, RawAccount | null>;
}

const emissions = new WeakMap<World, Emission>();

function emissionOf(world: World): Emission {
  const emission = emissions.get(world);
  if (emission === undefined) throw new Error('the world has not begun');
  return emission;
}

const add = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n);

/** Seals the schedule, after which nothing else mints IO. */
async function begin(world: World): Promise<void> {
  const { market } = world;
  const { deployment, network } = market;
  world.onMintedElsewhere(INITIAL_SUPPLY - tokenSupply(network, deployment.ioMint));
  await sealEmission(market);
  const now = network.now();
  const poolModel = (kind: RewardPoolKind): Pool => ({
    kind,
    vault: pda.emission.poolVault(deployment, pda.emission.pool(deployment, kind)),
    minted: 0n,
    released: 0n,
    lastVersion: 0n,
    pending: undefined,
    finals: [],
    gone: [],
    paid: NODES.map(() => 0n),
    donated: 0n,
  });
  emissions.set(world, {
    schedule: { sealedAt: now, preset: 'default', gpuShareBps: 9_500, startsAt: now },
    pools: KINDS.map(poolModel),
    oracles: { version: 1, members: market.oracles, pending: [], pendingAt: 0n },
    totalMinted: 0n,
    epoch: 0n,
    compared: new Map(),
  });
}

/** Mints what is due by the time alone, however often and late. */
async function advance(world: World): Promise<void> {
  const { market, now } = world;
  const emission = emissionOf(world);
  const { schedule, pools } = emission;
  const due = emittedAt(schedule, now) - emission.totalMinted;
  const act = () => market.anyone.emission.advanceEpoch();
  await asRuled(due > 0n, act, 'an advance of the epoch');
  world.onMintedElsewhere(due);
  emission.totalMinted += due;
  emission.epoch = epochAt(schedule, now);
  const [gpu, cpu] = pools as readonly [Pool, Pool];
  gpu.minted = (emission.totalMinted * BigInt(schedule.gpuShareBps)) / 10_000n;
  cpu.minted = emission.totalMinted - gpu.minted;
  for (const pool of pools) pool.released = releasedBy(schedule, pool.kind, emission.epoch);
}

/** What a root of an epoch may name at most: what its epochs release, and the reserve's share for each. */
function ceilingOf({ schedule }: Emission, { kind, finals }: Pool, epoch: bigint): bigint {
  const [last] = finals;
  const [from, total] = last === undefined ? [0n, 0n] : [last.epoch, last.tree.total];
  const before = releasedBy(schedule, kind, from);
  const epochs = epoch - from < RESERVE_EPOCHS ? epoch - from : RESERVE_EPOCHS;
  const released = releasedBy(schedule, kind, epoch) - before;
  return total + released + ((before - total) * epochs) / RESERVE_EPOCHS;
}

/** A tree in which every node has what the last one gave it, and these sums more. */
function treeWith(market: Market, { kind, finals }: Pool, more: readonly bigint[]): RewardTree {
  const before = finals[0]?.tree.leaves;
  const sums = NODES.map((label, at) => [label, (before?.[at]?.cumulative ?? 0n) + more[at]!] as const);
  return treeOf(market, kind, sums);
}

/** Divides a sum among the nodes by chance. */
function divide({ random }: World, sum: bigint): bigint[] {
  const parts = NODES.map(() => 0n);
  let left = sum;
  for (const at of parts.keys()) {
    parts[at] = at === parts.length - 1 ? left : random.big(0n, left);
    left -= parts[at];
  }
  return parts;
}

/** A root that the rules allow, or, in a third of all cases, one just beyond them. */
async function post(world: World): Promise<void> {
  const { market, random, now } = world;
  const emission = emissionOf(world);
  const { pools, oracles } = emission;
  const pool = random.pick(pools.filter(({ pending }) => pending === undefined)) ?? random.pick(pools)!;
  const [last] = pool.finals;
  const lastEpoch = last?.epoch ?? 0n;
  const lastTotal = last?.tree.total ?? 0n;
  const fault = random.chance(65) ? 'none' : random.pick(FAULTS)!;

  let epoch = random.chance(70) ? emission.epoch : random.big(lastEpoch + 1n, emission.epoch);
  if (fault === 'epoch of the future') epoch = emission.epoch + 1n;
  if (fault === 'epoch again') epoch = lastEpoch;
  const ceiling = epoch > lastEpoch ? ceilingOf(emission, pool, epoch) : lastTotal;
  let more = random.chance(30) ? ceiling - lastTotal : random.big(0n, ceiling - lastTotal);
  if (fault === 'above the budget') more = ceiling - lastTotal + 1n;
  const tree = treeWith(market, pool, divide(world, more));
  const total = fault === 'total lowered' && lastTotal > 0n ? lastTotal - 1n : tree.total;
  const version = pool.lastVersion + (fault === 'version skipped' ? 2n : fault === 'version again' ? 0n : 1n);
  const expiresAt = now + (fault === 'expired' ? -1n : fault === 'expiry too far' ? HOUR + 1n : EXPIRY);
  const setVersion = oracles.version + (fault === 'other set' ? 1 : 0);
  const signers = oracles.members.slice(0, fault === 'too few signers' ? 1 : 2);
  const isRight =
    pool.pending === undefined &&
    version === pool.lastVersion + 1n &&
    epoch > lastEpoch &&
    epoch <= emission.epoch &&
    total >= lastTotal &&
    total <= ceiling &&
    expiresAt >= now &&
    expiresAt <= now + HOUR &&
    setVersion === oracles.version &&
    signers.length === 2;
  const { kind } = pool;
  const told = { inputHash: INPUT_HASH, formulaId: FORMULA_ID, root: tree.root };
  const act = () =>
    market.anyone.emission.postRoot({ ...told, kind, version, epoch, total, expiresAt, setVersion, signers });
  await asRuled(isRight, act, 'a root');
  pool.lastVersion = version;
  pool.pending = { version, epoch, postedAt: now, tree };
}

const FAULTS = [
  'epoch of the future',
  'epoch again',
  'above the budget',
  'total lowered',
  'version skipped',
  'version again',
  'expired',
  'expiry too far',
  'other set',
  'too few signers',
] as const;

async function finalize(world: World, pool: Pool): Promise<void> {
  const { pending, kind } = pool;
  const isRight = pending !== undefined && world.now >= pending.postedAt + FINALIZATION_DELAY;
  const act = () => world.market.anyone.emission.finalizeRoot({ kind });
  await asRuled(isRight, act, 'the end of the wait for a root');
  pool.finals = [pending!, ...pool.finals];
  pool.gone.push(...pool.finals.slice(FINAL_ROOTS));
  pool.finals = pool.finals.slice(0, FINAL_ROOTS);
  pool.pending = undefined;
}

async function cancel(world: World): Promise<void> {
  const { random, offices } = world;
  const pool = random.pick(emissionOf(world).pools)!;
  const { pauser } = offices.of('emission');
  const by = random.chance(80) ? pauser : random.pick([...offices.pausers, ...offices.admins])!;
  await actAs(by.client, [pauser.client.payer], (client) => client.emission.cancelRoot({ kind: pool.kind }));
  mustHold(pool.pending !== undefined, 'a root was cancelled that there was not');
  pool.gone.push(pool.pending!);
  pool.pending = undefined;
}

/** A claim of a leaf as it stands in a final root, or of something else. */
async function claim(world: World): Promise<void> {
  const { market, random } = world;
  const { pools } = emissionOf(world);
  const claimable = pools.filter(({ finals }) => finals.length > 0);
  const pool = random.pick(claimable.length > 0 ? claimable : pools)!;
  const others = [...pool.finals, ...pool.gone, ...(pool.pending === undefined ? [] : [pool.pending])];
  const root = random.chance(70) ? pool.finals[0] : random.pick(others);
  if (root === undefined) return;
  const index = random.int(0, NODES.length - 1);
  const fault = random.chance(80) ? 'none' : random.pick(['more', 'of another', 'to another'] as const)!;
  const leaf = root.tree.leaves[index]!;
  const other = (index + 1) % NODES.length;
  const cumulative = leaf.cumulative + (fault === 'more' ? 1n : 0n);
  const { node } = root.tree.leaves[fault === 'of another' ? other : index]!;
  const isTrue = fault === 'none' && pool.finals.includes(root);
  await payOut(world, pool, isTrue && cumulative > pool.paid[index]!, index, cumulative, () =>
    market.anyone.emission.claimReward({
      kind: pool.kind,
      version: root.version,
      node,
      cumulative,
      proof: root.tree.proof(index),
      destinationOwner: ownerOf(NODES[fault === 'to another' ? other : index]!),
    }),
  );
}

/** What a node is paid is what it has earned, less what it was paid before. */
async function payOut(
  world: World,
  pool: Pool,
  isRight: boolean,
  index: number,
  cumulative: bigint,
  act: () => Promise<unknown>,
): Promise<void> {
  const { ioMint } = world.market.deployment;
  const account = tokenAddress(ioMint, ownerOf(NODES[index]!));
  const before = world.tokens(account);
  await asRuled(isRight, act, 'a claim of rewards');
  mustHold(world.tokens(account) - before === cumulative - pool.paid[index]!, 'a claim paid another sum');
  pool.paid[index] = cumulative;
}

/** Everything that is done with the emission and its rewards. */
const actions: readonly Action[] = [
  { name: 'advanceEpoch', weight: 6, refusals: ['emission.NothingToMint'], run: advance },
  {
    name: 'postRoot',
    weight: 8,
    refusals: [
      'emission.RootPending',
      'emission.VersionNotNext',
      'emission.EpochNotIncreasing',
      'emission.EpochNotReleased',
      'emission.TotalDecreased',
      'emission.TotalAboveBudget',
      'emission.TooFewSigners',
      'emission.SignaturesExpired',
      'emission.ExpiryTooFar',
      'emission.WrongMessage',
    ],
    run: post,
  },
  {
    name: 'finalizeRoot',
    weight: 6,
    refusals: ['emission.NoRootPending', 'emission.FinalizationTooEarly'],
    run: (world) => {
      const { pools } = emissionOf(world);
      const posted = pools.filter(({ pending }) => pending !== undefined);
      return finalize(world, world.random.pick(posted.length > 0 ? posted : pools)!);
    },
  },
  {
    name: 'cancelRoot',
    weight: 1,
    refusals: ['emission.NoRootPending', 'emission.NotGuardian'],
    run: cancel,
  },
  {
    name: 'claimReward',
    weight: 9,
    refusals: ['emission.NothingToClaim', 'emission.RootNotFound', 'emission.InvalidProof'],
    run: claim,
  },
  {
    name: 'openRewardAccount',
    outside: true,
    weight: 2,
    refusals: ['system.AccountAlreadyInUse'],
    run: ({ market, random }) => {
      const kind = random.pick(KINDS)!;
      const { node } = leafOf(market, random.pick(NODES)!, 0n);
      return market.anyone.emission.openRewardAccount({ kind, node });
    },
  },
  {
    name: 'sealAgain',
    outside: true,
    weight: 1,
    refusals: ['emission.AlreadySealed', 'emission.NotAdmin'],
    run: async (world) => {
      const { client } = world.random.pick([...world.offices.admins, ...world.offices.pausers])!;
      await client.emission.sealSchedule({ preset: 'published', startsAt: world.now });
      mustHold(false, 'the schedule was sealed again');
    },
  },
  {
    name: 'donateRewards',
    weight: 1,
    refusals: ['token.InsufficientFunds'],
    run: async (world) => {
      const { market, random, keeper } = world;
      const pool = random.pick(emissionOf(world).pools)!;
      const amount = random.big(1n, 9_999n);
      await transferTokens(market, market.deployment.ioMint, keeper.key, pool.vault, amount);
      world.onMovedOut(amount);
      pool.donated += amount;
    },
  },
  {
    name: 'waitHours',
    outside: true,
    weight: 2,
    refusals: [],
    run: ({ market, random }) => {
      market.warpBy(HOUR * random.pick([1n, 2n, 6n, 7n])! + random.big(-1n, 1n));
      return Promise.resolve();
    },
  },
  ...rotationActions('emission', (world) => emissionOf(world).oracles),
];

/** The pools as they stand and what their vaults hold, against the rules. */
async function check(world: World): Promise<void> {
  const { totalMinted, pools, compared } = emissionOf(world);
  const { accounts, deployment } = world.market.anyone;
  for (const pool of pools) {
    const { kind, minted, released, lastVersion, pending, finals, paid, vault, donated } = pool;
    const claimed = add(paid);
    expect(world.tokens(vault), `the vault of the ${kind} pool`).to.equal(minted - claimed + donated);
    const address = pda.emission.pool(deployment, kind);
    const raw = world.read(address);
    if (compared.get(pool) === raw) continue;
    const held = await accounts.emission.pool.fetch(address);
    const known = { minted, released, claimed, lastVersion };
    expect(
      { minted: held.minted, released: held.released, claimed: held.claimed, lastVersion: held.lastVersion },
      `the ${kind} pool`,
    ).to.deep.equal(known);
    const say = (root: { readonly version: bigint; readonly epoch: bigint; readonly total: bigint }) =>
      `${root.version} ${root.epoch} ${root.total}`;
    const told = ({ version, epoch, tree: { total } }: Root) => say({ version, epoch, total });
    expect(held.finalRoots.map(say), `the final roots of the ${kind} pool`).to.deep.equal(finals.map(told));
    expect(held.pendingRoot === null ? null : say(held.pendingRoot), `the pending root`).to.equal(
      pending === undefined ? null : told(pending),
    );
    mustHold(claimed <= (finals[0]?.tree.total ?? 0n), 'a pool paid more than its newest root names');
    compared.set(pool, raw);
  }
  expect(add(pools.map(({ minted }) => minted)), 'all that was minted').to.equal(totalMinted);
}

/** Every node gets what its pool's newest root names, whoever sends the claim, and never more. */
async function windDown(world: World): Promise<void> {
  const { market } = world;
  for (const pool of emissionOf(world).pools) {
    if (pool.pending !== undefined) {
      const wait = pool.pending.postedAt + FINALIZATION_DELAY - world.now;
      if (wait > 0n) market.warpBy(wait);
      await finalize(world, pool);
    }
    const [newest] = pool.finals;
    if (newest === undefined) continue;
    const { kind } = pool;
    const { tree, version } = newest;
    for (const [index, { cumulative }] of tree.leaves.entries()) {
      const isDue = cumulative > pool.paid[index]!;
      if (!isDue) continue;
      const act = () => claimLeaf(market.anyone, { kind, version, tree, index, label: NODES[index]! });
      await payOut(world, pool, true, index, cumulative, act);
    }
    const { claimed } = await poolOf(market, kind);
    expect(claimed, 'all that is claimed').to.equal(tree.total);
  }
  await check(world);
}

/** The schedule, the roots of rewards and their claims, in both pools. */
export const emissionSet: ActionSet = { name: 'emission', actions, begin, check, windDown };
