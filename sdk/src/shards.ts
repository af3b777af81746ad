/**
 * The shard that keeps track of a claim.
 *
 * @example
 * ```ts
 * import { shardIndexOf } from '@ionet/sdk';
 *
 * shardIndexOf(65_536); // 1
 * ```
 */
export function shardIndexOf(index: number): number {
  return index >>> 16;
}
