import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import type { Payment } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import {
  bookOdd,
  complete,
  expectPaidOut,
  jobAccount,
  mintOf,
  moneyAccounts,
  movedBy,
  startOdd,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { freeze, thaw, transferTokens } from '../harness/token-accounts.js';

const GIFT = 1_234n;

describe('flow: tokens that strangers send to the vault of a job', () => {
  const test = useMarket();

  const donate = async (job: PublicKey, amount = GIFT): Promise<void> => {
    const { market } = test;
    const account = await jobAccount(market, job);
    await market.fund(market.anyone.payer, { usdc: amount, io: amount });
    const { vault } = moneyAccounts(market, account);
    await transferTokens(market, mintOf(market, account.payment), testKeypair('anyone'), vault, amount);
  };

  for (const payment of ['usdc', 'io'] satisfies Payment[]) {
    it(`before the end, in ${payment}: they go to the fee vault with the end`, async () => {
      const { market, node } = test;
      const job = await startOdd(market, node, payment);
      const [net, fees] = { usdc: [25_861_092n, 648_149n], io: [1_088_746_603n, 5_457_378n] }[payment] as [
        bigint,
        bigint,
      ];
      await donate(job);
      // A settlement on the way does not touch them.
      market.warpBy(3_600);
      await market.report(job, 3_600);
      const before = await movedBy(market, job, () => market.anyone.escrow.settleJob({ job }));
      const moved = await movedBy(market, job, () => complete(market, job));
      expect({
        payout: before.payout + moved.payout,
        fees: before.fees + moved.fees,
        buyer: moved.buyer,
      }).to.deep.equal({ payout: net, fees: fees + GIFT, buyer: 0n });
      const { donated } = await expectPaidOut(market, job);
      expect(donated).to.equal(GIFT);
      await market.anyone.oracle.closeJobUsage({ job });
      await market.buyer.escrow.closeJob({ job });
    });
  }

  it('before a cancellation and before an expiry: the buyer gets no more than his own', async () => {
    const { market, node } = test;
    const cancelled = await bookOdd(market, node);
    await donate(cancelled);
    expect(
      await movedBy(market, cancelled, () => market.buyer.escrow.cancelJob({ job: cancelled })),
    ).to.include({
      buyer: 25_925_907n,
      fees: 583_334n + GIFT,
    });
    await expectPaidOut(market, cancelled);

    const expired = await bookOdd(market, node);
    await donate(expired);
    market.warpBy(901);
    expect(await movedBy(market, expired, () => market.anyone.escrow.expireJob({ job: expired }))).to.include(
      {
        buyer: 26_509_241n,
        fees: GIFT,
      },
    );
    await expectPaidOut(market, expired);
  });

  it('after the end, while the vault is still open: pay_owed takes them along', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await complete(market, job);
    await donate(job);
    // While the payout is frozen the gift alone goes out, ...
    expect(await movedBy(market, job, () => market.anyone.escrow.payOwed({ job }))).to.include({
      payout: 0n,
      fees: GIFT,
    });
    await donate(job, 1n);
    await thaw(market, payout);
    // ... and a later one does not hold up the closing.
    expect(await movedBy(market, job, () => market.anyone.escrow.payOwed({ job }))).to.include({
      payout: 25_861_092n,
      fees: 1n,
    });
    const { donated } = await expectPaidOut(market, job);
    expect(donated).to.equal(GIFT + 1n);
    await market.anyone.oracle.closeJobUsage({ job });
    await market.buyer.escrow.closeJob({ job });
  });

  it('after the end, found by a withdrawal: they wait for pay_owed', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout, buyer } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await complete(market, job);
    await donate(job);
    await market.owner.escrow.withdrawOwed({ job, destination: buyer });
    const { owedToFees, donated } = await jobAccount(market, job);
    expect({ owedToFees, donated }).to.deep.equal({ owedToFees: GIFT, donated: GIFT });
    await market.anyone.escrow.payOwed({ job });
    await expectPaidOut(market, job);
  });

  it('while the fee vault is frozen they are counted once, however often somebody tries', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout, fees } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, fees);
    await freeze(market, payout);
    await donate(job);
    await complete(market, job);
    await thaw(market, payout);
    await market.anyone.escrow.payOwed({ job });
    await expectRefused(market, () => market.anyone.escrow.payOwed({ job }), 'escrow', 'StillNotReceivable');
    const { owedToFees, donated } = await jobAccount(market, job);
    expect({ owedToFees, donated }).to.deep.equal({ owedToFees: 648_149n + GIFT, donated: GIFT });
    await thaw(market, fees);
    expect(await movedBy(market, job, () => market.anyone.escrow.payOwed({ job }))).to.include({
      fees: 648_149n + GIFT,
    });
    await expectPaidOut(market, job);
  });
});
