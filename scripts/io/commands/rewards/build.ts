import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { describeProblems, epochJson, rewardsOfFiles } from '../../../lib/epoch-files.js';
import { counted, fixed, IO } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import type { Output } from '../../program.js';

interface BuildOptions {
  readonly file: readonly string[];
  readonly out: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  io rewards build --file epoch-7.csv --out rewards/7
  io rewards build --file nodes.csv heartbeats.csv proofs.csv --out rewards/7 --json

Writes leaves.bin (the leaves, for io verify-epoch and io rewards proof) and epoch.json (root, total and hashes:
what the oracles post). Amounts in JSON are decimal strings of base units of 10^-8 IO. docs/rewards.md describes
the files.`;

/** `io rewards build`: the leaves and the root of an epoch. */
export function buildCommand(output: Output): Command {
  return new Command('build')
    .summary('compute the leaves and the root of an epoch')
    .description(
      'Computes what every node has earned in a reward pool after an epoch, from the events of its hour.',
    )
    .requiredOption('--file <files...>', 'event files of the epoch, in any order')
    .requiredOption('--out <directory>', 'where to write; made if it is not there')
    .option('--json', 'print one object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ file, out, json }: BuildOptions) => {
      const sdk = await import('@ionet/sdk');
      try {
        const rewards = await rewardsOfFiles(sdk, file, output.progress);
        const summary = epochJson(sdk, rewards);
        await mkdir(out, { recursive: true });
        await writeFile(join(out, 'leaves.bin'), sdk.encodeLeaves(rewards.leaves));
        await writeFile(join(out, 'epoch.json'), `${JSON.stringify(summary, null, 2)}\n`);
        if (json === true) {
          output.write(`${JSON.stringify(summary)}\n`);
          return;
        }
        const rows = [
          ['root', summary.root ?? 'none: nobody has earned anything yet'],
          ['total of the root', `${fixed(rewards.total, IO)} IO`],
          ['added by this epoch', `${fixed(rewards.added, IO)} IO`],
          ['leaves', String(summary.leaves)],
          ['input hash', summary.inputHash],
          ['formula hash', summary.formulaHash],
        ];
        const title = `epoch ${summary.epoch} of pool ${summary.pool}: ${counted(summary.earning, 'node')} earned`;
        output.write(
          `${title}\n\n${renderTable([{ head: 'what' }, { head: 'value' }], rows, output.width)}\n`,
        );
      } catch (error) {
        if (error instanceof sdk.RewardsError) output.warn?.(describeProblems(error));
        throw error;
      }
    });
}
