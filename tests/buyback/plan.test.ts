import { expect } from 'chai';
import fc from 'fast-check';
import {
  askBps,
  fillIo,
  parseIo,
  parsePrice,
  parseUsdc,
  U64_MAX,
  type AuctionState,
  type Price,
} from '@ionet/sdk';
import { least, type MarketQuote } from '../../scripts/lib/buyback/market.js';
import { planFill, type Bounds, type FillPlan, type Source } from '../../scripts/lib/buyback/plan.js';

const HOUR = 3_600n;
const START = 478_000n * HOUR;
const PRICE = parsePrice('2.5');
const FRESH: AuctionState = {
  hour: 0n,
  lot: 0n,
  left: 0n,
  hourIo: 0n,
  reference: 0n,
  lastPrice: 0n,
  lastGoodAt: 0n,
};
const BOUNDS: Bounds = { minProfit: 1n, maxUsdc: U64_MAX, slippageBps: 0n };

const at = (second: bigint, vault: bigint, price: Price | undefined = PRICE) => ({
  auction: FRESH,
  vault,
  now: START + second,
  price,
});

/** A pool without fees, by the formula alone. */
function pool(usdcReserve: bigint, ioReserve: bigint): MarketQuote {
  const bought = (usdc: bigint): bigint => {
    const after = usdcReserve + usdc;
    return ioReserve - (usdcReserve * ioReserve + after - 1n) / after;
  };
  return {
    bought,
    cost: (io) => least(U64_MAX, (usdc) => bought(usdc) >= io),
    swap: () => ({ instructions: [], signers: [], accounts: {} }),
  };
}

function fillOf(plan: ReturnType<typeof planFill>): FillPlan {
  if (plan.kind !== 'fill') throw new Error(`it waits: ${plan.reason}`);
  return plan;
}

describe('buyback: what a crank decides', () => {
  const funds = parseUsdc('1000000');

  it('waits while the ask is above the market, and fills when it has fallen below', () => {
    const source: Source = { kind: 'market', quote: pool(10n ** 12n, 4n * 10n ** 13n), usdc: funds };
    const vault = parseUsdc('2400');
    expect(planFill(at(0n, vault), source, BOUNDS)).to.deep.equal({
      kind: 'wait',
      reason: 'not profitable',
      askBps: 10_500n,
    });
    const plan = fillOf(planFill(at(3_599n, vault), source, BOUNDS));
    expect(plan.usdc).to.equal(parseUsdc('100'));
    expect(plan.profit).to.equal(plan.usdc - plan.spend);
    expect(plan.profit > parseUsdc('4.9') && plan.profit < parseUsdc('5')).to.equal(true);
  });

  it('takes as much as gains the most, and no more than the pool bears', () => {
    const cases = fc.record({
      usdc: fc.bigInt(100_000_000n, 10_000_000_000n),
      second: fc.bigInt(0n, 3_599n),
      lot: fc.bigInt(1_000_000n, 400_000_000n),
      slippageBps: fc.bigInt(0n, 100n),
    });
    fc.assert(
      fc.property(cases, ({ usdc, second, lot, slippageBps }) => {
        // One IO costs 2.50 USD: 40 base units of IO a base unit of USDC.
        const quote = pool(usdc, usdc * 40n);
        const source: Source = { kind: 'market', quote, usdc: funds };
        const bounds = { ...BOUNDS, slippageBps };
        const auction = { ...FRESH, hour: START / HOUR, lot, left: lot };
        const plan = planFill({ ...at(second, lot), auction }, source, bounds);
        const SAMPLES = 60n;
        const profits = Array.from({ length: Number(SAMPLES) }, (_, index) => {
          const size = (lot * BigInt(index + 1)) / SAMPLES;
          const io = fillIo(size, askBps(START + second), PRICE);
          const spend = quote.cost((io * (10_000n + slippageBps) + 9_999n) / 10_000n);
          return spend === null ? 0n : size - spend;
        });
        const best = profits.reduce((most, profit) => (profit > most ? profit : most), 0n);
        if (plan.kind === 'wait') {
          expect(best <= 4n, `waits for ${best}`).to.equal(true);
          return;
        }
        expect(plan.usdc <= lot).to.equal(true);
        expect(plan.profit === plan.usdc - plan.spend && plan.profit > 0n).to.equal(true);
        // What it spends buys what it may burn, with the whole slippage on top.
        expect(quote.bought(plan.spend) >= plan.maxIo).to.equal(true);
        expect(plan.maxIo >= plan.io).to.equal(true);
        // Nothing but the rounding of the two prices to single units is left on the table.
        expect(best - plan.profit <= 4n, `${plan.profit} of ${best}`).to.equal(true);
      }),
      {
        numRuns: 20,
        // A lot of more than the pool has.
        examples: [[{ usdc: 100_000_000n, second: 3_204n, lot: 210_559_906n, slippageBps: 52n }]],
      },
    );
  });

  it('spends no more USDC than there is', () => {
    const source = (usdc: bigint): Source => ({
      kind: 'market',
      quote: pool(10n ** 12n, 4n * 10n ** 13n),
      usdc,
    });
    const vault = parseUsdc('2400');
    const plan = fillOf(planFill(at(3_599n, vault), source(parseUsdc('10')), BOUNDS));
    expect(plan.spend <= parseUsdc('10') && plan.spend > parseUsdc('9.99')).to.equal(true);
    const poor = planFill(at(3_599n, vault), source(0n), BOUNDS);
    expect(poor).to.deep.include({ kind: 'wait', reason: 'no funds' });
  });

  it('leaves what gains less than was asked for, and takes no more than it may', () => {
    const source: Source = { kind: 'market', quote: pool(10n ** 12n, 4n * 10n ** 13n), usdc: funds };
    const vault = parseUsdc('2400');
    const greedy = planFill(at(3_599n, vault), source, { ...BOUNDS, minProfit: parseUsdc('5') });
    expect(greedy).to.deep.include({ kind: 'wait', reason: 'not profitable' });
    const small = fillOf(planFill(at(3_599n, vault), source, { ...BOUNDS, maxUsdc: parseUsdc('7') }));
    expect(small.usdc).to.equal(parseUsdc('7'));
  });

  it('waits without a price, and where nothing is left', () => {
    const source: Source = { kind: 'inventory', io: parseIo('1000') };
    const unpriced = { ...at(3_599n, 10n ** 9n), price: undefined };
    expect(planFill(unpriced, source, BOUNDS)).to.deep.include({
      reason: 'no price',
    });
    expect(planFill(at(3_599n, 0n), source, BOUNDS)).to.deep.include({ reason: 'nothing left' });
  });

  it('burns of an inventory what gains, as far as it reaches', () => {
    const vault = parseUsdc('2400');
    const source = (io: string): Source => ({ kind: 'inventory', io: parseIo(io) });
    expect(planFill(at(1_800n, vault), source('1000'), BOUNDS)).to.deep.include({ reason: 'not profitable' });
    const whole = fillOf(planFill(at(3_599n, vault), source('1000'), BOUNDS));
    expect([whole.usdc, whole.spend, whole.maxIo === whole.io]).to.deep.equal([parseUsdc('100'), 0n, true]);
    const part = fillOf(planFill(at(3_599n, vault), source('10'), { ...BOUNDS, slippageBps: 20n }));
    expect(part.maxIo <= parseIo('10') && part.maxIo > parseIo('9.999')).to.equal(true);
    expect(planFill(at(3_599n, vault), source('0'), BOUNDS)).to.deep.include({ reason: 'no funds' });
  });

  it('values an inventory as its owner does, and not by a price that the auction carries on', () => {
    const vault = parseUsdc('2400');
    const owner = (usd: string): Source => ({
      kind: 'inventory',
      io: parseIo('1000'),
      worth: parsePrice(usd),
    });
    expect(fillOf(planFill(at(0n, vault), owner('2.3'), BOUNDS)).usdc).to.equal(parseUsdc('100'));
    expect(planFill(at(3_599n, vault), owner('2.7'), BOUNDS)).to.deep.include({ reason: 'not profitable' });
    const now = START + 3_599n;
    const silent = { ...FRESH, reference: 5_000_000n, lastPrice: 2_500_000n, lastGoodAt: now - 2n * 86_400n };
    const carried = { auction: silent, vault, now };
    const nobody: Source = { kind: 'inventory', io: parseIo('1000') };
    expect(planFill(carried, nobody, BOUNDS)).to.deep.include({ kind: 'wait', reason: 'no price' });
    expect(fillOf(planFill(carried, owner('2.5'), BOUNDS)).usdc).to.equal(parseUsdc('100'));
  });
});
