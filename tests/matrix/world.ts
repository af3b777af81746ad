import { type Keypair, type PublicKey } from '@solana/web3.js';
import {
  decodeTokenAccount,
  parseUsdc,
  pda,
  programNames,
  tokenAddress,
  type RawAccount,
  type TokenAccount,
} from '@ionet/sdk';
import {
  Market,
  createMarket,
  readPrograms,
  setMint,
  testKeypair,
  upgradeableProgram,
  type MarketSnapshot,
} from '@ionet/sdk/testing';
import { createSeason, type TestSeason } from '../harness/airdrop.js';
import { stubProgram } from '../harness/stub-program.js';

/** Where the programs are read from: another folder holds one with a constraint removed. */
const PROGRAMS = process.env.MATRIX_PROGRAMS ?? 'artifacts';

/** A program that answers "done" to everything. */
export const STUB = testKeypair('stub').publicKey;

function installStub(market: Market): void {
  for (const account of upgradeableProgram(STUB, stubProgram(), null)) market.network.setAccount(account);
}

/** A marketplace with at least two of everything, so that each account can be replaced by another's. */
export interface World {
  readonly market: Market;
  readonly snapshot: MarketSnapshot;
  /** Every key that can sign, by address. */
  readonly keys: ReadonlyMap<string, Keypair>;
  /** All accounts of the programs and all token accounts that exist. */
  readonly catalog: readonly RawAccount[];
}

/** What stands in the main world. */
export interface Places {
  readonly node: PublicKey;
  readonly offer: PublicKey;
  /** Running, paid in USDC, with a report. */
  readonly running: PublicKey;
  /** Running, paid in IO, with a report. */
  readonly runningInIo: PublicKey;
  /** Running, paid in credits, with a report. */
  readonly runningInCredits: PublicKey;
  /** Booked, not started, paid in USDC. */
  readonly booked: PublicKey;
  /** An offer of the same node without jobs. */
  readonly spareOffer: PublicKey;
  /** A season of the airdrop that can be claimed from, with its shard open. */
  readonly season: TestSeason;
  /** Another that has not started, without shards. */
  readonly upcomingSeason: PublicKey;
  /** Of the same owner, never hired; the owner is unbonding some of its stake, and a slash case is open. */
  readonly spareNode: PublicKey;
  /** The open case of the spare node. */
  readonly slashCase: PublicKey;
  /** What the buyer, who delegates to the node, is unbonding of it. */
  readonly undelegation: PublicKey;
  /** What the owner, who delegates to the spare node as well, is unbonding of that delegation. */
  readonly ownersUndelegation: PublicKey;
  /** What the owner is unbonding of his own stake in the spare node. */
  readonly unstake: PublicKey;
}

const LABELS = [
  'admin',
  'pauser',
  'appeal authority',
  'owner',
  'operator',
  'buyer',
  'anyone',
  'owner 2',
  'operator 2',
  'buyer 2',
  'stranger',
  'relayer',
  'oracle 0',
  'oracle 1',
  'oracle 2',
];

const keysOf = (): Map<string, Keypair> =>
  new Map(LABELS.map((label) => testKeypair(label)).map((key) => [key.publicKey.toBase58(), key]));

async function catalogOf(market: Market, tokenOwners: readonly PublicKey[]): Promise<RawAccount[]> {
  const { transport, deployment } = market.network;
  const owned = await Promise.all(
    programNames.map((name) => transport.getProgramAccounts(deployment.programs[name], [])),
  );
  const tokens = tokenOwners.map((address) => market.network.getAccount(address));
  return [...owned.flat(), ...tokens.filter((account) => account !== null)].sort((a, b) =>
    a.address.toBase58().localeCompare(b.address.toBase58()),
  );
}

/** A token account's content; the catalog holds nothing else of that owner and size. */
export function tokenAccountOf(account: RawAccount): TokenAccount {
  const decoded = decodeTokenAccount(account.data);
  if (decoded === null) throw new Error(`${account.address.toBase58()} is no token account`);
  return decoded;
}

/** The world in which everything but `initialize` is called. */
export async function mainWorld(): Promise<World & Places> {
  const { market, node, offer } = await createMarket({ programs: await readPrograms(PROGRAMS) });
  const { deployment } = market;
  const [owner2, operator2, buyer2] = ['owner 2', 'operator 2', 'buyer 2'].map((label) =>
    market.actor(label),
  );
  if (owner2 === undefined || operator2 === undefined || buyer2 === undefined) throw new Error('no actors');
  const stranger = market.actor('stranger');
  market.actor('relayer');
  installStub(market);
  const wallets = [market.owner.payer, market.buyer.payer, owner2.payer, buyer2.payer, stranger.payer];
  for (const wallet of wallets) await market.fund(wallet, { io: 10n ** 13n, usdc: 10n ** 11n });

  const node2 = await market.registerNode({
    owner: owner2,
    id: 0,
    classId: 1,
    operator: operator2.payer,
    stake: 2n * 10n ** 12n,
  });
  const spareNode = await market.registerNode({ id: 1, classId: 2, deviceCount: 4 });
  const { accounts: offer2 } = await operator2.escrow.createOffer({
    node: node2,
    id: 0,
    terms: { price: 1_500_000n, maxHours: 720 },
  });
  const spareOffer = await market.createOffer(node, 1, { price: 3_000_000n, maxHours: 24 });

  for (const one of [node, node2]) {
    await market.anyone.emission.openRewardAccount({ kind: 'gpu', node: one });
    await market.anyone.emission.openRewardAccount({ kind: 'cpu', node: one });
  }

  const order = { devices: 2, hours: 10, payment: 'usdc', maxTotal: parseUsdc('1000') } as const;
  const running = await market.bookAndStart({ ...order, offer, id: 1n });
  const runningInIo = await market.bookAndStart({
    ...order,
    offer,
    id: 2n,
    payment: 'io',
    maxTotal: 10n ** 13n,
  });
  for (const buyer of [market.buyer, buyer2]) await buyer.treasury.buyCredits({ amount: parseUsdc('2000') });
  const runningInCredits = await market.bookAndStart({ ...order, offer, id: 5n, payment: 'credits' });
  const { accounts: running2 } = await buyer2.escrow.bookJob({ ...order, offer: offer2.offer, id: 1n });
  await operator2.escrow.startJob({ job: running2.job });
  const { accounts: booked } = await market.buyer.escrow.bookJob({ ...order, offer, id: 3n });
  await buyer2.escrow.bookJob({ ...order, offer: offer2.offer, id: 3n });
  market.warpBy(600);
  for (const job of [running, runningInIo, runningInCredits, running2.job]) await market.report(job, 600);
  market.warpBy(60);

  const leaves = [market.owner, market.buyer, owner2, buyer2].map(({ payer }, index) => ({
    index,
    wallet: payer,
    amount: 1_000n + BigInt(index),
  }));
  const seasonOf = (refundWallet: PublicKey) => createSeason(market, leaves, { refundWallet });
  const season = await seasonOf(owner2.payer);
  const season2 = await seasonOf(market.buyer.payer);
  const startsAt = market.network.now() + 24n * 3_600n;
  const upcoming = await createSeason(market, leaves, {
    refundWallet: owner2.payer,
    startsAt,
    endsAt: startsAt + 24n * 3_600n,
    openShards: false,
  });

  await market.buyer.staking.delegate({ node, amount: 10n ** 9n });
  await buyer2.staking.delegate({ node: node2, amount: 10n ** 9n });
  const { accounts: undelegated } = await market.buyer.staking.undelegate({ node, amount: 10n ** 6n });
  await buyer2.staking.undelegate({ node: node2, amount: 10n ** 6n });
  // Delegations and entries that differ from those of a call in one thing alone: the node, the staker or the kind.
  await buyer2.staking.delegate({ node, amount: 10n ** 9n });
  for (const delegator of [market.buyer, market.owner]) {
    for (const one of [node2, spareNode]) await delegator.staking.delegate({ node: one, amount: 10n ** 9n });
  }
  await market.buyer.staking.undelegate({ node: spareNode, amount: 10n ** 6n });
  const { accounts: undelegatedByOwner } = await market.owner.staking.undelegate({
    node: spareNode,
    amount: 10n ** 6n,
  });
  await owner2.staking.requestUnstake({ node: node2, amount: 10n ** 6n });
  const { accounts: unstaked } = await market.owner.staking.requestUnstake({
    node: spareNode,
    amount: 10n ** 6n,
  });
  const offence = {
    reason: 'spoofing',
    day: Number(market.network.now() / 86_400n),
    amount: 10n ** 5n,
    evidenceHash: new Uint8Array(32).fill(5),
  } as const;
  const { accounts: slashed } = await market.admin.staking.slash({ ...offence, node: spareNode });
  await market.admin.staking.slash({ ...offence, node: node2 });

  const mints = [deployment.ioMint, deployment.usdcMint];
  const jobs = await market.buyer.accounts.escrow.job.findAll();
  const nodes = await market.buyer.accounts.staking.node.findAll();
  const tokens = [
    ...wallets.flatMap((wallet) => mints.map((mint) => tokenAddress(mint, wallet))),
    ...mints.map((mint) => pda.treasury.feeVault(deployment, mint)),
    ...(['gpu', 'cpu'] as const).map(
      (kind) => pda.emission.poolVault(deployment, pda.emission.pool(deployment, kind)),
      ...nodes.map((one) => pda.staking.rewardVault(deployment, one.address)),
    ),
    ...jobs.map((job) => pda.escrow.jobVault(deployment, job.address)),
    ...nodes.map((one) => pda.staking.stakeVault(deployment, one.address)),
    ...[market.buyer, buyer2].map((buyer) => pda.treasury.credits(deployment, buyer.payer)),
    ...[season, season2, upcoming].map(({ vault }) => vault),
  ];
  return {
    market,
    snapshot: market.snapshot(),
    keys: keysOf(),
    catalog: await catalogOf(market, tokens),
    node,
    spareNode,
    slashCase: slashed.slashCase,
    undelegation: undelegated.unbonding,
    ownersUndelegation: undelegatedByOwner.unbonding,
    unstake: unstaked.unbonding,
    offer,
    running,
    runningInIo,
    runningInCredits,
    booked: booked.job,
    spareOffer,
    season,
    upcomingSeason: upcoming.address,
  };
}

/** The world before the programs are initialized, but for those that a step has initialized. */
export async function bareWorld(): Promise<World> {
  const market = new Market({ programs: await readPrograms(PROGRAMS) });
  const { deployment, network } = market;
  const mintAuthority = market.mintAuthority.publicKey;
  setMint(network, { address: deployment.ioMint, decimals: 8, mintAuthority });
  setMint(network, { address: deployment.usdcMint, decimals: 6, mintAuthority });
  market.setPrice();
  for (const label of ['owner 2', 'operator 2', 'buyer 2', 'stranger', 'relayer']) market.actor(label);
  installStub(market);
  const wallets = [market.buyer.payer, market.owner.payer];
  for (const wallet of wallets) await market.fund(wallet, { io: 10n ** 9n, usdc: 10n ** 9n });
  return { market, snapshot: market.snapshot(), keys: keysOf(), catalog: [] };
}
