import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { fixed, IO, unpadded } from '../../../../lib/format.js';
import { renderTable, type Column } from '../../../../lib/table.js';
import {
  connect,
  CONNECT_HELP,
  parseAddress,
  withConnectOptions,
  type ConnectOptions,
} from '../../../connect.js';
import type { Output } from '../../../program.js';
import { at, rewardsIn } from '../options.js';

interface ShowOptions extends ConnectOptions {
  readonly node: string;
  readonly delegator?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  io node show --node <address>
  io node show --node <address> --delegator <address> --json
${CONNECT_HELP}`;

const AMOUNTS: readonly Column[] = [{ head: '' }, { head: 'IO', align: 'right' }];

/** `io node show`: the stake of a node, its rewards, a delegation to it, what is unbonding, and its slash cases. */
export function showCommand(output: Output): Command {
  return withConnectOptions(
    new Command('show')
      .summary('stake, rewards, entries and slash cases of a node')
      .description(
        'Shows the stake of a node, its rewards, your delegation to it, what is unbonding and its open slash cases.',
      )
      .requiredOption('--node <address>', 'the node')
      .option('--delegator <address>', 'whose delegation; by default the signer’s'),
  )
    .option('--json', 'print one object; amounts in base units')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ShowOptions) => {
      const sdk = await import('@ionet/sdk');
      const client = await connect(output, options);
      const delegator =
        options.delegator === undefined ? client.payer : parseAddress('--delegator', options.delegator);
      const state = await readState(sdk, client, parseAddress('--node', options.node), delegator);
      output.write(
        options.json === true ? `${JSON.stringify(objectOf(state))}\n` : textOf(sdk, state, output.width),
      );
    });
}

/** All that is shown of a node. */
interface NodeState {
  readonly node: Sdk.Fetched<'staking', 'node'>;
  readonly model: string;
  readonly counted: bigint;
  readonly room: bigint;
  readonly ownerRewards: bigint;
  readonly slashLimit: bigint;
  readonly rewards: Sdk.RewardsPreview | null;
  readonly entries: readonly (Sdk.WithdrawalPreview & {
    readonly entry: Sdk.Fetched<'staking', 'unbonding'>;
  })[];
  readonly cases: readonly Sdk.Fetched<'staking', 'slashCase'>[];
}

async function readState(
  sdk: typeof Sdk,
  client: Sdk.Client,
  address: Sdk.Fetched<'staking', 'node'>['address'],
  delegator: Sdk.Client['payer'],
): Promise<NodeState> {
  const readers = client.accounts.staking;
  const node = await readers.node.fetch(address);
  const [hardware, held, delegation, entries, cases, now] = await Promise.all([
    readers.hardwareClass.fetch(node.class),
    rewardsIn(sdk, client, node.rewardVault),
    readers.delegation.fetchMaybe(sdk.pda.staking.delegation(client.deployment, address, delegator)),
    readers.unbonding.findAll({ node: address }),
    readers.slashCase.findAll({ node: address }),
    client.now(),
  ]);
  return {
    node,
    model: unpadded(hardware.name),
    counted: sdk.countedStake(node.ownStake, node.delegatedStake),
    room: sdk.delegationRoom(node),
    ownerRewards: sdk.previewHarvest(node, held, now).node.ownerRewards,
    slashLimit: sdk.previewSlash(node, 0n, now).limit,
    rewards: delegation === null ? null : sdk.previewRewards(node, delegation, held, now),
    entries: entries
      .map((entry) => ({ ...sdk.previewWithdrawal(node, entry, now), entry }))
      .sort((a, b) => Number(a.unlocksAt - b.unlocksAt)),
    cases: cases.filter((one) => one.closedAt === 0n),
  };
}

function objectOf({ node, rewards, entries, cases, ...state }: NodeState): object {
  return {
    node: node.address.toBase58(),
    owner: node.owner.toBase58(),
    model: state.model,
    devices: node.deviceCount,
    status: node.status,
    ownStake: node.ownStake.toString(),
    delegatedStake: node.delegatedStake.toString(),
    countedStake: state.counted.toString(),
    minimumStake: node.minimumStake.toString(),
    delegationRoom: state.room.toString(),
    commissionBps: node.commissionBps,
    ownerRewards: state.ownerRewards.toString(),
    slashLimit: state.slashLimit.toString(),
    delegation:
      rewards === null
        ? null
        : {
            earning: rewards.earningStake.toString(),
            claimable: rewards.claimable.toString(),
            pending: rewards.pending.map(({ stake, earnsFrom }) => ({
              stake: stake.toString(),
              earnsFrom: earnsFrom.toString(),
            })),
          },
    unbonding: entries.map(({ amount, unlocksAt, unlocked, entry }) => ({
      entry: entry.address.toBase58(),
      staker: entry.staker.toBase58(),
      kind: entry.kind,
      amount: amount.toString(),
      unlocksAt: unlocksAt.toString(),
      unlocked,
    })),
    cases: cases.map((one) => ({
      slashCase: one.address.toBase58(),
      reason: one.reason,
      state: one.state,
      amount: (one.own.amount + one.delegated.amount).toString(),
    })),
  };
}

function textOf(sdk: typeof Sdk, state: NodeState, width: number): string {
  const { node, model, counted, room, ownerRewards, slashLimit, rewards, entries, cases } = state;
  const commission = sdk.Bps.format(BigInt(node.commissionBps));
  const parts = [
    `Node ${node.address.toBase58()}, ${node.deviceCount} x ${model}, ${node.status}, commission ${commission}`,
    renderTable(
      AMOUNTS,
      [
        ['own stake', fixed(node.ownStake, IO)],
        ['delegated stake', fixed(node.delegatedStake, IO)],
        ['counted', fixed(counted, IO)],
        ['minimum', fixed(node.minimumStake, IO)],
        ['can be delegated', fixed(room, IO)],
        ['rewards of the owner', fixed(ownerRewards, IO)],
        ['one slash takes at most', fixed(slashLimit, IO)],
      ],
      width,
    ),
  ];
  if (rewards !== null) {
    const rows = [
      ['delegation that earns', fixed(rewards.earningStake, IO)],
      ...rewards.pending.map(({ stake, earnsFrom }) => [
        `can earn from ${at(earnsFrom)} on`,
        fixed(stake, IO),
      ]),
      ['its rewards', fixed(rewards.claimable, IO)],
    ];
    parts.push(renderTable(AMOUNTS, rows, width));
  }
  if (entries.length > 0) {
    const columns = [
      { head: 'unbonding entry' },
      { head: 'whose' },
      { head: 'from' },
      { head: 'IO', align: 'right' },
    ] as const;
    const rows = entries.map(({ amount, unlocksAt, unlocked, entry }) => [
      entry.address.toBase58(),
      entry.kind === 'own' ? 'owner' : 'delegator',
      unlocked ? 'now' : at(unlocksAt),
      fixed(amount, IO),
    ]);
    parts.push(renderTable(columns, rows, width));
  }
  if (cases.length > 0) {
    const columns = [
      { head: 'slash case' },
      { head: 'reason' },
      { head: 'state' },
      { head: 'IO', align: 'right' },
    ] as const;
    const rows = cases.map((one) => [
      one.address.toBase58(),
      one.reason,
      one.state,
      fixed(one.own.amount + one.delegated.amount, IO),
    ]);
    parts.push(renderTable(columns, rows, width));
  }
  return `${parts.join('\n\n')}\n`;
}
