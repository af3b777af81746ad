import type { Keypair, PublicKey } from '@solana/web3.js';
import { testKeypair } from '@ionet/sdk/testing';

/** Keys of oracle members who are not in office. */
export function newMembers(count: number): Keypair[] {
  return Array.from({ length: count }, (_, index) => testKeypair(`new oracle ${index}`));
}

/** The addresses of keys. */
export function addressesOf(keys: readonly Keypair[]): PublicKey[] {
  return keys.map(({ publicKey }) => publicKey);
}
