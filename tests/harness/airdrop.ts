import type { PublicKey } from '@solana/web3.js';
import { pda, programConstant, type Client } from '@ionet/sdk';
import { testKeypair, tokenBalance, type Market } from '@ionet/sdk/testing';
import { ReferenceTree, leafHash, pathTo, type Leaf } from './merkle.js';

export const DAY = 86_400;
/** The window of a season that a test does not choose. */
export const WINDOW = 30 * DAY;

/** What `create_season` takes, of a season with a tree. */
export type SeasonSettings = Parameters<Client['airdrop']['createSeason']>[0];

/** A season on chain, with all that is needed to claim from it. */
export interface TestSeason {
  readonly address: PublicKey;
  readonly vault: PublicKey;
  readonly settings: SeasonSettings;
  readonly leaves: readonly Leaf[];
  readonly tree: ReferenceTree;
  /** The arguments of a valid claim. */
  claim(index: number): {
    readonly season: PublicKey;
    readonly index: number;
    readonly amount: bigint;
    readonly wallet: PublicKey;
    readonly proof: Uint8Array;
  };
}

/** Who gets what nobody claims. */
export const REFUND_WALLET = testKeypair('refund wallet');

/** The wallet of a leaf, the same in every test. */
export const claimant = (index: number) => testKeypair(`claimant ${index}`);

/** Leaves of so many wallets; wallet `i` gets `i + 1` IO. */
export function leavesOf(count: number): Leaf[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    wallet: claimant(index).publicKey,
    amount: BigInt(index + 1) * 100_000_000n,
  }));
}

/** Settings that `create_season` accepts: the sum of the leaves and 7 base units more, from now on. */
export function settingsOf(market: Market, id: number, leaves: readonly Leaf[]): SeasonSettings {
  const season = pda.airdrop.season(market.deployment, id);
  const { airdrop } = market.deployment.programs;
  const { root } = new ReferenceTree(leaves.map((leaf) => leafHash(airdrop, season, leaf)));
  const startsAt = market.network.now();
  return {
    id,
    kind: 'gpu',
    name: 'Season 1 GPU',
    amount: leaves.reduce((sum, leaf) => sum + leaf.amount, 7n),
    totalPoints: 1_234_567n,
    root,
    leaves: leaves.length,
    formulaHash: new Uint8Array(32).fill(1),
    inputsHash: new Uint8Array(32).fill(2),
    startsAt,
    endsAt: startsAt + BigInt(WINDOW),
    refundWallet: REFUND_WALLET.publicKey,
  };
}

/** The least id above 0 that no season has had. */
async function freeId(market: Market): Promise<number> {
  const { usedIds } = await market.admin.accounts.airdrop.airdropConfig.fetch(
    pda.airdrop.config(market.deployment),
  );
  for (let id = 1; ; id += 1) if ((((usedIds[id >> 3] ?? 0) >> (id & 7)) & 1) === 0) return id;
}

/** Creates a season with leaves, funded by the admin, and opens its shards. */
export async function createSeason(
  market: Market,
  leaves: readonly Leaf[],
  change: Partial<SeasonSettings> & { readonly openShards?: boolean } = {},
): Promise<TestSeason> {
  const { openShards = true, ...changed } = change;
  const settings = { ...settingsOf(market, await freeId(market), leaves), ...changed };
  await market.fund(market.admin.payer, { io: settings.amount });
  const { accounts } = await market.admin.airdrop.createSeason(settings);
  const { season, seasonVault } = accounts;
  if (openShards) await openAllShards(market, season, settings.leaves);
  const { airdrop } = market.deployment.programs;
  const tree = new ReferenceTree(leaves.map((leaf) => leafHash(airdrop, season, leaf)));
  return {
    address: season,
    vault: seasonVault,
    settings,
    leaves,
    tree,
    claim(index) {
      const leaf = leaves[index];
      if (leaf === undefined) throw new RangeError(`the season has no leaf ${index}`);
      return { season, ...leaf, proof: tree.proof(index) };
    },
  };
}

/** Opens all shards of a season; nobody in particular pays. */
export async function openAllShards(market: Market, season: PublicKey, leaves: number): Promise<void> {
  const perShard = programConstant('airdrop', 'CLAIMS_PER_SHARD');
  for (let index = 0; index * perShard < leaves; index += 1) {
    await market.anyone.airdrop.openShard({ season, index });
  }
}

/** How many siblings the proof of a leaf has. */
export function levelsOf(leaves: number, index: number): number {
  let levels = 0;
  for (let [last, node] = [leaves - 1, index]; last > 0; [last, node] = [last >> 1, node >> 1]) {
    if (node < last || node % 2 === 1) levels += 1;
  }
  return levels;
}

/**
 * A season of which only one leaf is known, with a path of as many levels as its place in a tree of that size has:
 * for trees that are too large to build in a test.
 */
export async function createSparseSeason(
  market: Market,
  leaves: number,
  leaf: Leaf,
): Promise<{
  readonly address: PublicKey;
  readonly claim: ReturnType<TestSeason['claim']>;
}> {
  const { deployment } = market;
  const address = pda.airdrop.season(deployment, await freeId(market));
  const hash = leafHash(deployment.programs.airdrop, address, leaf);
  const { root, proof } = pathTo(hash, levelsOf(leaves, leaf.index));
  await createSeason(market, [leaf], { root, leaves, openShards: false });
  const index = leaf.index >>> 16;
  if (index * programConstant('airdrop', 'CLAIMS_PER_SHARD') < leaves) {
    await market.anyone.airdrop.openShard({ season: address, index });
  }
  return { address, claim: { season: address, ...leaf, proof } };
}

/** What a season's vault holds. */
export const inVault = (market: Market, season: { readonly vault: PublicKey }): bigint =>
  tokenBalance(market.network, season.vault);

/** Which bits of a shard are set, by the index of the claim. */
export function paidClaims(market: Market, season: PublicKey, shardIndex = 0): number[] {
  const raw = market.network.getAccount(pda.airdrop.shard(market.deployment, season, shardIndex));
  const bits = raw?.data.subarray(programConstant('airdrop', 'SHARD_HEADER_BYTES')) ?? new Uint8Array(0);
  return [...bits].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .filter((bit) => (byte >> bit) & 1)
      .map((bit) => shardIndex * programConstant('airdrop', 'CLAIMS_PER_SHARD') + at * 8 + bit),
  );
}
