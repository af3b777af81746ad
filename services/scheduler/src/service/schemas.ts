import { parsePrice } from '@ionet/sdk';
import { workloadSchema } from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { BANDWIDTHS, MAX_SCORE, type Order } from '../engine/index.js';
import { MAX_LEAD_SECONDS } from './start-time.js';

/*
 * What goes in and out by HTTP. The OpenAPI document is made from these. Amounts are strings of digits: base units of
 * the payment's mint, or micro-USD where the name says `usd` or `price`. Times are unix seconds of the chain's clock,
 * rates are basis points, addresses are base58.
 */

const MAX_DEVICES = 8;
const MAX_HOURS = 8_760;

function isAddress(text: string): boolean {
  try {
    return new PublicKey(text).toBytes().length === 32;
  } catch {
    return false;
  }
}

function isPrice(text: string): boolean {
  try {
    return parsePrice(text).price > 0n;
  } catch {
    return false;
  }
}

export const address = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/)
  .refine(isAddress, 'is no address');
export const amount = z.string().regex(/^\d{1,20}$/);
export const seconds = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const score = z.int().min(0).max(MAX_SCORE);
const region = z.string().regex(/^[a-z0-9-]{1,16}$/);

export const orderSchema = z
  .strictObject({
    hardwareClass: address.describe('address of the hardware class'),
    devices: z.int().min(1).max(MAX_DEVICES).describe('devices, all on one node'),
    hours: z.int().min(1).max(MAX_HOURS).describe('whole hours'),
    payment: z.enum(['io', 'usdc', 'credits']),
    ioPrice: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,12})?$/)
      .refine(isPrice, 'is no price')
      .optional()
      .describe(
        'price of one IO in US dollars, needed to pay in IO: on chain the price of the moment decides',
      ),
    startAt: seconds
      .optional()
      .describe(
        `default: at once; at most ${MAX_LEAD_SECONDS} seconds (${MAX_LEAD_SECONDS / 86_400} days) from now`,
      ),
    regions: z.array(region).min(1).max(64).optional().describe('one of these; default: any'),
    bandwidth: z.enum(BANDWIDTHS).optional().describe('at least; default: any'),
    minReliability: score.optional().describe('of the node, at least'),
    maxTotal: amount.optional().describe('the most that the buyer pays, fees included'),
  })
  .refine(({ payment, ioPrice }) => payment !== 'io' || ioPrice !== undefined, {
    path: ['ioPrice'],
    message: 'is missing: it is needed to pay in IO',
  });

export type OrderBody = z.output<typeof orderSchema>;

/** An order as the engine takes it. */
export function orderOf({ ioPrice, maxTotal, ...rest }: OrderBody): Order {
  return {
    ...rest,
    ...(ioPrice === undefined ? {} : { ioPrice: parsePrice(ioPrice) }),
    ...(maxTotal === undefined ? {} : { maxTotal: BigInt(maxTotal) }),
  };
}

export const requestBodySchema = z.strictObject({
  buyer: address,
  order: orderSchema,
  auctionSeconds: z
    .int()
    .min(5)
    .max(3_600)
    .optional()
    .describe('holds a reverse auction of so many seconds instead of taking the best offer'),
  workload: workloadSchema.optional().describe("what the job shall run; default: the node's own program"),
});

export const bidBodySchema = z.strictObject({
  node: address,
  price: amount.describe('micro-USD per device and hour, with no multiplier'),
  firmUntil: seconds,
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .describe("the operator's ed25519 signature of tag, cluster, request, node, price and time"),
});

export const addressParamsSchema = z.object({ id: address });

export const takenSchema = z.object({ taken: z.boolean().describe('false: there is a newer report') });

export const workBodySchema = z.strictObject({
  job: address,
  seconds: seconds.describe('for which the program of the job has run'),
  asOf: seconds,
  exitCode: z
    .int()
    .min(0)
    .max(255)
    .nullable()
    .describe('of the program, 128 and the number of the signal that ended it; null while it runs'),
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .describe("the operator's ed25519 signature of tag, cluster, node, job, seconds, time and exit code"),
});

export const quoteSchema = z.object({
  usd: amount,
  compute: amount,
  bookingFee: amount,
  handlingFee: amount,
  total: amount,
  providerFee: amount,
  providerNet: amount,
});

export const matchSchema = z.object({
  offer: address,
  node: address,
  region: z.string(),
  bandwidth: z.enum(BANDWIDTHS),
  reliability: score,
  quote: quoteSchema,
});

export const quotesSchema = z.object({ quotes: z.array(matchSchema) });

export const termsSchema = z.object({
  price: amount,
  minHours: z.int(),
  maxHours: z.int(),
  commitmentHours: z.int(),
  commitmentDiscountBps: z.int(),
  peakMultiplierBps: z.int(),
  peakHours: z.array(z.int()),
});

export const offerSchema = z.object({
  offer: address,
  node: address,
  hardwareClass: address,
  className: z.string(),
  region: z.string(),
  bandwidth: z.enum(BANDWIDTHS),
  reliability: score,
  devices: z.int(),
  freeDevices: z.int(),
  terms: termsSchema,
});

export const offersQuerySchema = z.object({
  hardwareClass: address.optional(),
  region: region.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: address.optional().describe('the last offer of the page before'),
});

export const offersSchema = z.object({ offers: z.array(offerSchema) });

export const bidSchema = z.object({
  node: address,
  price: amount,
  firmUntil: seconds,
  placedAt: seconds,
});

export const requestSchema = z.object({
  id: z.string(),
  buyer: address,
  order: z.record(z.string(), z.unknown()),
  state: z.enum(['awarded', 'bidding', 'booked', 'lapsed', 'offered', 'unmatched']),
  closesAt: seconds.nullable(),
  booking: z
    .object({
      job: address,
      node: address,
      offer: address,
      quote: quoteSchema,
      heldUntil: seconds,
      transaction: z.string().describe('unsigned, in base64; the buyer signs it and pays its fee'),
    })
    .nullable(),
});

export const bidsSchema = z.object({ bids: z.array(bidSchema) });

export const nodeSchema = z.object({
  node: address,
  owner: address,
  operator: address,
  scheduler: address.nullable(),
  hardwareClass: address,
  className: z.string(),
  region: z.string(),
  bandwidth: z.enum(BANDWIDTHS),
  open: z.boolean(),
  devices: z.int(),
  freeDevices: z.int(),
  reliability: score,
  jobsEnded: z.int(),
  jobsFailed: z.int(),
  slashes: z.int(),
  jobs: z
    .array(
      z.object({
        job: address,
        devices: z.array(z.int()).describe('which of its devices, counted from 0'),
        endsAt: seconds,
      }),
    )
    .describe('jobs that run: what the node agent hands to its executor'),
});

export const pricesQuerySchema = z.object({
  hours: z.coerce.number().int().min(1).max(MAX_HOURS).default(1),
  region: region.optional(),
});

export const pricesSchema = z.object({
  prices: z.array(
    z.object({
      hardwareClass: address,
      className: z.string(),
      referencePrice: amount,
      devices: z.int(),
      demanded: z.int(),
      utilisationBps: z.int(),
      price: amount.describe('suggested, in micro-USD per device and hour'),
      floor: amount.describe('what mining would bring, and the margin'),
    }),
  ),
});

export const errorSchema = z.object({
  error: z.string().describe('name of the error'),
  message: z.string().describe('what to do'),
});

export type NodeBody = z.output<typeof nodeSchema>;
