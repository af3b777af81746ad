import type { PublicKey } from '@solana/web3.js';
import { fetchAccount, type AccountData, type AccountName, type ProgramName } from '@ionet/sdk';
import type { Market } from '@ionet/sdk/testing';
import { encodeAccountData } from '../../sdk/src/accounts.js';

/** Rewrites fields of an account past all rules, to reach states that no instruction makes. */
export async function changeAccount<P extends ProgramName, N extends AccountName<P>>(
  market: Market,
  program: P,
  name: N,
  address: PublicKey,
  change: Partial<AccountData<P, N>>,
): Promise<void> {
  const { network, deployment } = market;
  const raw = network.getAccount(address);
  if (raw === null) throw new RangeError(`there is no account at ${address.toBase58()}`);
  const before = await fetchAccount(network, program, name, address);
  const changed = encodeAccountData(program, name, { ...before, ...change });
  // The rest of the space stays: a shorter list leaves bytes behind that nobody reads.
  const data = Uint8Array.from(raw.data);
  data.set(changed);
  network.setAccount({ address, owner: deployment.programs[program], data, lamports: raw.lamports });
}
