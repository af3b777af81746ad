import { expect } from 'chai';
import { escrow, eventOf, pda } from '@ionet/sdk';
import { HOUR, refused } from '../harness/escrow.js';
import { DAY, ENOUGH, bookOdd, complete, jobAccount, loadOf } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { withAccounts } from '../harness/slots.js';

const START_WINDOW = 900;

describe('escrow: start_job', () => {
  const test = useMarket();
  const start = (job: Awaited<ReturnType<typeof bookOdd>>) => test.market.operator.escrow.startJob({ job });

  it('takes the devices and lets the time run', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const before = await jobAccount(market, job);
    market.warpBy(100);
    const { events } = await start(job);
    const startedAt = market.network.now();
    expect(await jobAccount(market, job)).to.deep.equal({ ...before, state: 'running', startedAt, seq: 2n });
    expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 3, jobs: 1 });
    expect(eventOf(events, 'escrow', 'jobStarted')).to.deep.equal({
      job,
      node,
      by: market.operator.payer,
      payout: market.owner.payer,
      startedAt,
      devicesBusy: 3,
      seq: 2n,
    });
  });

  it('pays the payout address that the node has at the start, whatever it becomes later', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const [payout, later] = [market.actor('payout').payer, market.actor('later payout').payer];
    await market.owner.staking.updateNode({ node, payout });
    expect((await jobAccount(market, job)).payout).to.deep.equal(market.owner.payer);
    await start(job);
    await market.owner.staking.updateNode({ node, payout: later });
    expect((await jobAccount(market, job)).payout).to.deep.equal(payout);
    await market.fund(payout, {});
    await complete(market, job);
    expect(market.balances(payout).usdc).to.equal((await jobAccount(market, job)).paidToNode);
    expect(market.balances(payout).usdc > 0n).to.be.true;
  });

  it('is for the scheduler too, from when the owner names him until he removes him', async () => {
    const { market, node } = test;
    const scheduler = market.actor('scheduler');
    const [first, second] = [await bookOdd(market, node), await bookOdd(market, node, 'io')];
    await refused(market, 'NotOperator', () => scheduler.escrow.startJob({ job: first }));
    await market.owner.staking.updateNode({ node, scheduler: scheduler.payer });
    const { events } = await scheduler.escrow.startJob({ job: first });
    expect(eventOf(events, 'escrow', 'jobStarted').by).to.deep.equal(scheduler.payer);
    await market.owner.staking.updateNode({ node, scheduler: null });
    await refused(market, 'NotOperator', () => scheduler.escrow.startJob({ job: second }));
    await start(second);
  });

  it("refuses buyer, owner, stranger and another node's operator", async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const other = market.actor('other operator');
    await market.registerNode({ id: 1, operator: other.payer });
    for (const client of [market.buyer, market.owner, market.anyone, market.admin, other]) {
      await refused(market, 'NotOperator', () => client.escrow.startJob({ job }));
    }
  });

  it('refuses the operator of before', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const operator = market.actor('new operator');
    await market.owner.staking.updateNode({ node, operator: operator.payer });
    await refused(market, 'NotOperator', () => start(job));
    await operator.escrow.startJob({ job });
  });

  it("refuses another node, and another node's load", async () => {
    const { market, node } = test;
    const job = await jobAccount(market, await bookOdd(market, node));
    const attacker = market.actor('attacker');
    const own = await market.registerNode({ id: 1, operator: attacker.payer });
    await attacker.escrow.createOffer({ node: own, id: 0, terms: { price: 1n } });
    const nodeLoad = pda.escrow.nodeLoad(market.deployment, own);

    const forged = withAccounts(escrow.startJob.call(attacker, { job }), 'escrow', 'startJob', {
      node: own,
      nodeLoad,
    });
    await refused(market, 'WrongNode', () => attacker.send(forged));

    const elsewhere = withAccounts(escrow.startJob.call(market.operator, { job }), 'escrow', 'startJob', {
      nodeLoad,
    });
    await refused(market, 'WrongNodeLoad', () => market.operator.send(elsewhere));
  });

  it('refuses a second before the start time, and starts at it', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node, 'usdc', { startAt: market.network.now() + 1_000n });
    market.warpBy(999);
    await refused(market, 'TooEarlyToStart', () => start(job));
    market.warpBy(1);
    await start(job);
  });

  it('starts a second before the end of the window and at it, and not a second after it', async () => {
    const { market, node } = test;
    const startAt = market.network.now() + 1_000n;
    const booked = market.snapshot();
    for (const [after, starts] of [
      [START_WINDOW - 1, true],
      [START_WINDOW, true],
      [START_WINDOW + 1, false],
    ] as const) {
      market.restore(booked);
      const job = await bookOdd(market, node, 'usdc', { startAt });
      market.warpBy(1_000 + after);
      if (starts) await start(job);
      else await refused(market, 'StartWindowPassed', () => start(job));
    }
  });

  it('counts the window of a job that is wanted at once from its booking', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    market.warpBy(START_WINDOW + 1);
    await refused(market, 'StartWindowPassed', () => start(job));
  });

  it('refuses when the devices are exhausted across the offers of the node, until some are freed', async () => {
    const { market, node, offer } = test;
    const second = await market.createOffer(node, 1, { price: 1n });
    const order = { hours: 1, payment: 'usdc', maxTotal: ENOUGH } as const;
    const five = await market.buyer.escrow.bookJob({ ...order, offer, devices: 5 });
    const four = await market.buyer.escrow.bookJob({ ...order, offer: second, devices: 4 });
    const three = await market.buyer.escrow.bookJob({ ...order, offer: second, devices: 3 });
    await start(five.accounts.job);
    await refused(market, 'NotEnoughFreeDevices', () => start(four.accounts.job));
    await start(three.accounts.job);
    expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 8, jobs: 2 });
    await market.operator.escrow.release({ job: five.accounts.job });
    const { events } = await start(four.accounts.job);
    expect(eventOf(events, 'escrow', 'jobStarted').devicesBusy).to.equal(7);
    expect(await loadOf(market, node)).to.deep.equal({ devicesBusy: 7, jobs: 3 });
  });

  it('refuses when the node has fewer devices than it had at the booking', async () => {
    const { market, node, offer } = test;
    const { accounts } = await market.buyer.escrow.bookJob({
      offer,
      devices: 8,
      hours: 1,
      payment: 'usdc',
      maxTotal: ENOUGH,
    });
    await market.owner.staking.updateNode({ node, deviceCount: 7 });
    await refused(market, 'NotEnoughFreeDevices', () => start(accounts.job));
  });

  it('refuses an understaked node: devices were added after the booking', async () => {
    const { market } = test;
    const node = await market.registerNode({ id: 1, classId: 2, deviceCount: 4 });
    const offer = await market.createOffer(node, 0, { price: 1n });
    const { accounts } = await market.buyer.escrow.bookJob({
      offer,
      devices: 1,
      hours: 1,
      payment: 'usdc',
      maxTotal: ENOUGH,
    });
    const { job } = accounts;
    await market.owner.staking.updateNode({ node, deviceCount: 5 });
    await refused(market, 'NodeUnderstaked', () => start(job));
    const { minimumStake, ownStake } = await market.anyone.accounts.staking.node.fetch(node);
    await market.owner.staking.stake({ node, amount: minimumStake - ownStake - 1n });
    await refused(market, 'NodeUnderstaked', () => start(job));
    await market.owner.staking.stake({ node, amount: 1n });
    await start(job);
  });

  it('refuses other hardware than was booked, until it is changed back', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    for (const classId of [2, 3]) {
      await market.owner.staking.updateNode({ node, classId });
      await refused(market, 'HardwareChanged', () => start(job));
    }
    await market.owner.staking.updateNode({ node, classId: 1 });
    await start(job);
  });

  it('starts what was booked before the node, the offer or intake was paused', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.owner.staking.updateNode({ node, status: 'paused' });
    const { offer } = await jobAccount(market, job);
    await market.operator.escrow.updateOffer({ offer, active: false });
    await market.pauser.escrow.pause();
    await start(job);
  });

  it('refuses a second start', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await start(job);
    await refused(market, 'JobAlreadyStarted', () => start(job));
    market.warpBy(7 * HOUR);
    await refused(market, 'JobAlreadyStarted', () => start(job));
  });

  it('refuses a job that is ending', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await start(job);
    await market.buyer.escrow.endJob({ job });
    await refused(market, 'JobEnding', () => start(job));
  });

  it('refuses a job that is over: ended, cancelled or expired', async () => {
    const { market, node } = test;
    const ended = await bookOdd(market, node);
    const cancelled = await bookOdd(market, node);
    const expired = await bookOdd(market, node);
    await start(ended);
    await market.buyer.escrow.cancelJob({ job: cancelled });
    await market.operator.escrow.release({ job: ended });
    market.warpBy(DAY);
    await market.anyone.escrow.settleJob({ job: ended });
    await market.anyone.escrow.expireJob({ job: expired });
    for (const job of [ended, cancelled, expired]) await refused(market, 'JobEnded', () => start(job));
  });
});
