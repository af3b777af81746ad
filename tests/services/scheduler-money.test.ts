import { moneyAt, tellJob, type JobMoney, type JobStory, type MoneyFlow } from '@ionet/scheduler';
import { FeeRates, type Payment } from '@ionet/sdk';
import type { Market } from '@ionet/sdk/testing';
import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { EventTape } from '../harness/event-tape.js';

const HOUR = 3_600;
const DAY = 86_400;
const ENOUGH = 10n ** 12n;
/** Divides by nothing that occurs, so that every rounding shows. */
const ODD_PRICE = 1_234_567n;

const partsOf = ({ paidToNode, dueToNode, fees, backToBuyer }: MoneyFlow): bigint[] => [
  paidToNode,
  dueToNode,
  fees,
  backToBuyer,
];
const sum = (values: readonly bigint[]): bigint => values.reduce((all, one) => all + one, 0n);

describe('scheduler: where the money of a job is', () => {
  let tape: EventTape;
  let market: Market;
  let offer: PublicKey;

  before(async () => {
    tape = await EventTape.create();
    ({ market } = tape.place);
  });
  beforeEach(async () => {
    tape.restore();
    offer = await market.createOffer(tape.place.node, 1, { price: ODD_PRICE, minHours: 1, maxHours: 720 });
  });

  const now = (): number => Number(market.network.now());
  const story = (job: PublicKey): JobStory => {
    const stored = tape.events.map(({ event, at, signature }) => ({
      at,
      signature,
      name: event.name,
      data: JSON.parse(
        JSON.stringify(event.data, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}` : part)),
      ) as Record<string, unknown>,
    }));
    const told = tellJob(stored.filter(({ data }) => data['job'] === job.toBase58()));
    if (told === null) throw new Error('the booking is not on the tape');
    return told;
  };

  /** What the pages show is what the account holds; and at every second the parts are the whole, and nothing shrinks. */
  async function check(job: PublicKey, settled: boolean): Promise<void> {
    const told = story(job);
    const account = await market.anyone.accounts.escrow.job.fetch(job);
    const flow = moneyAt(told, now());
    expect(told.state).to.equal(account.state);
    expect(told.reason).to.equal(account.reason);
    expect(flow.paidIn).to.equal(account.paidIn);
    expect(flow.paidToNode).to.equal(account.paidToNode);
    if (told.closedAt !== null) {
      expect(flow.dueToNode).to.equal(account.owedToNode);
      expect(flow.fees).to.equal(account.paidToFees + account.owedToFees);
      expect(flow.backToBuyer).to.equal(account.refunded + account.owedToBuyer);
    } else if (settled) {
      expect(flow.dueToNode, 'everything that was reported is settled').to.equal(account.owedToNode);
    }
    let before = moneyAt(told, told.bookedAt);
    for (let at = told.bookedAt; at <= now(); at += 199) {
      const one = moneyAt(told, at);
      expect(sum(partsOf(one))).to.equal(one.paidIn);
      for (const part of partsOf(one)) expect(part >= 0n).to.equal(true);
      expect(one.paidToNode + one.dueToNode >= before.paidToNode + before.dueToNode).to.equal(true);
      before = one;
    }
  }

  async function report(job: PublicKey, seconds: number): Promise<void> {
    await market.report(job, seconds);
  }
  const settle = (job: PublicKey): Promise<unknown> => market.anyone.escrow.settleJob({ job });
  const order = (payment: Payment, hours = 3) =>
    ({ offer, devices: 3, hours, payment, maxTotal: ENOUGH }) as const;
  async function start(payment: Payment, hours?: number): Promise<PublicKey> {
    if (payment === 'credits') await market.buyer.treasury.buyCredits({ amount: 10n ** 9n });
    return market.bookAndStart(order(payment, hours));
  }

  for (const payment of ['usdc', 'io', 'credits'] as const) {
    it(`follows a job in ${payment} to its end, with settlements`, async () => {
      const job = await start(payment);
      await check(job, true);
      market.warpBy(HOUR);
      await report(job, HOUR - 7);
      await settle(job);
      await check(job, true);
      market.warpBy(1_000);
      await check(job, false);
      market.setPrice();
      market.warpBy(2 * HOUR - 1_000);
      await report(job, 3 * HOUR - 100);
      await settle(job);
      await check(job, true);
      expect(story(job).state).to.equal('ended');
    });
  }

  it('follows an extension at another price', async () => {
    const job = await start('usdc', 2);
    market.warpBy(2_000);
    await report(job, 1_999);
    const terms = { price: 3_333_333n, minHours: 1, maxHours: 720 };
    await market.operator.escrow.updateOffer({ offer, terms });
    market.warpBy(500);
    await market.buyer.escrow.extendJob({ job, hours: 5, maxTotal: ENOUGH });
    await check(job, false);
    market.warpBy(3 * HOUR);
    await report(job, 2 * HOUR);
    await settle(job);
    await check(job, true);
    market.warpBy(4 * HOUR - 2_500);
    await report(job, 7 * HOUR - 1);
    await settle(job);
    await check(job, true);
    const { orders } = story(job);
    expect(orders.map(({ hours }) => hours)).to.deep.equal([2, 7]);
  });

  it('follows a first hour that is billed in full', async () => {
    const job = await start('usdc');
    market.warpBy(1_500);
    await market.buyer.escrow.endJob({ job });
    await report(job, 1_450);
    await check(job, false);
    await settle(job);
    await check(job, true);
    expect(moneyAt(story(job), now()).verifiedSeconds).to.equal(3_600n);
  });

  it('follows a release, after which fees are kept only of what was earned', async () => {
    const job = await start('usdc');
    market.warpBy(HOUR + 1);
    await market.operator.escrow.release({ job });
    await report(job, HOUR);
    await settle(job);
    await check(job, true);
  });

  it('follows silence of the oracles', async () => {
    const job = await start('io', 30);
    market.warpBy(HOUR);
    await report(job, HOUR);
    await settle(job);
    market.warpBy(2 * DAY);
    await settle(job);
    await check(job, true);
    expect(story(job).reason).to.equal('oracleSilence');
  });

  it('follows a cancellation and an expiry', async () => {
    const cancelled = (await market.buyer.escrow.bookJob(order('usdc'))).accounts.job;
    market.warpBy(60);
    await market.buyer.escrow.cancelJob({ job: cancelled });
    await check(cancelled, true);
    const expired = (await market.buyer.escrow.bookJob(order('usdc'))).accounts.job;
    market.warpBy(1_000);
    await market.anyone.escrow.expireJob({ job: expired });
    await check(expired, true);
  });

  it('counts a second as verified when oracles said so, and until they speak as if they will', async () => {
    const job = await start('usdc');
    market.warpBy(1_000);
    await report(job, 500);
    market.warpBy(100);
    const told = story(job);
    const startedAt = told.startedAt ?? 0;
    const at = (second: number): MoneyFlow => moneyAt(told, startedAt + second);
    expect([at(0), at(501), at(1_000), at(1_100)].map((flow) => flow.verifiedSeconds)).to.deep.equal([
      0n,
      250n,
      500n,
      600n,
    ]);
    expect([at(1_000), at(1_001)].map((flow) => flow.reported)).to.deep.equal([true, false]);
  });

  it('never loses a unit, whatever was reported and paid', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
    const job: fc.Arbitrary<JobMoney> = fc
      .record({
        compute: amount,
        hours: fc.integer({ min: 1, max: 50 }),
        usdc: fc.boolean(),
        gains: fc.array(fc.record({ after: fc.nat(5_000), of: fc.nat(5_000) }), { maxLength: 8 }),
      })
      .map(({ compute, hours, usdc, gains }) => {
        let asOf = 1_000;
        let verified = 0;
        const reports = gains.map(({ after, of }) => {
          asOf += after + 1;
          verified += Math.min(of, after + 1);
          return { asOf, verifiedSeconds: BigInt(verified) };
        });
        const rates = FeeRates.forPayment(usdc);
        const ceil = (rate: bigint): bigint => (rate * compute + 9_999n) / 10_000n;
        const fees = { bookingFee: ceil(rates.booking), handlingFee: ceil(rates.handling) };
        const booking = { at: 900, hours, compute, ...fees, baseEarned: 0n, baseSeconds: 0n };
        return {
          rates,
          bookedAt: 900,
          startedAt: 1_000,
          endedAt: null,
          closedAt: null,
          reason: 'none',
          orders: [booking],
          reports,
          payouts: [],
        };
      });
    fc.assert(
      fc.property(job, fc.nat(200_000), fc.nat(1_000), (money, second, later) => {
        const first = moneyAt(money, 900 + second);
        const next = moneyAt(money, 900 + second + later);
        for (const flow of [first, next]) {
          expect(sum(partsOf(flow))).to.equal(flow.paidIn);
          for (const part of partsOf(flow)) expect(part >= 0n).to.equal(true);
        }
        expect(next.dueToNode >= first.dueToNode).to.equal(true);
        expect(next.verifiedSeconds >= first.verifiedSeconds).to.equal(true);
      }),
    );
  });
});
