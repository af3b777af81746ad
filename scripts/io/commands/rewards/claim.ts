import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { counted } from '../../../lib/format.js';
import { noProgress } from '../../../lib/progress.js';
import type { EpochJson } from '../../../lib/epoch-files.js';
import type { RewardClaims } from '../../../lib/rewards/claim.js';
import { tellClaims, withClaimsOptions, type ClaimsJson, type ClaimsOptions } from '../../claims.js';
import { confirm } from '../../confirm.js';
import { CONNECT_HELP, connect, parseAddress, readJson, withConnectOptions } from '../../connect.js';
import { parseParallel } from '../../parallel.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface ClaimOptions extends ClaimsOptions {
  readonly node?: readonly string[];
}

/** What `--json` prints. */
export type RewardClaimJson = ClaimsJson<RewardClaims['failed'][number]>;

const EXAMPLES = `
Examples:
  io rewards claim --dir rewards/7 --node 9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin
  io rewards claim --dir rewards/7 --all --yes --json

The IO goes to the accounts that the leaves name, whoever signs and pays the fees; the first claim of a node also opens
its account of 64 bytes. What is paid already is passed over: run again it goes on where it was stopped. A claim that is
refused holds up no other; it is listed, and the exit code is 1.${CONNECT_HELP}`;

/** `io rewards claim`: pays what nodes have earned. */
export function claimCommand(output: Output): Command {
  const command = withConnectOptions(
    new Command('claim')
      .summary('pay nodes what they have earned')
      .description(
        'Claims the rewards of nodes by a final root, from the directory that io rewards build wrote.',
      )
      .requiredOption('--dir <directory>', 'what io rewards build wrote')
      .option('--node <addresses...>', 'nodes to claim for')
      .option('--all', 'all nodes of the root'),
  );
  return withClaimsOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: ClaimOptions) => {
      const parallel = parseParallel(options.parallel);
      const wanted = options.node?.map((text) => parseAddress('--node', text));
      if ((wanted === undefined) === (options.all === undefined))
        throw new UsageError('name nodes by --node, or all of them by --all');
      const sdk = await import('@ionet/sdk');
      const { claimRewards, findFinalRoot } = await import('../../../lib/rewards/claim.js');
      const { PublicKey } = await import('@solana/web3.js');
      const { pool, root } = readJson('--dir', join(options.dir, 'epoch.json')) as EpochJson;
      const file = join(options.dir, 'leaves.bin');
      const records = await sdk.decodeLeaves(createReadStream(file) as AsyncIterable<Uint8Array>);
      const tree = await sdk.MerkleTree.build(records);
      const built = Buffer.from(tree.root).toString('hex');
      if (built !== root)
        throw new Error(`${file} has the root ${built}, not ${root ?? 'none'}: build it anew`);
      const client = await connect(output, options);
      const final = await findFinalRoot(client, pool, tree.root);
      const indices = wanted?.map((node) => {
        const index = sdk.findRewardLeaf(records, node);
        if (index !== undefined) return index;
        throw new Error(`${node.toBase58()} has earned nothing in this pool yet: it has no leaf`);
      }) ?? [...Array(sdk.countLeaves(records)).keys()];
      const leaves = [...new Set(indices)].map((index) => {
        const { node, destination, cumulative } = sdk.rewardLeafAt(records, index);
        return { index, node: new PublicKey(node), destination: new PublicKey(destination), cumulative };
      });
      await confirm(
        output,
        `This claims what ${counted(leaves.length, 'node')} earned so far, as far as it is not paid.`,
        options.yes === true,
      );
      const progress = (output.progress ?? noProgress)('claims');
      const claims = await claimRewards(client, final, { leaves, tree, parallel, progress }).finally(() => {
        progress.end();
      });
      tellClaims(output, claims, {
        json: options.json === true,
        payee: 'node',
        of: ({ node }) => node,
      });
    });
}
