import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { escrow, eventOf, pda } from '@ionet/sdk';
import { HOUR, refused } from '../harness/escrow.js';
import {
  DAY,
  ODD_SECONDS,
  bookOdd,
  expectPaidOut,
  jobAccount,
  loadOf,
  movedBy,
  reportUntil,
  startOdd,
  warpToSecond,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { withAccounts } from '../harness/slots.js';

describe('escrow: release', () => {
  const test = useMarket();
  const release = (job: PublicKey) => test.market.operator.escrow.release({ job });
  const startLong = (hours: number) => startOdd(test.market, test.node, 'usdc', { hours });

  it('puts the job into Ending, frees its devices and moves no money', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const other = await startOdd(market, node);
    market.warpBy(1_234);
    const before = await jobAccount(market, job);
    const moved = await movedBy(market, job, async () => {
      const { events } = await release(job);
      expect(eventOf(events, 'escrow', 'jobStopped')).to.deep.equal({
        job,
        reason: 'released',
        endedAt: market.network.now(),
        devicesBusy: 3,
        seq: 3n,
      });
    });
    expect(moved).to.deep.equal({ buyer: 0n, payout: 0n, fees: 0n, vault: 0n });
    expect(await jobAccount(market, job)).to.deep.equal({
      ...before,
      state: 'ending',
      reason: 'released',
      endedAt: before.startedAt + 1_234n,
      seq: 3n,
    });
    expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 3, jobs: 2 });
    await release(other);
    expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 0, jobs: 2 });
  });

  it('returns the fees but for what was earned', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await warpToSecond(market, job, 5_000);
    await release(job);
    await reportUntil(market, job, 4_000, 5_000);
    const moved = await movedBy(market, job, () => market.anyone.escrow.settleJob({ job }));
    // Of 25,925,907 for 25,200 s are earned 4,115,223: fees of 0.25 % on both sides and 2 % of the buyer's.
    const [earned, booking, handling] = [4_115_223n, 10_289n, 82_305n];
    expect(moved).to.deep.equal({
      buyer: 25_925_907n + 64_815n + 518_519n - earned - booking - handling,
      payout: earned - booking,
      fees: 2n * booking + handling,
      vault: -(25_925_907n + 64_815n + 518_519n),
    });
    expect((await expectPaidOut(market, job)).reason).to.equal('released');
  });

  it('is for the scheduler too, from when the owner names him until he removes him', async () => {
    const { market, node } = test;
    const scheduler = market.actor('scheduler');
    const [first, second] = [await startOdd(market, node), await startOdd(market, node, 'io')];
    await refused(market, 'NotOperator', () => scheduler.escrow.release({ job: first }));
    await market.owner.staking.updateNode({ node, scheduler: scheduler.payer });
    await scheduler.escrow.release({ job: first });
    await market.owner.staking.updateNode({ node, scheduler: null });
    await refused(market, 'NotOperator', () => scheduler.escrow.release({ job: second }));
    await release(second);
  });

  it("refuses buyer, owner, stranger and another node's operator", async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const other = market.actor('other operator');
    await market.registerNode({ id: 1, operator: other.payer });
    for (const client of [market.buyer, market.owner, market.anyone, market.admin, other]) {
      await refused(market, 'NotOperator', () => client.escrow.release({ job }));
    }
  });

  it("refuses another node, another node's load and another job's usage", async () => {
    const { market, node } = test;
    const [address, other] = [await startOdd(market, node), await startOdd(market, node)];
    market.warpBy(60);
    await market.report(other, 60);
    const job = await jobAccount(market, address);
    const attacker = market.actor('attacker');
    const own = await market.registerNode({ id: 1, operator: attacker.payer });
    await attacker.escrow.createOffer({ node: own, id: 0, terms: { price: 1n } });
    const nodeLoad = pda.escrow.nodeLoad(market.deployment, own);

    const forged = withAccounts(escrow.release.call(attacker, { job }), 'escrow', 'release', {
      node: own,
      nodeLoad,
    });
    await refused(market, 'WrongNode', () => attacker.send(forged));

    const call = escrow.release.call(market.operator, { job });
    const elsewhere = withAccounts(call, 'escrow', 'release', { nodeLoad });
    await refused(market, 'WrongNodeLoad', () => market.operator.send(elsewhere));

    for (const jobUsage of [
      pda.oracle.jobUsage(market.deployment, other),
      pda.oracle.oracleSet(market.deployment),
      market.anyone.payer,
    ]) {
      const misled = withAccounts(call, 'escrow', 'release', { jobUsage });
      await refused(market, 'WrongJobUsage', () => market.operator.send(misled));
    }
  });

  it('gives the silence of the oracles as the reason from 24 hours after the start on', async () => {
    const { market } = test;
    const job = await startLong(48);
    const started = market.snapshot();
    await warpToSecond(market, job, DAY - 1);
    await release(job);
    expect((await jobAccount(market, job)).reason).to.equal('released');

    market.restore(started);
    await warpToSecond(market, job, DAY);
    const { events } = await release(job);
    const { reason, endedAt } = eventOf(events, 'escrow', 'jobStopped');
    expect(reason).to.equal('oracleSilence');
    expect(endedAt).to.equal(market.network.now());
  });

  it('counts the silence from the last report', async () => {
    const { market } = test;
    const job = await startLong(48);
    await warpToSecond(market, job, 10 * HOUR);
    await market.report(job, 9 * HOUR);
    const reported = market.snapshot();
    await warpToSecond(market, job, 10 * HOUR + DAY - 1);
    await release(job);
    expect((await jobAccount(market, job)).reason).to.equal('released');

    market.restore(reported);
    await warpToSecond(market, job, 10 * HOUR + DAY);
    await release(job);
    expect((await jobAccount(market, job)).reason).to.equal('oracleSilence');
  });

  it('closes a silent job with the next settlement, without a report', async () => {
    const { market } = test;
    const job = await startLong(48);
    await warpToSecond(market, job, DAY);
    await release(job);
    const { paidIn } = await jobAccount(market, job);
    const moved = await movedBy(market, job, () => market.anyone.escrow.settleJob({ job }));
    expect(moved).to.deep.equal({ buyer: paidIn, payout: 0n, fees: 0n, vault: -paidIn });
  });

  it('says Completed once the booked time is over, and ends the job at that time', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const started = market.snapshot();
    await warpToSecond(market, job, ODD_SECONDS - 1);
    await release(job);
    expect((await jobAccount(market, job)).reason).to.equal('released');

    market.restore(started);
    await warpToSecond(market, job, ODD_SECONDS + 5);
    await release(job);
    const { reason, startedAt, endedAt } = await jobAccount(market, job);
    expect(reason).to.equal('completed');
    expect(endedAt).to.equal(startedAt + BigInt(ODD_SECONDS));
  });

  it('goes on during a pause, and when node and stake are no longer in order', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await market.pauser.escrow.pause();
    await market.owner.staking.updateNode({ node, status: 'paused' });
    await release(job);
  });

  it('refuses a job that has not been started', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await refused(market, 'JobNotStarted', () => release(job));
  });

  it('refuses a job that is ending already', async () => {
    const { market, node } = test;
    const [first, second] = [await startOdd(market, node), await startOdd(market, node)];
    await release(first);
    await market.buyer.escrow.endJob({ job: second });
    for (const job of [first, second]) await refused(market, 'JobEnding', () => release(job));
  });

  it('refuses a job that is over: ended, cancelled or expired', async () => {
    const { market, node } = test;
    const ended = await startOdd(market, node);
    const cancelled = await bookOdd(market, node);
    const expired = await bookOdd(market, node);
    await market.buyer.escrow.cancelJob({ job: cancelled });
    await release(ended);
    market.warpBy(DAY);
    await market.anyone.escrow.settleJob({ job: ended });
    await market.anyone.escrow.expireJob({ job: expired });
    for (const job of [ended, cancelled, expired]) await refused(market, 'JobEnded', () => release(job));
  });
});
