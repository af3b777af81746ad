import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import type { AirdropVerdict } from '../../../lib/airdrop/verify.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface VerifyOptions {
  readonly dir: string;
  readonly points?: string;
  readonly events?: readonly string[];
  readonly season?: string;
  readonly json?: true;
}

/** What `--json` prints. */
export interface VerifyJson extends AirdropVerdict {
  readonly valid: boolean;
}

const EXAMPLES = `
Examples:
  io airdrop verify --dir airdrop-3 --points season-2.gpu.csv
  io airdrop verify --dir airdrop-3 --events may-1.csv may-2.jsonl --season season-2-gpu

Computes everything again in plain code that shares nothing with the build. With both, the points must also be what
the events come to. Exit code 1 and the first leaf that differs, where one does.`;

/** `io airdrop verify`: whether a build follows from its inputs. */
export function verifyCommand(output: Output): Command {
  return new Command('verify')
    .summary('whether leaves and root follow from the inputs')
    .description('Computes a build again from its points or events, and says which leaf differs.')
    .requiredOption('--dir <directory>', 'what io airdrop build wrote')
    .option('--points <file.csv>', 'the lines of wallet,points that it was built from')
    .option('--events <files...>', 'the events that the points came from')
    .option('--season <name>', 'the pool that the events are scored for, such as season-2-gpu')
    .option('--json', 'print one object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: VerifyOptions) => {
      const sdk = await import('@ionet/sdk');
      const { verifyAirdrop } = await import('../../../lib/airdrop/verify.js');
      const wallets = await pointsOf(sdk, options);
      const verdict = await verifyAirdrop(options.dir, wallets);
      const { difference, root, leaves } = verdict;
      const json: VerifyJson = { valid: difference === null, ...verdict };
      if (options.json === true) output.write(`${JSON.stringify(json)}\n`);
      if (difference !== null) {
        const { where, expected, found } = difference;
        throw new Error(`${options.dir}: ${where} should be ${expected} and is ${found}`);
      }
      if (options.json !== true)
        output.write(`all ${leaves} leaves and root ${root} follow from the inputs\n`);
    });
}

async function pointsOf(sdk: typeof Sdk, options: VerifyOptions): Promise<ReadonlyMap<string, bigint>> {
  if (options.points === undefined && options.events === undefined) {
    throw new UsageError('give --points, --events or both: what the build is to follow from');
  }
  const scored =
    options.events === undefined ? undefined : await scoreAgain(sdk, options.events, options.season);
  if (options.points === undefined) return scored ?? new Map<string, bigint>();
  const { referencePoints } = await import('../../../lib/airdrop/reference.js');
  const points = await referencePoints(options.points);
  for (const wallet of scored === undefined ? [] : new Set([...scored.keys(), ...points.keys()])) {
    const expected = scored?.get(wallet) ?? 0n;
    const found = points.get(wallet) ?? 0n;
    if (expected !== found) {
      throw new Error(`${options.points}: ${wallet} should have ${expected} points and has ${found}`);
    }
  }
  return points;
}

async function scoreAgain(
  sdk: typeof Sdk,
  files: readonly string[],
  name: string | undefined,
): Promise<ReadonlyMap<string, bigint>> {
  const season = sdk.COMPUTE_SEASONS.find(({ gpu, cpu }) => name === gpu.name || name === cpu.name);
  if (season === undefined) {
    const names = sdk.COMPUTE_SEASONS.flatMap(({ gpu, cpu }) => [gpu.name, cpu.name]).join(', ');
    throw new UsageError(`--season must be one of ${names} where --events are given`);
  }
  const { referenceScore } = await import('../../../lib/points/reference.js');
  const { wallets } = await referenceScore(files, season);
  return name === season.gpu.name ? wallets.gpu : wallets.cpu;
}
