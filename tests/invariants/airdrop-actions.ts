import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { pda, tokenAddress, type Client } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { DAY, claimant, leavesOf, paidClaims, settingsOf, type SeasonSettings } from '../harness/airdrop.js';
import { ReferenceTree, leafHash, type Leaf } from '../harness/merkle.js';
import { transferTokens } from '../harness/token-accounts.js';
import { actAs, asRuled, mustHold, type Action, type ActionSet } from './actions.js';
import { adminOrNot } from './governance-actions.js';
import type { World } from './model.js';

const FUNDER = 'season funder';
const STRANGER = 'season stranger';
const FUNDING = 10n ** 12n;
const MOST_LEAVES = 9;
const MOST_SEASONS = 4;

/** A season by the rules alone. */
interface Season {
  readonly address: PublicKey;
  readonly vault: PublicKey;
  readonly settings: SeasonSettings;
  readonly leaves: readonly Leaf[];
  readonly tree: ReferenceTree;
  state: 'open' | 'cancelled';
  readonly paid: Set<number>;
  claimed: bigint;
  /** Who paid for the shard, while it is open. */
  shardPayer: PublicKey | undefined;
  /** Sent to the vault by strangers. */
  donated: bigint;
}

interface Airdrop {
  readonly funder: Client;
  readonly stranger: Client;
  readonly seasons: Season[];
  /** What each claimant was paid, by the index of his leaves. */
  readonly received: Map<number, bigint>;
  nextId: number;
}

const airdrops = new WeakMap<World, Airdrop>();

function airdropOf(world: World): Airdrop {
  const airdrop = airdrops.get(world);
  if (airdrop === undefined) throw new Error('the world has not begun');
  return airdrop;
}

const add = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n);

/** Gives the funder some of the keeper's IO; neither he nor the claimants are wallets of the world. */
async function begin(world: World): Promise<void> {
  const { market, keeper } = world;
  const { ioMint } = market.deployment;
  const funder = market.actor(FUNDER);
  const stranger = market.actor(STRANGER);
  await market.fund(funder.payer, {});
  await transferTokens(market, ioMint, keeper.key, tokenAddress(ioMint, funder.payer), FUNDING);
  world.onMovedOut(FUNDING);
  airdrops.set(world, { funder, stranger, seasons: [], received: new Map(), nextId: 1 });
}

/** A season with leaves, funded in full or, now and then, with less than they add up to. */
async function create(world: World): Promise<void> {
  const { market, random, offices, now } = world;
  const airdrop = airdropOf(world);
  const { seasons, funder } = airdrop;
  const again = random.chance(10) ? random.pick(seasons) : undefined;
  const id = again?.settings.id ?? airdrop.nextId;
  const leaves = leavesOf(random.int(1, MOST_LEAVES));
  const startsAt = now + (random.chance(50) ? 0n : random.big(0n, BigInt(20 * DAY)));
  const days = random.chance(8) ? 0 : random.pick([1, 3, 30])!;
  const settings: SeasonSettings = {
    ...settingsOf(market, id, leaves),
    amount: add(leaves.map(({ amount }) => amount)) + random.pick([0n, 7n, -1n])!,
    startsAt,
    endsAt: startsAt + BigInt(days * DAY),
    refundWallet: funder.payer,
    funder: testKeypair(FUNDER),
  };
  const by = adminOrNot(world, 'airdrop');
  const isRight =
    by.payer.equals(offices.of('airdrop').admin.client.payer) && again === undefined && days >= 1;
  await asRuled(isRight, () => by.airdrop.createSeason(settings), 'a new season');
  const { deployment } = market;
  const address = pda.airdrop.season(deployment, id);
  airdrop.nextId += 1;
  seasons.push({
    address,
    vault: pda.airdrop.seasonVault(deployment, address),
    settings,
    leaves,
    tree: new ReferenceTree(leaves.map((leaf) => leafHash(deployment.programs.airdrop, address, leaf))),
    state: 'open',
    paid: new Set(),
    claimed: 0n,
    shardPayer: undefined,
    donated: 0n,
  });
}

function isOver({ now }: World, { state, settings }: Season): boolean {
  return state === 'cancelled' || now >= settings.endsAt;
}

/**
 * Whether nothing but the season's start stands between a leaf and its payment. The sum of the leaves may be above what
 * the season holds: the last ones then come to nothing.
 */
function isPayable(world: World, season: Season, leaf: Leaf): boolean {
  const { settings, paid, claimed, shardPayer } = season;
  return (
    !isOver(world, season) &&
    shardPayer !== undefined &&
    !paid.has(leaf.index) &&
    claimed + leaf.amount <= settings.amount
  );
}

/** A claim of a leaf by anyone for its wallet, or of something that no leaf says. */
async function claim(world: World, season: Season): Promise<void> {
  const { random } = world;
  const { leaves, tree } = season;
  const left = leaves.filter(({ index }) => !season.paid.has(index));
  const leaf = random.chance(75) && left.length > 0 ? random.pick(left)! : random.pick(leaves)!;
  const fault = random.chance(80) ? 'none' : random.pick(FAULTS)!;
  const other = leaves[(leaf.index + 1) % leaves.length]!;
  const isTrue = fault === 'none' || (fault !== 'amount' && other === leaf && fault !== 'no leaf');
  const told = {
    season: season.address,
    index: fault === 'no leaf' ? leaves.length : fault === 'index' ? other.index : leaf.index,
    amount: leaf.amount + (fault === 'amount' ? 1n : 0n),
    wallet: fault === 'wallet' ? other.wallet : leaf.wallet,
    proof: tree.proof(fault === 'proof' ? other.index : leaf.index),
  };
  await pay(world, season, leaf, isTrue, told);
}

const FAULTS = ['amount', 'index', 'no leaf', 'wallet', 'proof'] as const;

async function pay(
  world: World,
  season: Season,
  leaf: Leaf,
  isTrue: boolean,
  told: Parameters<Client['airdrop']['claim']>[0],
): Promise<void> {
  const { market } = world;
  const { received } = airdropOf(world);
  const isRight = isTrue && world.now >= season.settings.startsAt && isPayable(world, season, leaf);
  await asRuled(isRight, () => market.anyone.airdrop.claim(told), 'a claim of a season');
  season.paid.add(leaf.index);
  season.claimed += leaf.amount;
  received.set(leaf.index, (received.get(leaf.index) ?? 0n) + leaf.amount);
}

async function openShard(world: World, season: Season): Promise<void> {
  const { random, market } = world;
  const { stranger } = airdropOf(world);
  const by = random.pick([market.anyone, stranger])!;
  const index = random.chance(8) ? 1 : 0;
  const isRight = index === 0 && season.shardPayer === undefined && !isOver(world, season);
  await asRuled(isRight, () => by.airdrop.openShard({ season: season.address, index }), 'a shard to open');
  season.shardPayer = by.payer;
}

async function closeShard(world: World, season: Season): Promise<void> {
  const { random, market } = world;
  const { stranger } = airdropOf(world);
  const owed = season.shardPayer ?? stranger.payer;
  const rentPayer = random.chance(10) ? market.buyer.payer : owed;
  const isRight = season.shardPayer?.equals(rentPayer) === true && isOver(world, season);
  const act = () => market.anyone.airdrop.closeShard({ season: season.address, index: 0, rentPayer });
  await asRuled(isRight, act, 'a shard to close');
  season.shardPayer = undefined;
}

async function closeSeason(world: World, season: Season): Promise<void> {
  const { seasons } = airdropOf(world);
  const isRight = isOver(world, season) && season.shardPayer === undefined;
  const act = () => world.market.anyone.airdrop.closeSeason({ season: season.address });
  await asRuled(isRight, act, 'a season to close');
  seasons.splice(seasons.indexOf(season), 1);
  mustHold(world.read(season.address) === null, 'a closed season is still there');
}

/** Takes a season back before its start. */
async function cancel(world: World, season: Season): Promise<void> {
  const { now, offices } = world;
  const { settings, state } = season;
  await actAs(adminOrNot(world, 'airdrop'), [offices.of('airdrop').admin.client.payer], (by) =>
    by.airdrop.cancelSeason({ season: season.address }),
  );
  mustHold(state === 'open' && now < settings.startsAt, 'a season was cancelled after its start, or twice');
  season.state = 'cancelled';
  season.donated = 0n;
}

/** An action on a season that is there, mostly one that it makes sense for. */
function onSeason(
  fits: (world: World, season: Season) => boolean,
  run: (world: World, season: Season) => Promise<unknown>,
): Action['run'] {
  return (world) => {
    const { seasons } = airdropOf(world);
    const fitting = seasons.filter((season) => fits(world, season));
    const all = fitting.length === 0 || world.random.chance(10);
    const season = world.random.pick(all ? seasons : fitting);
    return season === undefined ? null : run(world, season);
  };
}

/** Everything that is done with seasons. */
const actions: readonly Action[] = [
  {
    name: 'createSeason',
    weight: 4,
    refusals: [
      'airdrop.NotAdmin',
      'airdrop.SeasonIdUsed',
      'airdrop.WindowOutOfRange',
      'system.AccountAlreadyInUse',
    ],
    run: (world) => (airdropOf(world).seasons.length < MOST_SEASONS ? create(world) : null),
  },
  {
    name: 'openShard',
    weight: 4,
    refusals: [
      'airdrop.ShardOutOfRange',
      'airdrop.SeasonOver',
      'airdrop.SeasonCancelled',
      'system.AccountAlreadyInUse',
    ],
    run: onSeason((world, season) => season.shardPayer === undefined && !isOver(world, season), openShard),
  },
  {
    name: 'claimSeason',
    weight: 12,
    refusals: [
      'airdrop.SeasonNotStarted',
      'airdrop.SeasonOver',
      'airdrop.SeasonCancelled',
      'airdrop.SeasonExhausted',
      'airdrop.ShardNotOpen',
      'airdrop.LeafOutOfRange',
      'airdrop.WrongProofLength',
      'airdrop.InvalidProof',
      'airdrop.AlreadyClaimed',
    ],
    run: onSeason((world, season) => season.leaves.some((leaf) => isPayable(world, season, leaf)), claim),
  },
  {
    name: 'closeShard',
    weight: 2,
    refusals: ['airdrop.SeasonNotOver', 'airdrop.WrongRentPayer', 'airdrop.AccountNotInitialized'],
    run: onSeason((world, season) => season.shardPayer !== undefined && isOver(world, season), closeShard),
  },
  {
    name: 'closeSeason',
    weight: 2,
    refusals: ['airdrop.SeasonNotOver', 'airdrop.ShardsOpen'],
    run: onSeason((world, season) => season.shardPayer === undefined && isOver(world, season), closeSeason),
  },
  {
    name: 'cancelSeason',
    weight: 3,
    refusals: ['airdrop.NotAdmin', 'airdrop.SeasonStarted', 'airdrop.SeasonCancelled'],
    run: onSeason(({ now }, { state, settings }) => state === 'open' && now < settings.startsAt, cancel),
  },
  {
    name: 'donateToSeason',
    weight: 1,
    refusals: ['token.InsufficientFunds'],
    run: onSeason(
      ({ now }, { settings }) => now < settings.endsAt,
      async (world, season) => {
        const { market, random } = world;
        const amount = random.big(1n, 9_999n);
        const { ioMint } = market.deployment;
        await transferTokens(market, ioMint, testKeypair(FUNDER), season.vault, amount);
        season.donated += amount;
      },
    ),
  },
];

/** What seasons hold and have paid, against the rules. */
async function check(world: World): Promise<void> {
  const { market } = world;
  const { deployment, accounts } = market.anyone;
  const { funder, seasons, received } = airdropOf(world);
  for (const season of seasons) {
    const { address, vault, settings, state, paid, claimed, shardPayer, donated } = season;
    const held = (state === 'open' ? settings.amount - claimed : 0n) + donated;
    expect(world.tokens(vault), 'the vault of a season').to.equal(held);
    const account = await accounts.airdrop.season.fetch(address);
    expect(
      { state: account.state, claimed: account.claimed, claims: account.claims, shards: account.openShards },
      'a season',
    ).to.deep.equal({ state, claimed, claims: paid.size, shards: shardPayer === undefined ? 0 : 1 });
    if (shardPayer === undefined) continue;
    const marked = paidClaims(market, address);
    expect(marked, 'the claims that are marked').to.deep.equal([...paid].sort((a, b) => a - b));
  }
  let sum = world.tokens(tokenAddress(deployment.ioMint, funder.payer));
  for (const { vault } of seasons) sum += world.tokens(vault);
  for (const [index, amount] of received) {
    const { publicKey } = claimant(index);
    const balance = world.tokens(tokenAddress(deployment.ioMint, publicKey));
    expect(balance, `what claimant ${index} got`).to.equal(amount);
    sum += balance;
  }
  expect(sum, 'all IO of the seasons').to.equal(FUNDING);
}

/** Whoever has a leaf is paid while the window lasts; then the rest and all rent go back. */
async function windDown(world: World): Promise<void> {
  const { market } = world;
  const airdrop = airdropOf(world);
  for (const season of airdrop.seasons) {
    if (isOver(world, season)) continue;
    const wait = season.settings.startsAt - world.now;
    if (wait > 0n) market.warpBy(wait);
    if (isOver(world, season)) continue;
    const { address, tree, leaves } = season;
    if (season.shardPayer === undefined) {
      await market.anyone.airdrop.openShard({ season: address, index: 0 });
      season.shardPayer = market.anyone.payer;
    }
    for (const leaf of leaves) {
      if (!isPayable(world, season, leaf)) continue;
      await pay(world, season, leaf, true, { season: address, ...leaf, proof: tree.proof(leaf.index) });
    }
  }
  await check(world);
  market.warpBy(33 * DAY);
  for (const season of [...airdrop.seasons]) {
    if (season.shardPayer !== undefined) {
      await market.anyone.airdrop.closeShard({ season: season.address, index: 0 });
      season.shardPayer = undefined;
    }
    await closeSeason(world, season);
  }
  await check(world);
}

/** Seasons from their creation to their end, and the claims of them. */
export const airdropSet: ActionSet = { name: 'airdrop', actions, begin, check, windDown };
