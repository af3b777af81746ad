import type { PublicKey } from '@solana/web3.js';
import { pda, tokenAddress, U64_MAX } from '@ionet/sdk';
import { changeTokenAccount, tokenBalance } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { bookOdd, jobAccount, moneyAccounts, startOdd, warpToSecond, ODD_SECONDS } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { freeze } from '../harness/token-accounts.js';

/** States that no instruction makes, written into the accounts: the programs refuse to build on them. */
describe('flow: states that cannot be', () => {
  const test = useMarket();

  const actions = {
    cancel_job: (job: PublicKey) => test.market.buyer.escrow.cancelJob({ job }),
    expire_job: (job: PublicKey) => test.market.anyone.escrow.expireJob({ job }),
    settle_job: (job: PublicKey) => test.market.anyone.escrow.settleJob({ job }),
    end_job: (job: PublicKey) => test.market.buyer.escrow.endJob({ job }),
    pay_owed: (job: PublicKey) => test.market.anyone.escrow.payOwed({ job }),
    withdraw_owed: (job: PublicKey) =>
      test.market.buyer.escrow.withdrawOwed({
        job,
        destination: tokenAddress(test.market.deployment.usdcMint, test.market.owner.payer),
      }),
  };
  /** A job on which the action could be done. */
  const jobFor = async (action: keyof typeof actions): Promise<PublicKey> => {
    const { market, node } = test;
    switch (action) {
      case 'cancel_job':
        return bookOdd(market, node);
      case 'expire_job': {
        const job = await bookOdd(market, node);
        market.warpBy(901);
        return job;
      }
      case 'settle_job': {
        const job = await startOdd(market, node);
        await warpToSecond(market, job, ODD_SECONDS);
        await market.report(job, ODD_SECONDS);
        return job;
      }
      case 'end_job':
        return startOdd(market, node);
      case 'pay_owed':
      case 'withdraw_owed': {
        const job = await bookOdd(market, node);
        const { buyer, fees } = moneyAccounts(market, await jobAccount(market, job));
        await freeze(market, buyer);
        await freeze(market, fees);
        await market.buyer.escrow.cancelJob({ job });
        changeTokenAccount(market.network, fees, { frozen: false });
        return job;
      }
    }
  };
  const names = Object.keys(actions) as (keyof typeof actions)[];

  for (const action of names.filter((name) => name !== 'end_job')) {
    it(`${action}: a vault that holds a unit too little`, async () => {
      const { market } = test;
      const job = await jobFor(action);
      const { vault } = moneyAccounts(market, await jobAccount(market, job));
      changeTokenAccount(market.network, vault, { amount: tokenBalance(market.network, vault) - 1n });
      await expectRefused(market, () => actions[action](job), 'escrow', 'InvariantViolated');
    });
  }

  for (const action of names) {
    it(`${action}: a counter of events that is full`, async () => {
      const { market } = test;
      const job = await jobFor(action);
      await changeAccount(market, 'escrow', 'job', job, { seq: U64_MAX });
      await expectRefused(market, () => actions[action](job), 'escrow', 'AmountOverflow');
    });
  }

  for (const action of ['end_job', 'settle_job'] as const) {
    it(`${action}: a load that counts fewer devices than the job holds`, async () => {
      const { market, node } = test;
      const job = await jobFor(action);
      const load = pda.escrow.nodeLoad(market.deployment, node);
      await changeAccount(market, 'escrow', 'nodeLoad', load, { devicesBusy: 2 });
      await expectRefused(market, () => actions[action](job), 'escrow', 'InvariantViolated');
    });
  }

  it('settle_job: a load that counts no job', async () => {
    const { market, node } = test;
    const job = await jobFor('settle_job');
    const load = pda.escrow.nodeLoad(market.deployment, node);
    await changeAccount(market, 'escrow', 'nodeLoad', load, { jobs: 0 });
    await expectRefused(market, () => actions.settle_job(job), 'escrow', 'InvariantViolated');
  });

  it('settle_job: a job that was paid more than it had', async () => {
    const { market } = test;
    const job = await jobFor('settle_job');
    await changeAccount(market, 'escrow', 'job', job, { paidToNode: 10n ** 9n });
    await expectRefused(market, () => actions.settle_job(job), 'escrow', 'InvariantViolated');
  });

  it('close_job: a job that was paid more than it had', async () => {
    const { market } = test;
    const job = await jobFor('cancel_job');
    await market.buyer.escrow.cancelJob({ job });
    await changeAccount(market, 'escrow', 'job', job, { paidToNode: 1n });
    await expectRefused(market, () => market.buyer.escrow.closeJob({ job }), 'escrow', 'InvariantViolated');
  });
});
