import type * as Sdk from '@ionet/sdk';
import { fixed, IO } from '../../../lib/format.js';
import type { Change } from '../../signing.js';
import { UsageError } from '../../usage-error.js';

export { signingCommand, type Change, type Plan, type SigningOptions } from '../../signing.js';

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
