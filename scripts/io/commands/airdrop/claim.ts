import { Command } from 'commander';
import { counted, IO, spoken } from '../../../lib/format.js';
import { noProgress } from '../../../lib/progress.js';
import type { ClaimedSummary } from '../../../lib/airdrop/claim.js';
import type { AirdropLeaf } from '../../../lib/airdrop/manifest.js';
import type { AirdropProofs } from '../../../lib/airdrop/proofs.js';
import { tellClaims, withClaimsOptions, type ClaimsJson, type ClaimsOptions } from '../../claims.js';
import { confirm } from '../../confirm.js';
import { CONNECT_HELP, connect, parseAddress, withConnectOptions } from '../../connect.js';
import { parseParallel } from '../../parallel.js';
import type { Output } from '../../program.js';

interface ClaimOptions extends ClaimsOptions {
  readonly wallet?: readonly string[];
}

/** What `--json` prints. */
export type ClaimJson = ClaimsJson<ClaimedSummary['failed'][number]>;

const EXAMPLES = `
Examples:
  io airdrop claim --dir airdrop-3
  io airdrop claim --dir airdrop-3 --wallet <address> <address> --yes
  io airdrop claim --dir airdrop-3 --all --yes --json

The IO goes to the wallets of the leaves, whoever signs and pays the fees. What is paid already is passed over: run
again it goes on where it was stopped. A claim that is refused holds up no other; it is listed, and the exit code is 1.${CONNECT_HELP}`;

/** `io airdrop claim`: pays leaves of a season to their wallets. */
export function claimCommand(output: Output): Command {
  const command = withConnectOptions(
    new Command('claim')
      .summary('pay claims of a season to their wallets')
      .description('Claims the leaf of the signer, of other wallets, or all that are left.')
      .requiredOption('--dir <directory>', 'what io airdrop build wrote')
      .option('--wallet <addresses...>', 'whose leaves to claim; by default the signer’s')
      .option('--all', 'all leaves of the season'),
  );
  return withClaimsOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: ClaimOptions) => {
      const sdk = await import('@ionet/sdk');
      const { readManifest } = await import('../../../lib/airdrop/manifest.js');
      const { loadProofs } = await import('../../../lib/airdrop/proofs.js');
      const { claimAll } = await import('../../../lib/airdrop/claim.js');
      const parallel = parseParallel(options.parallel);
      const { season } = readManifest(options.dir);
      const client = await connect(output, options);
      const proofs = await loadProofs(options.dir);
      const leaves =
        options.all === true ? proofs.leaves : leavesOf(proofs, options, client.payer.toBase58());
      const address = parseAddress('--dir', season.address);
      await sdk.fetchAccount(client, 'airdrop', 'season', address);
      const total = leaves.reduce((sum, { amount }) => sum + amount, 0n);
      const what = `This claims ${counted(leaves.length, 'leaf').replace('leafs', 'leaves')} of season ${season.id}`;
      await confirm(
        output,
        `${what}, ${spoken(total, IO)}, as far as they are not paid.`,
        options.yes === true,
      );
      const progress = (output.progress ?? noProgress)('claims');
      const summary = await claimAll(client, address, {
        leaves,
        proofOf: (index) => proofs.at(index),
        parallel,
        progress,
      });
      tellClaims(output, summary, {
        json: options.json === true,
        payee: 'claim',
        of: ({ index, wallet }) => `leaf ${index} of ${wallet}`,
      });
    });
}

function leavesOf(
  proofs: Pick<AirdropProofs, 'find'>,
  { wallet: given, dir }: ClaimOptions,
  signer: string,
): AirdropLeaf[] {
  const wallets = given?.map((text) => parseAddress('--wallet', text).toBase58()) ?? [signer];
  return [...new Set(wallets)].map((wallet) => {
    const leaf = proofs.find(wallet);
    if (leaf !== undefined) return leaf;
    throw new Error(`${wallet} has no leaf in ${dir}`);
  });
}
