import { PublicKey } from '@solana/web3.js';
import type { Fetched } from '../../accounts.js';
import type { ReadingClient } from '../../client.js';
import { ArgumentError } from '../../errors.js';
import { Position, Tranche } from '../../math/shares.js';

/**
 * An unbonding entry as the chain has it: what building a call on it needs.
 *
 * @see {@link cancelUndelegation}
 */
export type UnbondingRef = Pick<
  Fetched<'staking', 'unbonding'>,
  'address' | 'kind' | 'node' | 'rentPayer' | 'shares' | 'staker'
>;

/**
 * An entry, or its address where the rest is to be read from the chain.
 *
 * @see {@link cancelUndelegation}
 */
export type UnbondingTarget = PublicKey | UnbondingRef;

export async function resolveUnbonding(
  client: ReadingClient,
  target: UnbondingTarget,
): Promise<UnbondingRef> {
  return target instanceof PublicKey ? client.accounts.staking.unbonding.fetch(target) : target;
}

/**
 * How much is to be unbonded: shares, or base units of IO that are turned into shares at the price of the moment.
 *
 * @see {@link undelegate}
 */
export type UnbondingAmount = { readonly shares: bigint } | { readonly amount: bigint | 'all' };

/**
 * A request to unbond stake, with all that building it needs.
 *
 * @see {@link undelegate}
 */
export interface UnbondingRequest {
  readonly node: PublicKey;
  /** Of the staker's active shares. */
  readonly shares: bigint;
  /** Unused by his other entries of this node. */
  readonly id: number;
}

/**
 * A request to unbond stake; what is left out is read from the chain.
 *
 * @see {@link undelegate}
 */
export type UnbondingRequestArgs = Pick<UnbondingRequest, 'node'> &
  UnbondingAmount & {
    /** Default: the lowest that is unused. */
    readonly id?: number;
  };

/** Whose stake a request is about: his position, and the tranche that it is part of. */
export interface Holding {
  readonly staker: PublicKey;
  readonly position: Position;
  readonly tranche: Tranche;
}

/** Completes a request by what its staker holds. */
export async function resolveRequest(
  client: ReadingClient,
  request: UnbondingRequestArgs,
  holding: Holding,
): Promise<UnbondingRequest> {
  const { node } = request;
  return {
    node,
    shares: sharesOf(request, holding),
    id: request.id ?? (await freeUnbondingId(client, node, holding.staker)),
  };
}

/** The shares of a request that was given in base units, rounded down so that they are worth no more. */
function sharesOf(request: UnbondingAmount, { position, tranche }: Holding): bigint {
  if ('shares' in request) return request.shares;
  const held = Position.shares(position);
  const most = Tranche.worth(tranche, held);
  if (request.amount === 'all' || request.amount === most) return held;
  const shares = Tranche.sharesFor(tranche, request.amount);
  if (shares <= held) return shares;
  throw new ArgumentError('amount', `is more than the ${most.toString()} base units that are active`);
}

/** The lowest number that no entry of a staker at a node has. */
async function freeUnbondingId(client: ReadingClient, node: PublicKey, staker: PublicKey): Promise<number> {
  const entries = await client.accounts.staking.unbonding.findAll({ node, staker });
  const taken = new Set(entries.map(({ id }) => id));
  let id = 0;
  while (taken.has(id)) id += 1;
  return id;
}
