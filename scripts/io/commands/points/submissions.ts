import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { counted } from '../../../lib/format.js';
import { writeTextFile } from '../../../lib/text-file.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface SubmissionsOptions {
  readonly pool: string;
  readonly file: string;
  readonly out: string;
  readonly strict?: true;
  readonly json?: true;
}

/** What `--json` prints: points as a decimal string. */
export interface SubmissionsJson {
  readonly pool: string;
  readonly wallets: number;
  readonly points: string;
  readonly problems: number;
}

const EXAMPLES = `
Example:
  io points submissions --pool season-3-discord --file discord.csv --out season-3-discord.csv

The file has lines of wallet,points for Galxe missions and creators, of wallet,tier for Discord roles; the tiers and
their points: docs/points.md.`;

/** `io points submissions`: missions and roles to points. */
export function submissionsCommand(output: Output): Command {
  return new Command('submissions')
    .summary('the points that missions and roles are worth')
    .description('Checks the wallets that people submitted for missions and roles, and writes their points.')
    .requiredOption('--pool <name>', 'the pool of the community, such as season-3-galxe')
    .requiredOption('--file <file.csv>', 'what was submitted')
    .requiredOption('--out <file.csv>', 'where wallet,points is written')
    .option('--strict', 'stop at the first line that is wrong or contradicts another')
    .option('--json', 'print one object instead of text')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SubmissionsOptions) => {
      const sdk = await import('@ionet/sdk');
      const pool = sdk.COMMUNITY_POOLS.find(({ name }) => name === options.pool);
      if (pool === undefined || pool.kind === 'gpu' || pool.kind === 'cpu') {
        throw new UsageError(`--pool must be ${sdk.COMMUNITY_POOLS.map(({ name }) => name).join(', ')}`);
      }
      const { wallets, problems } = sdk.readSubmissions(pool.kind, readFileSync(options.file, 'utf8'));
      const [first] = problems;
      if (options.strict === true && first !== undefined) {
        throw new Error(`${options.file}:${first.line}: ${first.reason}`);
      }
      for (const { line, reason } of problems) output.warn?.(`io: ${options.file}:${line}: ${reason}\n`);
      const rows = [...wallets].sort(([a], [b]) => (a < b ? -1 : 1));
      writeTextFile(options.out, [
        'wallet,points\n',
        ...rows.map(([wallet, points]) => `${wallet},${points}\n`),
      ]);
      const summary: SubmissionsJson = {
        pool: pool.name,
        wallets: wallets.size,
        points: rows.reduce((sum, [, points]) => sum + points, 0n).toString(),
        problems: problems.length,
      };
      const text =
        options.json === true
          ? JSON.stringify(summary)
          : `${counted(wallets.size, 'wallet')} with ${summary.points} points in ${options.out}, ${counted(problems.length, 'problem')}`;
      output.write(`${text}\n`);
    });
}
