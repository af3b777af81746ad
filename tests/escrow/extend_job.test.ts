import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  BOOKING_FEE,
  Charge,
  FeeRates,
  ProviderSplit,
  Terms,
  escrow,
  eventOf,
  parsePrice,
  pda,
  quoteJob,
  tokenAddress,
  usdToIo,
  type Payment,
} from '@ionet/sdk';
import { changeTokenAccount, testKeypair } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { HOUR, refused, seeded } from '../harness/escrow.js';
import {
  DAY,
  ENOUGH,
  ODD_PRICE,
  ODD_SECONDS,
  bookOdd,
  complete,
  expectPaidOut,
  holdings,
  jobAccount,
  movedBy,
  startOdd,
  warpToSecond,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { withAccounts } from '../harness/slots.js';
import { freeze, thaw } from '../harness/token-accounts.js';

const PAYMENTS: readonly Payment[] = ['usdc', 'io'];

describe('escrow: extend_job', () => {
  const test = useMarket();

  const extend = (job: PublicKey, hours = 1, maxTotal = ENOUGH) =>
    test.market.buyer.escrow.extendJob({ job, hours, maxTotal });
  /** A job of 3 devices for 7 hours at 1.234567 US dollars, running. */
  const start = (payment: Payment = 'usdc') => startOdd(test.market, test.node, payment);
  const offerOf = (job: PublicKey) =>
    jobAccount(test.market, job).then(({ offer }) => test.market.anyone.accounts.escrow.offer.fetch(offer));
  const call = async (job: PublicKey, hours = 1) =>
    escrow.extendJob.call(test.market.buyer, {
      job: await jobAccount(test.market, job),
      hours,
      maxTotal: ENOUGH,
    });

  for (const payment of PAYMENTS) {
    describe(`a job in ${payment.toUpperCase()}`, () => {
      it('is settled first, then charged for the added hours', async () => {
        const { market } = test;
        const job = await start(payment);
        await warpToSecond(market, job, 5_000);
        market.setPrice(ODD_PRICE);
        await market.report(job, 4_321);
        const before = await jobAccount(market, job);

        const addedUsd = 3n * 2n * 1_234_567n;
        const added = payment === 'usdc' ? addedUsd : usdToIo(addedUsd, ODD_PRICE);
        const oldTerms = Terms.booked(before.compute, BigInt(ODD_SECONDS));
        const earned = Terms.earned(oldTerms, 4_321n);
        const split = ProviderSplit.of(earned, BOOKING_FEE);
        const charge = Charge.of(before.compute + added, FeeRates.forPayment(payment === 'usdc'));
        const charged = Charge.total(charge) - before.paidIn;

        const moved = await movedBy(market, job, async () => {
          const { events } = await extend(job, 2, charged);
          expect(eventOf(events, 'escrow', 'jobExtended')).to.deep.equal({
            job,
            addedHours: 2,
            hours: 9,
            addedCompute: added,
            charged,
            compute: charge.compute,
            toNode: split.net,
            toFees: split.fee,
            vaultBalance: before.paidIn + charged - earned,
            seq: 3n,
          });
        });
        expect(moved).to.deep.equal({
          buyer: -charged,
          payout: split.net,
          fees: split.fee,
          vault: charged - earned,
        });
        expect(await jobAccount(market, job)).to.deep.equal({
          ...before,
          hours: 9,
          usdValue: before.usdValue + addedUsd,
          compute: charge.compute,
          baseEarned: earned,
          baseSeconds: 4_321n,
          billedSeconds: 4_321n,
          chargedBookingFee: charge.bookingFee,
          chargedHandlingFee: charge.handlingFee,
          paidIn: before.paidIn + charged,
          paidToNode: split.net,
          paidToFees: split.fee,
          seq: 3n,
        });
      });

      it('costs the price of the moment, and keeps what it earned before', async () => {
        const { market } = test;
        const job = await start(payment);
        await warpToSecond(market, job, HOUR);
        await market.report(job, HOUR);
        const before = await jobAccount(market, job);
        const offer = await offerOf(job);
        const price = 9_876_543n;
        await market.operator.escrow.updateOffer({ offer, terms: { price, maxHours: 720 } });
        const ioPrice = { price: 123_456_789n, conf: 1_000_001n, exponent: -8 };
        market.setPrice(ioPrice);
        const { usd, compute } = quoteJob({ devices: 3, hours: 1, price, payment, ioPrice });
        const { events } = await extend(job, 1);
        expect(eventOf(events, 'escrow', 'jobExtended').addedCompute).to.equal(compute);
        const after = await jobAccount(market, job);
        expect(after.price).to.equal(price);
        expect(after.usdValue).to.equal(before.usdValue + usd);
        expect(after.compute).to.equal(before.compute + compute);
        const earned = Terms.earned(Terms.booked(before.compute, BigInt(ODD_SECONDS)), BigInt(HOUR));
        expect(after.baseEarned).to.equal(earned);

        // From here on the rest of the old price and the new one are earned evenly.
        await warpToSecond(market, job, 2 * HOUR);
        await market.report(job, 2 * HOUR);
        await market.anyone.escrow.settleJob({ job });
        const later = await jobAccount(market, job);
        const rest = ((after.compute - earned) * BigInt(HOUR)) / BigInt(7 * HOUR);
        expect(later.paidToNode + later.paidToFees).to.equal(earned + rest);
      });

      it('may cost the named most exactly, and not a unit more', async () => {
        const { market } = test;
        const job = await start(payment);
        await warpToSecond(market, job, 600);
        market.setPrice(ODD_PRICE);
        const before = await jobAccount(market, job);
        const added = payment === 'usdc' ? 3_703_701n : usdToIo(3_703_701n, ODD_PRICE);
        const rates = FeeRates.forPayment(payment === 'usdc');
        const most = Charge.total(Charge.of(before.compute + added, rates)) - before.paidIn;
        await refused(market, 'PriceAboveMaximum', () => extend(job, 1, most - 1n));
        await refused(market, 'PriceAboveMaximum', () => extend(job, 1, 0n));
        const moved = await movedBy(market, job, () => extend(job, 1, most));
        expect(moved.buyer).to.equal(-most);
      });

      it('pays in many small extensions the fees of one order of the whole, to the unit', async () => {
        const { market } = test;
        const random = seeded(payment === 'usdc' ? 21n : 22n);
        const job = await start(payment);
        const offer = await offerOf(job);
        let spent = (await jobAccount(market, job)).paidIn;
        for (let round = 0; round < 25; round++) {
          market.warpBy(random(1n, 2_400n));
          market.setPrice({ price: random(1_000_000n, 999_999_999n), conf: 9_999n });
          if (round % 3 === 0) {
            const { startedAt, billedSeconds } = await jobAccount(market, job);
            const elapsed = market.network.now() - startedAt;
            await market.report(job, random(billedSeconds, elapsed));
          }
          const terms = { price: random(1n, 3_333n), maxHours: 720 };
          await market.operator.escrow.updateOffer({ offer, terms });
          const moved = await movedBy(market, job, () => extend(job, Number(random(1n, 2n))));
          spent -= moved.buyer;
          const state = await jobAccount(market, job);
          const whole = Charge.of(state.compute, FeeRates.forPayment(payment === 'usdc'));
          expect(state.chargedBookingFee).to.equal((25n * state.compute + 9_999n) / 10_000n);
          expect(state.chargedHandlingFee).to.equal(whole.handlingFee);
          expect(state.paidIn).to.equal(Charge.total(whole));
          expect(spent).to.equal(state.paidIn);
          expect(holdings(market, state).vault).to.equal(state.paidIn - state.paidToNode - state.paidToFees);
          // What the node and its fee got is what the settled seconds earned, however often it was split.
          const earned = Terms.earned(
            {
              compute: state.compute,
              bookedSeconds: BigInt(state.hours * HOUR),
              baseEarned: state.baseEarned,
              baseSeconds: state.baseSeconds,
            },
            state.billedSeconds,
          );
          expect([state.paidToNode, state.paidToFees]).to.deep.equal(
            Object.values(ProviderSplit.of(earned, BOOKING_FEE)),
          );
        }
        await complete(market, job);
        const over = await expectPaidOut(market, job);
        const last = ProviderSplit.of(over.compute, BOOKING_FEE);
        expect(over.paidToNode).to.equal(last.net);
        expect(over.paidToFees).to.equal(last.fee + over.chargedBookingFee + over.chargedHandlingFee);
        expect(over.refunded).to.equal(0n);
      }).timeout(60_000);
    });
  }

  describe('the hours', () => {
    it('must stay within the offer as a whole', async () => {
      const { market } = test;
      const job = await start();
      const offer = await offerOf(job);
      await market.operator.escrow.updateOffer({ offer, terms: { price: 1n, maxHours: 10 } });
      await refused(market, 'HoursAboveMaximum', () => extend(job, 4));
      await extend(job, 2);
      await refused(market, 'HoursAboveMaximum', () => extend(job, 2));
      await refused(market, 'HoursAboveMaximum', () => extend(job, 2 ** 32 - 1));
      await extend(job, 1);
      await refused(market, 'HoursAboveMaximum', () => extend(job, 1));
    });

    it('must stay within the maximum of the moment, also where that was lowered below the booking', async () => {
      const { market } = test;
      const job = await start();
      await market.operator.escrow.updateOffer({
        offer: await offerOf(job),
        terms: { price: 1n, maxHours: 6 },
      });
      await refused(market, 'HoursAboveMaximum', () => extend(job, 1));
    });

    it("are one at least, whatever the offer's minimum for an order is", async () => {
      const { market } = test;
      const job = await start();
      await market.operator.escrow.updateOffer({
        offer: await offerOf(job),
        terms: { price: 1n, minHours: 5 },
      });
      await refused(market, 'HoursBelowMinimum', () => extend(job, 0));
      await extend(job, 1);
    });

    it('get the discount where the added hours alone reach the commitment', async () => {
      const { market } = test;
      const job = await start();
      await market.operator.escrow.updateOffer({
        offer: await offerOf(job),
        terms: { price: 1_000_000n, commitmentHours: 8, commitmentDiscountBps: 5_000 },
      });
      const added = async (hours: number) =>
        eventOf((await extend(job, hours)).events, 'escrow', 'jobExtended').addedCompute;
      expect(await added(7)).to.equal(21_000_000n);
      expect(await added(8)).to.equal(12_000_000n);
    });

    it('take the peak price of the hour in which they are added', async () => {
      const { market } = test;
      const job = await start();
      await market.operator.escrow.updateOffer({
        offer: await offerOf(job),
        terms: { price: 1_000_000n, peakMultiplierBps: 20_000, peakHours: [1] },
      });
      const added = async () => eventOf((await extend(job, 1)).events, 'escrow', 'jobExtended').addedCompute;
      await warpToSecond(market, job, HOUR - 1);
      expect(await added()).to.equal(3_000_000n);
      await warpToSecond(market, job, HOUR);
      expect(await added()).to.equal(6_000_000n);
      await warpToSecond(market, job, 2 * HOUR);
      expect(await added()).to.equal(3_000_000n);
    });
  });

  describe('the time', () => {
    it('lasts to the last second of the booked time, and no longer', async () => {
      const { market } = test;
      const job = await start();
      await warpToSecond(market, job, ODD_SECONDS - 1);
      const before = market.snapshot();
      await extend(job);
      market.restore(before);
      await warpToSecond(market, job, ODD_SECONDS);
      await refused(market, 'BookedTimeOver', () => extend(job));
      await warpToSecond(market, job, ODD_SECONDS + DAY);
      await refused(market, 'BookedTimeOver', () => extend(job));
    });

    it('moves the booked end by the added hours', async () => {
      const { market } = test;
      const job = await start();
      await extend(job, 2);
      await warpToSecond(market, job, ODD_SECONDS);
      await market.anyone.escrow.settleJob({ job });
      expect((await jobAccount(market, job)).state).to.equal('running');
      await extend(job, 1);
      await warpToSecond(market, job, ODD_SECONDS + 3 * HOUR);
      await refused(market, 'BookedTimeOver', () => extend(job));
      await market.anyone.escrow.settleJob({ job });
      const { state, startedAt, endedAt } = await jobAccount(market, job);
      expect(state).to.equal('ending');
      expect(endedAt).to.equal(startedAt + BigInt(ODD_SECONDS + 3 * HOUR));
    });
  });

  describe('silent oracles', () => {
    it('let a job be extended, and nobody is paid for what nobody verified', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node, 'usdc', { hours: 48 });
      await warpToSecond(market, job, DAY + HOUR);
      const moved = await movedBy(market, job, () => extend(job, 1));
      expect([moved.payout, moved.fees, moved.buyer + moved.vault]).to.deep.equal([0n, 0n, 0n]);
      const { billedSeconds, baseEarned, baseSeconds } = await jobAccount(market, job);
      expect([billedSeconds, baseEarned, baseSeconds]).to.deep.equal([0n, 0n, 0n]);
    });

    it('do not lose the node what they attest later', async () => {
      const { market } = test;
      const job = await start();
      await warpToSecond(market, job, 5 * HOUR);
      await extend(job, 3);
      await complete(market, job);
      const { compute, paidToNode, refunded } = await expectPaidOut(market, job);
      expect(paidToNode).to.equal(ProviderSplit.of(compute, BOOKING_FEE).net);
      expect(refunded).to.equal(0n);
    });

    it('are silence still after an extension: the buyer gets back all that was not attested', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node, 'usdc', { hours: 48 });
      await extend(job, 10);
      await warpToSecond(market, job, DAY);
      await market.buyer.escrow.endJob({ job });
      await market.anyone.escrow.settleJob({ job });
      const { reason, refunded, paidIn } = await expectPaidOut(market, job);
      expect(reason).to.equal('oracleSilence');
      expect(refunded).to.equal(paidIn);
    });

    it('are no error where lamports were sent ahead to the usage account', async () => {
      const { market } = test;
      const job = await start();
      market.network.airdrop(pda.oracle.jobUsage(market.deployment, job), 1_000_000n);
      await extend(job);
    });
  });

  describe('the state of the job', () => {
    it('must be Running: a booked one is not started', async () => {
      const { market, node } = test;
      const job = await bookOdd(market, node);
      await refused(market, 'JobNotStarted', () => extend(job));
    });

    it('must be Running: one that was stopped by either side is ending', async () => {
      const { market } = test;
      const [ended, released] = [await start(), await start()];
      await market.buyer.escrow.endJob({ job: ended });
      await market.operator.escrow.release({ job: released });
      for (const job of [ended, released]) await refused(market, 'JobEnding', () => extend(job));
    });

    it('must be Running: one whose booked time was settled is ending', async () => {
      const { market } = test;
      const job = await start();
      await warpToSecond(market, job, ODD_SECONDS);
      await market.anyone.escrow.settleJob({ job });
      await refused(market, 'JobEnding', () => extend(job));
    });

    it('must be Running: one that ended, was cancelled or expired is over', async () => {
      const { market, node } = test;
      const ended = await start();
      const [cancelled, expired] = [await bookOdd(market, node), await bookOdd(market, node)];
      await market.buyer.escrow.cancelJob({ job: cancelled });
      await market.operator.escrow.release({ job: ended });
      market.warpBy(DAY);
      await market.anyone.escrow.settleJob({ job: ended });
      await market.anyone.escrow.expireJob({ job: expired });
      for (const job of [ended, cancelled, expired]) await refused(market, 'JobEnded', () => extend(job));
    });
  });

  describe('offer and node', () => {
    it('must be open', async () => {
      const { market, node } = test;
      const job = await start();
      const offer = await offerOf(job);
      await market.operator.escrow.updateOffer({ offer, active: false });
      await refused(market, 'OfferInactive', () => extend(job));
      await market.operator.escrow.updateOffer({ offer, active: true });
      await market.owner.staking.updateNode({ node, status: 'paused' });
      await refused(market, 'NodeNotActive', () => extend(job));
      await market.owner.staking.updateNode({ node, status: 'active' });
      await extend(job);
    });

    it('wait while intake is paused', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node, 'usdc', { hours: 100 });
      await market.pauser.escrow.pause();
      await warpToSecond(market, job, 3 * DAY - 1);
      await refused(market, 'Paused', () => extend(job));
      await warpToSecond(market, job, 3 * DAY);
      await extend(job);
    });

    it('must have the minimum stake, to the unit', async () => {
      const { market, node } = test;
      const job = await start();
      const { minimumStake } = await market.anyone.accounts.staking.node.fetch(node);
      // A node on hire can neither change its hardware nor take stake back, so its account is rewritten.
      const stake = (ownStake: bigint) => changeAccount(market, 'staking', 'node', node, { ownStake });
      await stake(minimumStake - 1n);
      await refused(market, 'NodeUnderstaked', () => extend(job));
      await stake(minimumStake);
      await extend(job);
    });

    it('must exist: a closed offer extends nothing, one made anew at its address sets the price', async () => {
      const { market, node } = test;
      const job = await start();
      await market.operator.escrow.closeOffer({ offer: await offerOf(job) });
      await refused(market, 'AccountNotInitialized', () => extend(job));
      await market.createOffer(node, 1, { price: 1n });
      const { events } = await extend(job);
      expect(eventOf(events, 'escrow', 'jobExtended').addedCompute).to.equal(3n);
    });
  });

  describe('the accounts', () => {
    it('are signed for by the buyer only', async () => {
      const { market } = test;
      const job = await start();
      for (const client of [market.anyone, market.operator, market.owner]) {
        await market.fund(client.payer, { usdc: ENOUGH });
        const tokenAccount = tokenAddress(market.deployment.usdcMint, client.payer);
        await refused(market, 'NotBuyer', () =>
          client.escrow.extendJob({ job, hours: 1, maxTotal: ENOUGH, tokenAccount }),
        );
      }
    });

    it('are named by the job: no cheaper offer, no other node', async () => {
      const { market, node } = test;
      const job = await start();
      const cheap = await market.createOffer(node, 7, { price: 1n });
      const other = await market.registerNode({ id: 1 });
      const made = await call(job);
      for (const [error, accounts] of [
        ['WrongOffer', { offer: cheap }],
        ['WrongNode', { node: other }],
      ] as const) {
        const forged = withAccounts(made, 'escrow', 'extendJob', accounts);
        await refused(market, error, () => market.buyer.send(forged));
      }
    });

    it('of the money are those of the job: vault, payout, fee vault, and a source of the buyer', async () => {
      const { market } = test;
      const [job, other] = [await start(), await start('io')];
      market.warpBy(600);
      await market.report(job, 600);
      const { ioMint, usdcMint } = market.deployment;
      await market.fund(market.anyone.payer, { usdc: ENOUGH });
      const buyers = tokenAddress(usdcMint, market.buyer.payer);
      const made = await call(job);
      for (const [error, accounts] of [
        ['WrongPayoutTokenAccount', { payoutTokenAccount: buyers }],
        ['WrongPayoutTokenAccount', { payoutTokenAccount: tokenAddress(ioMint, market.owner.payer) }],
        ['WrongFeeVault', { feeVault: buyers }],
        ['WrongFeeVault', { feeVault: pda.treasury.feeVault(market.deployment, ioMint) }],
        ['WrongBuyerTokenAccount', { buyerTokenAccount: tokenAddress(usdcMint, market.anyone.payer) }],
        ['WrongBuyerTokenAccount', { buyerTokenAccount: tokenAddress(ioMint, market.buyer.payer) }],
        ['WrongBuyerTokenAccount', { buyerTokenAccount: pda.escrow.jobVault(market.deployment, job) }],
        ['ConstraintSeeds', { jobVault: pda.escrow.jobVault(market.deployment, other) }],
        ['ConstraintSeeds', { jobVault: buyers }],
      ] as const) {
        const forged = withAccounts(made, 'escrow', 'extendJob', accounts);
        await refused(market, error, () => market.buyer.send(forged));
      }
      await market.buyer.send(made);
    });

    it("of the oracle are the job's usage: not another job's, nor none where there is one", async () => {
      const { market } = test;
      const [job, other] = [await start(), await start()];
      market.warpBy(600);
      await market.report(other, 600);
      const made = await call(job);
      for (const jobUsage of [
        pda.oracle.jobUsage(market.deployment, other),
        pda.oracle.oracleSet(market.deployment),
        market.anyone.payer,
        testKeypair('nothing here').publicKey,
      ]) {
        const forged = withAccounts(made, 'escrow', 'extendJob', { jobUsage });
        await refused(market, 'WrongJobUsage', () => market.buyer.send(forged));
      }
    });
  });

  describe('the money', () => {
    it('must suffice, to the unit', async () => {
      const { market } = test;
      const job = await start();
      const account = tokenAddress(market.deployment.usdcMint, market.buyer.payer);
      const before = await jobAccount(market, job);
      const whole = Charge.of(before.compute + 3_703_701n, FeeRates.forPayment(true));
      const charged = Charge.total(whole) - before.paidIn;
      changeTokenAccount(market.network, account, { amount: charged - 1n });
      await expectRefused(market, () => extend(job), 'token', 'InsufficientFunds');
      changeTokenAccount(market.network, account, { amount: charged });
      await extend(job);
    });

    it('is paid to a node that cannot receive it later, without holding up the extension', async () => {
      const { market } = test;
      const job = await start();
      const payout = tokenAddress(market.deployment.usdcMint, market.owner.payer);
      await market.fund(market.owner.payer, {});
      await freeze(market, payout);
      market.warpBy(HOUR);
      await market.report(job, HOUR);
      const { events } = await extend(job);
      expect(eventOf(events, 'escrow', 'jobExtended').toNode).to.equal(0n);
      const { baseEarned, owedToNode, paidToNode } = await jobAccount(market, job);
      expect([owedToNode, paidToNode]).to.deep.equal([ProviderSplit.of(baseEarned, BOOKING_FEE).net, 0n]);
      await thaw(market, payout);
      const moved = await movedBy(market, job, () => extend(job));
      expect(moved.payout).to.equal(owedToNode);
    });

    it('is refused where the vault does not cover what the job owes', async () => {
      const { market } = test;
      for (const payment of PAYMENTS) {
        const job = await start(payment);
        const { paidIn } = await jobAccount(market, job);
        // No transaction takes a token out of the vault: its account is rewritten.
        const vault = pda.escrow.jobVault(market.deployment, job);
        changeTokenAccount(market.network, vault, { amount: paidIn - 1n });
        await refused(market, 'InvariantViolated', () => extend(job));
      }
    });

    it('in the vault that strangers sent there changes nothing', async () => {
      const { market } = test;
      const job = await start();
      const vault = pda.escrow.jobVault(market.deployment, job);
      const { paidIn } = await jobAccount(market, job);
      changeTokenAccount(market.network, vault, { amount: paidIn + 5n });
      const { events } = await extend(job);
      const after = await jobAccount(market, job);
      expect(eventOf(events, 'escrow', 'jobExtended').vaultBalance).to.equal(after.paidIn);
      expect(holdings(market, after).vault).to.equal(after.paidIn + 5n);
    });
  });

  describe('the price of IO', () => {
    it('must pass the same checks as when booking', async () => {
      const { market } = test;
      const job = await start('io');
      const now = market.network.now();
      for (const [error, update] of [
        ['PriceStale', { publishTime: now - 61n }],
        ['PriceStale', { publishTime: now + 1n }],
        ['PriceNotPositive', { price: 0n }],
        ['PriceNotPositive', { price: -1n }],
        ['PriceTooUncertain', { price: 100n, conf: 2n }],
        ['WrongPriceFeed', { feedId: new Uint8Array(32) }],
        ['PriceNotFullyVerified', { verification: { partial: 1 } }],
        ['PriceExponentOutOfRange', { exponent: 0 }],
        ['NotAPriceUpdate', { owner: market.deployment.programs.oracle }],
      ] as const) {
        const before = market.snapshot();
        market.setPrice(update);
        await refused(market, error, () => extend(job));
        market.restore(before);
      }
      market.setPrice({ publishTime: now - 60n });
      await extend(job);
    });

    it('must be there, and be in a price account', async () => {
      const { market } = test;
      const job = await start('io');
      const made = await call(job);
      const { programs, ioMint } = market.deployment;
      for (const [error, priceUpdate] of [
        ['PriceAccountMissing', programs.escrow],
        ['NotAPriceUpdate', market.anyone.payer],
        ['NotAPriceUpdate', tokenAddress(ioMint, market.buyer.payer)],
      ] as const) {
        const forged = withAccounts(made, 'escrow', 'extendJob', { priceUpdate });
        await refused(market, error, () => market.buyer.send(forged));
      }
    });

    it('does not matter to a job in USDC', async () => {
      const { market } = test;
      const job = await start();
      market.setPrice({ publishTime: 0n, price: -1n });
      await extend(job);
    });

    it('may not make the charge leave 64 bits', async () => {
      const { market } = test;
      const job = await start('io');
      const most = 2n ** 64n - 1n;
      market.setPrice({ price: 1n, conf: 0n, exponent: -12 });
      await refused(market, 'AmountOverflow', () => extend(job, 1, most));
      // What is added fits by itself, together with the whole it does not.
      await market.operator.escrow.updateOffer({ offer: await offerOf(job), terms: { price: 61_489n } });
      await refused(market, 'AmountOverflow', () => extend(job, 1, most));
    });
  });

  it('costs what the quote says, also at round figures', async () => {
    const { market, offer } = test;
    const job = await market.bookAndStart({ offer, devices: 8, hours: 10, payment: 'io', maxTotal: ENOUGH });
    // 32 USD at 2.50: 12.80 IO and 0.25 %.
    const quote = quoteJob({
      devices: 8,
      hours: 2,
      price: 2_000_000n,
      payment: 'io',
      ioPrice: parsePrice('2.5'),
    });
    expect(quote.total).to.equal(1_283_200_000n);
    const moved = await movedBy(market, job, () => extend(job, 2, quote.total));
    expect(moved.buyer).to.equal(-quote.total);
  });
});
