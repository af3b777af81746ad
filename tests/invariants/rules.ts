import { expect } from 'chai';
import type { Payment } from '@ionet/sdk';
import { DAY, type JobAccount } from '../harness/jobs.js';

const HOUR = 3_600n;
const START_WINDOW = 900n;
const BOOKING_BPS = 25n;
const HANDLING_BPS: Readonly<Record<Payment, bigint>> = { io: 0n, usdc: 200n, credits: 200n };

/** What the oracles have reported on a job, as the driver knows it. */
export interface KnownUsage {
  readonly sequence: bigint;
  readonly verified: bigint;
  readonly asOf: bigint;
  /** When the last report was taken. */
  readonly reportedAt: bigint;
}

/** Of a job that nothing is reported on. */
export const NO_USAGE: KnownUsage = { sequence: 0n, verified: 0n, asOf: 0n, reportedAt: 0n };

/** What a step on a job happened in. */
export interface Circumstances {
  readonly now: bigint;
  readonly usage: KnownUsage;
  /** Until when intake is paused, by the model. */
  readonly pausedUntil: bigint;
  /** What one IO is worth at least, in units of 1e-8 US dollars. */
  readonly ioPrice: bigint;
  /** Whether the step was a settlement, which bills all that there is to bill. */
  readonly settled: boolean;
}

export function isOver({ state }: Pick<JobAccount, 'state'>): boolean {
  return state === 'ended' || state === 'cancelled' || state === 'expired';
}

export function bookedEnd({ startedAt, hours }: JobAccount): bigint {
  return startedAt + BigInt(hours) * HOUR;
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** A share in basis points, rounded up. */
function share(amount: bigint, bps: bigint): bigint {
  return ceilDivide(amount * bps, 10_000n);
}

/** What is earned at so many seconds. */
function earnedAt(account: JobAccount, seconds: bigint): bigint {
  const { compute, baseEarned, baseSeconds } = account;
  const booked = BigInt(account.hours) * HOUR;
  if (seconds >= booked) return compute;
  if (seconds <= baseSeconds) return baseEarned;
  return baseEarned + ((compute - baseEarned) * (seconds - baseSeconds)) / (booked - baseSeconds);
}

/** What node, fees and buyer must have of an ended job, by the rules alone. */
export function entitlements(account: JobAccount, stoppedBy: JobAccount['reason'], usage: KnownUsage) {
  const { startedAt, endedAt, reason, paidIn } = account;
  const booked = BigInt(account.hours) * HOUR;
  const elapsed = endedAt - startedAt;
  const least = [usage.verified, elapsed, booked].reduce(smaller);
  const wholeHour =
    stoppedBy === 'endedByBuyer' && elapsed > 0n && elapsed <= HOUR && usage.verified * 10n >= elapsed * 9n;
  const billed = wholeHour ? smaller(booked, HOUR) : least;
  const earned = earnedAt(account, billed);
  const providerFee = share(earned, BOOKING_BPS);
  const { chargedBookingFee, chargedHandlingFee } = account;
  const kept =
    reason === 'released' || reason === 'oracleSilence'
      ? smaller(share(earned, BOOKING_BPS), chargedBookingFee) +
        smaller(share(earned, HANDLING_BPS.usdc), chargedHandlingFee)
      : chargedBookingFee + chargedHandlingFee;
  return { billed, node: earned - providerFee, fees: providerFee + kept, buyer: paidIn - earned - kept };
}

/** Compute and fees of an order follow from its value. */
function checkCharge(account: JobAccount, paidInBefore: bigint, chargeBefore: bigint): void {
  const { compute, payment, chargedBookingFee, chargedHandlingFee, paidIn } = account;
  expect(chargedBookingFee, 'the booking fee').to.equal(share(compute, BOOKING_BPS));
  expect(chargedHandlingFee, 'the handling fee').to.equal(share(compute, HANDLING_BPS[payment]));
  expect(paidIn - paidInBefore, 'what was paid in').to.equal(
    compute + chargedBookingFee + chargedHandlingFee - chargeBefore,
  );
}

/** The compute price of an order of so many micro-USD. */
function computeOf(usdValue: bigint, payment: Payment, { ioPrice }: Circumstances): bigint {
  return payment === 'io' ? ceilDivide(usdValue * 10n ** 10n, ioPrice) : usdValue;
}

/** A job as it was booked. The driver's offers know neither discounts nor peak hours. */
export function checkBooked(job: JobAccount, circumstances: Circumstances): void {
  const { now, pausedUntil } = circumstances;
  expect(job.state).to.equal('booked');
  expect(now >= pausedUntil, 'booked while intake is paused').to.equal(true);
  expect(job.bookedAt, 'booked at').to.equal(now);
  expect(job.startAt >= now, 'to start in the past').to.equal(true);
  expect(job.usdValue, 'the value').to.equal(BigInt(job.devices) * BigInt(job.hours) * job.price);
  expect(job.compute, 'the compute price').to.equal(computeOf(job.usdValue, job.payment, circumstances));
  checkCharge(job, 0n, 0n);
}

/** What one step may make of a job: its arrow and when it may be taken, what is billed, and who has what of it. */
export function checkStep(before: JobAccount, after: JobAccount, circumstances: Circumstances): void {
  const { now, usage } = circumstances;
  if (before.state === 'booked') checkFromBooked(before, after, now);
  if (after.hours !== before.hours) checkExtended(before, after, circumstances);
  else {
    for (const field of ['compute', 'usdValue', 'paidIn', 'baseEarned', 'baseSeconds'] as const) {
      expect(after[field], field).to.equal(before[field]);
    }
  }
  if (before.state === 'running' && after.state !== 'running') checkStopped(before, after, now, usage);
  if (after.state === 'ended' && before.state !== 'ended') checkEnded(before, after, circumstances);
  if (after.state === 'running' || after.state === 'ending') checkBilled(before, after, circumstances);
}

function checkFromBooked(before: JobAccount, after: JobAccount, now: bigint): void {
  const lastStart = before.startAt + START_WINDOW;
  const sum = {
    node: after.paidToNode + after.owedToNode,
    fees: after.paidToFees + after.owedToFees - after.donated,
    buyer: after.refunded + after.owedToBuyer,
  };
  const fees = after.chargedBookingFee + after.chargedHandlingFee;
  if (after.state === 'running') {
    expect(now >= before.startAt && now <= lastStart, 'started outside of its window').to.equal(true);
    expect(after.startedAt, 'started at').to.equal(now);
  } else if (after.state === 'cancelled') {
    expect(now <= lastStart, 'cancelled after the window').to.equal(true);
    expect(sum, 'of a cancelled job').to.deep.equal({ node: 0n, fees, buyer: after.compute });
  } else if (after.state === 'expired') {
    expect(now > lastStart, 'expired within the window').to.equal(true);
    expect(sum, 'of an expired job').to.deep.equal({ node: 0n, fees: 0n, buyer: after.paidIn });
  }
}

function checkExtended(before: JobAccount, after: JobAccount, circumstances: Circumstances): void {
  const { now, pausedUntil } = circumstances;
  expect(now >= pausedUntil, 'extended while intake is paused').to.equal(true);
  expect(before.state, 'extended').to.equal('running');
  expect(now < bookedEnd(before), 'extended after its end').to.equal(true);
  const value = BigInt(before.devices) * BigInt(after.hours - before.hours) * after.price;
  expect(after.usdValue - before.usdValue, 'the value of the extension').to.equal(value);
  expect(after.compute - before.compute, 'the compute price of the extension').to.equal(
    computeOf(value, after.payment, circumstances),
  );
  checkCharge(after, before.paidIn, before.compute + before.chargedBookingFee + before.chargedHandlingFee);
  expect(after.baseEarned, 'earned when extended').to.equal(earnedAt(before, after.billedSeconds));
  expect(after.baseSeconds, 'billed when extended').to.equal(
    greater(after.billedSeconds, before.baseSeconds),
  );
}

function isSilent({ startedAt }: JobAccount, usage: KnownUsage, now: bigint): boolean {
  return now >= greater(startedAt, usage.reportedAt) + BigInt(DAY);
}

function checkStopped(before: JobAccount, after: JobAccount, now: bigint, usage: KnownUsage): void {
  expect(after.endedAt, 'ended at').to.equal(smaller(now, bookedEnd(before)));
  if (after.state !== 'ending') return;
  const silent = isSilent(before, usage, now) && usage.asOf < after.endedAt;
  if (silent) expect(after.reason).to.equal('oracleSilence');
  else if (now >= bookedEnd(before)) expect(after.reason).to.equal('completed');
  else expect(after.reason).to.be.oneOf(['endedByBuyer', 'released']);
}

function checkEnded(before: JobAccount, after: JobAccount, { now, usage }: Circumstances): void {
  const stoppedBy = before.state === 'ending' ? before.reason : after.reason;
  const proved = usage.asOf >= after.endedAt;
  const waited =
    stoppedBy === 'oracleSilence' ||
    now >= after.endedAt + BigInt(DAY) ||
    (stoppedBy === 'completed' && isSilent(after, usage, now));
  expect(proved || waited || before.state === 'running', 'closed before its end was proved').to.equal(true);
  if (!proved) expect(after.reason).to.equal('oracleSilence');
  const { billed, node, fees, buyer } = entitlements(after, stoppedBy, usage);
  expect(after.billedSeconds, 'billed').to.equal(billed);
  expect(after.paidToNode + after.owedToNode, 'the share of the node').to.equal(node);
  expect(after.paidToFees + after.owedToFees, 'the fees').to.equal(fees + after.donated);
  expect(after.refunded + after.owedToBuyer, 'the refund').to.equal(buyer);
}

/** Verified seconds are billed up to what elapsed and was booked, and what they earn is divided. */
function checkBilled(before: JobAccount, after: JobAccount, { now, usage, settled }: Circumstances): void {
  const until = after.state === 'ending' ? after.endedAt : now;
  const booked = BigInt(before.hours) * HOUR;
  const due = greater(
    before.billedSeconds,
    [usage.verified, until - after.startedAt, booked].reduce(smaller),
  );
  if (settled) expect(after.billedSeconds, 'billed so far').to.equal(due);
  else expect(after.billedSeconds <= due, 'billed too much').to.equal(true);
  const earned = earnedAt(after, after.billedSeconds);
  // Without a settlement nothing becomes due, and what is due is what was.
  const fee = share(earned, BOOKING_BPS);
  expect(after.paidToNode + after.owedToNode, 'the share of the node so far').to.equal(earned - fee);
  expect(after.paidToFees + after.owedToFees, 'the fees so far').to.equal(fee);
  expect(after.refunded + after.owedToBuyer, 'a refund before the end').to.equal(0n);
}
