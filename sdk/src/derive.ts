import { PublicKey } from '@solana/web3.js';
import { Buffer } from 'buffer';

/** Finding takes a search with a curve check for each try, and the same addresses are asked for again and again. */
const MOST_KEPT = 4_096;
const kept = new Map<string, readonly [address: PublicKey, bump: number]>();

/** The address that a program derives from seeds, and its bump. The latest are kept, the oldest forgotten first. */
export function findAddress(
  program: PublicKey,
  seeds: readonly Uint8Array[],
): readonly [address: PublicKey, bump: number] {
  const parts = [program.toBytes(), ...seeds].map(
    (seed) => `${seed.length}:${Buffer.from(seed).toString('latin1')}`,
  );
  const key = parts.join('');
  const known = kept.get(key);
  if (known !== undefined) return known;
  const found = PublicKey.findProgramAddressSync([...seeds], program);
  const oldest = kept.keys().next();
  if (kept.size >= MOST_KEPT && oldest.done !== true) kept.delete(oldest.value);
  kept.set(key, found);
  return found;
}

/** The address that a program derives from seeds. */
export function deriveAddress(program: PublicKey, seeds: readonly Uint8Array[]): PublicKey {
  return findAddress(program, seeds)[0];
}
