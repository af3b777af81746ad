import type { PublicKey } from '@solana/web3.js';
import type { Fetched } from '@ionet/sdk';
import type { MarketUnderTest } from './market.js';
import { offence } from './staking.js';

/** Slashes the node under test, and gives its case. */
export async function openCase(test: MarketUnderTest, amount: bigint): Promise<PublicKey> {
  const { market, node } = test;
  const { accounts } = await market.admin.staking.slash({ ...offence(market, amount), node });
  return accounts.slashCase;
}

/** A case as the chain has it. */
export function caseAccount(
  { market }: MarketUnderTest,
  slashCase: PublicKey,
): Promise<Fetched<'staking', 'slashCase'>> {
  return market.anyone.accounts.staking.slashCase.fetch(slashCase);
}
