import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { counted, fixed, IO, unpadded } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import {
  CONNECT_HELP,
  connect,
  parseAddress,
  withConnectOptions,
  type ConnectOptions,
} from '../../connect.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface StatusOptions extends ConnectOptions {
  readonly dir?: string;
  readonly wallet?: readonly string[];
  readonly json?: true;
}

/** A season as `--json` prints it: amounts in base units of IO, times in unix seconds. */
export interface SeasonJson {
  readonly id: number;
  readonly season: string;
  readonly name: string;
  readonly kind: Sdk.airdrop.SeasonKind;
  readonly phase: Sdk.SeasonPhase;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly amount: string;
  readonly claimed: string;
  readonly claims: number;
  readonly leaves: number;
  readonly openShards: number;
  readonly shards: number;
}

/** A claim of a wallet as `--json` prints it. */
export interface ClaimStatusJson {
  readonly wallet: string;
  readonly index: number;
  readonly amount: string;
  readonly status: Sdk.ClaimStatus;
}

const EXAMPLES = `
Examples:
  io airdrop status
  io airdrop status --dir airdrop-3 --wallet <address> --json

Without --wallet it lists the seasons that stand on chain; with it, what became of the wallet's claim in the season of
a build.${CONNECT_HELP}`;

/** `io airdrop status`: seasons on chain, or claims of wallets. */
export function statusCommand(output: Output): Command {
  return withConnectOptions(
    new Command('status')
      .summary('seasons on chain, and which claims are paid')
      .description('Lists the seasons of the airdrop, or what became of the claims of wallets.')
      .option('--dir <directory>', 'what io airdrop build wrote')
      .option('--wallet <addresses...>', 'whose claims'),
  )
    .option('--json', 'print one object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: StatusOptions) => {
      const sdk = await import('@ionet/sdk');
      const client = await connect(output, options);
      const text =
        options.wallet === undefined
          ? await listSeasons(sdk, client, options, output.width)
          : await listClaims(sdk, client, options, options.wallet, output.width);
      output.write(`${text}\n`);
    });
}

async function listSeasons(
  sdk: typeof Sdk,
  client: Sdk.Client,
  { dir, json }: StatusOptions,
  width: number,
): Promise<string> {
  const now = await client.now();
  const found = await client.accounts.airdrop.season.findAll();
  const only = dir === undefined ? null : await seasonOf(dir);
  const seasons = found
    .filter(({ address }) => only === null || address.toBase58() === only)
    .sort((a, b) => a.id - b.id)
    .map((season) => toJson(sdk, season, now));
  if (json === true) return JSON.stringify({ seasons });
  if (seasons.length === 0) return 'there is no such season on chain';
  return renderTable(
    [
      { head: 'id', align: 'right' },
      { head: 'season' },
      { head: 'kind' },
      { head: 'claims' },
      { head: 'until (UTC)' },
      { head: 'IO', align: 'right' },
      { head: 'claimed', align: 'right' },
      { head: 'leaves', align: 'right' },
      { head: 'paid', align: 'right' },
      { head: 'shards', align: 'right' },
    ],
    seasons.map((season) => [
      season.id.toString(),
      season.name,
      season.kind,
      season.phase,
      new Date(Number(season.endsAt) * 1_000).toISOString().slice(0, 16).replace('T', ' '),
      fixed(BigInt(season.amount), IO),
      fixed(BigInt(season.claimed), IO),
      season.leaves.toString(),
      season.claims.toString(),
      `${season.openShards} of ${season.shards}`,
    ]),
    width,
  );
}

function toJson(sdk: typeof Sdk, season: Sdk.Fetched<'airdrop', 'season'>, now: bigint): SeasonJson {
  const { id, kind, claims, leaves, openShards } = season;
  return {
    id,
    season: season.address.toBase58(),
    name: unpadded(season.name),
    kind,
    phase: sdk.seasonPhase(season, now),
    startsAt: season.startsAt.toString(),
    endsAt: season.endsAt.toString(),
    amount: season.amount.toString(),
    claimed: season.claimed.toString(),
    claims,
    leaves,
    openShards,
    shards: sdk.shardCount(leaves),
  };
}

async function seasonOf(dir: string): Promise<string> {
  const { readManifest } = await import('../../../lib/airdrop/manifest.js');
  return readManifest(dir).season.address;
}

async function listClaims(
  sdk: typeof Sdk,
  client: Sdk.Client,
  { dir, json }: StatusOptions,
  given: readonly string[],
  width: number,
): Promise<string> {
  if (dir === undefined) throw new UsageError('--dir is needed with --wallet: it has the leaves');
  const { readLeaves } = await import('../../../lib/airdrop/manifest.js');
  const season = parseAddress('--dir', await seasonOf(dir));
  const wallets = new Set(given.map((wallet) => parseAddress('--wallet', wallet).toBase58()));
  const own = [];
  for await (const leaf of readLeaves(dir)) if (wallets.has(leaf.wallet)) own.push(leaf);
  const statuses = await sdk.fetchClaimStatuses(
    client,
    season,
    own.map(({ index }) => index),
  );
  const claims: ClaimStatusJson[] = own.map(({ wallet, index, amount }, at) => ({
    wallet,
    index,
    amount: amount.toString(),
    status: statuses[at] ?? 'shardNotOpen',
  }));
  if (json === true) return JSON.stringify({ season: season.toBase58(), claims });
  if (claims.length === 0) return `${counted(wallets.size, 'wallet')}, and no leaf in ${dir}`;
  return renderTable(
    [{ head: 'wallet' }, { head: 'leaf', align: 'right' }, { head: 'IO', align: 'right' }, { head: 'claim' }],
    claims.map(({ wallet, index, amount, status }) => [
      wallet,
      index.toString(),
      fixed(BigInt(amount), IO),
      status === 'paid' ? 'paid' : 'not paid',
    ]),
    width,
  );
}
