import { billedSeconds, Charge, feesKeptAtEnd, ProviderSplit, Terms, type FeeRates } from '@ionet/sdk';

/*
 * Where the money of a job is at any second. The web page computes it too, so this imports nothing but the SDK's
 * arithmetic.
 */

const HOUR = 3_600n;

/** An order as it stood from a time on: since the booking, or since an extension. */
export interface OrderTerms {
  readonly at: number;
  readonly hours: number;
  readonly compute: bigint;
  readonly bookingFee: bigint;
  readonly handlingFee: bigint;
  /** What was earned and billed when it was extended; zero at the booking. */
  readonly baseEarned: bigint;
  readonly baseSeconds: bigint;
}

/** What oracles have verified: so many seconds in all up to a time. */
export interface UsageReport {
  readonly asOf: number;
  readonly verifiedSeconds: bigint;
}

/** What left the job's vault. */
export interface Payout {
  readonly at: number;
  readonly toNode: bigint;
  readonly toFees: bigint;
  readonly toBuyer: bigint;
  /** Seconds billed in all, where the payout followed from a bill. */
  readonly billedSeconds: bigint;
}

/** A job's money from the booking on, as its events tell. Amounts are base units of its payment. */
export interface JobMoney {
  readonly rates: FeeRates;
  readonly bookedAt: number;
  /** `null` before the start. */
  readonly startedAt: number | null;
  /** When it stopped; `null` before. */
  readonly endedAt: number | null;
  /** When it was closed, cancelled or expired; `null` before. */
  readonly closedAt: number | null;
  readonly reason: string;
  /** The booking and each extension, the oldest first; one at least. */
  readonly orders: readonly OrderTerms[];
  readonly reports: readonly UsageReport[];
  readonly payouts: readonly Payout[];
}

/** Where the money of a job is at a second; the parts are all that was paid in. */
export interface MoneyFlow {
  readonly paidIn: bigint;
  readonly paidToNode: bigint;
  /** Earned by the node and not paid out yet. */
  readonly dueToNode: bigint;
  /** The provider's fee of what is earned, and the buyer's fees. */
  readonly fees: bigint;
  /** What the buyer would get, or has got, back. */
  readonly backToBuyer: bigint;
  /** Of the job, up to this second. */
  readonly verifiedSeconds: bigint;
  /** Whether oracles have spoken of this second; else it counts as if they will verify it. */
  readonly reported: boolean;
}

/** When the booked time of a started job is over, in unix seconds; `null` before the start. */
export function bookedEndOf({ startedAt, orders }: JobMoney): number | null {
  return startedAt === null ? null : startedAt + (orders.at(-1)?.hours ?? 0) * Number(HOUR);
}

/** The order as it stood at a time. */
function orderAt(orders: readonly OrderTerms[], at: number): OrderTerms {
  const order = orders.findLast((one) => one.at <= at) ?? orders[0];
  if (order === undefined) throw new RangeError('a job has an order');
  return order;
}

/** What is earned by so many seconds: those after an extension by its terms, those before it by the terms before. */
function earnedBy(orders: readonly OrderTerms[], seconds: bigint): bigint {
  const order = orders.findLast((one) => one.baseSeconds <= seconds) ?? orders[0];
  if (order === undefined) return 0n;
  const { compute, hours, baseEarned, baseSeconds } = order;
  const terms: Terms = { compute, bookedSeconds: BigInt(hours) * HOUR, baseEarned, baseSeconds };
  return Terms.earned(terms, seconds);
}

/** Seconds verified up to a time: between two reports evenly, after the last one as if all of it will be. */
function verifiedAt(job: JobMoney, at: number): { seconds: bigint; reported: boolean } {
  const { startedAt, endedAt, reports } = job;
  if (startedAt === null || at <= startedAt) return { seconds: 0n, reported: true };
  const until = Math.min(at, endedAt ?? at, bookedEndOf(job) ?? at);
  let before: UsageReport = { asOf: startedAt, verifiedSeconds: 0n };
  for (const report of reports) {
    if (report.asOf >= until) {
      const span = BigInt(report.asOf - before.asOf);
      const gained = report.verifiedSeconds - before.verifiedSeconds;
      const part = span === 0n ? gained : (gained * BigInt(until - before.asOf)) / span;
      return { seconds: before.verifiedSeconds + part, reported: true };
    }
    before = report;
  }
  return { seconds: before.verifiedSeconds + BigInt(until - before.asOf), reported: false };
}

/** Where the money is at a time between the booking and now: by the arithmetic of the program, to the unit. */
export function moneyAt(job: JobMoney, at: number): MoneyFlow {
  const { orders, rates, payouts, startedAt, closedAt } = job;
  const order = orderAt(orders, at);
  const charge: Charge = order;
  const paidIn = Charge.total(charge);
  const made = payouts.filter((payout) => payout.at <= at);
  const paidToNode = made.reduce((sum, { toNode }) => sum + toNode, 0n);
  const billed = made.reduce((most, one) => (one.billedSeconds > most ? one.billedSeconds : most), 0n);
  const known = verifiedAt(job, at);
  const isOver = closedAt !== null && at >= closedAt;

  let seconds = billed;
  if (!isOver && startedAt !== null) {
    const elapsed = BigInt(Math.max(0, at - startedAt));
    const now = billedSeconds(known.seconds, elapsed, BigInt(order.hours) * HOUR, false);
    if (now > seconds) seconds = now;
  }
  const most = earnedBy(orders, seconds);
  const { net, fee } = ProviderSplit.of(most < order.compute ? most : order.compute, rates.booking);
  const fees = fee + (isOver ? feesKeptAtEnd(job.reason, net + fee, rates, charge) : Charge.fees(charge));
  return {
    paidIn,
    paidToNode,
    dueToNode: net - paidToNode,
    fees,
    backToBuyer: paidIn - net - fees,
    verifiedSeconds: isOver ? billed : known.seconds,
    reported: isOver || known.reported,
  };
}
