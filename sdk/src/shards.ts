/** The shard that keeps track of a claim. */
export function shardIndexOf(index: number): number {
  return index >>> 16;
}
