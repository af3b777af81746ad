import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  eventOf,
  pda,
  quoteFill,
  tokenAddress,
  type Client,
  type EventData,
  type Fetched,
  type FillQuote,
  type Price,
} from '@ionet/sdk';
import { changeTokenAccount, tokenBalance, tokenSupply, type Market } from '@ionet/sdk/testing';

/** An hour of the auction, and the days and weeks of its reference. */
export const HOUR = 3_600;
export const DAY = 86_400;
export const WEEK = 604_800;

/** More IO than any fill of these tests burns. */
export const ANY_IO = 2n ** 64n - 1n;

export function auctionOf({ anyone, deployment }: Market): Promise<Fetched<'treasury', 'auction'>> {
  return anyone.accounts.treasury.auction.fetch(pda.treasury.auction(deployment));
}

export function usdcVault({ deployment }: Market): PublicKey {
  return pda.treasury.feeVault(deployment, deployment.usdcMint);
}

/** Makes the fee vault hold so much USDC: the fees of orders, or what strangers gave to it. */
export function setVault(market: Market, amount: bigint): void {
  changeTokenAccount(market.network, usdcVault(market), { amount });
}

/** Moves the clock to a second of the next hour that begins; the price is published anew, unless it is dead. */
export function toNextHour(
  market: Market,
  second = 0,
  clock: Pick<Market, 'warpBy'> | Pick<Market['network'], 'warpBy'> = market,
): void {
  clock.warpBy(BigInt(HOUR) - (market.network.now() % BigInt(HOUR)) + BigInt(second));
}

/** What the SDK says that a fill burns now. */
export async function quoteNow(market: Market, usdc: bigint, price?: Price): Promise<FillQuote> {
  const vault = tokenBalance(market.network, usdcVault(market));
  const auction = await auctionOf(market);
  return quoteFill({ auction, vault, now: market.network.now(), price, usdc });
}

/** Fills, and checks that all that moved is what the quote said, to the unit. */
export async function fillAsQuoted(
  market: Market,
  filler: Client,
  usdc: bigint,
  price?: Price,
): Promise<EventData<'treasury', 'feesSold'>> {
  const { deployment, network } = market;
  const { io, askBps } = await quoteNow(market, usdc, price);
  const state = (): bigint[] => [
    tokenSupply(network, deployment.ioMint),
    tokenBalance(network, tokenAddress(deployment.ioMint, filler.payer)),
    tokenBalance(network, usdcVault(market)),
    tokenBalance(network, tokenAddress(deployment.usdcMint, filler.payer)),
  ];
  const before = state();
  const { events } = await filler.treasury.fillAuction({ usdc, maxIo: io });
  const moved = state().map((amount, index) => amount - (before[index] ?? 0n));
  expect(moved, 'supply, IO of the filler, vault, USDC of the filler').to.deep.equal([-io, -io, -usdc, usdc]);
  const event = eventOf(events, 'treasury', 'feesSold');
  expect(event).to.deep.include({ filler: filler.payer, usdc, ioBurned: io, askBps });
  return event;
}
