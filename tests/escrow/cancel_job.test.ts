import { expect } from 'chai';
import { eventOf, pda, tokenAddress } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import {
  bookOdd,
  bookSponsored,
  callOn,
  expectPaidOut,
  jobAccount,
  loadOf,
  moneyAccounts,
  movedBy,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const START_WINDOW = 900;

describe('escrow: cancel_job', () => {
  const test = useMarket();

  it('returns the compute price and keeps the fees', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    market.warpBy(10);
    const moved = await movedBy(market, job, async () => {
      const { events } = await market.buyer.escrow.cancelJob({ job });
      const { seq, ...event } = eventOf(events, 'escrow', 'jobCancelled');
      expect(event).to.deep.equal({ job, toFees: 583_334n, toBuyer: 25_925_907n, owed: 0n });
      expect(seq).to.equal(2n);
    });
    expect(moved).to.deep.equal({ buyer: 25_925_907n, payout: 0n, fees: 583_334n, vault: -26_509_241n });
    const account = await expectPaidOut(market, job);
    expect(account.state).to.equal('cancelled');
    expect(account.endedAt).to.equal(market.network.now());
  });

  it('is allowed before the start time, and to the last second of the start window', async () => {
    const { market, node } = test;
    const startAt = market.network.now() + 3_600n;
    const early = await bookOdd(market, node, 'usdc', { startAt });
    await market.buyer.escrow.cancelJob({ job: early });
    const late = await bookOdd(market, node, 'usdc', { startAt });
    market.warpBy(3_600 + START_WINDOW);
    await market.buyer.escrow.cancelJob({ job: late });
    await expectPaidOut(market, late);
  });

  it('is refused when the node let the window pass: expiring then refunds the fees too', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    market.warpBy(START_WINDOW + 1);
    await expectRefused(market, () => market.buyer.escrow.cancelJob({ job }), 'escrow', 'StartWindowPassed');
  });

  it('leaves the load of the node alone', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const before = await loadOf(market, node);
    await market.buyer.escrow.cancelJob({ job });
    expect(await loadOf(market, node)).to.deep.equal(before);
  });

  it('is for the buyer only', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    for (const client of [market.anyone, market.operator, market.owner, market.admin]) {
      await expectRefused(market, () => client.escrow.cancelJob({ job }), 'escrow', 'NotBuyer');
    }
  });

  it('is refused once the job was started, is ending or has ended', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    const cancel = (): Promise<unknown> => market.buyer.escrow.cancelJob({ job });
    await market.operator.escrow.startJob({ job });
    await expectRefused(market, cancel, 'escrow', 'JobAlreadyStarted');
    await market.buyer.escrow.endJob({ job });
    await expectRefused(market, cancel, 'escrow', 'JobEnding');
    await market.report(job, 0);
    await market.anyone.escrow.settleJob({ job });
    await expectRefused(market, cancel, 'escrow', 'JobEnded');
  });

  it('is refused a second time', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.buyer.escrow.cancelJob({ job });
    await expectRefused(market, () => market.buyer.escrow.cancelJob({ job }), 'escrow', 'JobEnded');
  });

  it('pays to no account but the recorded ones', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.fund(market.anyone.payer, {});
    const { buyer, fees, vault } = moneyAccounts(market, await jobAccount(market, job));
    const { usdcMint, ioMint } = market.deployment;
    const call = await callOn(market, market.buyer, 'cancelJob', job);
    const refusedWith = async (
      from: typeof buyer,
      to: typeof buyer,
      name: 'ConstraintSeeds' | 'WrongBuyerTokenAccount' | 'WrongFeeVault',
    ): Promise<void> => {
      await expectRefused(market, () => market.buyer.send(replaceAccount(call, from, to)), 'escrow', name);
    };
    const strangers = tokenAddress(usdcMint, market.anyone.payer);
    await refusedWith(buyer, strangers, 'WrongBuyerTokenAccount');
    await refusedWith(buyer, tokenAddress(ioMint, market.buyer.payer), 'WrongBuyerTokenAccount');
    await refusedWith(fees, strangers, 'WrongFeeVault');
    await refusedWith(vault, strangers, 'ConstraintSeeds');
  });

  it('sends the rent of the vault to who paid it, and to nobody else', async () => {
    const { market, node } = test;
    const { job, sponsor } = await bookSponsored(market, node);
    const call = await callOn(market, market.buyer, 'cancelJob', job);
    const changed = replaceAccount(call, sponsor.payer, market.anyone.payer);
    await expectRefused(market, () => market.buyer.send(changed), 'escrow', 'WrongRentPayer');
    const rent = market.network.getAccount(pda.escrow.jobVault(market.deployment, job))!.lamports;
    const before = market.network.getAccount(sponsor.payer)!.lamports;
    await market.buyer.send(call);
    expect(market.network.getAccount(sponsor.payer)!.lamports - before).to.equal(rent);
  });

  it('goes on while intake is paused', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    await market.pauser.escrow.pause();
    await market.buyer.escrow.cancelJob({ job });
    await expectPaidOut(market, job);
  });
});
