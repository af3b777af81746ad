import { expect } from 'chai';
import { eventOf, pda } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import {
  DAY,
  ODD_SECONDS,
  bookOdd,
  callOn,
  jobAccount,
  loadOf,
  movedBy,
  startOdd,
  warpToSecond,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const HOUR = 3_600;

describe('escrow: end_job', () => {
  const test = useMarket();

  it('stops the job and frees its devices, and moves no money', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await startOdd(market, node);
    expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 6, jobs: 2 });
    market.warpBy(2 * HOUR);
    await market.report(job, 2 * HOUR);
    const moved = await movedBy(market, job, async () => {
      const { events } = await market.buyer.escrow.endJob({ job });
      expect(eventOf(events, 'escrow', 'jobStopped')).to.deep.equal({
        job,
        reason: 'endedByBuyer',
        endedAt: market.network.now(),
        devicesBusy: 3,
        seq: 3n,
      });
    });
    expect(moved).to.deep.equal({ buyer: 0n, payout: 0n, fees: 0n, vault: 0n });
    const { state, reason, endedAt } = await jobAccount(market, job);
    expect({ state, reason, endedAt }).to.deep.equal({
      state: 'ending',
      reason: 'endedByBuyer',
      endedAt: market.network.now(),
    });
    // The job still needs the account of the load, so it still counts there.
    expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 3, jobs: 2 });
  });

  it('frees the devices for the next job at once', async () => {
    const { market, offer } = test;
    const all = { offer, devices: 8, hours: 2, payment: 'usdc', maxTotal: 10n ** 9n } as const;
    const job = await market.bookAndStart(all);
    await market.buyer.escrow.endJob({ job });
    await market.bookAndStart(all);
  });

  it('ends at the booked end at the latest', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await warpToSecond(market, job, ODD_SECONDS + 500);
    await market.buyer.escrow.endJob({ job });
    const { reason, startedAt, endedAt } = await jobAccount(market, job);
    expect({ reason, ran: endedAt - startedAt }).to.deep.equal({
      reason: 'completed',
      ran: BigInt(ODD_SECONDS),
    });
  });

  it('at the booked end it is completed, a second before it is ended by the buyer', async () => {
    const { market, node } = test;
    const reasonAt = async (second: number): Promise<string> => {
      const job = await startOdd(market, node);
      await warpToSecond(market, job, second);
      await market.buyer.escrow.endJob({ job });
      return (await jobAccount(market, job)).reason;
    };
    expect(await reasonAt(ODD_SECONDS - 1)).to.equal('endedByBuyer');
    expect(await reasonAt(ODD_SECONDS)).to.equal('completed');
  });

  it('after a day of silence it is the silence that ends the job, not a second before', async () => {
    const { market, node } = test;
    for (const [id, seconds, reason] of [
      [1n, DAY - 1, 'endedByBuyer'],
      [2n, DAY, 'oracleSilence'],
    ] as const) {
      const job = await startOdd(market, node, 'usdc', { id, hours: 50 });
      await warpToSecond(market, job, 1_000);
      await market.report(job, 1_000);
      await warpToSecond(market, job, 1_000 + seconds);
      await market.buyer.escrow.endJob({ job });
      expect((await jobAccount(market, job)).reason).to.equal(reason);
    }
  });

  it('is for the buyer only', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    for (const client of [market.anyone, market.operator, market.owner, market.admin]) {
      await expectRefused(market, () => client.escrow.endJob({ job }), 'escrow', 'NotBuyer');
    }
  });

  it('is refused before the start, a second time, and when the job has ended', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const end = (): Promise<unknown> => market.buyer.escrow.endJob({ job });
    await expectRefused(market, end, 'escrow', 'JobNotStarted');
    await market.operator.escrow.startJob({ job });
    await end();
    await expectRefused(market, end, 'escrow', 'JobEnding');
    await market.report(job, 0);
    await market.anyone.escrow.settleJob({ job });
    await expectRefused(market, end, 'escrow', 'JobEnded');
  });

  it('takes no other load and no other usage account', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const other = await startOdd(market, node);
    const otherNode = await market.registerNode({ id: 1 });
    await market.createOffer(otherNode, 0, { price: 1n });
    market.warpBy(60);
    await market.report(other, 60);
    const { deployment } = market;
    const usage = pda.oracle.jobUsage(deployment, job);
    const call = await callOn(market, market.buyer, 'endJob', job);
    for (const [from, to, name] of [
      [pda.escrow.nodeLoad(deployment, node), pda.escrow.nodeLoad(deployment, otherNode), 'WrongNodeLoad'],
      // Another job's account, one that does not exist, and one of another program.
      [usage, pda.oracle.jobUsage(deployment, other), 'WrongJobUsage'],
      [usage, market.anyone.payer, 'WrongJobUsage'],
      [usage, other, 'WrongJobUsage'],
      // One of the oracle, but of another kind.
      [usage, pda.oracle.oracleSet(deployment), 'WrongJobUsage'],
    ] as const) {
      const changed = replaceAccount(call, from, to);
      await expectRefused(market, () => market.buyer.send(changed), 'escrow', name);
    }
  });

  it('goes on while intake is paused', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await market.pauser.escrow.pause();
    await market.buyer.escrow.endJob({ job });
    expect((await jobAccount(market, job)).state).to.equal('ending');
  });
});
