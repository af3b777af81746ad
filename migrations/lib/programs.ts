import { UPGRADEABLE_LOADER, programDataAddress, type AccountSource, type ProgramName } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';

const PROGRAM_DATA = 3;
const HAS_AUTHORITY = 12;
const AUTHORITY = 13;

/** Who may upgrade a program: `null` nobody, `undefined` where there is no upgradeable program. */
export async function upgradeAuthorityOf(
  source: AccountSource,
  program: ProgramName,
): Promise<PublicKey | null | undefined> {
  const address = programDataAddress(source.deployment.programs[program]);
  const [account] = await source.transport.getAccounts([address]);
  if (account?.owner.equals(UPGRADEABLE_LOADER) !== true || account.data[0] !== PROGRAM_DATA)
    return undefined;
  if (account.data[HAS_AUTHORITY] !== 1) return null;
  return new PublicKey(account.data.subarray(AUTHORITY, AUTHORITY + 32));
}
