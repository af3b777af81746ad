import { airdropPda } from './pda/airdrop.js';
import { emissionPda } from './pda/emission.js';
import { escrowPda } from './pda/escrow.js';
import { oraclePda } from './pda/oracle.js';
import { stakingPda } from './pda/staking.js';
import { treasuryPda } from './pda/treasury.js';

/**
 * The addresses of the programs' accounts, by program. The seeds are the constants that the programs publish in
 * their IDLs.
 *
 * @example
 * ```ts
 * import { pda } from '@ionet/sdk';
 *
 * const node = pda.staking.node(deployment, owner, 0);
 * const offer = pda.escrow.offer(deployment, node, 0);
 * ```
 */
export const pda = {
  emission: emissionPda,
  staking: stakingPda,
  oracle: oraclePda,
  escrow: escrowPda,
  airdrop: airdropPda,
  treasury: treasuryPda,
} as const;
