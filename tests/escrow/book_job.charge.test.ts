import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  MathError,
  escrow,
  quoteJob,
  quoteOffer,
  tokenAddress,
  utcHour,
  type JobQuote,
  type OfferPricing,
  type Payment,
  type Price,
} from '@ionet/sdk';
import { changeTokenAccount, testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { HOUR, refused, seeded } from '../harness/escrow.js';
import { jobAccount, mintOf } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';

const U64_MAX = 2n ** 64n - 1n;
const RANDOM_ORDERS = 150;

interface Order {
  readonly terms: OfferPricing;
  readonly devices: number;
  readonly hours: number;
  readonly payment: Payment;
  readonly price: Price;
}

const ceil = (numerator: bigint, denominator: bigint): bigint => (numerator + denominator - 1n) / denominator;

/** The charge by the formulas of the economy, written out once more. */
function byFormula({ terms, devices, hours, payment, price }: Order, now: bigint): Partial<JobQuote> {
  const committed = terms.commitmentHours > 0 && hours >= terms.commitmentHours;
  const hour = Number((now / 3_600n) % 24n);
  const d = 10_000n - (committed ? BigInt(terms.commitmentDiscountBps) : 0n);
  const k = (terms.peakHours >>> hour) & 1 ? BigInt(terms.peakMultiplierBps) : 10_000n;
  const usd = ceil(BigInt(devices) * BigInt(hours) * terms.price * d * k, 10n ** 8n);
  const compute =
    payment === 'usdc' ? usd : ceil(usd * 100n * 10n ** BigInt(-price.exponent), price.price - price.conf);
  const bookingFee = ceil(25n * compute, 10_000n);
  const handlingFee = payment === 'usdc' ? ceil(200n * compute, 10_000n) : 0n;
  return { usd, compute, bookingFee, handlingFee, total: compute + bookingFee + handlingFee };
}

describe('escrow: book_job charges', () => {
  const test = useMarket();

  /** Puts the order's terms on the offer and books it, in one transaction. */
  async function book({ terms, devices, hours, payment, price }: Order): Promise<PublicKey> {
    const { market, node, offer } = test;
    market.setPrice(price);
    const change = escrow.updateOffer.call(market.buyer, {
      authority: testKeypair('operator'),
      offer: { address: offer, node, rentPayer: market.operator.payer },
      terms: {
        ...terms,
        peakHours: Array.from({ length: 24 }, (_, hour) => hour).filter(
          (hour) => (terms.peakHours >>> hour) & 1,
        ),
      },
    });
    const id = market.network.now();
    const booking = escrow.bookJob.call(market.buyer, {
      id,
      offer,
      node,
      devices,
      hours,
      payment,
      maxTotal: U64_MAX,
    });
    await market.buyer.send([change, booking]);
    return booking.accounts.job;
  }

  /** Books and compares every figure; gives whether the order could be priced at all. */
  async function check(order: Order): Promise<boolean> {
    const { market } = test;
    const { payment, price, devices, hours, terms } = order;
    const account = tokenAddress(mintOf(market, payment), market.buyer.payer);
    changeTokenAccount(market.network, account, { amount: U64_MAX });
    const now = market.network.now();
    let quote: JobQuote;
    try {
      quote = quoteOffer({ offer: terms, devices, hours, now, payment, ioPrice: price });
    } catch (error) {
      if (!(error instanceof MathError)) throw error;
      expect(error.code).to.equal('Overflow');
      expect(byFormula(order, now).total! > U64_MAX).to.be.true;
      await refused(market, 'AmountOverflow', () => book(order));
      return false;
    }
    const { usd, compute, bookingFee, handlingFee, total } = quote;
    const expected = { usd, compute, bookingFee, handlingFee, total };
    expect(byFormula(order, now)).to.deep.equal(expected);
    const committed = terms.commitmentHours > 0 && hours >= terms.commitmentHours;
    const peak = (terms.peakHours >>> Number(utcHour(now))) & 1;
    expect(
      quoteJob({
        devices,
        hours,
        price: terms.price,
        discount: committed ? terms.commitmentDiscountBps : 0,
        peakMultiplierBps: peak ? terms.peakMultiplierBps : 10_000,
        payment,
        ioPrice: price,
      }),
    ).to.deep.equal(quote);
    const job = await jobAccount(market, await book(order));
    expect({
      usd: job.usdValue,
      compute: job.compute,
      bookingFee: job.chargedBookingFee,
      handlingFee: job.chargedHandlingFee,
      total: job.paidIn,
    }).to.deep.equal(expected);
    expect(U64_MAX - tokenBalance(market.network, account)).to.equal(total);
    return true;
  }

  /** Of all lengths alike, so that small numbers come up as often as large ones. */
  function ofAnyLength(random: ReturnType<typeof seeded>, highest: bigint): bigint {
    const bits = random(0n, BigInt(highest.toString(2).length));
    const drawn = random(0n, (1n << bits) - 1n) + 1n;
    return drawn > highest ? highest : drawn;
  }

  function randomOrder(random: ReturnType<typeof seeded>, payment: Payment): Order {
    const hours = Number(ofAnyLength(random, 8_760n));
    // Around the hours of the order as often as anywhere.
    const near = hours + Number(random(0n, 2n)) - 1;
    const commitmentHours = [0, near, Number(random(1n, 8_760n))][Number(random(0n, 2n))]!;
    const none = commitmentHours < 1 || commitmentHours > 8_760;
    const ioPrice = ofAnyLength(random, 2n ** 63n - 1n);
    const widest = ioPrice / 100n;
    return {
      terms: {
        price: [1n, 1_000_000_000n, ofAnyLength(random, 1_000_000_000n)][Number(random(0n, 2n))]!,
        commitmentHours: none ? 0 : commitmentHours,
        commitmentDiscountBps: none ? 0 : Number(random(1n, 5_000n)),
        peakMultiplierBps: Number(random(10_000n, 50_000n)),
        peakHours: Number(random(0n, (1n << 24n) - 1n)),
      },
      devices: Number(random(1n, 8n)),
      hours,
      payment,
      price: {
        price: ioPrice,
        conf: [0n, widest, random(0n, widest)][Number(random(0n, 2n))]!,
        exponent: -Number(random(1n, 12n)),
      },
    };
  }

  for (const payment of ['usdc', 'io'] as const) {
    it(`equal the quote to the unit for ${RANDOM_ORDERS} random orders in ${payment.toUpperCase()}`, async () => {
      const { market } = test;
      const random = seeded(payment === 'usdc' ? 11n : 12n);
      let priced = 0;
      for (let round = 0; round < RANDOM_ORDERS; round++) {
        // The last second of an hour, its first, or any other.
        const toBorder = BigInt(HOUR) - (market.network.now() % BigInt(HOUR));
        const seconds = [toBorder - 1n, toBorder, random(1n, 7_200n)][Number(random(0n, 2n))]!;
        market.warpBy(seconds > 0n ? seconds : 1n);
        if (await check(randomOrder(random, payment))) priced++;
      }
      expect(priced).to.be.greaterThan(RANDOM_ORDERS / 3);
    }).timeout(60_000);
  }

  it('take the peak price from the first to the last second of the UTC hour of booking', async () => {
    const { market } = test;
    const order: Order = {
      terms: {
        price: 2_000_001n,
        commitmentHours: 0,
        commitmentDiscountBps: 0,
        peakMultiplierBps: 15_000,
        peakHours: (1 << 23) | (1 << 1),
      },
      devices: 1,
      hours: 5,
      payment: 'usdc',
      price: { price: 1n, conf: 0n, exponent: -1 },
    };
    const midnight = market.network.now();
    for (const [second, usd] of [
      [HOUR - 1, 10_000_005n],
      [HOUR, 15_000_008n],
      [2 * HOUR - 1, 15_000_008n],
      [2 * HOUR, 10_000_005n],
      [23 * HOUR - 1, 10_000_005n],
      [23 * HOUR, 15_000_008n],
      [24 * HOUR - 1, 15_000_008n],
      [24 * HOUR, 10_000_005n],
    ] as const) {
      market.network.warpTo(midnight + BigInt(second));
      const job = await jobAccount(market, await book(order));
      expect(job.usdValue, `second ${second}`).to.equal(usd);
    }
  });

  it('do not depend on the hour of the start, nor on the hours that the job runs through', async () => {
    const { market, node } = test;
    const offer = await market.createOffer(node, 1, {
      price: 1_000_000n,
      peakMultiplierBps: 50_000,
      peakHours: Array.from({ length: 23 }, (_, hour) => hour + 1),
    });
    const { accounts } = await market.buyer.escrow.bookJob({
      offer,
      devices: 1,
      hours: 24,
      payment: 'usdc',
      startAt: market.network.now() + 12n * BigInt(HOUR),
      maxTotal: U64_MAX,
    });
    expect((await jobAccount(market, accounts.job)).usdValue).to.equal(24_000_000n);
  });

  it('give the discount from the hours of the commitment on', async () => {
    const { market } = test;
    for (const [hours, usd] of [
      [23, 23_000_000n],
      [24, 21_600_000n],
      [25, 22_500_000n],
    ] as const) {
      market.warpBy(1);
      const job = await book({
        terms: {
          price: 1_000_000n,
          commitmentHours: 24,
          commitmentDiscountBps: 1_000,
          peakMultiplierBps: 10_000,
          peakHours: 0,
        },
        devices: 1,
        hours,
        payment: 'usdc',
        price: { price: 1n, conf: 0n, exponent: -1 },
      });
      expect((await jobAccount(market, job)).usdValue).to.equal(usd);
    }
  });
});
