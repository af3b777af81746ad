import type { PublicKey } from '@solana/web3.js';
import { pda, type ProgramError, type ProgramErrorName } from '@ionet/sdk';
import { tokenBalance, type Market } from '@ionet/sdk/testing';
import { expectRefused } from './refusals.js';

/** Seconds in an hour. */
export const HOUR = 3_600;

/** What the fee vaults hold. */
export function feeVaults(market: Market): { readonly io: bigint; readonly usdc: bigint } {
  const { deployment, network } = market;
  const balance = (mint: PublicKey): bigint => tokenBalance(network, pda.treasury.feeVault(deployment, mint));
  return { io: balance(deployment.ioMint), usdc: balance(deployment.usdcMint) };
}

/** Expects an error of escrow by its name, with every account left as it was. */
export function refused<N extends ProgramErrorName<'escrow'>>(
  market: Market,
  name: N,
  act: () => Promise<unknown>,
): Promise<ProgramError<'escrow', N & string>> {
  return expectRefused(market, act, 'escrow', name);
}

/** Whole numbers that look random and are the same in every run, by the splitmix64 generator. */
export function seeded(seed: bigint): (from: bigint, to: bigint) => bigint {
  const mask = (1n << 64n) - 1n;
  let state = seed & mask;
  return (from, to) => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let word = ((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    word = ((word ^ (word >> 27n)) * 0x94d049bb133111ebn) & mask;
    word ^= word >> 31n;
    return from + (word % (to - from + 1n));
  };
}
