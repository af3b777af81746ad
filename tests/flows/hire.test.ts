import { expect } from 'chai';
import { parseUsdc } from '@ionet/sdk';
import { useMarket } from '../harness/market.js';

describe('flow: a hire in USDC', () => {
  const test = useMarket();

  it('pays the node for verified seconds and refunds the rest', async () => {
    const { market, offer } = test;
    const before = market.balances(market.buyer.payer);
    const job = await market.bookAndStart({
      offer,
      devices: 8,
      hours: 10,
      payment: 'usdc',
      maxTotal: parseUsdc('200'),
    });
    market.warpBy(5 * 3_600);
    await market.report(job, 5 * 3_600);
    await market.anyone.escrow.settleJob({ job });
    market.warpBy(5 * 3_600);
    await market.report(job, 9 * 3_600);
    await market.anyone.escrow.settleJob({ job });
    const state = await market.buyer.accounts.escrow.job.fetch(job);
    expect(state.state).to.equal('ended');
    expect(state.compute).to.equal(parseUsdc('160'));
    // 9 of 10 hours were verified: the node gets 144 less 0.25 %, the buyer 16 of his 160 back, not his fees.
    expect(market.balances(market.owner.payer).usdc).to.equal(parseUsdc('143.64'));
    expect(before.usdc - market.balances(market.buyer.payer).usdc).to.equal(parseUsdc('147.6'));
  });
});
