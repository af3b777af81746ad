import { Command } from 'commander';
import { counted, IO, spoken } from '../../../../lib/format.js';
import { parseAddress } from '../../../connect.js';
import type { Output } from '../../../program.js';
import { closingOf, signingCommand, type SigningOptions } from '../options.js';

interface DeregisterOptions extends SigningOptions {
  readonly node: string;
}

/** `io node deregister`: closes an empty node. */
export function deregisterCommand(output: Output): Command {
  const command = new Command('deregister')
    .summary('close an empty node of yours')
    .description(
      'Closes a node without stake, entries, open cases, offers and jobs, and before it the delegations that hold nothing. What is left in its vaults is yours, the rent goes to who paid it.',
    )
    .requiredOption('--node <address>', 'the node');
  return signingCommand<DeregisterOptions>(
    output,
    command,
    '  io node deregister --node <address>',
    async (sdk, client, options) => {
      const address = parseAddress('--node', options.node);
      const readers = client.accounts.staking;
      const [node, delegations] = await Promise.all([
        readers.node.fetch(address),
        readers.delegation.findAll({ node: address }),
      ]);
      const closing = delegations.flatMap((one) => closingOf(sdk, client, one));
      const left = [
        ...(node.own.shares > 0n ? ['stake of yours'] : []),
        ...(node.delegated.shares > 0n ? ['delegated stake'] : []),
        ...(node.unbondings > 0
          ? [counted(node.unbondings, 'unbonding').replace('unbondings', 'entries')]
          : []),
        ...(closing.length < delegations.length
          ? [counted(delegations.length - closing.length, 'delegation')]
          : []),
        ...(node.inCases > 0n ? ['an open slash case'] : []),
      ];
      if (left.length > 0) {
        throw new Error(
          `the node is not empty: it has ${left.join(', ')}; io node show --node ${options.node}`,
        );
      }
      const vaults = await client.transport.getAccounts([node.stakeVault, node.rewardVault]);
      const amount = vaults.reduce(
        (sum, vault) => sum + (vault === null ? 0n : (sdk.decodeTokenAccount(vault.data)?.amount ?? 0n)),
        0n,
      );
      const { rentPayer } = node;
      return {
        what: `This closes node ${options.node}${closing.length > 0 ? ` and ${counted(closing.length, 'delegation')} that hold nothing` : ''}. ${spoken(amount, IO)} are left in its vaults and go to you, its rent to ${rentPayer.toBase58()}.`,
        changes: [],
        calls: [...closing, sdk.staking.deregisterNode.call(client, { node: address, rentPayer })],
        json: { node: options.node, amount: amount.toString(), closedDelegations: closing.length },
      };
    },
  );
}
