import { UPGRADEABLE_LOADER, type RawAccount } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';

const PROGRAM_DATA = 3;
const HAS_AUTHORITY = 12;
const AUTHORITY = 13;

/** Who may upgrade a program, by the account of its code: `null` nobody, `undefined` where it is no such account. */
export function upgradeAuthorityOf(programData: RawAccount | null | undefined): PublicKey | null | undefined {
  if (programData?.owner.equals(UPGRADEABLE_LOADER) !== true || programData.data[0] !== PROGRAM_DATA) {
    return undefined;
  }
  if (programData.data[HAS_AUTHORITY] !== 1) return null;
  return new PublicKey(programData.data.subarray(AUTHORITY, AUTHORITY + 32));
}
