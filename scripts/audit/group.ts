import type { PublicKey } from '@solana/web3.js';

/** What belongs to each node, by its address. */
export function byNode<T extends { readonly node: PublicKey }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = item.node.toBase58();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
