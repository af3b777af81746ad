import { PublicKey } from '@solana/web3.js';
import type { Fetched } from '../../accounts.js';
import type { ReadingClient } from '../../client.js';
import { ArgumentError } from '../../errors.js';

/** An unbonding entry as the chain has it: what building a call on it needs. */
export type UnbondingRef = Pick<
  Fetched<'staking', 'unbonding'>,
  'address' | 'kind' | 'node' | 'rentPayer' | 'shares' | 'staker'
>;

/** An entry, or its address where the rest is to be read from the chain. */
export type UnbondingTarget = PublicKey | UnbondingRef;

export async function resolveUnbonding(
  client: ReadingClient,
  target: UnbondingTarget,
): Promise<UnbondingRef> {
  return target instanceof PublicKey ? client.accounts.staking.unbonding.fetch(target) : target;
}

/** How much is to be unbonded: shares, or base units of IO that are turned into shares at the price of the moment. */
export type UnbondingAmount = { readonly shares: bigint } | { readonly amount: bigint | 'all' };

/** The shares of a request that was given in base units, rounded down so that they are worth no more. */
export function sharesOf(
  request: UnbondingAmount,
  holder: { readonly shares: bigint; worth(shares: bigint): bigint; sharesFor(amount: bigint): bigint },
): bigint {
  if ('shares' in request) return request.shares;
  if (request.amount === 'all' || request.amount === holder.worth(holder.shares)) return holder.shares;
  const shares = holder.sharesFor(request.amount);
  if (shares > holder.shares) {
    const most = holder.worth(holder.shares);
    throw new ArgumentError('amount', `is more than the ${most.toString()} base units that are active`);
  }
  return shares;
}

/** The lowest number that no entry of a staker at a node has. */
export async function freeUnbondingId(
  client: ReadingClient,
  node: PublicKey,
  staker: PublicKey,
): Promise<number> {
  const entries = await client.accounts.staking.unbonding.findAll({ node, staker });
  const taken = new Set(entries.map(({ id }) => id));
  let id = 0;
  while (taken.has(id)) id += 1;
  return id;
}
