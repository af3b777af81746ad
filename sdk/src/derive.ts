import { PublicKey } from '@solana/web3.js';
import { Buffer } from 'buffer';

/** Deriving takes a search with a curve check for each try, and the same addresses are asked for again and again. */
const MOST_KEPT = 4_096;
const kept = new Map<string, PublicKey>();

/** The address that a program derives from seeds. The latest are remembered, the oldest forgotten first. */
export function deriveAddress(program: PublicKey, seeds: readonly Uint8Array[]): PublicKey {
  const parts = [program.toBytes(), ...seeds].map(
    (seed) => `${seed.length}:${Buffer.from(seed).toString('latin1')}`,
  );
  const key = parts.join('');
  const known = kept.get(key);
  if (known !== undefined) return known;
  const [address] = PublicKey.findProgramAddressSync([...seeds], program);
  const oldest = kept.keys().next();
  if (kept.size >= MOST_KEPT && oldest.done !== true) kept.delete(oldest.value);
  kept.set(key, address);
  return address;
}
