import { expect } from 'chai';
import fc from 'fast-check';
import { parsePrice, parseUsd } from '../../sdk/src/amounts.js';
import { ArgumentError } from '../../sdk/src/errors.js';
import { MathError } from '../../sdk/src/math/index.js';
import { type OfferPricing, quoteJob, type QuoteJobArgs, quoteOffer } from '../../sdk/src/quotes.js';

const HOUR = 3_600;

describe('quoteJob', () => {
  const order = { devices: 2, hours: 24, price: parseUsd('2.50') };

  it('in USDC: both booking fees and the handling fee', () => {
    expect(quoteJob({ ...order, payment: 'usdc' })).to.deep.equal({
      usd: 120_000_000n,
      compute: 120_000_000n,
      bookingFee: 300_000n,
      handlingFee: 2_400_000n,
      total: 122_700_000n,
      providerFee: 300_000n,
      providerNet: 119_700_000n,
    });
  });

  it('in IO: the price decides, and there is no handling fee', () => {
    expect(quoteJob({ ...order, payment: 'io', ioPrice: parsePrice('2.00') })).to.deep.equal({
      usd: 120_000_000n,
      compute: 6_000_000_000n,
      bookingFee: 15_000_000n,
      handlingFee: 0n,
      total: 6_015_000_000n,
      providerFee: 15_000_000n,
      providerNet: 5_985_000_000n,
    });
  });

  it('takes the low end of the confidence interval', () => {
    const ioPrice = { price: 200_000_000n, conf: 2_000_000n, exponent: -8 };
    // ceil(120 / 1.98 * 10^8)
    expect(quoteJob({ ...order, payment: 'io', ioPrice }).compute).to.equal(6_060_606_061n);
  });

  it('rounds each step up: the smallest order is not free', () => {
    const quote = quoteJob({ devices: 1, hours: 1, price: 1n, payment: 'usdc' });
    expect(quote).to.include({
      compute: 1n,
      bookingFee: 1n,
      handlingFee: 1n,
      total: 3n,
      providerFee: 1n,
      providerNet: 0n,
    });
  });

  it('applies discount and peak multiplier together, rounding once', () => {
    const quote = quoteJob({
      devices: 1n,
      hours: 1n,
      price: 1_000_001n,
      discount: 3_333n,
      peakMultiplierBps: 12_345n,
      payment: 'usdc',
    });
    // 1,000,001 * 6,667 * 12,345 / 10^8 = 823,041.97...
    expect(quote.usd).to.equal(823_042n);
  });

  it('asks for the price of IO when it is missing', () => {
    expect(() => quoteJob({ ...order, payment: 'io' })).to.throw(
      ArgumentError,
      /ioPrice: is missing.*parsePrice/,
    );
  });

  it('names what is out of range', () => {
    const refused = (change: Partial<QuoteJobArgs>) => () =>
      quoteJob({ ...order, payment: 'usdc', ...change });
    expect(refused({ devices: 1.5 })).to.throw(ArgumentError, /devices: is 1.5: give a whole number/);
    expect(refused({ hours: NaN })).to.throw(ArgumentError, /hours/);
    expect(refused({ hours: 0 }))
      .to.throw(MathError)
      .with.property('code', 'ZeroQuantity');
    expect(refused({ devices: 256 })).to.throw(MathError, /devices is 256: it must be between 0 and 255/);
    expect(refused({ hours: -1 })).to.throw(MathError, /hours is -1/);
    expect(refused({ discount: 10_001 }))
      .to.throw(MathError)
      .with.property('code', 'RateOutOfRange');
    expect(refused({ price: 2n ** 64n }))
      .to.throw(MathError)
      .with.property('code', 'Overflow');
    expect(refused({ payment: 'io', ioPrice: { price: 1n, conf: 1n, exponent: -8 } }))
      .to.throw(MathError)
      .with.property('code', 'PriceNotPositive');
  });

  it('adds up for every order', () => {
    const orders = fc.record({
      devices: fc.integer({ min: 1, max: 8 }),
      hours: fc.integer({ min: 1, max: 10_000 }),
      price: fc.bigInt({ min: 0n, max: 10n ** 9n }),
      discount: fc.integer({ min: 0, max: 10_000 }),
      peakMultiplierBps: fc.integer({ min: 0, max: 50_000 }),
      payment: fc.constantFrom('io' as const, 'usdc' as const),
      ioPrice: fc.constant(parsePrice('2.345')),
    });
    fc.assert(
      fc.property(orders, (args) => {
        const quote = quoteJob(args);
        expect(quote.total).to.equal(quote.compute + quote.bookingFee + quote.handlingFee);
        expect(quote.providerNet + quote.providerFee).to.equal(quote.compute);
        expect(quote.providerFee).to.equal(quote.bookingFee);
        if (args.payment === 'io') expect(quote.handlingFee).to.equal(0n);
        else expect(quote.compute).to.equal(quote.usd);
      }),
    );
  });
});

describe('quoteOffer', () => {
  const offer: OfferPricing = {
    price: parseUsd('2'),
    commitmentHours: 24,
    commitmentDiscountBps: 1_000,
    peakMultiplierBps: 15_000,
    peakHours: (1 << 9) | (1 << 23),
  };
  const usdAt = (hours: number, now: number | bigint, change: Partial<OfferPricing> = {}): bigint =>
    quoteOffer({ offer: { ...offer, ...change }, devices: 1, hours, now, payment: 'usdc' }).usd;

  it('gives the discount from the committed hours on', () => {
    expect(usdAt(23, 0)).to.equal(46_000_000n);
    expect(usdAt(24, 0)).to.equal(43_200_000n);
    expect(usdAt(25, 0)).to.equal(45_000_000n);
  });

  it('gives no discount without a commitment', () => {
    expect(usdAt(24, 0, { commitmentHours: 0 })).to.equal(48_000_000n);
  });

  it('applies the peak multiplier by the UTC hour of the order', () => {
    expect(usdAt(1, 9 * HOUR - 1)).to.equal(2_000_000n);
    expect(usdAt(1, 9 * HOUR)).to.equal(3_000_000n);
    expect(usdAt(1, 10 * HOUR - 1)).to.equal(3_000_000n);
    expect(usdAt(1, 10 * HOUR)).to.equal(2_000_000n);
    expect(usdAt(1, 86_400n * 20_000n + 23n * 3_600n)).to.equal(3_000_000n);
    expect(usdAt(1, -1)).to.equal(3_000_000n);
  });

  it('applies both', () => {
    expect(usdAt(24, 9 * HOUR)).to.equal(64_800_000n);
  });

  it('equals quoteJob with the rates that it found, in IO too', () => {
    const order = { devices: 3, hours: 48, payment: 'io', ioPrice: parsePrice('1.234567') } as const;
    expect(quoteOffer({ ...order, offer, now: 9 * HOUR })).to.deep.equal(
      quoteJob({ ...order, price: offer.price, discount: 1_000, peakMultiplierBps: 15_000 }),
    );
  });
});
