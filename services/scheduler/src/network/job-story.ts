import { billedSeconds, Charge, FeeRates, Terms } from '@ionet/sdk';
import { z } from 'zod';
import type { JobMoney, OrderTerms, Payout, UsageReport } from './money-flow.js';

/** An event as it is stored: its fields as JSON has them, amounts in digits, keys in base58. */
export interface StoredEvent {
  readonly at: number;
  readonly signature: string;
  readonly name: string;
  readonly data: unknown;
}

export const PAYMENTS = ['io', 'usdc', 'credits'] as const;
const HOUR = 3_600n;

const units = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const seconds = units.transform(Number);

const booked = z.object({
  buyer: z.string(),
  node: z.string(),
  offer: z.string(),
  payment: z.enum(PAYMENTS),
  devices: z.int(),
  hours: z.int(),
  startAt: seconds,
  compute: units,
  bookingFee: units,
  handlingFee: units,
});
const extended = z.object({ hours: z.int(), compute: units, toNode: units, toFees: units });
const settled = z.object({
  state: z.string(),
  reason: z.string(),
  billedSeconds: units,
  toNode: units,
  toFees: units,
  toBuyer: units,
});
const started = z.object({ startedAt: seconds, payout: z.string() });
const stopped = z.object({ endedAt: seconds, reason: z.string() });
const reported = z.object({ verifiedSeconds: units, asOf: seconds });
const paid = z.object({
  toNode: units.default(0n),
  toFees: units.default(0n),
  toBuyer: units.default(0n),
});
const withdrawn = z.object({ wallet: z.string(), amount: units });

/** A job from its events. */
export interface JobStory extends JobMoney {
  readonly buyer: string;
  readonly node: string;
  readonly offer: string;
  readonly payment: (typeof PAYMENTS)[number];
  readonly devices: number;
  readonly state: 'booked' | 'cancelled' | 'ended' | 'ending' | 'expired' | 'running';
  readonly startAt: number;
}

type Draft = { -readonly [K in keyof JobStory]: JobStory[K] } & {
  orders: OrderTerms[];
  reports: UsageReport[];
  payouts: Payout[];
  payoutWallet: string | null;
};

/** Tells a job from its events, in their order; `null` where the booking is not among them. */
export function tellJob(events: readonly StoredEvent[]): JobStory | null {
  let job: Draft | null = null;
  for (const event of events) {
    if (event.name === 'jobBooked') job = begin(event);
    else if (job !== null) goOn(job, event);
  }
  return job;
}

function begin({ at, data }: StoredEvent): Draft {
  const { hours, compute, bookingFee, handlingFee, ...rest } = booked.parse(data);
  const order = { at, hours, compute, bookingFee, handlingFee, baseEarned: 0n, baseSeconds: 0n };
  return {
    ...rest,
    rates: FeeRates.forPayment(rest.payment !== 'io'),
    bookedAt: at,
    startedAt: null,
    endedAt: null,
    closedAt: null,
    state: 'booked',
    reason: 'none',
    orders: [order],
    reports: [],
    payouts: [],
    payoutWallet: null,
  };
}

function goOn(job: Draft, { at, name, data }: StoredEvent): void {
  const nothing = { at, toNode: 0n, toFees: 0n, toBuyer: 0n, billedSeconds: 0n };
  const close = (state: JobStory['state'], reason: string): void => {
    job.state = state;
    job.reason = reason;
    job.closedAt = at;
  };
  switch (name) {
    case 'jobStarted': {
      const { startedAt, payout } = started.parse(data);
      job.startedAt = startedAt;
      job.payoutWallet = payout;
      job.state = 'running';
      break;
    }
    case 'jobUsageReported': {
      job.reports.push(reported.parse(data));
      break;
    }
    case 'jobExtended': {
      const { compute, hours, toNode, toFees } = extended.parse(data);
      const before = job.orders.at(-1);
      if (before === undefined || job.startedAt === null) break;
      const billed = billedBefore(job, before, job.startedAt, at);
      const baseEarned = Terms.earned(termsOf(before), billed);
      // The fees of the whole order are charged anew, less what was charged before.
      const { bookingFee, handlingFee } = Charge.of(compute, job.rates);
      job.orders.push({ at, hours, compute, bookingFee, handlingFee, baseEarned, baseSeconds: billed });
      job.payouts.push({ ...nothing, toNode, toFees, billedSeconds: billed });
      break;
    }
    case 'jobStopped': {
      const { endedAt, reason } = stopped.parse(data);
      job.endedAt = endedAt;
      job.reason = reason;
      job.state = 'ending';
      break;
    }
    case 'jobSettled': {
      const { state, reason, ...amounts } = settled.parse(data);
      job.payouts.push({ at, ...amounts });
      if (state === 'ended') close('ended', reason);
      break;
    }
    case 'jobCancelled':
      job.payouts.push({ ...nothing, ...paid.parse(data) });
      close('cancelled', 'cancelled');
      break;
    case 'jobExpired':
      job.payouts.push({ ...nothing, ...paid.parse(data) });
      close('expired', 'notStarted');
      break;
    case 'owedPaid':
      job.payouts.push({ ...nothing, ...paid.parse(data) });
      break;
    case 'owedWithdrawn': {
      const { wallet, amount } = withdrawn.parse(data);
      const toNode = wallet === job.payoutWallet && wallet !== job.buyer;
      job.payouts.push({ ...nothing, ...(toNode ? { toNode: amount } : { toBuyer: amount }) });
      break;
    }
    default:
  }
}

function termsOf({ compute, hours, baseEarned, baseSeconds }: OrderTerms): Terms {
  return { compute, bookedSeconds: BigInt(hours) * HOUR, baseEarned, baseSeconds };
}

/** What is billed before an extension: what is reported by then. */
function billedBefore(job: Draft, order: OrderTerms, startedAt: number, at: number): bigint {
  const verified = job.reports.at(-1)?.verifiedSeconds ?? 0n;
  const elapsed = BigInt(Math.max(0, at - startedAt));
  const now = billedSeconds(verified, elapsed, BigInt(order.hours) * HOUR, false);
  return job.payouts.reduce((most, one) => (one.billedSeconds > most ? one.billedSeconds : most), now);
}
