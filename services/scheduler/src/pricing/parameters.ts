import { programConstant } from '@ionet/sdk';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

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

const schema = z.strictObject({
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

/** The parameters that come with the scheduler. */
export const DEFAULT_PRICING_FILE = new URL('../../data/pricing.json', import.meta.url);

/** Checks parameters as a file holds them. Throws a `ZodError` that says what is wrong where. */
export function parsePricing(content: unknown): PricingParameters {
  const { mining, ...rest } = schema.parse(content);
  return { ...rest, miningMarginBps: mining.marginBps, miningIncome: mining.income };
}

/** Reads the parameters of the price suggestion. */
export function readPricing(file: URL | string = DEFAULT_PRICING_FILE): PricingParameters {
  return parsePricing(JSON.parse(readFileSync(file, 'utf8')));
}
