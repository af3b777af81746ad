import { PublicKey } from '@solana/web3.js';
import { deriveAddress } from './derive.js';

/** The loader of upgradeable programs. */
export const UPGRADEABLE_LOADER = /* @__PURE__ */ new PublicKey(
  'BPFLoaderUpgradeab1e11111111111111111111111',
);

/** Where the loader keeps a program's code and upgrade authority. */
export function programDataAddress(programId: PublicKey): PublicKey {
  return deriveAddress(UPGRADEABLE_LOADER, [programId.toBytes()]);
}
