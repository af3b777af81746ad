import {
  airdrop,
  fetchClaimStatuses,
  packCalls,
  pda,
  shardCount,
  type airdrop as Airdrop,
  type Client,
  type Fetched,
} from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import type { AirdropManifest } from './manifest.js';
import type { ProgressFactory } from '../progress.js';

/** What a season needs beside what its build says. */
export type SeasonTerms = Omit<
  Airdrop.CreateSeasonArgs,
  'id' | 'amount' | 'totalPoints' | 'root' | 'leaves' | 'formulaHash' | 'inputsHash'
>;

/** What is still to be done to publish a build. */
export interface PublishPlan {
  readonly address: PublicKey;
  /** What creates the season, or `null` where it exists. */
  readonly create: Airdrop.CreateSeasonArgs | null;
  /** The shards that are to be opened. */
  readonly shards: readonly number[];
}

/** What was done. */
export interface Published {
  readonly season: PublicKey;
  readonly created: boolean;
  readonly shardsOpened: number;
  readonly signatures: readonly string[];
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/**
 * Compares a build with the chain: what is there already stays, so that a publication that was stopped goes on. Fails
 * where the build is for another program, or where a season of that id is another one.
 */
export async function planPublication(
  client: Client,
  manifest: AirdropManifest,
  terms: SeasonTerms,
): Promise<PublishPlan> {
  const { deployment } = client;
  const { id } = manifest.season;
  const address = pda.airdrop.season(deployment, id);
  if (manifest.program !== deployment.programs.airdrop.toBase58()) {
    throw new Error(`the build is for the program ${manifest.program}: build it for this deployment`);
  }
  if (manifest.season.address !== address.toBase58()) {
    throw new Error(`the build names another address for season ${id}: build it anew`);
  }
  const wanted: Airdrop.CreateSeasonArgs = {
    ...terms,
    id,
    amount: BigInt(manifest.pool),
    totalPoints: BigInt(manifest.points),
    root: bytes(manifest.root),
    leaves: manifest.leaves,
    formulaHash: bytes(manifest.formula.hash),
    inputsHash: bytes(manifest.inputsHash),
  };
  const season = await client.accounts.airdrop.season.fetchMaybe(address);
  if (season !== null) requireSame(season, wanted);
  const all = Array.from({ length: shardCount(manifest.leaves) }, (_, shard) => shard);
  const statuses = await fetchClaimStatuses(
    client,
    address,
    all.map((shard) => shard << 16),
  );
  return {
    address,
    create: season === null ? wanted : null,
    shards: all.filter((shard) => statuses[shard] === 'shardNotOpen'),
  };
}

/** Says what differs between the season that stands on chain and the one that is to be published. */
function requireSame(season: Fetched<'airdrop', 'season'>, wanted: Airdrop.CreateSeasonArgs): void {
  const text = (value: unknown): string =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
  const fields = ['amount', 'totalPoints', 'root', 'leaves', 'formulaHash', 'inputsHash'] as const;
  for (const field of fields) {
    if (text(season[field]) === text(wanted[field])) continue;
    throw new Error(
      `season ${season.id} exists and is another one: its ${field} is ${text(season[field])}, not ${text(wanted[field])}`,
    );
  }
  if (season.state === 'cancelled')
    throw new Error(`season ${season.id} was cancelled: build with another id`);
}

/** Creates the season and opens its shards, as far as that is not done. */
export async function publish(
  client: Client,
  plan: PublishPlan,
  progress: ProgressFactory,
): Promise<Published> {
  const signatures: string[] = [];
  if (plan.create !== null) signatures.push((await client.airdrop.createSeason(plan.create)).signature);
  const bar = progress('shards');
  const calls = plan.shards.map((index) => airdrop.openShard.call(client, { season: plan.address, index }));
  for (const [at, together] of packCalls(client.payer, calls).entries()) {
    signatures.push((await client.send(together)).signature);
    bar.update((at + 1) / calls.length);
  }
  bar.end();
  return {
    season: plan.address,
    created: plan.create !== null,
    shardsOpened: plan.shards.length,
    signatures,
  };
}
