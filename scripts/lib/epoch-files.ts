import type * as Sdk from '@ionet/sdk';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { noProgress, type ProgressFactory } from './progress.js';

const READ_BYTES = 1 << 20;

/** Computes the rewards of the epoch that the files are of. */
export async function rewardsOfFiles(
  sdk: typeof Sdk,
  files: readonly string[],
  progress: ProgressFactory = noProgress,
): Promise<Sdk.EpochRewards> {
  const sources = files.map((file) => ({
    name: basename(file),
    parts: createReadStream(file, { highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>,
  }));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const reading = progress('reading the events');
  let events: Sdk.EpochEvents;
  try {
    events = await sdk.readEpochEvents(sources, {
      onProgress: (bytes) => {
        reading.update(bytes / total);
      },
    });
  } finally {
    reading.end();
  }
  const bar = progress('hashing the leaves');
  try {
    return await sdk.computeEpochRewards(events, {
      onProgress: (done, total) => {
        bar.update(done / total);
      },
    });
  } finally {
    bar.end();
  }
}

/** All that is wrong with the files, a line each. */
export function describeProblems({ problems }: Sdk.RewardsError): string {
  return problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}\n`).join('');
}

/** What an epoch comes to, as `--json` prints it: amounts are decimal strings of base units, hashes hexadecimal. */
export interface EpochJson {
  readonly epoch: number;
  readonly pool: string;
  readonly root: string | null;
  readonly total: string;
  readonly added: string;
  readonly leaves: number;
  readonly earning: number;
  readonly inputHash: string;
  readonly formula: string;
  readonly formulaHash: string;
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function epochJson(sdk: typeof Sdk, rewards: Sdk.EpochRewards): EpochJson {
  const { header, tree, leaves } = rewards;
  return {
    epoch: header.epoch,
    pool: header.pool,
    root: tree === undefined ? null : hexOf(tree.root),
    total: rewards.total.toString(),
    added: rewards.added.toString(),
    leaves: sdk.countLeaves(leaves),
    earning: rewards.earning,
    inputHash: hexOf(rewards.inputHash),
    formula: sdk.IDLE_REWARD_FORMULA_ID,
    formulaHash: hexOf(rewards.formulaHash),
  };
}
