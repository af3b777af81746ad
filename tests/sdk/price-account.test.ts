import { expect } from 'chai';
import { PYTH_RECEIVER, fetchPrice, readPriceAccount, type PriceProblem } from '@ionet/sdk';
import { encodePriceUpdate, testKeypair, type PriceUpdate } from '@ionet/sdk/testing';
import { fillAsQuoted, setVault, toNextHour } from '../harness/auction.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

describe('sdk: the price account', () => {
  const test = useMarket();

  it('is read as the program reads it, and refused for the same reason', async () => {
    const { market } = test;
    setVault(market, 48_000_000n);
    toNextHour(market, 100);
    const clean = market.snapshot();
    const now = market.network.now();
    const cases: readonly (readonly [Partial<PriceUpdate>, PriceProblem])[] = [
      [{ owner: testKeypair('stranger').publicKey }, 'NotAPriceUpdate'],
      [{ verification: { partial: 13 } }, 'PriceNotFullyVerified'],
      [{ feedId: new Uint8Array(32) }, 'WrongPriceFeed'],
      [{ publishTime: now - 61n }, 'PriceStale'],
      [{ publishTime: now + 1n }, 'PriceStale'],
      [{ postedSlot: 0n }, 'PriceBeforeRestart'],
      [{ price: 0n }, 'PriceNotPositive'],
      [{ price: -1n }, 'PriceNotPositive'],
      [{ conf: 2_500_001n }, 'PriceTooUncertain'],
      [{ exponent: -13 }, 'PriceExponentOutOfRange'],
      [{ exponent: 0 }, 'PriceExponentOutOfRange'],
    ];
    for (const [wrong, problem] of cases) {
      market.restore(clean);
      market.setPrice(wrong);
      expect(await fetchPrice(market.anyone), problem).to.deep.equal({ problem });
      const fill = () => market.buyer.treasury.fillAuction({ usdc: 1_000n, maxIo: 10n ** 12n });
      await expectRefused(market, fill, 'treasury', problem);
    }
    for (const right of [{}, { publishTime: now - 60n }, { conf: 2_500_000n }, { exponent: -12 }]) {
      market.restore(clean);
      market.setPrice(right);
      const reading = await fetchPrice(market.anyone);
      if ('problem' in reading) throw new Error(reading.problem);
      await fillAsQuoted(market, market.buyer, 1_000n, reading.price);
    }
  });

  it('refuses bytes that are too short, or none at all', () => {
    const checks = { feedId: new Uint8Array(32).fill(7), now: 1_000n, lastRestartSlot: 5n };
    const whole = encodePriceUpdate({
      price: 5n,
      conf: 0n,
      exponent: -2,
      publishTime: 990n,
      postedSlot: 6n,
      feedId: checks.feedId,
    });
    const read = (data: Uint8Array) => readPriceAccount({ owner: PYTH_RECEIVER, data }, checks);
    expect(read(whole)).to.deep.equal({ price: { price: 5n, conf: 0n, exponent: -2 } });
    expect(
      readPriceAccount({ owner: PYTH_RECEIVER, data: whole }, { ...checks, lastRestartSlot: 6n }),
    ).to.deep.equal({
      problem: 'PriceBeforeRestart',
    });
    for (const length of [0, 8, 60, 132]) expect(read(whole.subarray(0, length))).to.have.property('problem');
    expect(readPriceAccount(null, checks)).to.deep.equal({ problem: 'NotAPriceUpdate' });
  });
});
