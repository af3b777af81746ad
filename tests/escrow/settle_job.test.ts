import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, eventsOf, pda, tokenAddress } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import {
  DAY,
  ODD_SECONDS,
  bookOdd,
  bookSponsored,
  callOn,
  complete,
  expectPaidOut,
  jobAccount,
  loadOf,
  moneyAccounts,
  movedBy,
  reportUntil,
  startOdd,
  warpToSecond,
  type Holdings,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const HOUR = 3_600;
const NOTHING: Holdings = { buyer: 0n, payout: 0n, fees: 0n, vault: 0n };

describe('escrow: settle_job', () => {
  const test = useMarket();
  const settle = (job: PublicKey): Promise<unknown> => test.market.anyone.escrow.settleJob({ job });
  /** What a settlement moves, and the state that it leaves the job in. */
  const settled = async (job: PublicKey): Promise<Holdings & { state: string; reason: string }> => {
    const moved = await movedBy(test.market, job, () => settle(job));
    const { state, reason } = await jobAccount(test.market, job);
    return { ...moved, state, reason };
  };

  describe('a running job', () => {
    it('pays the node what the verified seconds earned, and its fee, by anyone', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      market.warpBy(2 * HOUR);
      await market.report(job, 7_001);
      const moved = await movedBy(market, job, async () => {
        const { events } = await market.anyone.escrow.settleJob({ job });
        expect(eventOf(events, 'escrow', 'jobSettled')).to.deep.equal({
          job,
          state: 'running',
          reason: 'none',
          billedSeconds: 7_001n,
          toNode: 7_184_662n,
          toFees: 18_007n,
          toBuyer: 0n,
          owed: 0n,
          vaultBalance: 26_509_241n - 7_202_669n,
          seq: 3n,
        });
      });
      expect(moved).to.deep.equal({
        buyer: 0n,
        payout: 7_184_662n,
        fees: 18_007n,
        vault: -7_202_669n,
      });
      expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 3, jobs: 1 });
    });

    it('pays nothing before the first report, and nothing twice', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      market.warpBy(HOUR);
      expect(await settled(job)).to.deep.equal({ ...NOTHING, state: 'running', reason: 'none' });
      await market.report(job, HOUR);
      expect((await settled(job)).payout).to.equal(3_694_441n);
      expect(await settled(job)).to.deep.equal({ ...NOTHING, state: 'running', reason: 'none' });
    });

    it('is not ended by silence before its booked end', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node, 'usdc', { hours: 50 });
      await warpToSecond(market, job, 2 * DAY);
      expect(await settled(job)).to.deep.equal({ ...NOTHING, state: 'running', reason: 'none' });
      await warpToSecond(market, job, 50 * HOUR - 1);
      expect((await settled(job)).state).to.equal('running');
      await warpToSecond(market, job, 50 * HOUR);
      expect(await settled(job)).to.include({ state: 'ended', reason: 'oracleSilence', payout: 0n });
    });
  });

  describe('the booked end', () => {
    it('stops the job and frees its devices; without its proof it waits', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, ODD_SECONDS - 10);
      await market.report(job, 20_000);
      await warpToSecond(market, job, ODD_SECONDS + 100);
      const { events } = await market.anyone.escrow.settleJob({ job });
      const { startedAt } = await jobAccount(market, job);
      expect(eventOf(events, 'escrow', 'jobStopped')).to.deep.equal({
        job,
        reason: 'completed',
        endedAt: startedAt + BigInt(ODD_SECONDS),
        devicesBusy: 0,
        seq: 3n,
      });
      expect(eventOf(events, 'escrow', 'jobSettled')).to.include({
        state: 'ending',
        billedSeconds: 20_000n,
        seq: 4n,
      });
      expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 0, jobs: 1 });
    });

    it('with its proof the job ends in the same instruction', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, ODD_SECONDS);
      await market.report(job, ODD_SECONDS);
      const { events } = await market.anyone.escrow.settleJob({ job });
      expect(eventsOf(events, 'escrow', 'jobStopped')).to.have.lengthOf(1);
      expect(eventOf(events, 'escrow', 'jobSettled')).to.include({
        state: 'ended',
        reason: 'completed',
        vaultBalance: 0n,
      });
      expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 0, jobs: 0 });
      await expectPaidOut(market, job);
    });

    it('a second earlier the job runs on', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, ODD_SECONDS - 1);
      await market.report(job, ODD_SECONDS - 1);
      expect((await settled(job)).state).to.equal('running');
    });

    it('frees the devices once, however often it is settled', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      const other = await startOdd(market, node, 'usdc', { hours: 20 });
      await warpToSecond(market, job, ODD_SECONDS);
      for (let time = 0; time < 3; time += 1) {
        await settle(job);
        await settle(other);
        expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 3, jobs: 2 });
      }
      await market.report(job, ODD_SECONDS);
      await settle(job);
      expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 3, jobs: 1 });
    });

    it('days after a final report the job is completed, not silent', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, ODD_SECONDS);
      await market.report(job, 9_001);
      market.warpBy(2 * DAY);
      // The oracles said all that there was to say: the fees are kept in full.
      expect(await settled(job)).to.include({
        state: 'ended',
        reason: 'completed',
        payout: 9_237_130n,
        fees: 606_485n,
        buyer: 16_665_626n,
      });
    });

    it('days after a final report it makes no difference that the buyer ends the job', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, ODD_SECONDS);
      await market.report(job, 9_001);
      market.warpBy(2 * DAY);
      await market.buyer.escrow.endJob({ job });
      expect(await settled(job)).to.include({ state: 'ended', reason: 'completed', fees: 606_485n });
    });
  });

  describe('an ending job', () => {
    it('counts reports up to its end and no later ones; one that reaches it is final', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, 5_000);
      await market.buyer.escrow.endJob({ job });
      market.warpBy(500);
      await reportUntil(market, job, 3_000, 4_000);
      expect(await settled(job)).to.deep.include({ state: 'ending', buyer: 0n, payout: 3_078_700n });
      await expectRefused(market, () => reportUntil(market, job, 5_001, 5_001), 'oracle', 'AsOfAfterEnd');
      await reportUntil(market, job, 4_900, 4_999);
      expect(await settled(job)).to.deep.include({ state: 'ending', buyer: 0n });
      await reportUntil(market, job, 4_901, 5_000);
      expect(await settled(job)).to.deep.include({ state: 'ended', reason: 'endedByBuyer' });
      const { billedSeconds } = await expectPaidOut(market, job);
      expect(billedSeconds).to.equal(4_901n);
    });

    it('bills the whole first hour only with the final report, not before', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, 1_000);
      await market.buyer.escrow.endJob({ job });
      await reportUntil(market, job, 900, 999);
      await settle(job);
      expect((await jobAccount(market, job)).billedSeconds).to.equal(900n);
      await reportUntil(market, job, 900, 1_000);
      await settle(job);
      expect((await jobAccount(market, job)).billedSeconds).to.equal(3_600n);
    });

    for (const [title, stop] of [
      ['ended by the buyer', (job: PublicKey) => test.market.buyer.escrow.endJob({ job })],
      ['released', (job: PublicKey) => test.market.operator.escrow.release({ job })],
    ] as const) {
      it(`${title}, without proof it ends 24 hours later, not a second before`, async () => {
        const { market, node } = test;
        const job = await startOdd(market, node);
        await warpToSecond(market, job, 7_200);
        await reportUntil(market, job, 7_001, 7_199);
        await stop(job);
        await warpToSecond(market, job, 7_200 + DAY - 1);
        expect((await settled(job)).state).to.equal('ending');
        await warpToSecond(market, job, 7_200 + DAY);
        expect(await settled(job)).to.include({
          state: 'ended',
          reason: 'oracleSilence',
          buyer: 19_144_511n,
        });
        await expectPaidOut(market, job);
      });
    }

    it('completed, it ends after 24 hours of silence, not a second before', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await warpToSecond(market, job, 7_200);
      await market.report(job, 7_001);
      await warpToSecond(market, job, 7_200 + DAY - 1);
      expect(await settled(job)).to.include({ state: 'ending', reason: 'completed', buyer: 0n });
      await warpToSecond(market, job, 7_200 + DAY);
      expect(await settled(job)).to.include({ state: 'ended', reason: 'oracleSilence', buyer: 19_144_511n });
    });
  });

  describe('oracle silence in a running job', () => {
    for (const [title, stop] of [
      ['the buyer', (job: PublicKey) => test.market.buyer.escrow.endJob({ job })],
      ['the operator', (job: PublicKey) => test.market.operator.escrow.release({ job })],
    ] as const) {
      it(`lets ${title} close the job at once, from 24 hours after the last report on`, async () => {
        const { market, node } = test;
        const early = await startOdd(market, node, 'usdc', { id: 1n, hours: 50 });
        await warpToSecond(market, early, 7_200);
        await market.report(early, 7_001);
        await warpToSecond(market, early, 7_200 + DAY - 1);
        await stop(early);
        expect((await settled(early)).state).to.equal('ending');

        const late = await startOdd(market, node, 'usdc', { id: 2n, hours: 50 });
        await warpToSecond(market, late, 7_200);
        await market.report(late, 7_001);
        await warpToSecond(market, late, 7_200 + DAY);
        await stop(late);
        expect(await settled(late)).to.include({
          state: 'ended',
          reason: 'oracleSilence',
          // C is 185,185,050: 7,202,669 are earned, and 18,007 and 144,054 of the buyer's fees with them.
          payout: 7_184_662n,
          fees: 18_007n + 18_007n + 144_054n,
        });
        await expectPaidOut(market, late);
      });
    }

    it('is counted from the start where nothing was ever reported', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node, 'usdc', { hours: 50 });
      await warpToSecond(market, job, DAY);
      await market.buyer.escrow.endJob({ job });
      expect(await settled(job)).to.include({
        state: 'ended',
        reason: 'oracleSilence',
        payout: 0n,
        fees: 0n,
      });
    });
  });

  describe('errors', () => {
    it('JobNotStarted before the start', async () => {
      const { market, node } = test;
      const job = await bookOdd(market, node);
      await expectRefused(market, () => settle(job), 'escrow', 'JobNotStarted');
    });

    it('JobEnded when it has ended', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      await complete(market, job);
      await expectRefused(market, () => settle(job), 'escrow', 'JobEnded');
    });

    it('every account must be the recorded one', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node);
      const other = await startOdd(market, node);
      const otherNode = await market.registerNode({ id: 1 });
      await market.createOffer(otherNode, 0, { price: 1n });
      market.warpBy(HOUR);
      await market.report(job, HOUR);
      await market.report(other, HOUR);
      await market.fund(market.anyone.payer, {});
      const { deployment } = market;
      const { buyer, payout, fees, vault } = moneyAccounts(market, await jobAccount(market, job));
      const strangers = tokenAddress(deployment.usdcMint, market.anyone.payer);
      const usage = pda.oracle.jobUsage(deployment, job);
      const call = await callOn(market, market.anyone, 'settleJob', job);
      for (const [from, to, name] of [
        [payout, strangers, 'WrongPayoutTokenAccount'],
        [payout, buyer, 'WrongPayoutTokenAccount'],
        [payout, tokenAddress(deployment.ioMint, market.owner.payer), 'WrongPayoutTokenAccount'],
        [buyer, strangers, 'WrongBuyerTokenAccount'],
        [fees, strangers, 'WrongFeeVault'],
        [fees, pda.treasury.feeVault(deployment, deployment.ioMint), 'WrongFeeVault'],
        [vault, pda.escrow.jobVault(deployment, other), 'ConstraintSeeds'],
        [pda.escrow.nodeLoad(deployment, node), pda.escrow.nodeLoad(deployment, otherNode), 'WrongNodeLoad'],
        [usage, pda.oracle.jobUsage(deployment, other), 'WrongJobUsage'],
        [usage, market.anyone.payer, 'WrongJobUsage'],
        [market.buyer.payer, market.anyone.payer, 'WrongRentPayer'],
      ] as const) {
        const changed = replaceAccount(call, from, to);
        await expectRefused(market, () => market.anyone.send(changed), 'escrow', name);
      }
    });
  });

  it('closes the vault, whose rent goes to who paid it', async () => {
    const { market, node } = test;
    const { job, sponsor } = await bookSponsored(market, node);
    await market.operator.escrow.startJob({ job });
    const { lamports } = market.network.getAccount(pda.escrow.jobVault(market.deployment, job))!;
    const before = market.network.getAccount(sponsor.payer)!.lamports;
    await complete(market, job);
    await expectPaidOut(market, job);
    expect(market.network.getAccount(sponsor.payer)!.lamports - before).to.equal(lamports);
  });

  it('pays the wallet that was the payout at the start, whatever the node says later', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await market.fund(market.anyone.payer, {});
    await market.owner.staking.updateNode({ node, payout: market.anyone.payer });
    const strangers = tokenAddress(market.deployment.usdcMint, market.anyone.payer);
    await complete(market, job);
    const { payout } = await expectPaidOut(market, job);
    expect(payout.equals(market.owner.payer)).to.equal(true);
    expect(market.balances(market.owner.payer).usdc).to.equal(25_861_092n);
    expect(market.network.getAccount(strangers)).not.to.equal(null);
    expect(market.balances(market.anyone.payer).usdc).to.equal(0n);
  });

  it('goes on while intake is paused, the node inactive and the offer gone', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { offer } = await jobAccount(market, job);
    await market.operator.escrow.closeOffer({ offer });
    await market.owner.staking.updateNode({ node, status: 'paused' });
    await market.pauser.escrow.pause();
    await complete(market, job);
    await expectPaidOut(market, job);
  });
});
