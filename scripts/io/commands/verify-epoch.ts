import type * as Sdk from '@ionet/sdk';
import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import { describeProblems, epochJson, type EpochJson, hexOf, rewardsOfFiles } from '../../lib/epoch-files.js';
import { spoken, IO } from '../../lib/format.js';
import type { Output } from '../program.js';
import { UsageError } from '../usage-error.js';

interface VerifyOptions {
  readonly file: readonly string[];
  readonly root: string;
  readonly leaves?: string;
  readonly json?: true;
}

/** A leaf as `--json` prints it. */
interface LeafJson {
  readonly destination: string;
  readonly cumulative: string;
}

/** The answer as `--json` prints it. */
export interface VerifyEpochJson extends EpochJson {
  readonly ok: boolean;
  /** The root that was asked about; `root` is the one computed. */
  readonly expectedRoot: string;
  readonly firstDifference: {
    readonly node: string;
    readonly computed: LeafJson | null;
    readonly published: LeafJson | null;
  } | null;
}

const EXAMPLES = `
Examples:
  io verify-epoch --file epoch-7.csv --root 5f0c…e1
  io verify-epoch --file nodes.csv heartbeats.csv proofs.csv --root 5f0c…e1 --leaves leaves.bin --json

The root is 64 hexadecimal digits. With the published leaves, a root that is wrong is traced to the first leaf that
differs. Exits with 1 where the answer is no. docs/rewards.md describes the files.`;

/** `io verify-epoch`: whether a posted root follows from the events of its epoch. */
export function verifyEpochCommand(output: Output): Command {
  return new Command('verify-epoch')
    .summary('whether a posted root follows from the events of its epoch')
    .description(
      'Computes the rewards of an epoch anew from its events, and compares the root with the posted one.',
    )
    .requiredOption('--file <files...>', 'event files of the epoch, in any order')
    .requiredOption('--root <hex>', 'the posted root, 64 hexadecimal digits')
    .option('--leaves <file>', 'the published leaves, to name the first one that differs')
    .option('--json', 'print one object instead of sentences')
    .addHelpText('after', EXAMPLES)
    .action(async (options: VerifyOptions) => {
      const expectedRoot = options.root.toLowerCase();
      if (!/^[0-9a-f]{64}$/.test(expectedRoot)) {
        throw new UsageError('--root must be 64 hexadecimal digits');
      }
      const sdk = await import('@ionet/sdk');
      try {
        const rewards = await rewardsOfFiles(sdk, options.file, output.progress);
        const summary = epochJson(sdk, rewards);
        const ok = summary.root === expectedRoot;
        const traced =
          ok || options.leaves === undefined
            ? undefined
            : await trace(sdk, options.leaves, expectedRoot, rewards);
        if (options.json === true) {
          const answer: VerifyEpochJson = {
            ok,
            expectedRoot,
            ...summary,
            firstDifference: differenceJson(traced),
          };
          output.write(`${JSON.stringify(answer)}\n`);
        } else if (ok) {
          const what = `${summary.leaves} leaves of ${spoken(rewards.total, IO)}, of the events ${summary.inputHash}`;
          output.write(`yes: the root of epoch ${summary.epoch} is ${expectedRoot}\n${what}\n`);
        }
        if (!ok) throw new Error(refusal(summary, expectedRoot, traced));
      } catch (error) {
        if (error instanceof sdk.RewardsError) output.warn?.(describeProblems(error));
        throw error;
      }
    });
}

/** Where the published leaves part from the computed ones; they must be those of the posted root. */
async function trace(
  sdk: typeof Sdk,
  file: string,
  root: string,
  rewards: Sdk.EpochRewards,
): Promise<Sdk.LeafDifference | undefined> {
  const published = await sdk.decodeLeaves(createReadStream(file) as AsyncIterable<Uint8Array>);
  const tree = await sdk.MerkleTree.build(published);
  if (hexOf(tree.root) !== root) {
    throw new Error(`no: ${file} has the root ${hexOf(tree.root)}, so these are not the leaves of ${root}`);
  }
  return sdk.firstDifference(rewards.leaves, published);
}

function leafJson(leaf: Sdk.RewardLeaf | undefined): LeafJson | null {
  return leaf === undefined
    ? null
    : { destination: leaf.destination.toString(), cumulative: leaf.cumulative.toString() };
}

function differenceJson(difference: Sdk.LeafDifference | undefined): VerifyEpochJson['firstDifference'] {
  if (difference === undefined) return null;
  const { node, computed, published } = difference;
  return { node: node.toBase58(), computed: leafJson(computed), published: leafJson(published) };
}

function refusal(summary: EpochJson, root: string, difference: Sdk.LeafDifference | undefined): string {
  const computed = summary.root ?? 'none, as nobody has earned anything';
  const differs = `no: the root of epoch ${summary.epoch} is ${computed}, not ${root}`;
  if (difference === undefined) return differs;
  const leaf = ({ destination, cumulative }: LeafJson): string =>
    `${cumulative} base units to ${destination}`;
  const say = (side: Sdk.RewardLeaf | undefined): string => {
    const json = leafJson(side);
    return json === null ? 'none' : leaf(json);
  };
  const { node, published } = difference;
  return `${differs}; the first leaf that differs is that of ${node.toBase58()}: computed ${say(difference.computed)}, published ${say(published)}`;
}
