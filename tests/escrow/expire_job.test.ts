import { expect } from 'chai';
import { eventOf, tokenAddress } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { bookOdd, callOn, expectPaidOut, jobAccount, moneyAccounts, movedBy } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const START_WINDOW = 900;

describe('escrow: expire_job', () => {
  const test = useMarket();

  it('refunds everything, by anyone', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    market.warpBy(START_WINDOW + 1);
    const moved = await movedBy(market, job, async () => {
      const { events } = await market.anyone.escrow.expireJob({ job });
      expect(eventOf(events, 'escrow', 'jobExpired')).to.deep.equal({
        job,
        toBuyer: 26_509_241n,
        owed: 0n,
        seq: 2n,
      });
    });
    expect(moved).to.deep.equal({ buyer: 26_509_241n, payout: 0n, fees: 0n, vault: -26_509_241n });
    const account = await expectPaidOut(market, job);
    expect({ state: account.state, reason: account.reason }).to.deep.equal({
      state: 'expired',
      reason: 'notStarted',
    });
  });

  it('waits for the last second of the start window', async () => {
    const { market, node } = test;
    const expire = (): Promise<unknown> => market.anyone.escrow.expireJob({ job });
    const job = await bookOdd(market, node, 'usdc', { startAt: market.network.now() + 60n });
    await expectRefused(market, expire, 'escrow', 'StartWindowOpen');
    market.warpBy(60 + START_WINDOW);
    await expectRefused(market, expire, 'escrow', 'StartWindowOpen');
    market.warpBy(1);
    await expire();
    await expectPaidOut(market, job);
  });

  it('is refused once the job was started, is ending or has ended', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const expire = (): Promise<unknown> => market.anyone.escrow.expireJob({ job });
    await market.operator.escrow.startJob({ job });
    market.warpBy(START_WINDOW + 1);
    await expectRefused(market, expire, 'escrow', 'JobAlreadyStarted');
    await market.buyer.escrow.endJob({ job });
    await expectRefused(market, expire, 'escrow', 'JobEnding');
    await market.report(job, 0);
    await market.anyone.escrow.settleJob({ job });
    await expectRefused(market, expire, 'escrow', 'JobEnded');
  });

  it('is refused a second time', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    market.warpBy(START_WINDOW + 1);
    await market.anyone.escrow.expireJob({ job });
    await expectRefused(market, () => market.anyone.escrow.expireJob({ job }), 'escrow', 'JobEnded');
  });

  it('pays to no account but the recorded ones', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    market.warpBy(START_WINDOW + 1);
    await market.fund(market.anyone.payer, {});
    const { buyer, fees, vault } = moneyAccounts(market, await jobAccount(market, job));
    const strangers = tokenAddress(market.deployment.usdcMint, market.anyone.payer);
    const call = await callOn(market, market.anyone, 'expireJob', job);
    for (const [from, to, name] of [
      [buyer, strangers, 'WrongBuyerTokenAccount'],
      [fees, strangers, 'WrongFeeVault'],
      [vault, strangers, 'ConstraintSeeds'],
      [market.buyer.payer, market.anyone.payer, 'WrongRentPayer'],
    ] as const) {
      const changed = replaceAccount(call, from, to);
      await expectRefused(market, () => market.anyone.send(changed), 'escrow', name);
    }
  });

  it('goes on while intake is paused', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.pauser.escrow.pause();
    market.warpBy(START_WINDOW + 1);
    await market.anyone.escrow.expireJob({ job });
    await expectPaidOut(market, job);
  });
});
