import { Buffer } from 'buffer';
import { expect } from 'chai';
import { escrow, eventOf, parsePrice, pda, quoteJob, tokenAddress } from '@ionet/sdk';
import { PYTH_RECEIVER, encodePriceUpdate, testKeypair, type PriceUpdate } from '@ionet/sdk/testing';
import { feeVaults, refused } from '../harness/escrow.js';
import { DAY, ENOUGH, complete, jobAccount, mintOf, type Token } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { REFUSED_PRICES } from '../harness/prices.js';
import { expectRefused } from '../harness/refusals.js';
import { withAccounts } from '../harness/slots.js';
import { freeze } from '../harness/token-accounts.js';

const PAYMENTS: readonly Token[] = ['usdc', 'io'];

describe('escrow: book_job', () => {
  const test = useMarket();

  /** One device for an hour, two US dollars. */
  const order = (change: Partial<escrow.BookJobArgs> = {}): escrow.BookJobArgs => ({
    offer: test.offer,
    devices: 1,
    hours: 1,
    payment: 'usdc',
    maxTotal: ENOUGH,
    ...change,
  });
  const book = (change: Partial<escrow.BookJobArgs> = {}) => test.market.buyer.escrow.bookJob(order(change));
  const call = (change: Partial<escrow.BookJobArgs> = {}) =>
    escrow.bookJob.call(test.market.buyer, { id: 1n, node: test.node, ...order(change) });

  describe('an order', () => {
    for (const payment of PAYMENTS) {
      it(`in ${payment.toUpperCase()} writes the job and moves the charge into its vault`, async () => {
        const { market, node, offer } = test;
        market.setPrice({ price: 237_654_321n, conf: 1_234_567n });
        const ioPrice = { price: 237_654_321n, conf: 1_234_567n, exponent: -8 };
        const quote = quoteJob({ devices: 3, hours: 7, price: 2_000_000n, payment, ioPrice });
        const startAt = market.network.now() + 77n;
        const before = [market.balances(market.buyer.payer)[payment], feeVaults(market)];
        const { accounts, events } = await book({ id: 42n, devices: 3, hours: 7, payment, startAt });
        const { version, bump: _, vaultBump: __, ...job } = await jobAccount(market, accounts.job);
        expect(version).to.equal(1);
        expect(job).to.deep.equal({
          address: pda.escrow.job(market.deployment, market.buyer.payer, 42n),
          id: 42n,
          buyer: market.buyer.payer,
          node,
          offer,
          class: pda.staking.class(market.deployment, 1),
          payout: market.owner.payer,
          rentPayer: market.buyer.payer,
          payment,
          devices: 3,
          hours: 7,
          state: 'booked',
          reason: 'none',
          bookedAt: market.network.now(),
          startAt,
          startedAt: 0n,
          endedAt: 0n,
          usdValue: 42_000_000n,
          price: 2_000_000n,
          compute: quote.compute,
          baseEarned: 0n,
          baseSeconds: 0n,
          billedSeconds: 0n,
          bookingFeeBps: 25,
          handlingFeeBps: payment === 'io' ? 0 : 200,
          chargedBookingFee: quote.bookingFee,
          chargedHandlingFee: quote.handlingFee,
          paidIn: quote.total,
          donated: 0n,
          paidToNode: 0n,
          paidToFees: 0n,
          refunded: 0n,
          owedToNode: 0n,
          owedToFees: 0n,
          owedToBuyer: 0n,
          seq: 1n,
          reserved: new Uint8Array(32),
        });
        const vault = market.network.getAccount(accounts.jobVault)!;
        expect(Buffer.from(vault.data).readBigUInt64LE(64)).to.equal(quote.total);
        expect(vault.data.subarray(32, 64)).to.deep.equal(accounts.job.toBytes());
        expect([market.balances(market.buyer.payer)[payment] + quote.total, feeVaults(market)]).to.deep.equal(
          before,
        );
        expect(eventOf(events, 'escrow', 'jobBooked')).to.deep.equal({
          job: accounts.job,
          buyer: market.buyer.payer,
          node,
          offer,
          payment,
          devices: 3,
          hours: 7,
          startAt,
          usdValue: 42_000_000n,
          compute: quote.compute,
          bookingFee: quote.bookingFee,
          handlingFee: quote.handlingFee,
          vaultBalance: quote.total,
          seq: 1n,
        });
      });
    }

    it('reserves no devices', async () => {
      const { market, node } = test;
      for (const payment of [...PAYMENTS, ...PAYMENTS]) await book({ devices: 8, payment });
      const load = pda.escrow.nodeLoad(market.deployment, node);
      expect((await market.anyone.accounts.escrow.nodeLoad.fetch(load)).devicesBusy).to.equal(0);
    });

    it('costs a fee of one unit each where the price is one unit', async () => {
      const { market, node } = test;
      const offer = await market.createOffer(node, 1, { price: 1n });
      const { accounts } = await book({ offer });
      const job = await jobAccount(market, accounts.job);
      expect([job.compute, job.chargedBookingFee, job.chargedHandlingFee, job.paidIn]).to.deep.equal([
        1n,
        1n,
        1n,
        3n,
      ]);
    });

    it('takes the rent from the payer where that is not the buyer, and says who it was', async () => {
      const { market } = test;
      const sponsor = market.actor('sponsor');
      const lamports = (key: typeof sponsor.payer) => market.network.getAccount(key)!.lamports;
      const before = { buyer: lamports(market.buyer.payer), sponsor: lamports(sponsor.payer) };
      const { accounts } = await sponsor.escrow.bookJob(order({ buyer: testKeypair('buyer') }));
      const job = await jobAccount(market, accounts.job);
      expect(job.rentPayer).to.deep.equal(sponsor.payer);
      expect(job.buyer).to.deep.equal(market.buyer.payer);
      const rent = lamports(accounts.job) + lamports(accounts.jobVault);
      expect(lamports(market.buyer.payer)).to.equal(before.buyer);
      // Two signatures of 5,000 lamports.
      expect(before.sponsor - lamports(sponsor.payer)).to.equal(rent + 10_000n);
    });

    it('can be paid from any token account of the buyer', async () => {
      const { market } = test;
      const { usdcMint } = market.deployment;
      const from = tokenAddress(usdcMint, market.buyer.payer);
      const second = testKeypair('second account').publicKey;
      market.network.setAccount({ ...market.network.getAccount(from)!, address: second });
      const before = market.balances(market.buyer.payer);
      await book({ tokenAccount: second });
      expect(market.balances(market.buyer.payer)).to.deep.equal(before);
    });

    it('refuses a buyer who does not sign', async () => {
      const { market, node } = test;
      const made = escrow.bookJob.call(market.anyone, {
        id: 1n,
        node,
        ...order({ buyer: market.buyer.payer }),
      });
      const [instruction] = made.instructions;
      instruction!.keys[0]!.isSigner = false;
      await refused(market, 'AccountNotSigner', () => market.anyone.send(made));
    });
  });

  describe('its id', () => {
    it('is refused while the job of that id exists, in every state', async () => {
      const { market } = test;
      const { job } = (await book({ id: 5n })).accounts;
      const again = () => book({ id: 5n, payment: 'io' });
      await expectRefused(market, again, 'system', 'AccountAlreadyInUse');
      await market.operator.escrow.startJob({ job });
      await expectRefused(market, again, 'system', 'AccountAlreadyInUse');
      await complete(market, job);
      await expectRefused(market, again, 'system', 'AccountAlreadyInUse');
    });

    it('belongs to the buyer: another has the same', async () => {
      const { market } = test;
      const other = market.actor('other buyer');
      await market.fund(other.payer, { usdc: 10n ** 9n });
      await book({ id: 5n });
      await other.escrow.bookJob(order({ id: 5n }));
    });

    it('is free again when the job is closed, and the new job begins from nothing', async () => {
      const { market } = test;
      const { job } = (await book({ id: 2n ** 64n - 1n })).accounts;
      await market.operator.escrow.startJob({ job });
      await complete(market, job);
      await market.anyone.oracle.closeJobUsage({ job });
      await market.buyer.escrow.closeJob({ job });
      await book({ id: 2n ** 64n - 1n });
      await market.operator.escrow.startJob({ job });
      market.warpBy(60);
      await market.anyone.escrow.settleJob({ job });
      const { billedSeconds, paidToNode, owedToNode } = await jobAccount(market, job);
      expect([billedSeconds, paidToNode, owedToNode]).to.deep.equal([0n, 0n, 0n]);
    });

    it('is not held up by lamports sent ahead to the job and its vault', async () => {
      const { market } = test;
      const { accounts } = call({ id: 9n });
      const clean = market.snapshot();
      for (const lamports of [1_000_000n, 5_000_000_000n]) {
        market.restore(clean);
        market.network.airdrop(accounts.job, lamports);
        market.network.airdrop(accounts.jobVault, lamports);
        await book({ id: 9n });
        const job = await jobAccount(market, accounts.job);
        expect(job.paidIn).to.equal(2_045_000n);
      }
    });
  });

  describe('its bounds', () => {
    it('are the devices of the node', async () => {
      const { market } = test;
      const node = await market.registerNode({ id: 1, classId: 2, deviceCount: 3 });
      const offer = await market.createOffer(node, 0, { price: 1n });
      await refused(market, 'ZeroDevices', () => book({ offer, devices: 0 }));
      await book({ offer, devices: 1 });
      await book({ offer, devices: 3 });
      await refused(market, 'TooManyDevices', () => book({ offer, devices: 4 }));
      await refused(market, 'TooManyDevices', () => book({ offer, devices: 255 }));
    });

    it('are the hours of the offer', async () => {
      const { market, node } = test;
      const offer = await market.createOffer(node, 1, { price: 1n, minHours: 2, maxHours: 10 });
      await refused(market, 'HoursBelowMinimum', () => book({ offer, hours: 0 }));
      await refused(market, 'HoursBelowMinimum', () => book({ offer, hours: 1 }));
      await book({ offer, hours: 2 });
      await book({ offer, hours: 10 });
      await refused(market, 'HoursAboveMaximum', () => book({ offer, hours: 11 }));
      await refused(market, 'HoursAboveMaximum', () => book({ offer, hours: 2 ** 32 - 1 }));
      await refused(market, 'HoursBelowMinimum', () => book({ hours: 0 }));
    });

    it('are now and 30 days from now for the start', async () => {
      const { market } = test;
      const now = market.network.now();
      const latest = now + 30n * BigInt(DAY);
      await book({ startAt: now });
      await book({ startAt: latest });
      for (const startAt of [now - 1n, latest + 1n, 0n, -(2n ** 63n), 2n ** 63n - 1n]) {
        await refused(market, 'StartTimeOutOfRange', () => book({ startAt }));
      }
      const { accounts } = await book();
      expect((await jobAccount(market, accounts.job)).startAt).to.equal(now);
    });

    for (const payment of PAYMENTS) {
      it(`are the most that the buyer pays, to the unit, in ${payment.toUpperCase()}`, async () => {
        const { market } = test;
        const ioPrice = parsePrice('2.5');
        const { total } = quoteJob({ devices: 3, hours: 7, price: 2_000_000n, payment, ioPrice });
        const wanted = { devices: 3, hours: 7, payment } as const;
        await refused(market, 'PriceAboveMaximum', () => book({ ...wanted, maxTotal: total - 1n }));
        await refused(market, 'PriceAboveMaximum', () => book({ ...wanted, maxTotal: 0n }));
        await book({ ...wanted, maxTotal: total });
      });
    }
  });

  describe('node and offer', () => {
    it('must be active, both', async () => {
      const { market, node, offer } = test;
      await market.operator.escrow.updateOffer({ offer, active: false });
      await refused(market, 'OfferInactive', () => book());
      await market.operator.escrow.updateOffer({ offer, active: true });
      await market.owner.staking.updateNode({ node, status: 'paused' });
      await refused(market, 'NodeNotActive', () => book());
      await market.owner.staking.updateNode({ node, status: 'active' });
      await book();
    });

    it('must have the minimum stake, to the unit', async () => {
      const { market } = test;
      // 8 H100: 16,000 IO.
      for (const [id, stake] of [0n, 16_000n * 10n ** 8n - 1n].entries()) {
        const node = await market.registerNode({ id: id + 1, stake });
        const offer = await market.createOffer(node, 0, { price: 1n });
        await refused(market, 'NodeUnderstaked', () => book({ offer }));
        await market.owner.staking.stake({ node, amount: 16_000n * 10n ** 8n - stake });
        await book({ offer });
      }
    });

    it('must belong together', async () => {
      const { market } = test;
      const other = await market.registerNode({ id: 1 });
      await market.createOffer(other, 0, { price: 1n });
      await refused(market, 'WrongNode', () => book({ node: other }));
    });

    it('must be accounts of their programs', async () => {
      const { market, node, offer } = test;
      const { network, deployment } = market;
      const forged = testKeypair('forged').publicKey;
      const { programs } = deployment;
      network.setAccount({ ...network.getAccount(node)!, address: forged, owner: programs.escrow });
      await refused(market, 'AccountOwnedByWrongProgram', () => book({ node: forged }));
      network.setAccount({ ...network.getAccount(offer)!, address: forged, owner: programs.staking });
      await refused(market, 'AccountOwnedByWrongProgram', () => book({ offer: forged, node }));
      const load = pda.escrow.nodeLoad(deployment, node);
      await refused(market, 'AccountDiscriminatorMismatch', () => book({ offer: load, node }));
    });

    it('wait while intake is paused, in both payments, until it ends by itself', async () => {
      const { market } = test;
      await market.pauser.escrow.pause();
      market.warpBy(3 * DAY - 1);
      for (const payment of PAYMENTS) await refused(market, 'Paused', () => book({ payment }));
      market.warpBy(1);
      for (const payment of PAYMENTS) await book({ payment });
    });

    it("are open while staking's intake is paused", async () => {
      const { market } = test;
      await market.pauser.staking.pause();
      await book();
    });
  });

  describe('the money', () => {
    for (const payment of PAYMENTS) {
      const other = payment === 'io' ? 'usdc' : 'io';

      it(`refuses another mint than that of ${payment.toUpperCase()}`, async () => {
        const { market } = test;
        const mint = mintOf(market, other);
        const forged = withAccounts(call({ payment }), 'escrow', 'bookJob', {
          mint,
          buyerTokenAccount: tokenAddress(mint, market.buyer.payer),
        });
        await refused(market, 'WrongMint', () => market.buyer.send(forged));
      });

      it(`refuses a token account of another mint than ${payment.toUpperCase()}, or of a stranger`, async () => {
        const { market } = test;
        await market.fund(market.anyone.payer, { io: 10n ** 14n, usdc: 10n ** 12n });
        for (const tokenAccount of [
          tokenAddress(mintOf(market, other), market.buyer.payer),
          tokenAddress(mintOf(market, payment), market.anyone.payer),
          pda.treasury.feeVault(market.deployment, mintOf(market, payment)),
        ]) {
          await refused(market, 'WrongBuyerTokenAccount', () => book({ payment, tokenAccount }));
        }
      });

      it(`refuses a buyer whose ${payment.toUpperCase()} do not suffice, by one unit`, async () => {
        const { market } = test;
        const poor = market.actor('poor buyer');
        const { total } = quoteJob({
          devices: 1,
          hours: 1,
          price: 2_000_000n,
          payment,
          ioPrice: parsePrice('2.5'),
        });
        await market.fund(poor.payer, { [payment]: total - 1n });
        const attempt = () => poor.escrow.bookJob(order({ payment }));
        await expectRefused(market, attempt, 'token', 'InsufficientFunds');
        await market.fund(poor.payer, { [payment]: 1n });
        await attempt();
        expect(market.balances(poor.payer)[payment]).to.equal(0n);
      });
    }

    it("refuses somebody else's job vault as the source", async () => {
      const { market } = test;
      const { jobVault } = (await book({ devices: 8 })).accounts;
      await refused(market, 'WrongBuyerTokenAccount', () => book({ tokenAccount: jobVault }));
    });

    it('refuses a wallet without a token account', async () => {
      const { market } = test;
      const poor = market.actor('poor buyer');
      await refused(market, 'AccountNotInitialized', () => poor.escrow.bookJob(order()));
    });

    it('refuses a frozen token account', async () => {
      const { market } = test;
      await freeze(market, tokenAddress(market.deployment.usdcMint, market.buyer.payer));
      await expectRefused(market, () => book(), 'token', 'AccountFrozen');
    });
  });

  describe('the price of IO', () => {
    const inIo = () => book({ payment: 'io' });
    const at = (age: bigint) => test.market.network.now() - age;
    /** Exactly 1 %. */
    const widest = { price: 250_000_000n, conf: 2_500_000n };

    const accepted: readonly (readonly [string, () => Partial<PriceUpdate>])[] = [
      ['of this second', () => ({})],
      ['60 seconds old', () => ({ publishTime: at(60n) })],
      ['with a confidence of 1 percent', () => widest],
      ['with the lowest exponent', () => ({ price: 2_500_000_000_000n, exponent: -12 })],
      ['with the highest exponent', () => ({ price: 25n, exponent: -1 })],
      ['at its highest', () => ({ price: 2n ** 63n - 1n, exponent: -1 })],
      ['at its lowest', () => ({ price: 1n, exponent: -3 })],
    ];
    for (const [name, update] of accepted) {
      it(`is taken ${name}, from the low end of its confidence`, async () => {
        const { market } = test;
        market.setPrice(update());
        const { accounts } = await inIo();
        const { price, conf, exponent } = { price: 250_000_000n, conf: 0n, exponent: -8, ...update() };
        const low = price - conf;
        const exact = 2_000_000n * 100n * 10n ** BigInt(-exponent);
        expect((await jobAccount(market, accounts.job)).compute).to.equal((exact + low - 1n) / low);
      });
    }

    for (const { title, error, set } of REFUSED_PRICES) {
      it(`is refused ${title}`, async () => {
        const { market } = test;
        set(market);
        await refused(market, error, inIo);
        await book({ payment: 'usdc' });
      });
    }

    it('must be there', async () => {
      const { market } = test;
      const without = withAccounts(call({ payment: 'io' }), 'escrow', 'bookJob', {
        priceUpdate: market.deployment.programs.escrow,
      });
      await refused(market, 'PriceAccountMissing', () => market.buyer.send(without));
    });

    it('must be in a price account: not in a stranger, a token account or nothing at all', async () => {
      const { market } = test;
      for (const priceUpdate of [
        market.anyone.payer,
        tokenAddress(market.deployment.ioMint, market.buyer.payer),
        testKeypair('nothing here').publicKey,
        PYTH_RECEIVER,
      ]) {
        const forged = withAccounts(call({ payment: 'io' }), 'escrow', 'bookJob', { priceUpdate });
        await refused(market, 'NotAPriceUpdate', () => market.buyer.send(forged));
      }
    });

    it("must be a price update: not the receiver's other accounts, nor a part of one", async () => {
      const { market } = test;
      const { network, deployment } = market;
      const update = encodePriceUpdate({
        postedSlot: network.slot(),
        price: 250_000_000n,
        conf: 0n,
        exponent: -8,
        publishTime: network.now(),
        feedId: deployment.priceFeedId,
      });
      const other = Uint8Array.from(update);
      other[0] = 0;
      for (const data of [other, update.subarray(0, 100), new Uint8Array(0)]) {
        network.setAccount({ address: deployment.priceAccount, owner: PYTH_RECEIVER, data });
        await refused(market, 'NotAPriceUpdate', inIo);
      }
      network.setAccount({ address: deployment.priceAccount, owner: PYTH_RECEIVER, data: update });
      await inIo();
    });

    it('may be in any account of the receiver with the right feed', async () => {
      const { market } = test;
      const { network, deployment } = market;
      const priceUpdate = testKeypair('posted by the buyer').publicKey;
      network.setAccount({ ...network.getAccount(deployment.priceAccount)!, address: priceUpdate });
      await market.buyer.send(withAccounts(call({ payment: 'io' }), 'escrow', 'bookJob', { priceUpdate }));
    });

    it('may not make the charge leave 64 bits', async () => {
      const { market } = test;
      // A unit of IO is worth 10^-20 US dollars: 2 USD are 2 * 10^20 units.
      market.setPrice({ price: 1n, exponent: -12 });
      await refused(market, 'AmountOverflow', () => book({ payment: 'io', maxTotal: 2n ** 64n - 1n }));
    });

    it('may not make charge and fee together leave 64 bits', async () => {
      const { market, node } = test;
      const offer = await market.createOffer(node, 1, { price: 184_467n });
      market.setPrice({ price: 1n, exponent: -12 });
      // 184,467 * 10^14 lies below 2^64 by less than the fee of 0.25 %.
      await refused(market, 'AmountOverflow', () => book({ offer, payment: 'io', maxTotal: 2n ** 64n - 1n }));
    });
  });
});
