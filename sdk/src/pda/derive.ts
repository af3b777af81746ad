import { PublicKey } from '@solana/web3.js';
import { integerBytes } from '../codec.js';
import type { Deployment } from '../deployment.js';
import { deriveAddress } from '../derive.js';
import type { ProgramName } from '../programs.js';

/** The address that one of the programs derives from seeds. */
export function derive(
  deployment: Deployment,
  program: ProgramName,
  seed: Uint8Array,
  ...seeds: readonly (PublicKey | Uint8Array)[]
): PublicKey {
  const parts = seeds.map((part) => (part instanceof PublicKey ? part.toBytes() : part));
  return deriveAddress(deployment.programs[program], [seed, ...parts]);
}

/** An id as a seed holds it: little endian, of fixed width. */
export function idSeed(type: 'u16' | 'u32' | 'u64', id: number | bigint): Uint8Array {
  return integerBytes(type, id, 'id');
}
