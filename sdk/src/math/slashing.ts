import { max, min, u128, u64 } from './range.js';
import { wideMulDivFloor } from './wide.js';

/**
 * The most that one slash may take, in base units of IO: `floor((stake + recent) / 2) - recent`, none below zero.
 * `stake` is all that the node holds, unbonding included; `recent` is what the slashes of the last 30 days took and did
 * not give back.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { slashLimit } from '@ionet/sdk';
 *
 * slashLimit(1_000n, 0n); // 500n
 * slashLimit(700n, 300n); // 200n
 * ```
 */
export function slashLimit(stake: bigint, recent: bigint): bigint {
  const half = (u64(stake, 'stake') + u64(recent, 'recent')) / 2n;
  return max(half - recent, 0n);
}

/** What a slash takes from the owner's tranche and from the delegated one. */
export interface SlashSplit {
  readonly own: bigint;
  readonly delegated: bigint;
}

/**
 * Who bears a slash: the owner first.
 *
 * @example
 * ```ts
 * import { SlashSplit } from '@ionet/sdk';
 *
 * SlashSplit.of(500n, 300n); // { own: 300n, delegated: 200n }
 * ```
 */
export const SlashSplit = {
  /** Of `amount`, given what the owner's tranche holds. */
  of(amount: bigint, ownAssets: bigint): SlashSplit {
    const own = min(u64(amount, 'amount'), u64(ownAssets, 'ownAssets'));
    return { own, delegated: amount - own };
  },
} as const;

/**
 * What of a slashed `amount` returns to a tranche, rounded down: `amount * (1 - withdrawn / shares)`, by the shares at
 * the slash and those withdrawn since.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { restoredAmount } from '@ionet/sdk';
 *
 * restoredAmount(50n, 100n, 60n); // 20n
 * ```
 */
export function restoredAmount(amount: bigint, shares: bigint, withdrawn: bigint): bigint {
  u64(amount, 'amount');
  const kept = max(u128(shares, 'shares') - u128(withdrawn, 'withdrawn'), 0n);
  return kept === 0n ? 0n : u64(wideMulDivFloor(kept, amount, shares));
}
