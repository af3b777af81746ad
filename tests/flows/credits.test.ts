import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { escrow, eventOf, pda, quoteOffer, tokenAddress, type Client } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import {
  ENOUGH,
  ODD_ORDER,
  ODD_TERMS,
  bookOdd,
  callOn,
  complete,
  expectPaidOut,
  jobAccount,
  movedBy,
  startOdd,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { withAccounts } from '../harness/slots.js';
import { freeze, thaw } from '../harness/token-accounts.js';

/** What the odd order costs: in credits it is what it is in USDC. */
const TOTAL = 26_509_241n;
const FEES = 583_334n;
/** What each is due when the node releases it with 9,001 seconds verified. */
const RELEASED = { payout: 9_237_130n, fees: 231_508n, buyer: 17_040_603n } as const;

describe('flow: a job paid in credits', () => {
  const test = useMarket();
  const creditsOf = (owner = test.market.buyer.payer) => pda.treasury.credits(test.market.deployment, owner);
  const credits = () => tokenBalance(test.market.network, creditsOf());
  const usdc = () => test.market.balances(test.market.buyer.payer).usdc;

  beforeEach(async () => {
    await test.market.buyer.treasury.buyCredits({ amount: 3n * TOTAL });
  });

  /** A job that its node has released, all of it reported. */
  const releasedJob = async (): Promise<PublicKey> => {
    const { market, node } = test;
    const job = await startOdd(market, node, 'credits');
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.operator.escrow.release({ job });
    return job;
  };
  /** One of those whose refund could not be delivered, because the issuer has frozen the credits. */
  const blockedJob = async (): Promise<PublicKey> => {
    const job = await releasedJob();
    await freeze(test.market, creditsOf());
    await test.market.anyone.escrow.settleJob({ job });
    return job;
  };

  it('costs what it costs in USDC, handling fee included, as quoted', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node, 'credits');
    const { paidIn, chargedBookingFee, chargedHandlingFee, payment } = await jobAccount(market, job);
    expect({ paidIn, chargedBookingFee, chargedHandlingFee, payment }).to.deep.equal({
      paidIn: TOTAL,
      chargedBookingFee: 64_815n,
      chargedHandlingFee: 518_519n,
      payment: 'credits',
    });
    const offer = await market.anyone.accounts.escrow.offer.fetch(
      pda.escrow.offer(market.deployment, node, 1),
    );
    const now = market.network.now();
    const quote = quoteOffer({ offer: offer.terms, ...ODD_ORDER, now, payment: 'credits' });
    expect(quote.total).to.equal(TOTAL);
    expect(credits()).to.equal(2n * TOTAL);
  });

  it('pays the provider and the fees in USDC', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node, 'credits');
    const moved = await movedBy(market, job, () => complete(market, job));
    // Of 25,925,907 the provider pays 0.25 %; the buyer’s fees are kept.
    expect(moved).to.deep.equal({ buyer: 0n, payout: 25_861_092n, fees: 64_815n + FEES, vault: -TOTAL });
    await expectPaidOut(market, job);
  });

  for (const [title, end, refund] of [
    ['cancelled', (job: PublicKey) => test.market.buyer.escrow.cancelJob({ job }), TOTAL - FEES],
    [
      'expired',
      (job: PublicKey) => {
        test.market.warpBy(901);
        return test.market.anyone.escrow.expireJob({ job });
      },
      TOTAL,
    ],
  ] as const) {
    it(`refunds in credits when it is ${title}, and not in USDC`, async () => {
      const { market, node } = test;
      const job = await bookOdd(market, node, 'credits');
      const before = usdc();
      await end(job);
      expect([credits(), usdc()]).to.deep.equal([2n * TOTAL + refund, before]);
      await expectPaidOut(market, job);
    });
  }

  it('refunds in credits what a released job did not use', async () => {
    const { market } = test;
    const job = await releasedJob();
    const before = usdc();
    const moved = await movedBy(market, job, () => market.anyone.escrow.settleJob({ job }));
    expect(moved).to.deep.equal({ ...RELEASED, vault: -TOTAL });
    expect([credits(), usdc()]).to.deep.equal([2n * TOTAL + RELEASED.buyer, before]);
    await expectPaidOut(market, job);
  });

  it('is extended in credits', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node, 'credits');
    const { events } = await market.buyer.escrow.extendJob({ job, hours: 7, maxTotal: ENOUGH });
    const { charged } = eventOf(events, 'escrow', 'jobExtended');
    expect(eventOf(events, 'treasury', 'creditsSpent')).to.deep.equal({
      owner: market.buyer.payer,
      job,
      amount: charged,
      balance: 2n * TOTAL - charged,
    });
    // The fees of the whole order are rounded up once.
    expect((await jobAccount(market, job)).paidIn).to.equal(TOTAL + charged);
    await complete(market, job);
    expect(credits()).to.equal(2n * TOTAL - charged);
    await expectPaidOut(market, job);
  });

  it('is not extended with too few credits, nor without the treasury', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node, 'credits');
    const long = () => market.buyer.escrow.extendJob({ job, hours: 20, maxTotal: ENOUGH });
    await expectRefused(market, long, 'treasury', 'NotEnoughCredits');
    const call = escrow.extendJob.call(market.buyer, {
      job: await jobAccount(market, job),
      hours: 1,
      maxTotal: ENOUGH,
    });
    const none = market.deployment.programs.escrow;
    for (const accounts of [{ treasury: none }, { treasuryProgram: none }]) {
      const forged = withAccounts(call, 'escrow', 'extendJob', accounts);
      await expectRefused(market, () => market.buyer.send(forged), 'escrow', 'TreasuryMissing');
    }
  });

  describe('whose credits cannot receive', () => {
    it('leaves the refund owed, and anyone pays it when they can', async () => {
      const { market } = test;
      const job = await blockedJob();
      expect((await jobAccount(market, job)).owedToBuyer).to.equal(RELEASED.buyer);
      expect(market.balances(market.owner.payer).usdc, 'the provider').to.equal(RELEASED.payout);
      await expectRefused(
        market,
        () => market.anyone.escrow.payOwed({ job }),
        'escrow',
        'StillNotReceivable',
      );
      await thaw(market, creditsOf());
      await market.anyone.escrow.payOwed({ job });
      expect(credits()).to.equal(2n * TOTAL + RELEASED.buyer);
      await expectPaidOut(market, job);
    });

    it('never pays the refund out in USDC', async () => {
      const { market } = test;
      const job = await blockedJob();
      const destination = tokenAddress(market.deployment.usdcMint, market.buyer.payer);
      const withdraw = (by: Client) => by.escrow.withdrawOwed({ job, destination });
      await expectRefused(market, () => withdraw(market.buyer), 'escrow', 'RefundIsInCredits');
      await expectRefused(market, () => withdraw(market.anyone), 'escrow', 'NotPayee');
      for (const action of ['payOwed', 'settleJob', 'cancelJob', 'expireJob'] as const) {
        const call = await callOn(market, market.buyer, action, job);
        const forged = withAccounts(call, 'escrow', action, { buyerTokenAccount: destination });
        await expectRefused(market, () => market.buyer.send(forged), 'escrow', 'WrongBuyerTokenAccount');
      }
    });

    it('gives a buyer who is the payout wallet too the income of the node alone', async () => {
      const { market } = test;
      const own = await market.registerNode({ id: 7, payout: market.buyer.payer });
      const offer = await market.createOffer(own, 0, ODD_TERMS);
      const job = await market.bookAndStart({ ...ODD_ORDER, offer, payment: 'credits', maxTotal: ENOUGH });
      await freeze(market, creditsOf());
      await freeze(market, tokenAddress(market.deployment.usdcMint, market.buyer.payer));
      market.warpBy(9_001);
      await market.report(job, 9_001);
      await market.operator.escrow.release({ job });
      await market.anyone.escrow.settleJob({ job });
      await market.fund(market.anyone.payer, {});
      const destination = tokenAddress(market.deployment.usdcMint, market.anyone.payer);
      const withdraw = () => market.buyer.escrow.withdrawOwed({ job, destination });
      await withdraw();
      expect(tokenBalance(market.network, destination)).to.equal(RELEASED.payout);
      expect((await jobAccount(market, job)).owedToBuyer).to.equal(RELEASED.buyer);
      await expectRefused(market, withdraw, 'escrow', 'NothingOwed');
    });

    it('waits for an account that its owner has closed, until anybody opens it again', async () => {
      const { market, node } = test;
      const job = await startOdd(market, node, 'credits');
      const offer = pda.escrow.offer(market.deployment, node, 1);
      const rest = { ...ODD_ORDER, offer, payment: 'credits', maxTotal: ENOUGH } as const;
      for (const id of [101n, 102n]) await market.buyer.escrow.bookJob({ ...rest, id });
      await market.buyer.treasury.closeCredits();
      market.warpBy(9_001);
      await market.report(job, 9_001);
      await market.operator.escrow.release({ job });
      await market.anyone.escrow.settleJob({ job });
      expect((await jobAccount(market, job)).owedToBuyer).to.equal(RELEASED.buyer);
      await market.fund(market.anyone.payer, { usdc: 1n });
      await market.anyone.treasury.buyCredits({ amount: 1n, owner: market.buyer.payer });
      await market.anyone.escrow.payOwed({ job });
      expect(credits()).to.equal(RELEASED.buyer + 1n);
    });
  });

  describe('cannot be paid by', () => {
    const book = (tokenAccount: PublicKey) => () =>
      test.market.buyer.escrow.bookJob({
        ...ODD_ORDER,
        offer: test.offer,
        payment: 'credits',
        maxTotal: ENOUGH,
        tokenAccount,
      });

    it('the credits of another', async () => {
      const { market } = test;
      const other = market.actor('other owner');
      await market.fund(other.payer, { usdc: ENOUGH });
      await other.treasury.buyCredits({ amount: ENOUGH });
      await expectRefused(market, book(creditsOf(other.payer)), 'treasury', 'ConstraintSeeds');
    });

    it('the fees that the treasury keeps', async () => {
      const { market } = test;
      const { deployment } = market;
      const vault = pda.treasury.feeVault(deployment, deployment.usdcMint);
      await expectRefused(market, book(vault), 'treasury', 'ConstraintSeeds');
    });

    it('USDC, and credits pay for no job in USDC', async () => {
      const { market } = test;
      const { deployment, buyer } = market;
      const own = tokenAddress(deployment.usdcMint, buyer.payer);
      await expectRefused(market, book(own), 'escrow', 'WrongBuyerTokenAccount');
      const order = { ...ODD_ORDER, offer: test.offer, payment: 'usdc', maxTotal: ENOUGH } as const;
      const act = () => buyer.escrow.bookJob({ ...order, tokenAccount: creditsOf() });
      await expectRefused(market, act, 'escrow', 'WrongBuyerTokenAccount');
    });
  });

  it('is found by its payment', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node, 'credits');
    await bookOdd(market, node, 'usdc', { id: 500n });
    const found = await market.anyone.accounts.escrow.job.findAll({ payment: 'credits' });
    expect(found.map(({ address }) => address)).to.deep.equal([job]);
  });

  it('is paid by a sponsor’s transaction with the buyer’s credits', async () => {
    const { market } = test;
    const sponsor = market.actor('sponsor');
    const order = { ...ODD_ORDER, offer: test.offer, payment: 'credits', maxTotal: ENOUGH } as const;
    await sponsor.escrow.bookJob({ ...order, buyer: testKeypair('buyer') });
    expect(credits() < 3n * TOTAL).to.be.true;
  });
});
