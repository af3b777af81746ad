import { ArgumentError, MathError, U64_MAX, eventOf, pda, quoteFill } from '@ionet/sdk';
import { tokenBalance } from '@ionet/sdk/testing';
import { actAs, mustHold, type Action } from './actions.js';
import { adminOrNot } from './governance-actions.js';
import type { World } from './model.js';

/** Takes some of the lot, by what the SDK quotes: the chain must burn just that, and refuse what has no quote. */
async function fill(world: World): Promise<void> {
  const { random, market, keeper, now } = world;
  const { deployment, network } = market;
  const address = pda.treasury.auction(deployment);
  const auction = await market.anyone.accounts.treasury.auction.fetch(address);
  const vault = tokenBalance(network, pda.treasury.feeVault(deployment, deployment.usdcMint));
  const usdc = random.big(1n, vault / 20n + 1n);
  let io: bigint | undefined;
  try {
    io = quoteFill({ auction, vault, now, price: world.price, usdc }).io;
  } catch (error) {
    if (!(error instanceof ArgumentError || error instanceof MathError)) throw error;
  }
  const { events } = await keeper.client.treasury.fillAuction({ usdc, maxIo: io ?? U64_MAX });
  mustHold(io !== undefined, 'more was sold than the lot');
  const sold = eventOf(events, 'treasury', 'feesSold');
  mustHold(sold.ioBurned === io && sold.usdc === usdc, 'a fill differed from its quote');
  await world.onFeesSold(sold.usdc, sold.ioBurned);
}

/** Lets the auction see the price, which is now and then too old. */
async function observe({ random, market }: World): Promise<void> {
  const isStale = random.chance(30);
  if (isStale) market.setPrice({ publishTime: market.network.now() - 61n });
  try {
    await market.anyone.treasury.observePrice();
  } finally {
    if (isStale) market.setPrice();
  }
  mustHold(!isStale, 'an old price was taken');
}

/** Names the price account that is in use again, as the admin or as somebody who is not. */
async function updateTreasury(world: World): Promise<void> {
  const { market, offices } = world;
  const { priceAccount } = market.deployment;
  await actAs(adminOrNot(world, 'treasury'), [offices.of('treasury').admin.client.payer], (by) =>
    by.treasury.updateConfig({ priceAccount }),
  );
}

/** What is done with the auction of the fees. */
export const auctionActions: readonly Action[] = [
  {
    name: 'fillAuction',
    weight: 4,
    // The issuer may have frozen the fee vault.
    refusals: ['treasury.LotExceeded', 'token.AccountFrozen', 'token.InsufficientFunds'],
    run: fill,
  },
  {
    name: 'observePrice',
    outside: true,
    weight: 1,
    refusals: ['treasury.PriceStale'],
    run: observe,
  },
  {
    name: 'updateTreasury',
    outside: true,
    weight: 1,
    refusals: ['treasury.NotAdmin'],
    run: updateTreasury,
  },
];
