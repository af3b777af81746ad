import type { PublicKey } from '@solana/web3.js';
import type { AccountSource } from './accounts.js';
import { shardIndexOf } from './shards.js';
import { programConstant } from './constants.js';
import { pda } from './pda.js';
import type { AccountData } from './programs.js';

/**
 * Whether claims of a season are paid now.
 *
 * @see {@link seasonPhase}
 */
export type SeasonPhase = 'upcoming' | 'open' | 'over' | 'cancelled';

/**
 * Whether claims of a season are paid at a time (unix seconds of the chain's clock).
 *
 * @example
 * ```ts
 * import { seasonPhase } from '@ionet/sdk';
 *
 * const account = await client.accounts.airdrop.season.fetch(season);
 * seasonPhase(account, await client.now()); // 'open'
 * ```
 */
export function seasonPhase(
  season: Pick<AccountData<'airdrop', 'season'>, 'state' | 'startsAt' | 'endsAt'>,
  now: bigint,
): SeasonPhase {
  if (season.state === 'cancelled') return 'cancelled';
  if (now < season.startsAt) return 'upcoming';
  return now < season.endsAt ? 'open' : 'over';
}

/**
 * How many shards the leaves of a season need.
 *
 * @example
 * ```ts
 * import { shardCount } from '@ionet/sdk';
 *
 * shardCount(1_000_000); // 16
 * ```
 */
export function shardCount(leaves: number): number {
  return Math.ceil(leaves / programConstant('airdrop', 'CLAIMS_PER_SHARD'));
}

/**
 * What became of a claim: paid, not yet, or not yet because its shard has to be opened first.
 *
 * @see {@link fetchClaimStatuses}
 */
export type ClaimStatus = 'paid' | 'unpaid' | 'shardNotOpen';

/**
 * Reads which claims of a season are paid, by their indices: one account for each 65,536 of them.
 *
 * @example
 * ```ts
 * import { fetchClaimStatuses } from '@ionet/sdk';
 *
 * await fetchClaimStatuses(client, season, [0, 1]); // ['unpaid', 'unpaid']
 * ```
 */
export async function fetchClaimStatuses(
  source: AccountSource,
  season: PublicKey,
  indices: readonly number[],
): Promise<ClaimStatus[]> {
  const { deployment, transport } = source;
  const shards = [...new Set(indices.map(shardIndexOf))];
  const accounts = await transport.getAccounts(
    shards.map((shard) => pda.airdrop.shard(deployment, season, shard)),
  );
  const header = programConstant('airdrop', 'SHARD_HEADER_BYTES');
  const perShard = programConstant('airdrop', 'CLAIMS_PER_SHARD');
  const bitsOf = new Map(
    shards.map((shard, at) => {
      const account = accounts[at];
      // Lamports alone, which anybody can send there, open no shard.
      const open = account?.owner.equals(deployment.programs.airdrop) === true;
      return [shard, open ? account.data.subarray(header) : null];
    }),
  );
  return indices.map((index) => {
    const bits = bitsOf.get(shardIndexOf(index)) ?? null;
    if (bits === null) return 'shardNotOpen';
    const bit = index % perShard;
    return (((bits[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) === 1 ? 'paid' : 'unpaid';
  });
}

/**
 * A leaf of a season.
 *
 * @see {@link findClaims}
 */
export interface SeasonLeaf {
  readonly index: number;
  readonly wallet: PublicKey;
  /** Base units of IO. */
  readonly amount: bigint;
}

/**
 * The claims of some wallets among the leaves of a season, with what became of each.
 *
 * @example
 * ```ts
 * import { findClaims } from '@ionet/sdk';
 *
 * const published = [
 *   { index: 0, wallet: owner, amount: 1_000n },
 *   { index: 1, wallet, amount: 1_001n },
 * ];
 * const found = await findClaims(client, season, published, [wallet]);
 * found.map(({ index, status }) => [index, status]); // [[1, 'unpaid']]
 * ```
 */
export async function findClaims<L extends SeasonLeaf>(
  source: AccountSource,
  season: PublicKey,
  leaves: Iterable<L>,
  wallets: readonly PublicKey[],
): Promise<(L & { readonly status: ClaimStatus })[]> {
  const wanted = new Set(wallets.map((wallet) => wallet.toBase58()));
  const found: L[] = [];
  for (const leaf of leaves) if (wanted.has(leaf.wallet.toBase58())) found.push(leaf);
  const statuses = await fetchClaimStatuses(
    source,
    season,
    found.map(({ index }) => index),
  );
  return found.map((leaf, at) => ({ ...leaf, status: statuses[at] ?? 'shardNotOpen' }));
}
