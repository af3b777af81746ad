import { expect } from 'chai';
import fc from 'fast-check';
import {
  formatIo,
  formatPrice,
  formatUsd,
  formatUsdc,
  parseIo,
  parsePrice,
  parseUsd,
  parseUsdc,
} from '../../sdk/src/amounts.js';
import { ArgumentError } from '../../sdk/src/errors.js';
import { U64_MAX, usdToIo } from '../../sdk/src/math/index.js';

describe('amounts', () => {
  it('reads decimals exactly', () => {
    expect(parseIo('1.5')).to.equal(150_000_000n);
    expect(parseIo('0')).to.equal(0n);
    expect(parseIo('0.00000001')).to.equal(1n);
    expect(parseIo('007')).to.equal(700_000_000n);
    expect(parseIo('184467440737.09551615')).to.equal(U64_MAX);
    expect(parseUsdc('122.70')).to.equal(122_700_000n);
    expect(parseUsd('2.345678')).to.equal(2_345_678n);
  });

  it('prints decimals exactly, without trailing zeros', () => {
    expect(formatIo(150_000_000n)).to.equal('1.5');
    expect(formatIo(0n)).to.equal('0');
    expect(formatIo(1n)).to.equal('0.00000001');
    expect(formatIo(U64_MAX)).to.equal('184467440737.09551615');
    expect(formatUsdc(100_000_000n)).to.equal('100');
    expect(formatUsd(2_500_000n)).to.equal('2.5');
    expect(formatUsdc(-1_500_000n)).to.equal('-1.5');
  });

  it('reads back what it prints', () => {
    const pairs: [(text: string) => bigint, (amount: bigint) => string][] = [
      [parseIo, formatIo],
      [parseUsdc, formatUsdc],
      [parseUsd, formatUsd],
    ];
    for (const [parse, format] of pairs) {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: U64_MAX }), (amount) => {
          expect(parse(format(amount))).to.equal(amount);
        }),
      );
    }
  });

  it('refuses what is not a plain decimal number and says what to write', () => {
    const texts = [
      '',
      ' ',
      '.',
      '.5',
      '1.',
      '1,5',
      '1_000',
      '1 000',
      ' 1',
      '1\n',
      '-1',
      '+1',
      '1e3',
      '0x1',
      'NaN',
      '١',
    ];
    for (const text of texts) {
      for (const parse of [parseIo, parseUsdc, parseUsd, parsePrice]) {
        expect(() => parse(text), JSON.stringify(text)).to.throw(
          ArgumentError,
          /write digits with at most one point/,
        );
      }
    }
  });

  it('refuses more decimals than the unit has, even zeros', () => {
    expect(() => parseIo('0.123456789')).to.throw(
      ArgumentError,
      /9 decimals, and IO has at most 8: round it/,
    );
    expect(() => parseUsdc('1.0000000')).to.throw(ArgumentError, /USDC has at most 6/);
    expect(() => parseUsd('1.0000000')).to.throw(ArgumentError, /USD has at most 6/);
    expect(() => parsePrice('0.0000000000001')).to.throw(ArgumentError, /a price of IO has at most 12/);
  });

  it('refuses more than an account can hold', () => {
    expect(() => parseIo('184467440737.09551616')).to.throw(
      ArgumentError,
      /the most .* is 184467440737\.09551615 IO/,
    );
    expect(() => parseUsdc('9'.repeat(1_000))).to.throw(ArgumentError, /too large/);
  });

  describe('prices', () => {
    it('are exact, with a confidence of zero', () => {
      expect(parsePrice('2.345')).to.deep.equal({ price: 2_345n, conf: 0n, exponent: -3 });
      expect(parsePrice('2')).to.deep.equal({ price: 20n, conf: 0n, exponent: -1 });
      expect(parsePrice('2.50')).to.deep.equal({ price: 250n, conf: 0n, exponent: -2 });
      expect(parsePrice('0.000000000001')).to.deep.equal({ price: 1n, conf: 0n, exponent: -12 });
    });

    it('are above zero and fit the price account', () => {
      expect(() => parsePrice('0')).to.throw(ArgumentError, /is zero: give what one IO costs/);
      expect(() => parsePrice('0.000')).to.throw(ArgumentError, /is zero/);
      expect(parsePrice('922337203685477580.7').price).to.equal(2n ** 63n - 1n);
      expect(() => parsePrice('922337203685477580.8')).to.throw(ArgumentError, /too large/);
    });

    it('do not depend on how many zeros are written', () => {
      const text = fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 999_999 }));
      fc.assert(
        fc.property(
          text,
          fc.nat({ max: 6 }),
          // More than this in IO at the lowest of these prices does not fit a u64.
          fc.bigInt({ min: 0n, max: 10n ** 11n }),
          ([whole, rest], zeros, usd) => {
            const written = `${whole}.${String(rest).padStart(6, '0')}`;
            const padded = parsePrice(written + '0'.repeat(zeros));
            expect(usdToIo(usd, padded)).to.equal(usdToIo(usd, parsePrice(written)));
            expect(formatPrice(padded)).to.equal(formatPrice(parsePrice(written)));
          },
        ),
      );
    });

    it('are printed without trailing zeros', () => {
      expect(formatPrice({ price: 234_500_000n, conf: 100_000n, exponent: -8 })).to.equal('2.345');
      expect(formatPrice(parsePrice('2'))).to.equal('2');
      expect(() => formatPrice({ price: 1n, conf: 0n, exponent: 0 })).to.throw(
        ArgumentError,
        /between -12 and -1/,
      );
    });
  });
});
