import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { bookOdd, allActions, complete, jobAccount, moneyAccounts, startOdd } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { freeze } from '../harness/token-accounts.js';

/** What each action is refused with on a job that is over; closing it is what is left to do. */
const REFUSALS = {
  startJob: 'JobEnded',
  release: 'JobEnded',
  extendJob: 'JobEnded',
  cancelJob: 'JobEnded',
  endJob: 'JobEnded',
  settleJob: 'JobEnded',
  expireJob: 'JobEnded',
  payOwed: 'NothingOwed',
  withdrawOwed: 'NothingOwed',
} as const;

describe('flow: nothing happens to a job that is over', () => {
  const test = useMarket();

  const expectFrozen = async (job: PublicKey, owing: boolean): Promise<void> => {
    const { market } = test;
    const actions = allActions(market, job);
    for (const [action, name] of Object.entries(REFUSALS)) {
      const refusal = owing && action === 'payOwed' ? 'StillNotReceivable' : name;
      await expectRefused(market, actions[action]!, 'escrow', refusal);
    }
    await expectRefused(market, () => market.report(job, 1), 'oracle', 'JobNotRunning');
  };

  it('ended', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await complete(market, job);
    await expectFrozen(job, false);
  });

  it('ended, but not all paid out', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await freeze(market, moneyAccounts(market, await jobAccount(market, job)).payout);
    await complete(market, job);
    await expectFrozen(job, true);
    await market.anyone.oracle.closeJobUsage({ job });
    await expectRefused(market, () => market.buyer.escrow.closeJob({ job }), 'escrow', 'MoneyOwed');
  });

  it('cancelled', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.buyer.escrow.cancelJob({ job });
    await expectFrozen(job, false);
  });

  it('expired', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    market.warpBy(901);
    await market.anyone.escrow.expireJob({ job });
    await expectFrozen(job, false);
  });

  it('closed: there is no such job for any of them', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const known = await jobAccount(market, job);
    await market.buyer.escrow.cancelJob({ job });
    await market.buyer.escrow.closeJob({ job });
    const { anyone, buyer, operator } = market;
    const attempts = {
      startJob: () => operator.escrow.startJob({ job: known }),
      release: () => operator.escrow.release({ job: known }),
      extendJob: () => buyer.escrow.extendJob({ job: known, hours: 1, maxTotal: 1n }),
      cancelJob: () => buyer.escrow.cancelJob({ job: known }),
      endJob: () => buyer.escrow.endJob({ job: known }),
      settleJob: () => anyone.escrow.settleJob({ job: known }),
      expireJob: () => anyone.escrow.expireJob({ job: known }),
      payOwed: () => anyone.escrow.payOwed({ job: known }),
      withdrawOwed: () =>
        buyer.escrow.withdrawOwed({ job: known, destination: moneyAccounts(market, known).buyer }),
    };
    expect(Object.keys(attempts)).to.have.members(Object.keys(REFUSALS));
    for (const attempt of Object.values(attempts)) {
      await expectRefused(market, attempt, 'escrow', 'AccountNotInitialized');
    }
  });
});
