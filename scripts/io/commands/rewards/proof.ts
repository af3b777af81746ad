import type { PublicKey } from '@solana/web3.js';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { hexOf } from '../../../lib/epoch-files.js';
import { fixed, IO } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface ProofOptions {
  readonly dir: string;
  readonly node: string;
  readonly json?: true;
}

/** The answer as `--json` prints it: amounts are decimal strings of base units, hashes hexadecimal. */
export interface ProofJson {
  readonly root: string;
  readonly index: number;
  readonly node: string;
  readonly destination: string;
  readonly cumulative: string;
  readonly proof: string;
}

const EXAMPLES = `
Example:
  io rewards proof --dir rewards/7 --node 9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin --json

The proof is the siblings from the leaf up, 32 bytes each, in hexadecimal digits. Amounts in JSON are decimal strings
of base units of 10^-8 IO.`;

/** `io rewards proof`: what a node claims with. */
export function proofCommand(output: Output): Command {
  return new Command('proof')
    .summary('the leaf of a node and its proof')
    .description('Gives the leaf of a node and its proof, from the directory that io rewards build wrote.')
    .requiredOption('--dir <directory>', 'what io rewards build wrote')
    .requiredOption('--node <address>', 'the node')
    .option('--json', 'print one object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ dir, node, json }: ProofOptions) => {
      const sdk = await import('@ionet/sdk');
      const leaves = await sdk.decodeLeaves(
        createReadStream(join(dir, 'leaves.bin')) as AsyncIterable<Uint8Array>,
      );
      const index = sdk.findRewardLeaf(leaves, await parseAddress(node));
      if (index === undefined) throw new Error(`${node} has earned nothing in this pool yet: it has no leaf`);
      const { destination, cumulative } = sdk.rewardLeafAt(leaves, index);
      const tree = await sdk.MerkleTree.build(leaves);
      const proof: ProofJson = {
        root: hexOf(tree.root),
        index,
        node,
        destination: destination.toBase58(),
        cumulative: cumulative.toString(),
        proof: hexOf(tree.proof(index)),
      };
      if (json === true) {
        output.write(`${JSON.stringify(proof)}\n`);
        return;
      }
      const rows = [
        ['root', proof.root],
        ['leaf', String(index)],
        ['destination', proof.destination],
        ['earned so far', `${fixed(cumulative, IO)} IO`],
        ['proof', proof.proof],
      ];
      output.write(`${renderTable([{ head: 'what' }, { head: 'value' }], rows, output.width)}\n`);
    });
}

async function parseAddress(text: string): Promise<PublicKey> {
  const web3 = await import('@solana/web3.js');
  try {
    return new web3.PublicKey(text);
  } catch (error) {
    throw new UsageError(`--node '${text}' is not an address`, { cause: error });
  }
}
