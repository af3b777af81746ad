import { Command } from 'commander';
import { fixed, IO, spoken } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import {
  connect,
  CONNECT_HELP,
  parseAddress,
  withConnectOptions,
  type ConnectOptions,
} from '../../connect.js';
import type { Output } from '../../program.js';
import { at } from './options.js';

interface NodeOptions extends ConnectOptions {
  readonly node: string;
  readonly json?: true;
}

/** `io node`: the stake of a node, what is unbonding, its rewards and its slash cases. */
export function nodeCommand(output: Output): Command {
  return withConnectOptions(
    new Command('node')
      .summary('the stake of a node, what is unbonding and what was slashed')
      .description('Shows the stake of a node, its rewards, what is unbonding and its open slash cases.')
      .requiredOption('--node <address>', 'the node'),
  )
    .option('--json', 'print one object; amounts in base units')
    .addHelpText('after', `\nExamples:\n  io node --node <address>\n${CONNECT_HELP}`)
    .action(async (options: NodeOptions) => {
      const sdk = await import('@ionet/sdk');
      const client = await connect(output, options);
      const address = parseAddress('--node', options.node);
      const readers = client.accounts.staking;
      const [node, entries, cases, now] = await Promise.all([
        readers.node.fetch(address),
        readers.unbonding.findAll({ node: address }),
        readers.slashCase.findAll({ node: address }),
        client.now(),
      ]);
      const unbonding = entries
        .map((entry) => ({ ...sdk.previewWithdrawal(node, entry, now), entry }))
        .sort((a, b) => Number(a.unlocksAt - b.unlocksAt));
      const open = cases.filter((one) => one.closedAt === 0n);
      const counted = sdk.countedStake(node.ownStake, node.delegatedStake);
      const { limit } = sdk.previewSlash(node, 0n, now);
      if (options.json === true) {
        const object = {
          node: options.node,
          owner: node.owner.toBase58(),
          status: node.status,
          ownStake: node.ownStake.toString(),
          delegatedStake: node.delegatedStake.toString(),
          countedStake: counted.toString(),
          minimumStake: node.minimumStake.toString(),
          delegationRoom: sdk.delegationRoom(node).toString(),
          commissionBps: node.commissionBps,
          unpaidRewards: node.unpaidRewards.toString(),
          slashLimit: limit.toString(),
          unbonding: unbonding.map(({ amount, unlocksAt, unlocked, entry }) => ({
            entry: entry.address.toBase58(),
            staker: entry.staker.toBase58(),
            kind: entry.kind,
            amount: amount.toString(),
            unlocksAt: unlocksAt.toString(),
            unlocked,
          })),
          cases: open.map((one) => ({
            slashCase: one.address.toBase58(),
            reason: one.reason,
            state: one.state,
            amount: (one.own.amount + one.delegated.amount).toString(),
          })),
        };
        output.write(`${JSON.stringify(object)}\n`);
        return;
      }
      const amounts = renderTable(
        [{ head: 'what' }, { head: 'IO', align: 'right' }],
        [
          ['own stake', fixed(node.ownStake, IO)],
          ['delegated stake', fixed(node.delegatedStake, IO)],
          ['counted', fixed(counted, IO)],
          ['minimum', fixed(node.minimumStake, IO)],
          ['can be delegated', fixed(sdk.delegationRoom(node), IO)],
          ['rewards not paid yet', fixed(node.unpaidRewards, IO)],
          ['one slash takes at most', fixed(limit, IO)],
        ],
        output.width,
      );
      const parts = [
        `Node ${options.node}, ${node.status}, commission ${sdk.Bps.format(BigInt(node.commissionBps))}`,
        amounts,
      ];
      if (unbonding.length > 0) {
        parts.push(
          renderTable(
            [
              { head: 'unbonding entry' },
              { head: 'whose' },
              { head: 'from' },
              { head: 'IO', align: 'right' },
            ],
            unbonding.map(({ amount, unlocksAt, unlocked, entry }) => [
              entry.address.toBase58(),
              entry.kind === 'own' ? 'owner' : 'delegator',
              unlocked ? 'now' : at(unlocksAt),
              fixed(amount, IO),
            ]),
            output.width,
          ),
        );
      }
      for (const one of open) {
        const amount = one.own.amount + one.delegated.amount;
        parts.push(
          `slash case ${one.address.toBase58()}: ${one.reason}, ${one.state}, ${spoken(amount, IO)}`,
        );
      }
      output.write(`${parts.join('\n\n')}\n`);
    });
}
