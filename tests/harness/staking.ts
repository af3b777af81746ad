import type { PublicKey } from '@solana/web3.js';
import { pda, type Client, type Fetched, type ProgramError, type ProgramErrorName } from '@ionet/sdk';
import { mintTokens, testKeypair, tokenBalance, type Market } from '@ionet/sdk/testing';
import { expectRefused } from './refusals.js';
import { transferTokens } from './token-accounts.js';

export const DAY = 86_400;
export const UNBONDING = 14 * DAY;

/** Any 32 bytes: what they are the hash of is of no matter to the program. */
export const EVIDENCE = new Uint8Array(32).fill(5);
export const STATEMENT = new Uint8Array(32).fill(6);

export type NodeAccount = Fetched<'staking', 'node'>;

/** Sends IO into a node's reward vault, as the emission does. */
export async function sendRewards(market: Market, node: PublicKey, amount: bigint): Promise<void> {
  const { deployment, mintAuthority, admin } = market;
  const from = testKeypair('emission');
  const mint = deployment.ioMint;
  await mintTokens(admin, { mint, mintAuthority, owner: from.publicKey, amount });
  await transferTokens(market, mint, from, pda.staking.rewardVault(deployment, node), amount);
}

/** A day later: lets all that was staked in a node and delegated to it earn. */
export async function ripen(
  market: Market,
  node: PublicKey,
  ...delegators: readonly Client[]
): Promise<void> {
  market.warpBy(DAY);
  await market.anyone.staking.harvest({ node });
  for (const { payer } of delegators) {
    await market.anyone.staking.activateDelegation({ node, delegator: payer });
  }
}

/** What the two vaults of a node hold. */
export function vaultsOf(
  market: Market,
  node: PublicKey,
): { readonly stake: bigint; readonly rewards: bigint } {
  const { deployment, network } = market;
  return {
    stake: tokenBalance(network, pda.staking.stakeVault(deployment, node)),
    rewards: tokenBalance(network, pda.staking.rewardVault(deployment, node)),
  };
}

/** The day of the chain's clock, as offences are dated. */
export function today(market: Market): number {
  return Number(market.network.now() / BigInt(DAY));
}

/** What a slash of today is for. */
export function offence(market: Market, amount: bigint) {
  return { reason: 'spoofing', day: today(market), amount, evidenceHash: EVIDENCE } as const;
}

/** Expects an error of staking by its name, with every account left as it was. */
export function refused<N extends ProgramErrorName<'staking'>>(
  market: Market,
  name: N,
  act: () => Promise<unknown>,
): Promise<ProgramError<'staking', N & string>> {
  return expectRefused(market, act, 'staking', name);
}
