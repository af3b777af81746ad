import { expect } from 'chai';
import { eventOf, pda, treasury } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { REFUSED_PRICES } from '../harness/prices.js';
import { expectRefused } from '../harness/refusals.js';

describe('treasury: observe_price', () => {
  const test = useMarket();
  const auction = () =>
    test.market.anyone.accounts.treasury.auction.fetch(pda.treasury.auction(test.market.deployment));
  const observe = () => test.market.anyone.treasury.observePrice();

  it('notes the low end of a valid price, and when it was seen', async () => {
    const { market } = test;
    const before = await auction();
    market.setPrice({ price: 234_567_899n, conf: 1_000_000n });
    const { events } = await observe();
    const now = market.network.now();
    // 2.33567899 US dollars in whole micro-USD.
    expect(await auction()).to.deep.equal({
      ...before,
      reference: 2_335_678n,
      lastPrice: 2_335_678n,
      lastGoodAt: now,
      seq: 1n,
    });
    expect(eventOf(events, 'treasury', 'priceObserved')).to.deep.equal({
      price: 2_335_678n,
      observedAt: now,
      seq: 1n,
    });
  });

  it('may be repeated, and takes the newest price', async () => {
    const { market } = test;
    await observe();
    market.warpBy(30);
    market.setPrice({ price: 300_000_000n });
    await observe();
    const { lastPrice, lastGoodAt, seq } = await auction();
    expect({ lastPrice, lastGoodAt, seq }).to.deep.equal({
      lastPrice: 3_000_000n,
      lastGoodAt: market.network.now(),
      seq: 2n,
    });
  });

  it('opens no lot: that is for who fills', async () => {
    await observe();
    const { hour, lot } = await auction();
    expect({ hour, lot }).to.deep.equal({ hour: 0n, lot: 0n });
  });

  for (const { title, error, set } of REFUSED_PRICES) {
    it(`refuses a price ${title}, also when none was seen for weeks`, async () => {
      const { market } = test;
      await observe();
      set(market);
      await expectRefused(market, observe, 'treasury', error);
      market.network.warpBy(20 * 86_400);
      set(market);
      await expectRefused(market, observe, 'treasury', error);
    });
  }

  it('refuses a good price in another account than the treasury’s', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const other = testKeypair('posted by a stranger').publicKey;
    network.setAccount({ ...network.getAccount(deployment.priceAccount)!, address: other });
    const forged = replaceAccount(treasury.observePrice.call(market.anyone), deployment.priceAccount, other);
    await expectRefused(market, () => market.anyone.send(forged), 'treasury', 'WrongPriceAccount');
  });
});
