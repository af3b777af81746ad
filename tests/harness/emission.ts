import type { PublicKey } from '@solana/web3.js';
import {
  pda,
  setMintAuthorityInstruction,
  tokenAddress,
  type AccountData,
  type Client,
  type EmissionPreset,
  type RewardPoolKind,
  type Sent,
} from '@ionet/sdk';
import {
  Market,
  initializeMarket,
  mintTokens,
  readPrograms,
  testKeypair,
  tokenSupply,
  type MarketSnapshot,
} from '@ionet/sdk/testing';
import { pathTo } from './merkle.js';
import { rewardLeafHash, rewardTree, type RewardLeaf, type RewardTree } from './reward-tree.js';

export const HOUR = 3_600n;
export const MONTH = 2_629_800n;
export const INITIAL_SUPPLY = 50_000_000_000_000_000n;
export const TOTAL = 30_000_000_000_000_000n;
/** From a posted root to the moment when it can become final. */
export const FINALIZATION_DELAY = 6n * HOUR;

/** Mints so much IO to the reserve that 500,000,000 exist. */
export async function fillSupply(market: Market): Promise<void> {
  const { admin, deployment, mintAuthority, network } = market;
  const { ioMint } = deployment;
  const amount = INITIAL_SUPPLY - tokenSupply(network, ioMint);
  const owner = testKeypair('reserve').publicKey;
  await mintTokens(admin, { mint: ioMint, mintAuthority, owner, amount });
}

/** Makes the schedule the mint authority of IO. */
export async function handOverMint(market: Market): Promise<void> {
  const { admin, deployment, mintAuthority } = market;
  const schedule = pda.emission.schedule(deployment);
  const instruction = setMintAuthorityInstruction(deployment.ioMint, mintAuthority.publicKey, schedule);
  await admin.send({ instructions: [instruction], signers: [mintAuthority], accounts: {} });
}

/** Seals the schedule, which becomes the only one that can mint IO; it starts now unless told otherwise. */
export async function sealEmission(
  market: Market,
  args: Partial<Parameters<Client['emission']['sealSchedule']>[0]> = {},
): Promise<Sent> {
  const { admin, mintAuthority, network } = market;
  await fillSupply(market);
  const startsAt = network.now();
  return admin.emission.sealSchedule({ preset: 'default', startsAt, mintAuthority, ...args });
}

/** What a suite of the emission works on. */
export interface EmissionUnderTest {
  readonly market: Market;
  readonly schedule: () => Promise<AccountData<'emission', 'schedule'>>;
  readonly pool: (kind: RewardPoolKind) => Promise<AccountData<'emission', 'pool'>>;
}

const made = new Map<
  EmissionPreset,
  Promise<{ readonly market: Market; readonly snapshot: MarketSnapshot }>
>();

async function makeOnce(
  preset: EmissionPreset,
): Promise<{ readonly market: Market; readonly snapshot: MarketSnapshot }> {
  const market = new Market({ programs: await readPrograms('artifacts') });
  await initializeMarket(market);
  await sealEmission(market, { preset });
  return { market, snapshot: market.snapshot() };
}

/**
 * Gives a suite a market whose emission begins now, as new before each test. Call it in a `describe`; read the fields
 * inside tests.
 */
export function useEmission(preset: EmissionPreset = 'default'): EmissionUnderTest {
  const current: { market?: Market } = {};
  beforeEach(async () => {
    const making = made.get(preset) ?? makeOnce(preset);
    made.set(preset, making);
    const { market, snapshot } = await making;
    market.restore(snapshot);
    current.market = market;
  });
  const get = (): Market => {
    if (current.market === undefined) throw new Error('the market exists only inside tests');
    return current.market;
  };
  return {
    get market() {
      return get();
    },
    schedule: () => scheduleOf(get()),
    pool: (kind) => poolOf(get(), kind),
  };
}

/** The schedule as it stands. */
export function scheduleOf(market: Market): Promise<AccountData<'emission', 'schedule'>> {
  return market.anyone.accounts.emission.schedule.fetch(pda.emission.schedule(market.deployment));
}

/** A pool as it stands. */
export function poolOf(market: Market, kind: RewardPoolKind): Promise<AccountData<'emission', 'pool'>> {
  return market.anyone.accounts.emission.pool.fetch(pda.emission.pool(market.deployment, kind));
}

/** Lets so many epochs pass since the start, and mints what is due. */
export async function advanceTo(market: Market, epoch: bigint): Promise<void> {
  const { startsAt } = await scheduleOf(market);
  const end = startsAt + epoch * HOUR;
  if (market.network.now() < end) market.network.warpTo(end);
  await market.anyone.emission.advanceEpoch();
}

/** A tree of 2^20 leaves, of which only that of one node is known. */
export function deepTree(
  market: Market,
  kind: RewardPoolKind,
  label: string,
  cumulative: bigint,
): RewardTree & { readonly leaf: RewardLeaf } {
  const leaf = leafOf(market, label, cumulative);
  const leafHash = rewardLeafHash(market.deployment, kind, leaf);
  const { root, proof } = pathTo(leafHash, 20);
  return { root, total: cumulative, leaf, leaves: [leaf], leafHash: () => leafHash, proof: () => proof };
}

/** A node's leaf: its rewards go to the associated token account of an owner of its own. */
export function leafOf(market: Market, label: string, cumulative: bigint): RewardLeaf {
  return {
    node: testKeypair(`node ${label}`).publicKey,
    destination: tokenAddress(market.deployment.ioMint, ownerOf(label)),
    cumulative,
  };
}

/** Whose token account the leaf of {@link leafOf} names. */
export function ownerOf(label: string): PublicKey {
  return testKeypair(`owner ${label}`).publicKey;
}

/** The tree of these nodes' rewards. */
export function treeOf(
  market: Market,
  kind: RewardPoolKind,
  rewards: readonly (readonly [label: string, cumulative: bigint])[],
): RewardTree {
  const leaves = rewards.map(([label, cumulative]) => leafOf(market, label, cumulative));
  return rewardTree(market.deployment, kind, leaves);
}

export const INPUT_HASH = new Uint8Array(32).fill(11);
export const FORMULA_ID = new Uint8Array(32).fill(12);

/** What a root to post says beside its signatures. */
export interface RootToPost {
  readonly kind: RewardPoolKind;
  readonly epoch: bigint;
  readonly root: Uint8Array;
  readonly total: bigint;
  readonly version?: bigint;
}

/** Posts a root, signed by as many oracles as are needed. */
export function postRoot(market: Market, root: RootToPost): Promise<Sent> {
  return market.anyone.emission.postRoot({
    inputHash: INPUT_HASH,
    formulaId: FORMULA_ID,
    signers: market.oracles.slice(0, 2),
    ...root,
  });
}

/** Posts a root, waits until it can become final, and makes it so. Returns its version. */
export async function postFinalRoot(market: Market, root: RootToPost): Promise<bigint> {
  await postRoot(market, root);
  market.network.warpBy(FINALIZATION_DELAY);
  await market.anyone.emission.finalizeRoot({ kind: root.kind });
  return (await poolOf(market, root.kind)).lastVersion;
}

/** Claims a leaf of a tree, creating its destination where the label's owner has none. */
export function claim(
  client: Client,
  input: { kind: RewardPoolKind; version: bigint; tree: RewardTree; index: number; label: string },
): Promise<Sent> {
  const { kind, version, tree, index, label } = input;
  const { node, cumulative } = tree.leaves[index]!;
  return client.emission.claimReward({
    kind,
    version,
    node,
    cumulative,
    proof: tree.proof(index),
    destinationOwner: ownerOf(label),
  });
}
