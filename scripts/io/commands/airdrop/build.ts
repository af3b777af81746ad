import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { fixed, IO, spoken } from '../../../lib/format.js';
import type { AirdropManifest } from '../../../lib/airdrop/manifest.js';
import { renderTable } from '../../../lib/table.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface BuildCommandOptions {
  readonly pool?: string;
  readonly points: string;
  readonly out: string;
  readonly season: string;
  readonly json?: true;
}

/** What `--json` prints: base units of IO as decimal strings, points per IO as a number. */
export type BuildJson = Pick<AirdropManifest, 'root' | 'leaves' | 'total' | 'remainder' | 'ratio'>;

const EXAMPLES = `
Examples:
  io airdrop build --season season-2-gpu --points season-2.gpu.csv --out airdrop-3
  io airdrop build --pool 7125000 --season 3 --points season-2.gpu.csv --out airdrop-3 --json

The points have lines of wallet,points, each wallet once. The directory gets airdrop.json (root, totals, hashes,
shards), leaves.csv (index,wallet,amount) and report.md; the formats: docs/points.md. A leaf is of one season: a root
that was built for another id cannot be claimed.`;

/** `io airdrop build`: points to leaves and a root. */
export function buildCommand(output: Output): Command {
  return new Command('build')
    .summary('leaves and root of a season, from points')
    .description('Shares a pool by points, and writes the leaves, the root and a report.')
    .option('--pool <io>', 'IO to share, with at most 8 decimals; a named season brings its own')
    .requiredOption('--points <file.csv>', 'lines of wallet,points')
    .requiredOption('--out <directory>', 'where the files are written')
    .option('--season <id>', 'the season on chain, by id or by the name of its pool', '0')
    .option('--json', 'print one object of base units instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async (options: BuildCommandOptions) => {
      const sdk = await import('@ionet/sdk');
      const { buildAirdrop } = await import('../../../lib/airdrop/build.js');
      const { season, pool } = parsePool(sdk, options);
      const manifest = await buildAirdrop({
        pool,
        season,
        points: options.points,
        out: options.out,
        ...(output.progress === undefined ? {} : { progress: output.progress }),
      });
      const text =
        options.json === true
          ? JSON.stringify(toJson(manifest))
          : describe(manifest, options.out, output.width);
      output.write(`${text}\n`);
    });
}

/** The season's id and what it shares. */
function parsePool(
  sdk: typeof Sdk,
  { season, pool }: BuildCommandOptions,
): { readonly season: number; readonly pool: bigint } {
  const given = pool === undefined ? null : parseAmount(sdk, pool);
  if (/^(?:0|[1-9][0-9]{0,9})$/.test(season) && Number(season) <= 0xffffffff) {
    if (given === null)
      throw new UsageError('--pool is needed where --season is no name: give the IO to share');
    return { season: Number(season), pool: given };
  }
  const preset = sdk.POINTS_POOLS.find(({ name }) => name === season);
  if (preset === undefined) {
    const names = sdk.POINTS_POOLS.map(({ name }) => name).join(', ');
    throw new UsageError(`--season must be an id from 0 to 4294967295 or one of ${names}`);
  }
  if (given !== null && given !== preset.amount) {
    throw new UsageError(`--pool is not what ${season} has, ${spoken(preset.amount, IO)}: leave it out`);
  }
  return { season: preset.id, pool: preset.amount };
}

function parseAmount(sdk: typeof Sdk, text: string): bigint {
  let amount: bigint;
  try {
    amount = sdk.parseIo(text);
  } catch (error) {
    if (!(error instanceof sdk.ArgumentError)) throw error;
    throw new UsageError(`--pool ${error.message.slice(`${error.path}: `.length)}`, { cause: error });
  }
  if (amount > 0n) return amount;
  throw new UsageError('--pool must be above 0');
}

function toJson({ root, leaves, total, remainder, ratio }: AirdropManifest): BuildJson {
  return { root, leaves, total, remainder, ratio };
}

function describe(manifest: AirdropManifest, out: string, width: number): string {
  const amount = (text: string): string => fixed(BigInt(text), IO);
  const table = renderTable(
    [{ head: 'what' }, { head: 'IO', align: 'right' }],
    [
      ['the pool', amount(manifest.pool)],
      ['goes to wallets', amount(manifest.total)],
      ['stays in the season', amount(manifest.remainder)],
    ],
    width,
  );
  const { season, leaves, ratio, root } = manifest;
  return `${table}\n\n${leaves} leaves of season ${season.id}, ${ratio} points to 1 IO, in ${out}\nroot ${root}`;
}
