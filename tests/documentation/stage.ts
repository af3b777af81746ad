import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalnet, type Localnet } from '@ionet/localnet';
import type { Keypair, PublicKey } from '@solana/web3.js';
import {
  airdropLeaves,
  computeEpochRewards,
  deploymentJson,
  encodeLeaves,
  localnet,
  MerkleTree,
  parseIo,
  parseUsdc,
  pda,
  readEpochEvents,
  tokenAddress,
  type Client,
  type Deployment,
  type LeafRecords,
  type ProgramName,
} from '@ionet/sdk';
import { changeTokenAccount, testKeypair, type Market, type TestNetwork } from '@ionet/sdk/testing';
import { deepTree, fillSupply, FORMULA_ID, sealEmission } from '../harness/emission.js';
import { earning, header } from '../harness/epoch-events.js';
import { sendRewards } from '../harness/staking.js';
import { fixtures, type Fixture } from '../matrix/fixtures.js';
import { bareWorld, mainWorld, type Places, type World } from '../matrix/world.js';
import { ROOT } from './exports.js';

/** What an example may use without saying where it comes from: what a reader has of his own, or makes himself. */
export interface Givens {
  /** Of the one who the example is about: a buyer, unless the example is of an action that another signs. */
  readonly client: Client;
  /** Of the node's operator. */
  readonly operator: Client;
  readonly deployment: Deployment;
  readonly market: Market;
  readonly network: TestNetwork;
  readonly node: PublicKey;
  readonly offer: PublicKey;
  readonly job: PublicKey;
  readonly unbonding: PublicKey;
  readonly slashCase: PublicKey;
  readonly season: PublicKey;
  /** Of the season. */
  readonly leaves: LeafRecords;
  /** Of the season. */
  readonly tree: MerkleTree;
  /** The token account that a leaf of rewards names. */
  readonly destination: PublicKey;
  readonly owner: PublicKey;
  readonly delegator: PublicKey;
  readonly wallet: PublicKey;
  readonly pauser: PublicKey;
  readonly newAdmin: PublicKey;
  readonly mintAuthority: Keypair;
  readonly oracles: readonly Keypair[];
  readonly members: readonly PublicKey[];
  /** 32 bytes each. */
  readonly evidenceHash: Uint8Array;
  readonly statementHash: Uint8Array;
  readonly formulaHash: Uint8Array;
  readonly inputHash: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: Uint8Array;
  /** The version of the root that is claimed against. */
  readonly version: bigint;
  readonly cumulative: bigint;
  /** Aborts after a second. */
  readonly signal: AbortSignal;
}

type Main = World & Places;
type Prepare = (world: Main) => Partial<Givens> | Promise<Partial<Givens>>;

const hash = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** Who sends the example of an action; the buyer where nobody is named. */
const SENDERS: Readonly<Record<string, readonly string[]>> = {
  admin: [
    ...['airdrop', 'emission', 'escrow', 'oracle', 'staking', 'treasury'].flatMap((program) => [
      `${program}.initialize`,
      `${program}.proposeAdmin`,
      `${program}.updateConfig`,
      `${program}.rotateMembers`,
      `${program}.cancelRotation`,
    ]),
    ...['staking.createClass', 'staking.updateClass', 'staking.slash', 'emission.sealSchedule'],
    ...['airdrop.createSeason', 'airdrop.cancelSeason'],
  ],
  'appeal authority': ['staking.dismissAppeal', 'staking.restore'],
  operator: ['createOffer', 'updateOffer', 'closeOffer', 'closeNodeLoad', 'startJob', 'release'].map(
    (name) => `escrow.${name}`,
  ),
  owner: [
    ...['registerNode', 'updateNode', 'stake', 'requestUnstake', 'cancelUnstake', 'setCommission'],
    ...['claimOwnerRewards', 'appeal', 'deregisterNode'],
  ].map((name) => `staking.${name}`),
  pauser: ['escrow.pause', 'escrow.unpause', 'staking.pause', 'staking.unpause', 'emission.cancelRoot'],
  stranger: ['airdrop', 'emission', 'escrow', 'oracle', 'staking', 'treasury'].map(
    (program) => `${program}.acceptAdmin`,
  ),
};

const senderOf = (name: string): string =>
  Object.entries(SENDERS).find(([, names]) => names.includes(name))?.[0] ?? 'buyer';

const ofSpareNode: Prepare = ({ spareNode }) => ({ node: spareNode });
const ofBooked: Prepare = ({ booked }) => ({ job: booked });
const ofNodeWith =
  (id: number): Prepare =>
  ({ market }) => ({ node: pda.staking.node(market.deployment, market.owner.payer, id) });

/** What an action's example is about where that is not what the others are about. */
const SUBJECTS: Readonly<Record<string, Prepare>> = {
  'airdrop.cancelSeason': ({ upcomingSeason }) => ({ season: upcomingSeason }),
  'airdrop.openShard': ({ upcomingSeason }) => ({ season: upcomingSeason }),
  'emission.claimReward': ({ market }) => {
    const { leaf, proof } = deepTree(market, 'gpu', 'of the matrix', 2_500n);
    return { ...leaf, proof: proof(0), version: 2n };
  },
  'escrow.cancelJob': ofBooked,
  'escrow.closeNodeLoad': ofNodeWith(1),
  'escrow.closeOffer': ({ spareOffer }) => ({ offer: spareOffer }),
  'escrow.expireJob': ofBooked,
  'escrow.startJob': ofBooked,
  'staking.appeal': ofSpareNode,
  'staking.burnSlashed': ofSpareNode,
  'staking.cancelUnstake': ({ unstake }) => ({ unbonding: unstake }),
  'staking.closeDelegation': () => ({ delegator: testKeypair('stranger').publicKey }),
  'staking.deregisterNode': ofNodeWith(8),
  'staking.dismissAppeal': ofSpareNode,
  'staking.restore': ofSpareNode,
  'staking.restoreUndecided': ofSpareNode,
};

/** What has to be true before an example, where the fixture of the instruction does not see to it. */
const PREPARATIONS: Readonly<Record<string, Prepare>> = {
  'airdrop.createSeason': async ({ market }) => {
    await market.fund(market.admin.payer, { io: parseIo('16625000') });
    return {};
  },
  'emission.sealSchedule': async ({ market }) => {
    await fillSupply(market);
    return {};
  },
  'treasury.closeCredits': async ({ market }) => {
    const wallet = market.actor('without credits');
    await market.fund(wallet.payer, { usdc: 1n });
    const { accounts } = await wallet.treasury.buyCredits({ amount: 1n });
    changeTokenAccount(market.network, accounts.credits, { amount: 0n });
    return { client: wallet };
  },
  'treasury.spendCredits': () => ({}),
  'docs/guides/operator.md 1': async ({ market }) => {
    const newcomer = market.actor('newcomer');
    await market.fund(newcomer.payer, { io: parseIo('20000') });
    return { client: newcomer };
  },
  'docs/guides/operator.md 2': async ({ market }) => ({ node: await market.registerNode({ id: 9 }) }),
  'docs/guides/protocol.md 1': async (world) => {
    await sealed(world);
    world.market.warpBy(3_600);
    return {};
  },
  AuctionState: fillVault,
  auctionAt: fillVault,
  quoteFill: fillVault,
  emittedAt: sealed,
  epochAt: sealed,
  highestRootTotal: sealed,
  releasedBy: sealed,
  previewHarvest: withRewards,
  previewRewards: withRewards,
  previewSlash: ofSpareNode,
  previewRestoration: ofSpareNode,
};

function fillVault({ market }: Main): Partial<Givens> {
  const { network, deployment } = market;
  const vault = pda.treasury.feeVault(deployment, deployment.usdcMint);
  changeTokenAccount(network, vault, { amount: parseUsdc('24') });
  return {};
}

async function sealed({ market }: Main): Promise<Partial<Givens>> {
  await sealEmission(market);
  return {};
}

async function withRewards({ market, node }: Main): Promise<Partial<Givens>> {
  market.warpBy(24 * 3_600);
  await sendRewards(market, node, parseIo('5'));
  return {};
}

/** The worlds of examples, and what examples find in the folder that they run in. */
export class Stage {
  #localnet: Promise<Localnet> | undefined;

  private constructor(
    private readonly main: Main,
    private readonly bare: World,
    private readonly leaves: LeafRecords,
    private readonly tree: MerkleTree,
    /** Holds `deployment.json`, `leaves.bin` and `epoch-7.csv`. */
    readonly directory: string,
  ) {}

  static async build(): Promise<Stage> {
    const main = await mainWorld();
    const { airdrop } = main.market.deployment.programs;
    const leaves = airdropLeaves(airdrop, main.season.address, main.season.leaves);
    const directory = mkdtempSync(join(tmpdir(), 'ionet-examples-'));
    const lines = [header(), ...earning('a node')];
    writeFileSync(join(directory, 'epoch-7.csv'), `${lines.join('\n')}\n`);
    const events = await readEpochEvents([
      { name: 'epoch-7.csv', parts: [new TextEncoder().encode(`${lines.join('\n')}\n`)] },
    ]);
    const rewards = await computeEpochRewards(events);
    writeFileSync(join(directory, 'leaves.bin'), Buffer.concat([...encodeLeaves(rewards.leaves)]));
    mkdirSync(join(directory, 'deployments'));
    for (const file of ['deployment.json', 'deployments/mainnet.json']) {
      writeFileSync(join(directory, file), JSON.stringify(deploymentJson(localnet())));
    }
    symlinkSync(join(ROOT, 'artifacts'), join(directory, 'artifacts'));
    return new Stage(main, await bareWorld(), leaves, await MerkleTree.build(leaves), directory);
  }

  async remove(): Promise<void> {
    await (await this.#localnet)?.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** The address of a local network, which is started for the first that asks. */
  async localNetwork(): Promise<string> {
    this.#localnet ??= startLocalnet({ port: 0, slotMs: 50 });
    return (await this.#localnet).rpcUrl;
  }

  /** Makes everything as it has to be before an example, and gives what it may use. */
  async prepare(name: string): Promise<Givens> {
    // Documents have a dot in their names, too.
    const [program, action] = name.split('.');
    const fixture =
      action === undefined
        ? undefined
        : (fixtures[program as ProgramName] as Readonly<Record<string, Fixture>> | undefined)?.[action];
    const world = fixture?.world === 'bare' ? this.bare : this.main;
    world.market.restore(world.snapshot);
    const prepared = await this.#prepareFor(name, fixture);
    return { ...this.#givens(world.market, name), ...prepared, ...(await SUBJECTS[name]?.(this.main)) };
  }

  async #prepareFor(name: string, fixture: Fixture | undefined): Promise<Partial<Givens>> {
    const prepare = PREPARATIONS[name];
    if (prepare !== undefined) return prepare(this.main);
    if (fixture?.world === 'main') await fixture.call(this.main);
    return {};
  }

  #givens(market: Market, name: string): Givens {
    const { node, offer, running, undelegation, slashCase, season } = this.main;
    const { deployment, network, oracles } = market;
    return {
      client: market.actor(senderOf(name)),
      operator: market.operator,
      deployment,
      market,
      network,
      node,
      offer,
      job: running,
      unbonding: undelegation,
      slashCase,
      season: season.address,
      leaves: this.leaves,
      tree: this.tree,
      destination: tokenAddress(deployment.usdcMint, testKeypair('stranger').publicKey),
      owner: market.owner.payer,
      delegator: market.buyer.payer,
      wallet: market.buyer.payer,
      pauser: market.pauser.payer,
      newAdmin: testKeypair('stranger').publicKey,
      mintAuthority: market.mintAuthority,
      oracles,
      members: oracles.map(({ publicKey }) => publicKey),
      evidenceHash: hash(5),
      statementHash: hash(6),
      formulaHash: FORMULA_ID,
      inputHash: hash(11),
      root: hash(3),
      proof: this.tree.proof(1),
      version: 1n,
      cumulative: 2_500n,
      signal: AbortSignal.timeout(1_000),
    };
  }
}
