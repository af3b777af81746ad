import { programDataAddress, type AccountSource, type ProgramName } from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { upgradeAuthorityOf as authorityIn } from '../../scripts/lib/upgrade-authority.js';

/** Who may upgrade a program: `null` nobody, `undefined` where there is no upgradeable program. */
export async function upgradeAuthorityOf(
  source: AccountSource,
  program: ProgramName,
): Promise<PublicKey | null | undefined> {
  const address = programDataAddress(source.deployment.programs[program]);
  const [account] = await source.transport.getAccounts([address]);
  return authorityIn(account);
}
