import { PublicKey } from '@solana/web3.js';
import { deriveAddress } from './derive.js';

/**
 * The loader of upgradeable programs.
 *
 * @example
 * ```ts
 * import { UPGRADEABLE_LOADER } from '@ionet/sdk';
 *
 * const [program] = await client.transport.getAccounts([deployment.programs.escrow]);
 * program?.owner.equals(UPGRADEABLE_LOADER); // true
 * ```
 */
export const UPGRADEABLE_LOADER = /* @__PURE__ */ new PublicKey(
  'BPFLoaderUpgradeab1e11111111111111111111111',
);

/**
 * Where the loader keeps a program's code and upgrade authority.
 *
 * @example
 * ```ts
 * import { programDataAddress } from '@ionet/sdk';
 *
 * const [programData] = await client.transport.getAccounts([programDataAddress(deployment.programs.escrow)]);
 * programData?.executable; // false: the code lies there, and is run from the program's own account
 * ```
 */
export function programDataAddress(programId: PublicKey): PublicKey {
  return deriveAddress(UPGRADEABLE_LOADER, [programId.toBytes()]);
}
