import {
  eventOf,
  formatPrice,
  pda,
  quoteOffer,
  type Client,
  type IonetEvent,
  type JobQuote,
  type Price,
} from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { counted, CREDITS, IO, spoken, unitOf, type Unit } from '../lib/format.js';
import { publishPrice, STARTS_AT, type Economy, type NodeInPlay } from './economy.js';
import type { PlannedJob, Plot } from './plan.js';

const MINUTE = 60n;
const HOUR = 3_600n;
const DAY = 86_400n;
const START_WINDOW = 15n * MINUTE;

/** A charge that differs from its quote. */
export class ChargeError extends Error {
  override readonly name = 'ChargeError';
}

/** What is told while things happen. */
export type Tell = (line: string) => void;

/** Plays all jobs one after the other, then burns the fees in IO. */
export async function play(economy: Economy, tell: Tell): Promise<void> {
  for (const [index, plan] of economy.jobs.entries()) {
    const job = new JobInPlay(economy, plan, index + 1, tell);
    tell(`\nJob ${index + 1} ${plan.title}`);
    await PLOTS[plan.plot](job);
    economy.network.warpBy(10n * MINUTE);
  }
  tell('\nThe fees in IO are burned');
  const { events } = await economy.anyone.treasury.burnIoFees();
  const { amount, supplyAfter } = eventOf(events, 'treasury', 'ioFeesBurned');
  tell(`${clock(economy)}  anyone burns ${spoken(amount, IO)}: ${spoken(supplyAfter, IO)} remain`);
}

/** The time since the beginning. */
export function clock({ network }: Economy): string {
  const elapsed = network.now() - STARTS_AT;
  const two = (value: bigint): string => value.toString().padStart(2, '0');
  return `day ${(elapsed / DAY + 1n).toString()} ${two((elapsed % DAY) / HOUR)}:${two((elapsed % HOUR) / MINUTE)}`;
}

/** What happens to each kind of job. */
const PLOTS: Record<Plot, (job: JobInPlay) => Promise<void>> = {
  async completed(job) {
    await job.book();
    await job.start();
    await job.proveHour(HOUR);
    await job.proveHour(HOUR);
    await job.proveHour(HOUR - MINUTE);
    await job.proveHour(HOUR);
  },
  async extended(job) {
    await job.book();
    await job.start();
    await job.proveHour(HOUR);
    job.pass(30n * MINUTE);
    await job.prove(30n * MINUTE);
    await job.extend();
    job.pass(30n * MINUTE);
    await job.proveHour(HOUR + 30n * MINUTE);
    await job.proveHour(HOUR);
  },
  async endedEarly(job) {
    await job.book();
    await job.start();
    await job.proveHour(HOUR);
    await job.proveHour(HOUR);
    job.pass(30n * MINUTE);
    await job.end();
    await job.prove(30n * MINUTE);
    await job.settle();
  },
  async endedAtOnce(job) {
    await job.book();
    await job.start();
    job.pass(40n * MINUTE);
    await job.end();
    await job.prove(40n * MINUTE);
    await job.settle();
  },
  async released(job) {
    await job.book();
    await job.start();
    await job.proveHour(HOUR);
    job.pass(15n * MINUTE);
    await job.release();
    await job.prove(15n * MINUTE);
    await job.settle();
  },
  async silenced(job) {
    await job.book();
    await job.start();
    await job.proveHour(HOUR);
    job.pass(DAY);
    await job.settle();
  },
  async cancelled(job) {
    await job.book();
    job.pass(2n * MINUTE);
    await job.cancel();
  },
  async expired(job) {
    await job.book();
    job.pass(START_WINDOW + MINUTE);
    await job.expire();
  },
};

/** A job and those who have to do with it. */
class JobInPlay {
  readonly #economy: Economy;
  readonly #plan: PlannedJob;
  readonly #number: number;
  readonly #tell: Tell;
  readonly #buyer: Client;
  readonly #node: NodeInPlay;
  readonly #unit: Unit;
  readonly #address: PublicKey;
  #verified = 0n;
  #reports = 0;
  /** When the job stopped: what is proved is proved up to then. */
  #endedAt: bigint | null = null;

  constructor(economy: Economy, plan: PlannedJob, number: number, tell: Tell) {
    const buyer = economy.buyers.get(plan.buyer);
    const node = economy.nodes[plan.node];
    if (buyer === undefined || node === undefined) throw new RangeError(`job ${number} names nobody`);
    this.#economy = economy;
    this.#plan = plan;
    this.#number = number;
    this.#tell = tell;
    this.#buyer = buyer;
    this.#node = node;
    this.#unit = unitOf(plan.payment);
    const { deployment } = economy.network;
    this.#address = pda.escrow.job(deployment, buyer.payer, BigInt(number));
    economy.names.add(pda.escrow.jobVault(deployment, this.#address), `vault of job ${number}`, 'jobVault');
    const credits = pda.treasury.credits(deployment, buyer.payer);
    economy.names.add(credits, `credits of ${plan.buyer}`, 'buyer');
  }

  pass(seconds: bigint): void {
    this.#economy.network.warpBy(seconds);
  }

  async book(): Promise<void> {
    const { devices, hours, payment, buyer } = this.#plan;
    const quote = await this.#quote(hours, this.#price(0n));
    if (payment === 'credits') await this.#buyCredits(quote.total);
    const { events } = await this.#buyer.escrow.bookJob({
      id: BigInt(this.#number),
      offer: this.#node.offer,
      node: this.#node.address,
      devices,
      hours,
      payment,
      maxTotal: quote.total,
    });
    const { compute, bookingFee, handlingFee } = eventOf(events, 'escrow', 'jobBooked');
    this.#requireCharge(compute + bookingFee + handlingFee, quote.total);
    const fees = [
      `${this.#say(bookingFee)} booking fee`,
      ...(handlingFee === 0n ? [] : [`${this.#say(handlingFee)} handling fee`]),
    ];
    this.#at(
      `${buyer} books ${devices} x ${this.#node.hardware} on ${this.#node.name} for ${counted(hours, 'hour')}`,
    );
    this.#more(`${this.#say(compute)} + ${fees.join(' + ')}, as quoted`);
  }

  async #buyCredits(amount: bigint): Promise<void> {
    const { events } = await this.#buyer.treasury.buyCredits({ amount });
    const { balance } = eventOf(events, 'treasury', 'creditsBought');
    this.#at(
      `${this.#plan.buyer} buys credits for ${this.#say(amount)}, and has ${spoken(balance, CREDITS)}`,
    );
  }

  async start(): Promise<void> {
    this.pass(5n * MINUTE);
    await this.#node.operator.escrow.startJob({ job: this.#address });
    this.#at(`${this.#node.name} starts it`);
  }

  /** An hour passes, of which the oracles verify so many seconds; then anyone settles. */
  async proveHour(seconds: bigint): Promise<void> {
    this.pass(HOUR);
    await this.prove(seconds);
    await this.settle();
  }

  /** Two of the three oracles sign for so many seconds more. */
  async prove(seconds: bigint): Promise<void> {
    const { oracles, anyone } = this.#economy;
    this.#verified += seconds;
    const absent = this.#reports % oracles.length;
    this.#reports += 1;
    const present = oracles.map((_, index) => index).filter((index) => index !== absent);
    await anyone.oracle.reportJob({
      job: this.#address,
      verifiedSeconds: this.#verified,
      signers: oracles.filter((_, index) => index !== absent),
      ...(this.#endedAt === null ? {} : { asOf: this.#endedAt }),
    });
    const signers = present.map((index) => index + 1).join(' and ');
    this.#at(`oracles ${signers} sign for ${this.#verified.toString()} s in all`);
  }

  async settle(): Promise<void> {
    const { events } = await this.#economy.anyone.escrow.settleJob({ job: this.#address });
    const settled = eventOf(events, 'escrow', 'jobSettled');
    const over = settled.state === 'ended' ? `, and it is over: ${REASONS[settled.reason]}` : '';
    this.#at(`anyone settles: ${counted(settled.billedSeconds, 'second')} billed${over}`);
    this.#more(this.#shares(settled));
  }

  async extend(): Promise<void> {
    const { addedHours: hours, buyer } = this.#plan;
    const quote = await this.#quote(hours, this.#price(-2n));
    const { events } = await this.#buyer.escrow.extendJob({
      job: this.#address,
      hours,
      // The fees of the whole order are rounded up once, so that it can cost a unit or two less than this quote.
      maxTotal: quote.total,
    });
    const extended = eventOf(events, 'escrow', 'jobExtended');
    this.#at(
      `${buyer} adds ${counted(hours, 'hour')} for ${this.#say(extended.charged)}, which settles it first`,
    );
    this.#more(this.#shares({ ...extended, toBuyer: 0n }));
  }

  async end(): Promise<void> {
    const { events } = await this.#buyer.escrow.endJob({ job: this.#address });
    this.#stopped(events, `${this.#plan.buyer} ends it`);
  }

  async release(): Promise<void> {
    const { events } = await this.#node.operator.escrow.release({ job: this.#address });
    this.#stopped(events, `${this.#node.name} releases it`);
  }

  async cancel(): Promise<void> {
    const { events } = await this.#buyer.escrow.cancelJob({ job: this.#address });
    const { toFees, toBuyer } = eventOf(events, 'escrow', 'jobCancelled');
    this.#at(`${this.#plan.buyer} cancels it: the fees are kept`);
    this.#more(this.#shares({ toNode: 0n, toFees, toBuyer }));
  }

  async expire(): Promise<void> {
    const { events } = await this.#economy.anyone.escrow.expireJob({ job: this.#address });
    const { toBuyer } = eventOf(events, 'escrow', 'jobExpired');
    this.#at(`${this.#node.name} did not start it in time; anyone expires it: everything returns`);
    this.#more(this.#shares({ toNode: 0n, toFees: 0n, toBuyer }));
  }

  #stopped(events: readonly IonetEvent[], what: string): void {
    this.#endedAt = eventOf(events, 'escrow', 'jobStopped').endedAt;
    this.#at(`${what}: the devices are free`);
    this.pass(MINUTE);
  }

  /** Needed for orders in IO only; publishes it and says so. */
  #price(percent: bigint): Price | undefined {
    if (this.#plan.payment !== 'io') return undefined;
    // Each job finds the price a little elsewhere.
    const price = publishPrice(this.#economy, percent + BigInt(this.#number % 3) - 1n);
    this.#at(
      `IO stands at ${formatPrice(price)} USD, give or take ${formatPrice({ ...price, price: price.conf })}`,
    );
    return price;
  }

  async #quote(hours: number, ioPrice: Price | undefined): Promise<JobQuote> {
    const { devices, payment } = this.#plan;
    const { terms } = await this.#buyer.accounts.escrow.offer.fetch(this.#node.offer);
    return quoteOffer({ offer: terms, devices, hours, now: this.#economy.network.now(), payment, ioPrice });
  }

  #requireCharge(charged: bigint, quoted: bigint): void {
    if (charged === quoted) return;
    throw new ChargeError(
      `job ${this.#number} was quoted at ${this.#say(quoted)}, but charged ${this.#say(charged)}`,
    );
  }

  #shares(sent: { readonly toNode: bigint; readonly toFees: bigint; readonly toBuyer: bigint }): string {
    const shares = [
      [sent.toNode, `to ${this.#node.owner}`],
      [sent.toFees, 'to the fee vault'],
      [sent.toBuyer, `back to ${this.#plan.buyer}`],
    ] as const;
    const parts = shares
      .filter(([amount]) => amount > 0n)
      .map(([amount, whom]) => `${this.#say(amount)} ${whom}`);
    return parts.length === 0 ? 'nothing to pay' : parts.join(', ');
  }

  #say(amount: bigint): string {
    return spoken(amount, this.#unit);
  }

  #at(text: string): void {
    this.#tell(`${clock(this.#economy)}  ${text}`);
  }

  #more(text: string): void {
    this.#tell(`${' '.repeat(clock(this.#economy).length)}    ${text}`);
  }
}

const REASONS = {
  none: 'not stopped',
  completed: 'the booked time is served',
  endedByBuyer: 'ended by the buyer',
  released: 'released by the node',
  oracleSilence: 'the oracles were silent for a day',
  cancelled: 'cancelled',
  notStarted: 'never started',
} as const;
