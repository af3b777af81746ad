import { Keypair } from '@solana/web3.js';

/**
 * The key of a label, the same in every run, so that tests are reproducible. Nobody else may trust it: whoever
 * knows the label has the key.
 *
 * @example
 * ```ts
 * import { testKeypair } from '@ionet/sdk/testing';
 *
 * const buyer = testKeypair('buyer');
 * ```
 */
export function testKeypair(label: string): Keypair {
  const bytes = new TextEncoder().encode(label);
  if (bytes.length > 32) throw new RangeError(`the label of a test key has at most 32 bytes: ${label}`);
  const seed = new Uint8Array(32);
  seed.set(bytes);
  return Keypair.fromSeed(seed);
}
