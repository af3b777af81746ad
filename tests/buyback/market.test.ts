import { expect } from 'chai';
import { eventOf, mergeCalls, parseIo, parseUsdc, tokenAddress, treasury, type Client } from '@ionet/sdk';
import { tokenSupply } from '@ionet/sdk/testing';
import type { Bounds } from '../../scripts/lib/buyback/plan.js';
import { playRound, survey, type Supply } from '../../scripts/lib/buyback/round.js';
import { tokenSwapMarket } from '../../scripts/lib/buyback/token-swap.js';
import { DAY, setVault, toNextHour } from '../harness/auction.js';
import { useMarket } from '../harness/market.js';
import { stateOf } from '../harness/refusals.js';
import { openPool, type TestPool } from '../harness/token-swap.js';

/** One IO costs 2.50 USD in the pool, as in the price account. */
const RESERVES = { usdc: parseUsdc('100000'), io: parseIo('40000') } as const;
const BOUNDS: Bounds = { minProfit: 10_000n, maxUsdc: 2n ** 64n - 1n, slippageBps: 20n };
/** Late in an hour, when the treasury asks for less than the market. */
const LATE = 3_500;

describe('buyback: through a real constant-product market', () => {
  const test = useMarket();
  let pool: TestPool;
  let filler: Client;
  let supply: Supply;

  beforeEach(async () => {
    const { market } = test;
    pool = await openPool(market, RESERVES);
    filler = market.actor('filler');
    await market.fund(filler.payer, { usdc: parseUsdc('1000') });
    setVault(market, parseUsdc('2400'));
    supply = { kind: 'market', market: tokenSwapMarket(pool.address) };
  });

  it('is quoted to the unit, whichever token comes first', async () => {
    for (const usdcFirst of [true, false]) {
      const { market } = test;
      // A pool at the same address, opened anew.
      const fresh = await openPool(market, { usdc: 123_456_789n, io: 98_765_432_101n }, usdcFirst);
      for (const usdc of [1_000n, 123_457n, 33_333_333n]) {
        const quote = await tokenSwapMarket(fresh.address).quote(filler);
        const before = { pool: fresh.reserves(), own: market.balances(filler.payer) };
        await fresh.buyIo(filler, usdc);
        const bought = market.balances(filler.payer).io - before.own.io;
        expect(bought).to.equal(quote.bought(usdc));
        expect(before.pool.io - fresh.reserves().io).to.equal(bought);
        const cost = quote.cost(bought)!;
        expect(cost <= usdc && quote.bought(cost) >= bought).to.equal(true);
        expect(quote.bought(cost - 1n) < bought, 'the least that buys it').to.equal(true);
      }
      expect((await tokenSwapMarket(fresh.address).quote(filler)).cost(fresh.reserves().io)).to.equal(null);
    }
  });

  it('buys and burns in one transaction, and gains what was promised at least', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    toNextHour(market, LATE);
    const before = { own: market.balances(filler.payer), supply: tokenSupply(market.network, ioMint) };
    const { survey: seen, filled } = await playRound(filler, supply, BOUNDS);
    if (seen.plan.kind !== 'fill' || filled === null) throw new Error('nothing was filled');
    expect(seen.plan.usdc).to.equal(parseUsdc('100'));
    const after = market.balances(filler.payer);
    expect(after.usdc - before.own.usdc >= seen.plan.profit).to.equal(true);
    expect(seen.plan.profit > parseUsdc('4')).to.equal(true);
    expect(tokenSupply(market.network, ioMint)).to.equal(before.supply - filled.ioBurned);
    expect(filled.ioBurned <= seen.plan.maxIo).to.equal(true);
    // What was bought against slippage and not burned is there.
    expect(after.io >= before.own.io).to.equal(true);
    expect(pool.reserves().usdc > RESERVES.usdc).to.equal(true);
  });

  it('waits at the beginning of an hour, and moves no token', async () => {
    const { market } = test;
    toNextHour(market, 10);
    const before = await stateOf(market);
    const { survey: seen, filled } = await playRound(filler, supply, BOUNDS);
    expect(seen.plan).to.deep.include({ kind: 'wait', reason: 'not profitable' });
    expect(filled).to.equal(null);
    // The auction has never seen a price: that much the crank does while it waits.
    const after = await stateOf(market);
    expect([...after].filter(([key, value]) => before.get(key) !== value)).to.have.length(1);
  });

  it('loses nothing where somebody moves the pool between quote and send', async () => {
    const { market } = test;
    toNextHour(market, LATE);
    const { fill } = await survey(filler, supply, BOUNDS);
    const clean = market.snapshot();
    // Half a percent of the pool moves its price by a percent, five times what is allowed for.
    await pool.buyIo(market.buyer, RESERVES.usdc / 200n);
    const before = await stateOf(market);
    const problem: unknown = await filler.send(fill!).catch((error: unknown) => error);
    expect(problem).to.deep.include({ program: 'unknown', code: 16 });
    expect(await stateOf(market)).to.deep.equal(before);
    // A move within the bound lands.
    market.restore(clean);
    await pool.buyIo(market.buyer, RESERVES.usdc / 4_000n);
    const own = market.balances(filler.payer);
    const { events } = await filler.send(fill!);
    expect(eventOf(events, 'treasury', 'feesSold').usdc).to.equal(parseUsdc('100'));
    expect(market.balances(filler.payer).usdc > own.usdc).to.equal(true);
    expect(market.balances(filler.payer).io >= own.io).to.equal(true);
  });

  it('loses nothing where the price falls between quote and send', async () => {
    const { market } = test;
    toNextHour(market, LATE);
    const { fill } = await survey(filler, supply, BOUNDS);
    const clean = market.snapshot();
    market.setPrice({ price: 249_000_000n });
    const before = await stateOf(market);
    const problem: unknown = await filler.send(fill!).catch((error: unknown) => error);
    expect(problem).to.deep.include({ program: 'treasury', name: 'IoAboveMaximum' });
    expect(await stateOf(market)).to.deep.equal(before);
    market.restore(clean);
    market.setPrice({ price: 249_900_000n });
    const own = market.balances(filler.payer);
    await filler.send(fill!);
    expect(market.balances(filler.payer).io >= own.io).to.equal(true);
  });

  it('does not fill twice: of the lot no more is left than was seen', async () => {
    const { market } = test;
    toNextHour(market, LATE);
    const { fill } = await survey(filler, supply, BOUNDS);
    await filler.send(fill!);
    const before = await stateOf(market);
    const problem: unknown = await filler.send(fill!).catch((error: unknown) => error);
    expect(problem).to.have.property('name');
    expect(await stateOf(market)).to.deep.equal(before);
    expect((await survey(filler, supply, BOUNDS)).plan).to.deep.include({ reason: 'nothing left' });
  });

  it('refuses what is no pool of USDC and IO', async () => {
    const { market } = test;
    const { usdcMint } = market.deployment;
    for (const address of [filler.payer, tokenAddress(usdcMint, filler.payer)]) {
      const problem: unknown = await tokenSwapMarket(address)
        .quote(filler)
        .catch((error: unknown) => error);
      expect(problem).to.have.property('name', 'AccountMismatch');
    }
  });

  it('fills from an inventory, burns the fees in IO, and shows the auction a price', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    await market.fund(filler.payer, { io: parseIo('500') });
    toNextHour(market, LATE);
    const inventory: Supply = { kind: 'inventory' };
    const before = market.balances(filler.payer);
    const round = await playRound(filler, inventory, BOUNDS);
    expect(round.feesBurned).to.equal(null);
    const after = market.balances(filler.payer);
    expect(after.usdc - before.usdc).to.equal(parseUsdc('100'));
    expect(before.io - after.io).to.equal(round.filled!.ioBurned);
    // A day later nothing is worth filling: the price is observed, and fees that came in are burned.
    const { offer } = test;
    const order = { id: 9n, offer, devices: 1, hours: 1, payment: 'io', maxTotal: parseIo('10') } as const;
    const { accounts } = await market.buyer.escrow.bookJob(order);
    await market.buyer.escrow.cancelJob({ job: accounts.job });
    market.warpBy(DAY);
    toNextHour(market, 10);
    const supplyBefore = tokenSupply(market.network, ioMint);
    const next = await playRound(filler, inventory, BOUNDS);
    expect(next.filled).to.equal(null);
    expect(next.observed).to.not.equal(null);
    expect(next.feesBurned!.amount > 0n).to.equal(true);
    expect(tokenSupply(market.network, ioMint)).to.equal(supplyBefore - next.feesBurned!.amount);
    expect((await playRound(filler, inventory, BOUNDS)).observed).to.equal(null);
  });

  it('cannot be made to burn more than it bought', async () => {
    const { market } = test;
    await market.fund(filler.payer, { io: parseIo('500') });
    toNextHour(market, LATE);
    const { plan, fill } = await survey(filler, supply, BOUNDS);
    if (plan.kind !== 'fill' || fill === null) throw new Error('nothing to fill');
    // Its swap alone gives at least what its fill may burn at most.
    const [swap] = fill.instructions;
    const before = market.balances(filler.payer);
    await filler.send(mergeCalls([{ instructions: [swap!], signers: [], accounts: {} }]));
    expect(market.balances(filler.payer).io - before.io >= plan.maxIo).to.equal(true);
    expect(before.usdc - market.balances(filler.payer).usdc <= plan.spend).to.equal(true);
    const { instructions } = treasury.fillAuction.call(filler, { usdc: plan.usdc, maxIo: plan.maxIo });
    expect(fill.instructions.at(-1)!.data).to.deep.equal(instructions[0]!.data);
  });
});
