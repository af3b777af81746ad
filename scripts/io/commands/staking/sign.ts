import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import type { PublicKey } from '@solana/web3.js';
import { IO, spoken } from '../../../lib/format.js';
import { parseAddress } from '../../connect.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';
import {
  at,
  closingOf,
  parseAmount,
  signingCommand,
  stakeChanges,
  type Plan,
  type SigningOptions,
} from './options.js';

interface AmountOptions extends SigningOptions {
  readonly node: string;
  readonly amount: string;
}

interface EntryOptions extends SigningOptions {
  readonly entry: string;
  readonly amount?: string;
}

const withAmount = (command: Command): Command =>
  command
    .requiredOption('--node <address>', 'the node')
    .requiredOption('--amount <io>', 'how much IO, or all');

/** The shares of a position that an amount of IO stands for; `all` for all. */
function sharesOf(sdk: typeof Sdk, tranche: Sdk.Tranche, held: bigint, text: string): bigint {
  const most = sdk.Tranche.worth(tranche, held);
  if (text === 'all') return held;
  const amount = parseAmount(sdk, text);
  if (amount > most) throw new UsageError(`--amount is above the ${spoken(most, IO)} that there are`);
  return amount === most ? held : sdk.Tranche.sharesFor(tranche, amount);
}

/** `io stake`: adds to the owner's stake. `io stake minimum` stands below it. */
export async function stakePlan(
  sdk: typeof Sdk,
  client: Sdk.Client,
  options: Partial<Pick<AmountOptions, 'amount' | 'node'>>,
): Promise<Plan> {
  // Not mandatory to the parser, which would ask for them below `io stake minimum` as well.
  if (options.node === undefined || options.amount === undefined) {
    throw new UsageError('io stake needs --node and --amount');
  }
  const node = parseAddress('--node', options.node);
  const amount = parseAmount(sdk, options.amount);
  const before = await client.accounts.staking.node.fetch(node);
  // What a slash has left nothing begins anew.
  const held = sdk.Tranche.isWorthless(before.own) ? sdk.Tranche.EMPTY : before.own;
  const { tranche: own } = sdk.Tranche.deposit(held, amount);
  const counted = sdk.countedStake(sdk.Tranche.activeAssets(own), before.delegatedStake);
  return {
    what: `This stakes ${spoken(amount, IO)} in node ${node.toBase58()}. It needs ${spoken(before.minimumStake, IO)} that count.`,
    changes: stakeChanges(sdk, before, { own }),
    calls: [sdk.staking.stake.call(client, { node, amount })],
    json: { node: node.toBase58(), amount: amount.toString(), countedStake: counted.toString() },
  };
}

/** `io unstake` and `io undelegate`. */
function leaveCommand(output: Output, kind: 'own' | 'delegated'): Command {
  const name = kind === 'own' ? 'unstake' : 'undelegate';
  const what = kind === 'own' ? 'stake of a node of yours' : 'what you have delegated to a node';
  const command = withAmount(new Command(name).summary(`begin to unbond ${what}`)).description(
    `Begins to unbond ${what}. It can be withdrawn 14 days later, and is slashable until then.`,
  );
  return signingCommand<AmountOptions>(
    output,
    command,
    `  io ${name} --node <address> --amount 500\n  io ${name} --node <address> --amount all --yes --json`,
    async (sdk, client, options) => {
      const node = parseAddress('--node', options.node);
      const account = await client.accounts.staking.node.fetch(node);
      const tranche = account[kind];
      const address = sdk.pda.staking.delegation(client.deployment, node, client.payer);
      const position =
        kind === 'own'
          ? account.ownPosition
          : (await client.accounts.staking.delegation.fetch(address)).position;
      const shares = sharesOf(sdk, tranche, sdk.Position.shares(position), options.amount);
      const entries = await client.accounts.staking.unbonding.findAll({ node, staker: client.payer });
      const id = entries.reduce((next, one) => Math.max(next, one.id + 1), 0);
      const amount = sdk.Tranche.worth(tranche, shares);
      const unlocksAt = (await client.now()) + sdk.programConstant('staking', 'UNBONDING_SECONDS');
      const call =
        kind === 'own'
          ? sdk.staking.requestUnstake.call(client, { node, shares, id })
          : sdk.staking.undelegate.call(client, { node, shares, id });
      return {
        what: `This begins to unbond ${spoken(amount, IO)} of node ${options.node}: to be withdrawn from ${at(unlocksAt)} on.`,
        changes: stakeChanges(sdk, account, { [kind]: sdk.Tranche.unbond(tranche, shares) }),
        calls: [call],
        json: {
          node: options.node,
          entry: call.accounts.unbonding.toBase58(),
          amount: amount.toString(),
          unlocksAt: unlocksAt.toString(),
        },
      };
    },
  );
}

/** `io unstake`: begins to unbond the owner's stake. */
export const unstakeCommand = (output: Output): Command => leaveCommand(output, 'own');

/** `io undelegate`: begins to unbond a delegation. */
export const undelegateCommand = (output: Output): Command => leaveCommand(output, 'delegated');

/** `io delegate`: delegates IO to a node. */
export function delegateCommand(output: Output): Command {
  const command = withAmount(new Command('delegate').summary('delegate IO to a node')).description(
    'Delegates IO to a node, as far as its owner’s stake matches it. It earns from 24 hours later on.',
  );
  return signingCommand<AmountOptions>(
    output,
    command,
    '  io delegate --node <address> --amount 250',
    async (sdk, client, options) => {
      const node = parseAddress('--node', options.node);
      const account = await client.accounts.staking.node.fetch(node);
      const room = sdk.delegationRoom(account);
      const amount = options.amount === 'all' ? room : parseAmount(sdk, options.amount);
      if (amount > room || room === 0n) {
        throw new UsageError(`--amount is above the ${spoken(room, IO)} that the node takes now`);
      }
      const { earnsFrom } = sdk.previewDelegation(account, amount, await client.now());
      return {
        what: `This delegates ${spoken(amount, IO)} to node ${options.node} (commission ${sdk.Bps.format(BigInt(account.commissionBps))}). It earns from ${at(earnsFrom)} on; to leave takes 14 days.`,
        changes: stakeChanges(sdk, account, {
          delegated: sdk.Tranche.deposit(account.delegated, amount).tranche,
        }),
        calls: [sdk.staking.delegate.call(client, { node, amount })],
        json: { node: options.node, amount: amount.toString(), earnsFrom: earnsFrom.toString() },
      };
    },
  );
}

/** The node and the tranche of an entry. */
async function entryOf(client: Sdk.Client, address: PublicKey) {
  const entry = await client.accounts.staking.unbonding.fetch(address);
  const node = await client.accounts.staking.node.fetch(entry.node);
  return { entry, node, tranche: node[entry.kind] };
}

/** Whether an entry is of a tranche that a slash has left nothing, and that began anew. */
function hasEnded(
  { kind, generation }: Sdk.AccountData<'staking', 'unbonding'>,
  node: Sdk.AccountData<'staking', 'node'>,
): boolean {
  return kind === 'own' && generation !== node.ownGeneration;
}

/** The delegation that an entry was taken out of, `null` for the owner’s. */
async function delegationOf(
  sdk: typeof Sdk,
  client: Sdk.Client,
  { kind, node, staker }: Sdk.AccountData<'staking', 'unbonding'>,
): Promise<Sdk.Fetched<'staking', 'delegation'> | null> {
  if (kind === 'own') return null;
  const address = sdk.pda.staking.delegation(client.deployment, node, staker);
  return client.accounts.staking.delegation.fetch(address);
}

/** `io cancel`: makes what is unbonding active again. */
export function cancelCommand(output: Output): Command {
  const command = new Command('cancel')
    .summary('make what is unbonding active again')
    .description(
      'Makes an unbonding entry active again, all of it or a part; other entries go on as they are.',
    )
    .requiredOption('--entry <address>', 'the entry, as io node show lists it')
    .option('--amount <io>', 'how much IO; by default all');
  return signingCommand<EntryOptions>(
    output,
    command,
    '  io cancel --entry <address>\n  io cancel --entry <address> --amount 20 --yes',
    async (sdk, client, options) => {
      const { entry, node, tranche } = await entryOf(client, parseAddress('--entry', options.entry));
      if (hasEnded(entry, node))
        throw new Error('a slash has left nothing of it: io withdraw closes the entry');
      const shares = sharesOf(sdk, tranche, entry.shares, options.amount ?? 'all');
      const amount = sdk.Tranche.worth(tranche, shares);
      const call =
        entry.kind === 'own'
          ? sdk.staking.cancelUnstake.call(client, { unbonding: entry, shares })
          : sdk.staking.cancelUndelegation.call(client, { unbonding: entry, shares });
      return {
        what: `This makes ${spoken(amount, IO)} active again in node ${entry.node.toBase58()}. It earns from 24 hours later on.`,
        changes: stakeChanges(sdk, node, { [entry.kind]: sdk.Tranche.rebond(tranche, shares) }),
        calls: [call],
        json: { node: entry.node.toBase58(), entry: options.entry, amount: amount.toString() },
      };
    },
  );
}

/** `io withdraw`: takes out what has unbonded. */
export function withdrawCommand(output: Output): Command {
  const command = new Command('withdraw')
    .summary('take out what has unbonded')
    .description('Pays an unbonding entry to its staker’s IO account, once its 14 days are over.')
    .requiredOption('--entry <address>', 'the entry, as io node show lists it');
  return signingCommand<EntryOptions>(
    output,
    command,
    '  io withdraw --entry <address>',
    async (sdk, client, options) => {
      const { entry, node, tranche } = await entryOf(client, parseAddress('--entry', options.entry));
      const preview = sdk.previewWithdrawal(node, entry, await client.now());
      if (!preview.unlocked) throw new Error(`it can be withdrawn from ${at(preview.unlocksAt)} on`);
      const delegation = await delegationOf(sdk, client, entry);
      const closing =
        delegation === null
          ? []
          : closingOf(sdk, client, { ...delegation, unbondings: delegation.unbondings - 1 });
      const what = [
        `This pays ${spoken(preview.amount, IO)} to ${entry.staker.toBase58()}.`,
        ...(preview.onlyByStaker ? ['A slash case is open: you give up what might be restored to you.'] : []),
        ...(closing.length > 0 ? ['Nothing is left of the delegation: it is closed.'] : []),
      ];
      return {
        what: what.join(' '),
        changes: hasEnded(entry, node)
          ? []
          : stakeChanges(sdk, node, { [entry.kind]: sdk.Tranche.redeem(tranche, entry.shares).tranche }),
        calls: [sdk.staking.withdraw.call(client, { unbonding: entry }), ...closing],
        json: { node: entry.node.toBase58(), entry: options.entry, amount: preview.amount.toString() },
      };
    },
  );
}

/** `io stake`, with `io stake minimum` below it. */
export function stakeCommand(output: Output, minimum: Command): Command {
  const command = new Command('stake')
    .summary('add IO to the stake of a node of yours')
    .option('--node <address>', 'the node')
    .option('--amount <io>', 'how much IO')
    .description('Adds IO to the stake of a node of yours. It counts for its minimum at once.');
  return signingCommand<SigningOptions & Partial<AmountOptions>>(
    output,
    command,
    '  io stake --node <address> --amount 16000\n  io stake minimum --devices 8xH100',
    stakePlan,
  ).addCommand(minimum);
}
