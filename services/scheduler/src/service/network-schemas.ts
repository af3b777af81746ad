import { z } from 'zod';
import { BANDWIDTHS, MAX_SCORE } from '../engine/index.js';
import { PAYMENTS } from '../network/job-story.js';
import { BUCKETS } from './network-recorder.js';

/*
 * What the pages ask for. Amounts are strings of digits: base units of IO, or of the payment of a job, or micro-USD where
 * the name says `price`. Times are unix seconds of the chain's clock.
 */

const MOST_POINTS = 1_000;
const MOST_LISTED = 500;
const MOST_FLOWS = 3_600;

const addressText = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
const amount = z.string().regex(/^-?\d{1,40}$/);
const seconds = z.int();

export const nodeParamsSchema = z.object({ id: addressText });
export const jobParamsSchema = z.object({ id: addressText });

export const networkSchema = z.object({
  now: seconds,
  nodes: z.int(),
  openNodes: z.int().describe('that can be hired: active, and with their minimum stake'),
  devices: z.int(),
  hiredDevices: z.int(),
  runningJobs: z.int(),
  bookedJobs: z.int(),
  deviceSeconds: amount.describe('billed so far, times devices'),
  staked: z.object({ own: amount, delegated: amount }),
  supply: amount,
  emitted: amount.nullable().describe('null where no schedule is sealed'),
  emittedBy: z.int().nullable().describe('the last epoch that was advanced to'),
  burned: z.object({ fees: amount, buyback: amount, slashes: amount }),
  rewardsClaimed: amount,
  ioPrice: z
    .object({ price: amount, conf: amount, exponent: z.int() })
    .nullable()
    .describe('of one IO in US dollars: price * 10^exponent; null where the programs would refuse it'),
  classes: z.array(
    z.object({
      hardwareClass: addressText,
      className: z.string(),
      nodes: z.int(),
      devices: z.int(),
      hiredDevices: z.int(),
      offers: z.int(),
      lowestPrice: amount.nullable(),
      medianPrice: amount.nullable(),
      referencePrice: amount,
    }),
  ),
});

export const historyQuerySchema = z.object({
  bucket: z.enum(BUCKETS).default('hour'),
  limit: z.coerce.number().int().min(1).max(MOST_POINTS).default(744),
});

export const historySchema = z.object({
  bucket: z.enum(BUCKETS),
  points: z
    .array(
      z.object({
        start: seconds,
        at: seconds.describe('the last event in the bucket: so it stood until the next point'),
        nodes: z.int(),
        devices: z.int(),
        hiredDevices: z.int(),
        staked: amount,
        emitted: amount,
        burnedFees: amount,
        burnedByBuyback: amount,
        burnedBySlashes: amount,
        rewardsClaimed: amount,
        deviceSeconds: amount,
        jobs: amount,
        prices: z.array(z.object({ hardwareClass: addressText, price: amount })),
      }),
    )
    .describe('totals since the beginning; buckets without events are left out'),
});

export const nodesQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(100),
  after: addressText.optional().describe('the last node of the page before'),
});

export const nodesSchema = z.object({
  nodes: z.array(
    z.object({
      node: addressText,
      className: z.string(),
      region: z.string(),
      bandwidth: z.enum(BANDWIDTHS),
      open: z.boolean(),
      devices: z.int(),
      freeDevices: z.int(),
      reliability: z.int().min(0).max(MAX_SCORE),
      stake: amount,
    }),
  ),
});

const eventSchema = z.object({
  at: seconds,
  signature: z.string(),
  name: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export const stakeSchema = z.object({
  own: amount,
  delegated: amount,
  counted: amount.describe('own, and of the delegated at most as much'),
  minimum: amount,
  inCases: amount.describe('taken by slashes that are not decided'),
  commissionBps: z.int(),
  delegations: z.array(z.object({ delegator: addressText, stake: amount })).max(MOST_LISTED),
  unbondings: z
    .array(
      z.object({
        staker: addressText,
        kind: z.enum(['own', 'delegated']),
        amount,
        unlocksAt: seconds,
      }),
    )
    .max(MOST_LISTED),
  events: z.array(eventSchema).describe('the newest first'),
});

export const uptimeSchema = z.object({
  from: seconds.describe('the beginning of the calendar: 720 hours ago, or the registration'),
  agreedUntil: seconds.nullable().describe('null where the oracles have not agreed on any hour'),
  hours: z
    .array(
      z.object({
        start: seconds,
        heartbeats: z.int().min(0).max(60),
        hiredSeconds: z.int().describe('summed over devices'),
      }),
    )
    .describe('hours that are not listed and lie before `agreedUntil` had no heartbeat'),
});

export const rewardsSchema = z.object({
  pool: z.enum(['gpu', 'cpu']),
  earned: amount.nullable().describe('by the newest final root; null where no oracle proves it'),
  rootVersion: amount.nullable(),
  claimed: amount,
  harvestable: amount,
  unpaidToOwner: amount,
  unpaidToDelegators: amount,
  claims: z.array(z.object({ at: seconds, signature: z.string(), amount, claimed: amount })),
});

export const jobsQuerySchema = z.object({
  node: addressText.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});

const jobHeadSchema = z.object({
  job: addressText,
  buyer: addressText,
  node: addressText,
  devices: z.int(),
  hours: z.int(),
  payment: z.enum(PAYMENTS),
  state: z.enum(['booked', 'cancelled', 'ended', 'ending', 'expired', 'running']),
  bookedAt: seconds,
  paidIn: amount,
});
export const jobsSchema = z.object({ jobs: z.array(jobHeadSchema) });

export const flowSchema = z.object({
  paidIn: amount,
  paidToNode: amount,
  dueToNode: amount.describe('earned and not paid out'),
  fees: amount.describe("the provider's fee of what is earned, and the buyer's fees"),
  backToBuyer: amount.describe('what the buyer would get, or has got, back'),
  verifiedSeconds: amount,
  reported: z.boolean().describe('false: oracles have not spoken of this second, it counts as if they will'),
});

const rate = z.int().describe('basis points');

export const jobSchema = jobHeadSchema.extend({
  now: seconds,
  offer: addressText,
  className: z.string(),
  reason: z.string(),
  startAt: seconds,
  startedAt: seconds.nullable(),
  endedAt: seconds.nullable(),
  closedAt: seconds.nullable(),
  bookedEnd: seconds.nullable(),
  rates: z.object({ booking: rate, handling: rate }),
  orders: z
    .array(
      z.object({
        at: seconds,
        hours: z.int(),
        compute: amount,
        bookingFee: amount,
        handlingFee: amount,
        baseEarned: amount,
        baseSeconds: amount,
      }),
    )
    .describe('the booking, and the whole order after each extension'),
  reports: z.array(z.object({ asOf: seconds, verifiedSeconds: amount })),
  payouts: z.array(
    z.object({ at: seconds, toNode: amount, toFees: amount, toBuyer: amount, billedSeconds: amount }),
  ),
  flow: flowSchema.describe('now'),
  deviceIds: z.array(z.int()).describe('which devices of the node it has while it runs, counted from 0'),
  work: z
    .object({ seconds, asOf: seconds, exitCode: z.int().nullable() })
    .nullable()
    .describe("the last report of the node's agent; what is paid follows the oracles"),
  events: z.array(eventSchema).describe('the newest first'),
});

export const flowQuerySchema = z
  .object({
    from: z.coerce.number().int().min(0).describe('unix seconds'),
    until: z.coerce.number().int().min(0).describe('unix seconds'),
    step: z.coerce.number().int().min(1).default(1).describe('seconds between two rows'),
  })
  .refine(({ from, until, step }) => until >= from && (until - from) / step < MOST_FLOWS, {
    message: `must have from <= until, and ${MOST_FLOWS} rows at most`,
  });

export const flowsSchema = z.object({ rows: z.array(flowSchema.extend({ at: seconds })) });

export type NetworkBody = z.output<typeof networkSchema>;
export type HistoryBody = z.output<typeof historySchema>;
export type NodesBody = z.output<typeof nodesSchema>;
export type StakeBody = z.output<typeof stakeSchema>;
export type UptimeBody = z.output<typeof uptimeSchema>;
export type RewardsBody = z.output<typeof rewardsSchema>;
export type JobsBody = z.output<typeof jobsSchema>;
export type JobBody = z.output<typeof jobSchema>;
export type FlowBody = z.output<typeof flowSchema>;
