import { SystemProgram, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, oracle, parseUsdc, pda, type Call } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

describe('oracle: close_job_usage', () => {
  const test = useMarket();
  const usageOf = (job: PublicKey) => pda.oracle.jobUsage(test.market.deployment, job);
  const lamports = (address: PublicKey) => test.market.network.getAccount(address)?.lamports ?? 0n;

  /** A job of two hours, of which one was reported. */
  const reported = async (id = 1n): Promise<PublicKey> => {
    const { market, offer } = test;
    const order = { offer, id, devices: 1, hours: 2, payment: 'usdc', maxTotal: parseUsdc('10') } as const;
    const job = await market.bookAndStart(order);
    market.warpBy(3_600);
    await market.report(job, 3_600);
    return job;
  };

  /** The same job, over and paid out. */
  const ended = async (id = 1n): Promise<PublicKey> => {
    const { market } = test;
    const job = await reported(id);
    market.warpBy(3_600);
    await market.report(job, 7_000);
    await market.anyone.escrow.settleJob({ job });
    return job;
  };

  it('returns the rent to who paid it, by anyone', async () => {
    const { market } = test;
    const job = await ended();
    const usage = await market.anyone.accounts.oracle.jobUsage.fetch(usageOf(job));
    const rentPayer = market.anyone.payer;
    const rent = lamports(usageOf(job));
    const before = lamports(rentPayer);
    const { events } = await market.operator.oracle.closeJobUsage({ job });
    expect(lamports(rentPayer)).to.equal(before + rent);
    expect(market.network.getAccount(usageOf(job))).to.equal(null);
    expect(eventOf(events, 'oracle', 'jobUsageClosed')).to.deep.equal({
      job,
      rentPayer,
      rent,
      verifiedSeconds: 7_000n,
      asOf: usage.asOf,
      seq: 2n,
    });
  });

  it('returns lamports that strangers sent as well', async () => {
    const { market } = test;
    const job = await ended();
    market.network.airdrop(usageOf(job), 5_000_000_000n);
    const before = lamports(market.anyone.payer);
    const rent = lamports(usageOf(job));
    await market.operator.oracle.closeJobUsage({ job });
    expect(lamports(market.anyone.payer)).to.equal(before + rent);
  });

  it('runs once only, and nothing is revived by lamports of the same transaction', async () => {
    const { market } = test;
    const job = await ended();
    const call = oracle.closeJobUsage.call(market.operator, { job, rentPayer: market.anyone.payer });
    const fund = SystemProgram.transfer({
      fromPubkey: market.operator.payer,
      toPubkey: usageOf(job),
      lamports: 10_000_000,
    });
    const revived = { instructions: [fund], signers: [], accounts: {} };
    const twice = (...calls: Call[]) =>
      expectRefused(
        market,
        () => market.operator.send(calls),
        'oracle',
        calls.includes(revived) ? 'AccountOwnedByWrongProgram' : 'AccountNotInitialized',
      );
    await twice(call, call);
    await twice(call, revived, call);
    await market.operator.send([call, revived]);
    const left = market.network.getAccount(usageOf(job))!;
    expect([left.owner, left.data.length]).to.deep.equal([SystemProgram.programId, 0]);
  });

  it('closes the usage of a job that is gone', async () => {
    const { market } = test;
    const job = await ended();
    // Escrow keeps a job while its usage is open, so that no new job inherits it.
    await expectRefused(market, () => market.buyer.escrow.closeJob({ job }), 'escrow', 'JobUsageOpen');
    market.network.setAccount({
      address: job,
      owner: SystemProgram.programId,
      data: new Uint8Array(),
      lamports: 0n,
    });
    await market.operator.oracle.closeJobUsage({ job });
    expect(market.network.getAccount(usageOf(job))).to.equal(null);
  });

  it('lets the job be closed, and a new job at its address begin at zero', async () => {
    const { market, offer } = test;
    const job = await ended();
    await market.operator.oracle.closeJobUsage({ job });
    await market.buyer.escrow.closeJob({ job });
    const order = {
      offer,
      id: 1n,
      devices: 1,
      hours: 2,
      payment: 'usdc',
      maxTotal: parseUsdc('10'),
    } as const;
    const again = await market.bookAndStart(order);
    expect(again.equals(job)).to.be.true;
    market.warpBy(60);
    await market.report(again, 60);
    expect(await market.anyone.accounts.oracle.jobUsage.fetch(usageOf(job))).to.deep.include({
      verifiedSeconds: 60n,
      sequence: 1n,
    });
  });

  for (const state of ['ended', 'cancelled', 'expired'] as const) {
    it(`takes a job that is ${state} for over`, async () => {
      const { market } = test;
      const job = await reported();
      await changeAccount(market, 'escrow', 'job', job, { state });
      await market.operator.oracle.closeJobUsage({ job });
    });
  }

  it('refuses while the job runs or ends', async () => {
    const { market } = test;
    const job = await reported();
    const close = () => market.operator.oracle.closeJobUsage({ job });
    await expectRefused(market, close, 'oracle', 'JobNotOver');
    await market.buyer.escrow.endJob({ job });
    await expectRefused(market, close, 'oracle', 'JobNotOver');
    await market.anyone.escrow.settleJob({ job });
    await close();
  });

  it('refuses another job, which may be over', async () => {
    const { market } = test;
    const over = await ended(1n);
    const running = await reported(2n);
    const call = oracle.closeJobUsage.call(market.operator, {
      job: running,
      rentPayer: market.anyone.payer,
    });
    for (const other of [over, testKeypair('nothing there').publicKey]) {
      const forged = replaceAccount(call, running, other);
      await expectRefused(market, () => market.operator.send(forged), 'oracle', 'WrongJob');
    }
  });

  it('refuses to send the rent to anyone else', async () => {
    const { market } = test;
    const job = await ended();
    for (const rentPayer of [market.operator.payer, market.buyer.payer]) {
      const act = () => market.operator.oracle.closeJobUsage({ job, rentPayer });
      await expectRefused(market, act, 'oracle', 'WrongRentPayer');
    }
  });

  it('refuses what stands at the job’s address and is no job', async () => {
    const { market, offer } = test;
    const { programs } = market.deployment;
    const job = await ended();
    const close = () => market.operator.oracle.closeJobUsage({ job });
    const bytes = market.network.getAccount(job)!.data;
    const offerBytes = market.network.getAccount(offer)!.data;
    for (const [owner, data] of [
      [SystemProgram.programId, bytes],
      [programs.staking, bytes],
      [programs.escrow, offerBytes],
      [programs.escrow, bytes.slice(0, 100)],
      [programs.escrow, new Uint8Array()],
    ] as const) {
      market.network.setAccount({ address: job, owner, data });
      await expectRefused(market, close, 'oracle', 'NotAJob');
    }
  });

  it('refuses an account that is no usage', async () => {
    const { market } = test;
    const job = await ended();
    const call = oracle.closeJobUsage.call(market.operator, { job, rentPayer: market.anyone.payer });
    const set = pda.oracle.oracleSet(market.deployment);
    const forged = replaceAccount(call, usageOf(job), set);
    await expectRefused(market, () => market.operator.send(forged), 'oracle', 'AccountDiscriminatorMismatch');
  });
});
