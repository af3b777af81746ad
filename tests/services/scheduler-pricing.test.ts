import {
  demandFactor,
  defaultPricing,
  pricingSchema,
  schedulerSettings,
  suggestPrice,
  utilisation,
  type PricingInput,
  type PricingParameters,
} from '@ionet/scheduler';
import { programConstant } from '@ionet/sdk';
import { ConfigError, readConfig } from '@ionet/service-kit';
import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHardwareModels } from '../../scripts/lib/hardware.js';

const parameters = defaultPricing();
const INPUT: PricingInput = {
  className: 'H100',
  referencePrice: 2_500_000n,
  demanded: 60,
  devices: 100,
  region: 'us-east',
  hours: 1,
  utcHour: 3,
};
const price = (change: Partial<PricingInput> = {}): bigint =>
  suggestPrice({ ...INPUT, ...change }, parameters).price;

describe('scheduler: price suggestion', () => {
  it('is the reference price at 60 % utilisation, off peak, without commitment, in a plain region', () => {
    expect(suggestPrice(INPUT, parameters)).to.deep.equal({
      price: 2_500_000n,
      utilisationBps: 6_000n,
      demandBps: 10_000n,
      peakBps: 10_000n,
      commitmentBps: 10_000n,
      locationBps: 10_000n,
      floor: 72_000n,
    });
  });

  it('multiplies by demand, peak, commitment and location, and rounds up once', () => {
    const { price: high } = suggestPrice(
      { ...INPUT, demanded: 95, region: 'eu-west', hours: 200, utcHour: 15 },
      parameters,
    );
    // 2,500,000 * 1.45 * 1.15 * 0.92 * 1.03
    expect(high).to.equal(3_950_308n);
  });

  it('is the income from mining and its margin where the market pays less', () => {
    expect(price({ referencePrice: 1n })).to.equal(72_000n);
    expect(price({ referencePrice: 1n, className: 'unheard of', demanded: 0 })).to.equal(1n);
  });

  it('never leaves what the program allows', () => {
    expect(price({ referencePrice: 10n ** 12n })).to.equal(programConstant('escrow', 'MAX_PRICE'));
  });

  it('counts utilisation in full basis points, and all of nothing as in use where it is asked for', () => {
    expect(utilisation(1, 3)).to.equal(3_333n);
    expect(utilisation(5, 3)).to.equal(10_000n);
    expect(utilisation(0, 0)).to.equal(0n);
    expect(utilisation(1, 0)).to.equal(10_000n);
  });

  it('draws straight lines between the points of the demand curve', () => {
    const curve = [
      { utilisationBps: 2_000n, factorBps: 8_000n },
      { utilisationBps: 5_000n, factorBps: 9_000n },
    ] as const;
    for (const [at, factor] of [
      [0n, 8_000n],
      [2_000n, 8_000n],
      [3_500n, 8_500n],
      [3_501n, 8_500n],
      [5_000n, 9_000n],
      [10_000n, 9_000n],
    ] as const) {
      expect(demandFactor(at, curve), String(at)).to.equal(factor);
    }
  });

  const input = fc.record({
    className: fc.constantFrom('H100', 'RTX 4090', 'unheard of'),
    referencePrice: fc.bigInt({ min: 1n, max: 1_000_000_000n }),
    demanded: fc.nat({ max: 2_000 }),
    devices: fc.nat({ max: 1_000 }),
    region: fc.constantFrom('us-east', 'eu-north', 'elsewhere'),
    hours: fc.integer({ min: 1, max: 8_760 }),
    utcHour: fc.nat({ max: 23 }),
  });
  const monotone: readonly [string, (given: PricingInput, more: number) => Partial<PricingInput>, 1 | -1][] =
    [
      ['rises with demand', ({ demanded }, more) => ({ demanded: demanded + more }), 1],
      ['falls with supply', ({ devices }, more) => ({ devices: devices + more }), -1],
      ['falls with committed hours', ({ hours }, more) => ({ hours: hours + more }), -1],
      [
        'rises with the reference price',
        (given, more) => ({ referencePrice: given.referencePrice + BigInt(more) }),
        1,
      ],
    ];
  for (const [what, change, sign] of monotone) {
    it(`${what}, or stays`, () => {
      fc.assert(
        fc.property(input, fc.integer({ min: 1, max: 5_000 }), (given, more) => {
          const before = suggestPrice(given, parameters).price;
          const after = suggestPrice({ ...given, ...change(given, more) }, parameters).price;
          expect((after - before) * BigInt(sign) >= 0n, `${before} to ${after}`).to.be.true;
        }),
      );
    });
  }

  it('rises with the income from mining and in peak hours, and never is below the floor', () => {
    fc.assert(
      fc.property(input, fc.bigInt({ min: 0n, max: 10n ** 9n }), (given, income) => {
        const richer = { ...parameters, miningIncome: { [given.className]: income + 1n } };
        const poorer = { ...parameters, miningIncome: { [given.className]: income } };
        const more = suggestPrice(given, richer);
        expect(more.price >= suggestPrice(given, poorer).price).to.be.true;
        const most = programConstant('escrow', 'MAX_PRICE');
        expect(more.price >= (more.floor < most ? more.floor : most)).to.be.true;
        const peak = suggestPrice({ ...given, utcHour: 15 }, parameters).price;
        expect(peak >= suggestPrice({ ...given, utcHour: 3 }, parameters).price).to.be.true;
      }),
    );
  });

  it('names what is wrong in a file of parameters', () => {
    const good = {
      demandCurve: [{ utilisationBps: 0, factorBps: 7_000 }],
      peakHours: [],
      peakFactorBps: 10_000,
      commitments: [],
      locations: {},
      mining: { source: 'none', marginBps: 10_000, income: {} },
    };
    expect(pricingSchema.parse(good).miningMarginBps).to.equal(10_000n);
    const falls = [...good.demandCurve, { utilisationBps: 10, factorBps: 6_999 }];
    for (const [field, value] of [
      ['demandCurve', falls],
      ['demandCurve', []],
      ['peakHours', [24]],
      ['peakFactorBps', 9_999],
      ['commitments', [{ hours: 1, discountBps: 5_001 }]],
      ['mining', { ...good.mining, income: { H100: '-1' } }],
    ] as const) {
      expect(() => pricingSchema.parse({ ...good, [field]: value }), field).to.throw(new RegExp(field));
    }
  });

  describe('PRICING_FILE', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'pricing-'));
    });
    afterEach(() => {
      rmSync(directory, { recursive: true });
    });
    const read = (content?: string): PricingParameters => {
      const file = join(directory, 'pricing.json');
      if (content !== undefined) writeFileSync(file, content);
      return readConfig(schedulerSettings, { PRICING_FILE: file }).PRICING_FILE;
    };

    it('is read when the service starts', () => {
      const content = readFileSync('services/scheduler/data/pricing.json', 'utf8');
      expect(read(content)).to.deep.equal(parameters);
      expect(readConfig(schedulerSettings, {}).PRICING_FILE).to.deep.equal(parameters);
    });

    for (const [what, content, sentence] of [
      ['is missing', undefined, /cannot be read/],
      ['is not JSON', '{', /is not JSON/],
      ['lacks a field', '{}', /demandCurve/],
    ] as const) {
      it(`is named where the file ${what}`, () => {
        expect(() => read(content))
          .to.throw(ConfigError, sentence)
          .with.property('message')
          .that.matches(/^PRICING_FILE: /);
      });
    }
  });

  it('has an income for no class that the migration does not create', () => {
    const names = readHardwareModels().map(({ name }) => name);
    expect(names).to.include.members(Object.keys(parameters.miningIncome));
  });
});
