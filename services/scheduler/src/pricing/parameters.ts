import { programConstant } from '@ionet/sdk';
import { z } from 'zod';
import defaults from '../../data/pricing.json' with { type: 'json' };

const rate = (most: number): z.ZodType<bigint> => z.int().min(0).max(most).transform(BigInt);
const hour = z.int().min(0).max(23);
const microUsd = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(BigInt);

const point = z.strictObject({ utilisationBps: rate(10_000), factorBps: rate(100_000) });

const ascends = (points: readonly z.output<typeof point>[]): boolean =>
  points.every((one, index) => {
    const before = points[index - 1];
    return (
      before === undefined ||
      (one.utilisationBps > before.utilisationBps && one.factorBps >= before.factorBps)
    );
  });

const content = z.strictObject({
  demandCurve: z.tuple([point], point).refine(ascends, 'must ascend in utilisation, and never fall'),
  peakHours: z.array(hour),
  peakFactorBps: z.int().min(10_000).max(50_000).transform(BigInt),
  commitments: z.array(
    z.strictObject({
      hours: z.int().min(1),
      discountBps: rate(programConstant('escrow', 'MAX_COMMITMENT_DISCOUNT_BPS')),
    }),
  ),
  locations: z.record(z.string(), z.int().min(1).max(100_000).transform(BigInt)),
  mining: z.strictObject({
    source: z.string().min(1),
    marginBps: z.int().min(10_000).max(100_000).transform(BigInt),
    /** Micro-USD per device and hour, by the name of the hardware class. */
    income: z.record(z.string(), microUsd),
  }),
});

/** What the price suggestion is set by. Rates in basis points, money in micro-USD per device and hour. */
export interface PricingParameters {
  /** The demand factor by utilisation: points of a line that ascends. */
  readonly demandCurve: readonly [DemandPoint, ...DemandPoint[]];
  /** UTC hours of the day. */
  readonly peakHours: readonly number[];
  readonly peakFactorBps: bigint;
  /** From how many hours on which discount is given; the highest that applies counts. */
  readonly commitments: readonly { readonly hours: number; readonly discountBps: bigint }[];
  /** The factor of a region; 10,000 for those that are not named. */
  readonly locations: Readonly<Record<string, bigint>>;
  /** How much more than mining hire has to bring. */
  readonly miningMarginBps: bigint;
  /** By the name of the hardware class; those that are not named have none. */
  readonly miningIncome: Readonly<Record<string, bigint>>;
}

/** A point of the demand curve. */
export interface DemandPoint {
  readonly utilisationBps: bigint;
  readonly factorBps: bigint;
}

/** Checks parameters as a file holds them. */
export const pricingSchema: z.ZodType<PricingParameters> = content.transform(({ mining, ...rest }) => ({
  ...rest,
  miningMarginBps: mining.marginBps,
  miningIncome: mining.income,
}));

/** The parameters that come with the scheduler. */
export function defaultPricing(): PricingParameters {
  return pricingSchema.parse(defaults);
}
