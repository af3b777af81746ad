import { Command } from 'commander';
import { counted, fixed, IO } from '../../../../lib/format.js';
import { renderTable } from '../../../../lib/table.js';
import {
  connect,
  CONNECT_HELP,
  parseAddress,
  withConnectOptions,
  type ConnectOptions,
} from '../../../connect.js';
import type { Output } from '../../../program.js';
import { readClasses } from './options.js';

interface ListOptions extends ConnectOptions {
  readonly owner?: string;
  readonly all?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  io node list
  io node list --owner <address> --json
  io node list --all
${CONNECT_HELP}`;

/** `io node list`: the nodes of an owner, or all. */
export function listCommand(output: Output): Command {
  return withConnectOptions(
    new Command('list')
      .summary('your nodes, those of another owner, or all')
      .description('Lists nodes with their hardware and stake.')
      .option('--owner <address>', 'whose nodes; by default the signer’s')
      .option('--all', 'the nodes of everybody'),
  )
    .option('--json', 'print one object; amounts in base units')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ListOptions) => {
      const sdk = await import('@ionet/sdk');
      const client = await connect(output, options);
      const owner = options.owner === undefined ? client.payer : parseAddress('--owner', options.owner);
      const [found, classes] = await Promise.all([
        client.accounts.staking.node.findAll(options.all === true ? {} : { owner }),
        readClasses(client),
      ]);
      const names = new Map(classes.map(({ address, name }) => [address.toBase58(), name]));
      const nodes = found
        .map((node) => ({
          ...node,
          model: names.get(node.class.toBase58()) ?? node.class.toBase58(),
          counted: sdk.countedStake(node.ownStake, node.delegatedStake),
        }))
        .sort((a, b) => a.owner.toBase58().localeCompare(b.owner.toBase58()) || a.id - b.id);
      if (options.json === true) {
        const list = nodes.map((node) => ({
          node: node.address.toBase58(),
          owner: node.owner.toBase58(),
          id: node.id,
          model: node.model,
          devices: node.deviceCount,
          status: node.status,
          commissionBps: node.commissionBps,
          countedStake: node.counted.toString(),
          minimumStake: node.minimumStake.toString(),
          delegationRoom: sdk.delegationRoom(node).toString(),
        }));
        output.write(`${JSON.stringify({ nodes: list })}\n`);
        return;
      }
      const table = renderTable(
        [
          { head: 'node' },
          { head: 'devices' },
          { head: 'status' },
          { head: 'commission', align: 'right' },
          { head: 'counted IO', align: 'right' },
          { head: 'minimum IO', align: 'right' },
        ],
        nodes.map((node) => [
          node.address.toBase58(),
          `${node.deviceCount} x ${node.model}`,
          node.status,
          sdk.Bps.format(BigInt(node.commissionBps)),
          fixed(node.counted, IO),
          fixed(node.minimumStake, IO),
        ]),
        output.width,
      );
      output.write(`${counted(nodes.length, 'node')}${nodes.length > 0 ? `\n\n${table}` : ''}\n`);
    });
}
