import type * as Sdk from '@ionet/sdk';
import type { Command } from 'commander';
import { fixed, IO } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import { confirm } from '../../confirm.js';
import { CONNECT_HELP, connect, withConnectOptions, type ConnectOptions } from '../../connect.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

/** What every command that signs takes. */
export interface SigningOptions extends ConnectOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** Something as it is, and as it will be. */
export interface Change {
  readonly what: string;
  readonly now: string;
  readonly then: string;
}

/** What a command is about to sign. */
export interface Plan {
  /** In a sentence or two. */
  readonly what: string;
  /** What it changes; what stays as it is, is left out. */
  readonly changes: readonly Change[];
  /** In their order; as many together as fit into a transaction. */
  readonly calls: readonly Sdk.Call[];
  /** What `--json` prints beside the signature of the last transaction. */
  readonly json: Readonly<Record<string, string | number | null>>;
}

function describe({ what, changes }: Plan, width: number): string {
  const rows = changes
    .filter(({ now, then }) => now !== then)
    .map(({ what, now, then }) => [what, now, then]);
  if (rows.length === 0) return what;
  const columns = [{ head: '' }, { head: 'now', align: 'right' }, { head: 'then', align: 'right' }] as const;
  return `${what}\n\n${renderTable(columns, rows, width)}`;
}

/** A command that says what will happen, asks, signs, and prints the signature. */
// The type says what a command's own options are; the parser has them without a type.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function signingCommand<O extends SigningOptions>(
  output: Output,
  command: Command,
  examples: string,
  makePlan: (sdk: typeof Sdk, client: Sdk.Client, options: O) => Promise<Plan>,
): Command {
  return withConnectOptions(command)
    .option('--yes', 'do not ask before signing')
    .option('--json', 'print one object; amounts in base units')
    .addHelpText('after', `\nExamples:\n${examples}\n${CONNECT_HELP}`)
    .action(async (options: O) => {
      const sdk = await import('@ionet/sdk');
      const client = await connect(output, options);
      const plan = await makePlan(sdk, client, options);
      await confirm(output, describe(plan, output.width), options.yes === true);
      let signature = '';
      for (const calls of sdk.packCalls(client.payer, plan.calls)) ({ signature } = await client.send(calls));
      output.write(
        options.json === true ? `${JSON.stringify({ ...plan.json, signature })}\n` : `done: ${signature}\n`,
      );
    });
}

type Node = Sdk.AccountData<'staking', 'node'>;

/** What becomes of a node's stake, in IO: its tranches of before and after. */
export function stakeChanges(
  sdk: typeof Sdk,
  before: Pick<Node, 'delegated' | 'own'>,
  after: Partial<Pick<Node, 'delegated' | 'own'>>,
): Change[] {
  const figures = ({ own, delegated }: Pick<Node, 'delegated' | 'own'>): readonly bigint[] => {
    const [ownStake, delegatedStake] = [own, delegated].map((one) => sdk.Tranche.activeAssets(one));
    return [
      ownStake ?? 0n,
      delegatedStake ?? 0n,
      sdk.countedStake(ownStake ?? 0n, delegatedStake ?? 0n),
      sdk.Tranche.worth(own, own.unbondingShares),
      sdk.Tranche.worth(delegated, delegated.unbondingShares),
    ];
  };
  const [now, then] = [figures(before), figures({ ...before, ...after })];
  return [
    'stake of the owner',
    'stake of delegators',
    'counted stake',
    'unbonding of the owner',
    'unbonding of delegators',
  ].map((what, index) => ({
    what,
    now: fixed(now[index] ?? 0n, IO),
    then: fixed(then[index] ?? 0n, IO),
  }));
}

/** An amount of IO that was written on the command line. */
export function parseAmount(sdk: typeof Sdk, text: string): bigint {
  let amount: bigint;
  try {
    amount = sdk.parseIo(text);
  } catch (error) {
    if (!(error instanceof sdk.ArgumentError)) throw error;
    throw new UsageError(`--amount ${error.message.slice(`${error.path}: `.length)}`, { cause: error });
  }
  if (amount === 0n) throw new UsageError('--amount must be above 0');
  return amount;
}

/** A whole number that was written on the command line. */
export function parseNumber(option: string, text: string, least: number, most: number): number {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : -1;
  if (number < least || number > most) {
    throw new UsageError(`${option} must be a whole number from ${least} to ${most}, not '${text}'`);
  }
  return number;
}

/** A rate in percent, such as 7.5, as basis points. */
export function parsePercent(option: string, text: string, mostBps: number): number {
  const [, whole, rest = ''] = /^([0-9]{1,3})(?:\.([0-9]{1,2}))?%?$/.exec(text) ?? [];
  const bps = whole === undefined ? -1 : Number(whole) * 100 + Number(rest.padEnd(2, '0'));
  if (bps < 0 || bps > mostBps) {
    throw new UsageError(`${option} must be 0 to ${mostBps / 100} percent, such as 7.5, not '${text}'`);
  }
  return bps;
}

/** When something is, in words. */
export function at(seconds: bigint): string {
  return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What a node's reward vault holds. */
export async function rewardsIn(
  sdk: typeof Sdk,
  client: Sdk.Client,
  vault: Node['rewardVault'],
): Promise<bigint> {
  const [account] = await client.transport.getAccounts([vault]);
  return account == null ? 0n : (sdk.decodeTokenAccount(account.data)?.amount ?? 0n);
}

/** What closes a delegation in which nothing is left, so that its rent returns; nothing where something is. */
export function closingOf(
  sdk: typeof Sdk,
  client: Sdk.Client,
  delegation: Sdk.AccountData<'staking', 'delegation'>,
): Sdk.Call[] {
  const { node, delegator, position, rentPayer, rewards, unbondings } = delegation;
  if (sdk.Position.shares(position) > 0n || rewards > 0n || unbondings > 0) return [];
  return [sdk.staking.closeDelegation.call(client, { node, delegator, rentPayer })];
}
