import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { escrow, eventOf, oracle, pda } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import {
  bookOdd,
  bookSponsored,
  complete,
  jobAccount,
  loadOf,
  moneyAccounts,
  reportUntil,
  startOdd,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { freeze, thaw } from '../harness/token-accounts.js';

describe('escrow: close_job', () => {
  const test = useMarket();

  it('removes a job that is paid out; its rent goes to who paid it', async () => {
    const { market, node } = test;
    const { job, sponsor } = await bookSponsored(market, node);
    await market.buyer.escrow.cancelJob({ job });
    const { lamports } = market.network.getAccount(job)!;
    const before = market.network.getAccount(sponsor.payer)!.lamports;
    const call = escrow.closeJob.call(market.anyone, { job, rentPayer: testKeypair('sponsor') });
    const { events } = await market.anyone.send(call);
    expect(eventOf(events, 'escrow', 'jobClosed')).to.deep.equal({ job, rentPayer: sponsor.payer });
    expect(market.network.getAccount(job)).to.equal(null);
    expect(market.network.getAccount(sponsor.payer)!.lamports - before).to.equal(lamports);
  });

  it('is for who paid the rent only, with his signature', async () => {
    const { market, node } = test;
    const { job, sponsor } = await bookSponsored(market, node);
    await market.buyer.escrow.cancelJob({ job });
    for (const client of [market.buyer, market.owner, market.admin, market.anyone]) {
      await expectRefused(market, () => client.escrow.closeJob({ job }), 'escrow', 'NotRentPayer');
    }
    const call = escrow.closeJob.call(market.anyone, { job, rentPayer: sponsor.payer });
    await expectRefused(
      market,
      () => market.anyone.send(withoutSignature(call, sponsor.payer)),
      'escrow',
      'AccountNotSigner',
    );
  });

  it('is refused until the job is over', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const close = (): Promise<unknown> => market.buyer.escrow.closeJob({ job });
    await expectRefused(market, close, 'escrow', 'JobNotEnded');
    await market.operator.escrow.startJob({ job });
    await expectRefused(market, close, 'escrow', 'JobNotEnded');
    await market.buyer.escrow.endJob({ job });
    await expectRefused(market, close, 'escrow', 'JobNotEnded');
  });

  it('is refused while anything is owed', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await complete(market, job);
    await market.anyone.oracle.closeJobUsage({ job });
    const close = (): Promise<unknown> => market.buyer.escrow.closeJob({ job });
    await expectRefused(market, close, 'escrow', 'MoneyOwed');
    await thaw(market, payout);
    await market.anyone.escrow.payOwed({ job });
    await close();
    expect(market.network.getAccount(job)).to.equal(null);
  });

  it("is refused while the oracle's account of the job is open", async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await complete(market, job);
    const close = (): Promise<unknown> => market.buyer.escrow.closeJob({ job });
    await expectRefused(market, close, 'escrow', 'JobUsageOpen');
    const call = escrow.closeJob.call(market.buyer, { job });
    const elsewhere = replaceAccount(
      call,
      pda.oracle.jobUsage(market.deployment, job),
      testKeypair('nobody').publicKey,
    );
    await expectRefused(market, () => market.buyer.send(elsewhere), 'escrow', 'WrongJobUsage');
    await market.anyone.oracle.closeJobUsage({ job });
    await close();
    expect(market.network.getAccount(job)).to.equal(null);
  });

  it('is not held up by SOL that a stranger sent to the address of the usage account', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.buyer.escrow.cancelJob({ job });
    market.network.airdrop(pda.oracle.jobUsage(market.deployment, job), 10n ** 9n);
    await market.buyer.escrow.closeJob({ job });
    expect(market.network.getAccount(job)).to.equal(null);
  });

  it('is refused a second time: there is no such job any more', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.buyer.escrow.cancelJob({ job });
    await market.buyer.escrow.closeJob({ job });
    await expectRefused(
      market,
      () => market.buyer.escrow.closeJob({ job }),
      'escrow',
      'AccountNotInitialized',
    );
  });

  describe('a job id that is used again', () => {
    const ID = 5n;
    /** A job of which 600 of 600 seconds were reported, ended by the buyer, and closed; gives its last report. */
    const closedJob = async (): Promise<{ job: PublicKey; replay: () => Promise<unknown> }> => {
      const { market, node } = test;
      const job = await startOdd(market, node, 'usdc', { id: ID });
      market.warpBy(600);
      await market.buyer.escrow.endJob({ job });
      const now = market.network.now();
      const report = oracle.reportJob.call(market.anyone, {
        job,
        members: market.oracles.map(({ publicKey }) => publicKey),
        setVersion: 1,
        sequence: 1n,
        verifiedSeconds: 600n,
        asOf: now,
        expiresAt: now + 3_600n,
        signers: market.oracles.slice(0, 2),
      });
      const replay = (): Promise<unknown> => market.anyone.send(report);
      await replay();
      await market.anyone.escrow.settleJob({ job });
      await market.anyone.oracle.closeJobUsage({ job });
      await market.buyer.escrow.closeJob({ job });
      return { job, replay };
    };

    it('starts at zero', async () => {
      const { market, node } = test;
      const { job } = await closedJob();
      const again = await startOdd(market, node, 'usdc', { id: ID });
      expect(again.equals(job)).to.equal(true);
      const account = await jobAccount(market, job);
      expect(account).to.deep.include({
        state: 'running',
        reason: 'none',
        billedSeconds: 0n,
        paidIn: 26_509_241n,
        paidToNode: 0n,
        paidToFees: 0n,
        refunded: 0n,
        seq: 2n,
      });
      await market.anyone.escrow.settleJob({ job });
      expect((await jobAccount(market, job)).billedSeconds).to.equal(0n);
      expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 3, jobs: 1 });
      await complete(market, job);
    });

    it('does not take a report of the first job, however the second stands', async () => {
      const { market, node } = test;
      const { job, replay } = await closedJob();
      await bookOdd(market, node, 'usdc', { id: ID });
      await expectRefused(market, replay, 'oracle', 'JobNotRunning');
      market.warpBy(30);
      await market.operator.escrow.startJob({ job });
      await expectRefused(market, replay, 'oracle', 'AsOfBeforeStart');
      market.warpBy(700);
      await expectRefused(market, replay, 'oracle', 'AsOfBeforeStart');
      await market.buyer.escrow.endJob({ job });
      await expectRefused(market, replay, 'oracle', 'AsOfBeforeStart');
    });

    it('gives its node no seconds from a replay in the second of its start', async () => {
      const { market, node } = test;
      const { job, replay } = await closedJob();
      await startOdd(market, node, 'usdc', { id: ID });
      await expectRefused(market, replay, 'oracle', 'VerifiedAboveElapsed');
      await market.anyone.escrow.settleJob({ job });
      expect((await jobAccount(market, job)).billedSeconds).to.equal(0n);
    });

    it('goes on past SOL that strangers sent to its addresses', async () => {
      const { market, node } = test;
      const { job } = await closedJob();
      market.network.airdrop(job, 10n ** 9n);
      market.network.airdrop(pda.escrow.jobVault(market.deployment, job), 10n ** 9n);
      market.network.airdrop(pda.oracle.jobUsage(market.deployment, job), 10n ** 9n);
      await startOdd(market, node, 'usdc', { id: ID });
      market.warpBy(10);
      await reportUntil(market, job, 10, 10);
      await complete(market, job);
      await market.anyone.oracle.closeJobUsage({ job });
      await market.buyer.escrow.closeJob({ job });
      expect(market.network.getAccount(job)).to.equal(null);
    });
  });
});
