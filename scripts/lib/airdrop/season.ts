import { PublicKey } from '@solana/web3.js';

/** The airdrop program, the same on every network. */
export const AIRDROP_PROGRAM = new PublicKey('9g1q3L2LWLfvqGqJLgzNEeyMwQTf6Y292Qd9porfnAyP');

/** The account of a season. */
export function seasonAddress(id: number): PublicKey {
  const seed = Buffer.alloc(4);
  seed.writeUInt32LE(id);
  return PublicKey.findProgramAddressSync([Buffer.from('season'), seed], AIRDROP_PROGRAM)[0];
}
