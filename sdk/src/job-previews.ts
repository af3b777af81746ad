import { ArgumentError } from './errors.js';
import { programConstant } from './constants.js';
import { billedSeconds, feesKeptAtEnd } from './math/billing.js';
import { Terms } from './math/earnings.js';
import { Charge, ProviderSplit, type FeeRates } from './math/fee.js';
import { max } from './math/range.js';
import type { AccountData } from './programs.js';
import { quoteOffer, type OfferPricing } from './quotes.js';
import type { Price } from './math/price.js';

type Job = AccountData<'escrow', 'job'>;
type JobUsage = AccountData<'oracle', 'jobUsage'>;

const HOUR = 3_600n;

/**
 * What of a job decides what its settlement pays: a `Job` account fits.
 *
 * @see {@link previewSettlement}
 */
export type SettlementState = Pick<
  Job,
  | 'baseEarned'
  | 'baseSeconds'
  | 'billedSeconds'
  | 'bookingFeeBps'
  | 'chargedBookingFee'
  | 'chargedHandlingFee'
  | 'compute'
  | 'endedAt'
  | 'handlingFeeBps'
  | 'hours'
  | 'paidIn'
  | 'paidToFees'
  | 'paidToNode'
  | 'reason'
  | 'refunded'
  | 'startedAt'
  | 'state'
>;

/**
 * What oracles say of a job: a `JobUsage` account fits.
 *
 * @see {@link previewSettlement}
 */
export type UsageState = Pick<JobUsage, 'asOf' | 'lastReportAt' | 'verifiedSeconds'>;

/**
 * What a settlement would do, in base units of what the job is paid in.
 *
 * @see {@link previewSettlement}
 */
export interface SettlementPreview {
  /** The job after it. */
  readonly state: Job['state'];
  readonly reason: Job['reason'];
  readonly billedSeconds: bigint;
  /** What leaves the job's vault for the node, what it is owed from before included. */
  readonly toNode: bigint;
  /** The provider's fee; when the job ends, the buyer's fees that are kept as well. */
  readonly toFees: bigint;
  /** What the buyer gets back: zero until the job ends. */
  readonly toBuyer: bigint;
}

/**
 * What `settleJob` would pay now, equal to the unit to what the program does. Tokens that strangers put into the vault
 * are not in it.
 *
 * @param usage - what the oracles have reported; `null` before their first report
 * @param now - unix seconds of the chain's clock
 * @throws {@link ArgumentError} when the job has not started, or is over
 * @example
 * ```ts
 * import { pda, previewSettlement } from '@ionet/sdk';
 *
 * const account = await client.accounts.escrow.job.fetch(job);
 * const usage = await client.accounts.oracle.jobUsage.fetchMaybe(pda.oracle.jobUsage(client.deployment, job));
 * const { state, toNode, toFees } = previewSettlement(account, usage, await client.now());
 * state; // 'running'
 * ```
 */
export function previewSettlement(
  job: SettlementState,
  usage: UsageState | null,
  now: bigint,
): SettlementPreview {
  const silence = programConstant('escrow', 'ORACLE_SILENCE_SECONDS');
  const { verifiedSeconds, asOf, lastReportAt } = usage ?? {
    verifiedSeconds: 0n,
    asOf: 0n,
    lastReportAt: 0n,
  };
  if (job.state !== 'running' && job.state !== 'ending') {
    throw new ArgumentError('job', `is ${job.state}: only one that runs, or is ending, is settled`);
  }
  const bookedEnd = job.startedAt + BigInt(job.hours) * HOUR;
  const isSilent = now >= max(job.startedAt, lastReportAt) + silence;
  const stops = job.state === 'running' && now >= bookedEnd;
  const endedAt = stops ? bookedEnd : job.endedAt;
  const isEnding = stops || job.state === 'ending';
  const isProved = asOf >= endedAt;
  const reason = !stops ? job.reason : isSilent && !isProved ? 'oracleSilence' : 'completed';
  const closes =
    isEnding &&
    (isProved ||
      reason === 'oracleSilence' ||
      now >= endedAt + silence ||
      (reason === 'completed' && isSilent));

  const until = isEnding ? endedAt : now;
  const elapsed = max(until - job.startedAt, 0n);
  const toFirstHour = closes && reason === 'endedByBuyer';
  const billed = max(
    job.billedSeconds,
    billedSeconds(verifiedSeconds, elapsed, BigInt(job.hours) * HOUR, toFirstHour),
  );
  const rates = ratesOf(job);
  const { net, fee } = ProviderSplit.of(Terms.earned(termsOf(job), billed), rates.booking);
  const running = { billedSeconds: billed, toNode: net - job.paidToNode };
  if (!closes) {
    return {
      ...running,
      state: isEnding ? 'ending' : 'running',
      reason,
      toFees: fee - job.paidToFees,
      toBuyer: 0n,
    };
  }
  const endReason = isProved ? reason : 'oracleSilence';
  const fees = fee + feesKeptAtEnd(endReason, net + fee, rates, chargeOf(job));
  return {
    ...running,
    state: 'ended',
    reason: endReason,
    toFees: fees - job.paidToFees,
    toBuyer: job.paidIn - net - fees - job.refunded,
  };
}

function termsOf(job: Pick<Job, 'baseEarned' | 'baseSeconds' | 'compute' | 'hours'>): Terms {
  const { compute, hours, baseEarned, baseSeconds } = job;
  return { compute, bookedSeconds: BigInt(hours) * HOUR, baseEarned, baseSeconds };
}

function chargeOf(job: Pick<Job, 'chargedBookingFee' | 'chargedHandlingFee' | 'compute'>): Charge {
  return { compute: job.compute, bookingFee: job.chargedBookingFee, handlingFee: job.chargedHandlingFee };
}

function ratesOf(job: Pick<Job, 'bookingFeeBps' | 'handlingFeeBps'>): FeeRates {
  return { booking: BigInt(job.bookingFeeBps), handling: BigInt(job.handlingFeeBps) };
}

/**
 * An extension of a job that runs.
 *
 * @see {@link quoteExtension}
 */
export interface QuoteExtensionArgs {
  /** A `Job` account. */
  readonly job: Pick<
    Job,
    | 'bookingFeeBps'
    | 'chargedBookingFee'
    | 'chargedHandlingFee'
    | 'compute'
    | 'devices'
    | 'handlingFeeBps'
    | 'payment'
  >;
  /** The terms of the job's offer as they are now. */
  readonly offer: OfferPricing;
  /** Whole hours to add, at least 1. */
  readonly hours: number | bigint;
  /** Unix seconds of the chain's clock: the hour decides whether it is a peak hour. */
  readonly now: number | bigint;
  /** The price of one IO: needed where the job is paid in IO. See `parsePrice`. */
  readonly ioPrice?: Price | undefined;
}

/**
 * What an extension costs, in base units of what the job is paid in.
 *
 * @see {@link quoteExtension}
 */
export interface ExtensionQuote {
  /** The price of the added hours in micro-USD. */
  readonly usd: bigint;
  /** The price of the added compute. */
  readonly compute: bigint;
  /** What is added to the booking fee. */
  readonly bookingFee: bigint;
  /** What is added to the handling fee: zero in IO. */
  readonly handlingFee: bigint;
  /** What the buyer pays now: a bound for `maxTotal`. */
  readonly total: bigint;
}

/**
 * What `extendJob` charges, equal to the unit: fees are of the whole order, so that they may be a unit less than those
 * of the added hours alone.
 *
 * @throws {@link ArgumentError} when `ioPrice` is missing, or a number is not whole
 * @example
 * ```ts
 * import { quoteExtension } from '@ionet/sdk';
 *
 * const account = await client.accounts.escrow.job.fetch(job);
 * const { terms } = await client.accounts.escrow.offer.fetch(account.offer);
 * const quote = quoteExtension({ job: account, offer: terms, hours: 2, now: await client.now() });
 * quote.total === quote.compute + quote.bookingFee + quote.handlingFee; // true
 * ```
 */
export function quoteExtension(args: QuoteExtensionArgs): ExtensionQuote {
  const { job, offer, hours, now, ioPrice } = args;
  const { payment, devices } = job;
  const { usd, compute } = quoteOffer({ offer, devices, hours, now, payment, ioPrice });
  const before = chargeOf(job);
  const after = Charge.of(before.compute + compute, ratesOf(job));
  const added = {
    compute,
    bookingFee: after.bookingFee - before.bookingFee,
    handlingFee: after.handlingFee - before.handlingFee,
  };
  return { usd, ...added, total: Charge.total(added) };
}
