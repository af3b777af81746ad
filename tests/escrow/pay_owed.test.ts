import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { createTokenAccountInstruction, eventOf, tokenAddress } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import {
  bookSponsored,
  callOn,
  complete,
  expectPaidOut,
  jobAccount,
  moneyAccounts,
  movedBy,
  startOdd,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { closeTokenAccount, freeze, handOver, thaw } from '../harness/token-accounts.js';

describe('escrow: pay_owed', () => {
  const test = useMarket();
  const payOwed = (job: PublicKey): Promise<unknown> => test.market.anyone.escrow.payOwed({ job });

  it('pays what waited for a thawed account, by anyone, and closes the vault', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await complete(market, job);
    await thaw(market, payout);
    const moved = await movedBy(market, job, async () => {
      const { events } = await market.anyone.escrow.payOwed({ job });
      expect(eventOf(events, 'escrow', 'owedPaid')).to.deep.equal({
        job,
        toNode: 25_861_092n,
        toFees: 0n,
        toBuyer: 0n,
        owed: 0n,
        seq: 5n,
      });
    });
    expect(moved).to.deep.equal({ buyer: 0n, payout: 25_861_092n, fees: 0n, vault: -25_861_092n });
    await expectPaidOut(market, job);
  });

  it('pays in a running job too', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.anyone.escrow.settleJob({ job });
    const { owedToNode, paidToFees } = await jobAccount(market, job);
    expect({ owedToNode, paidToFees }).to.deep.equal({ owedToNode: 9_237_130n, paidToFees: 23_151n });
    await thaw(market, payout);
    const moved = await movedBy(market, job, () => payOwed(job));
    expect(moved).to.deep.equal({ buyer: 0n, payout: 9_237_130n, fees: 0n, vault: -9_237_130n });
    expect((await jobAccount(market, job)).state).to.equal('running');
    await complete(market, job);
    const { paidToNode } = await expectPaidOut(market, job);
    expect(paidToNode).to.equal(25_861_092n);
  });

  it('pays those who can receive, and keeps the rest owed', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout, buyer } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await freeze(market, buyer);
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.operator.escrow.release({ job });
    await market.anyone.escrow.settleJob({ job });
    await thaw(market, buyer);
    const moved = await movedBy(market, job, () => payOwed(job));
    expect(moved).to.deep.equal({ buyer: 17_040_603n, payout: 0n, fees: 0n, vault: -17_040_603n });
    const { owedToNode, owedToBuyer, state } = await jobAccount(market, job);
    expect({ owedToNode, owedToBuyer, state }).to.deep.equal({
      owedToNode: 9_237_130n,
      owedToBuyer: 0n,
      state: 'ended',
    });
    await thaw(market, payout);
    await payOwed(job);
    await expectPaidOut(market, job);
  });

  it('is refused where nothing is owed: before, during and after the job', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await expectRefused(market, () => payOwed(job), 'escrow', 'NothingOwed');
    await complete(market, job);
    await expectRefused(market, () => payOwed(job), 'escrow', 'NothingOwed');
  });

  it('is refused while no account can receive: frozen, closed, handed over', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout } = moneyAccounts(market, await jobAccount(market, job));
    const { usdcMint } = market.deployment;
    const owner = testKeypair('owner');
    await market.fund(market.anyone.payer, {});
    await freeze(market, payout);
    await complete(market, job);
    const refused = (): Promise<unknown> =>
      expectRefused(market, () => payOwed(job), 'escrow', 'StillNotReceivable');
    await refused();
    await thaw(market, payout);
    await closeTokenAccount(market, usdcMint, owner, payout);
    await refused();
    await market.anyone.send({
      instructions: [createTokenAccountInstruction(market.anyone.payer, usdcMint, owner.publicKey)],
      signers: [],
      accounts: {},
    });
    await handOver(market, payout, owner, market.anyone.payer);
    await refused();
    await handOver(market, payout, testKeypair('anyone'), owner.publicKey);
    await payOwed(job);
    await expectPaidOut(market, job);
  });

  it('pays to no account but the recorded ones', async () => {
    const { market, node } = test;
    const { job, sponsor } = await bookSponsored(market, node);
    await market.operator.escrow.startJob({ job });
    const { buyer, payout, fees, vault } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await complete(market, job);
    await market.fund(market.anyone.payer, {});
    const strangers = tokenAddress(market.deployment.usdcMint, market.anyone.payer);
    const call = await callOn(market, market.anyone, 'payOwed', job);
    for (const [from, to, name] of [
      [payout, strangers, 'WrongPayoutTokenAccount'],
      [buyer, strangers, 'WrongBuyerTokenAccount'],
      [fees, strangers, 'WrongFeeVault'],
      [vault, strangers, 'ConstraintSeeds'],
      [sponsor.payer, market.anyone.payer, 'WrongRentPayer'],
    ] as const) {
      const changed = replaceAccount(call, from, to);
      await expectRefused(market, () => market.anyone.send(changed), 'escrow', name);
    }
  });
});
