import {
  NEW_NODE,
  NEW_REQUESTER,
  emptyHistories,
  foldEvent,
  holdLimit,
  reliabilityOf,
  reputationOf,
  type Histories,
  type NodeRecord,
} from '@ionet/scheduler';
import { localnet, parseEvents, type IonetEvent } from '@ionet/sdk';
import { createMarket, readPrograms, type Market } from '@ionet/sdk/testing';
import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';

const HOUR = 3_600;
const ENOUGH = 10n ** 12n;

describe('scheduler: scores', () => {
  it('of a node, as documented', () => {
    expect(reliabilityOf(NEW_NODE)).to.equal(9_000);
    expect(reliabilityOf({ ...NEW_NODE, ended: 90 })).to.equal(9_900);
    expect(reliabilityOf({ ...NEW_NODE, failed: 2 })).to.equal(7_500);
    expect(reliabilityOf({ ...NEW_NODE, slashes: 2 })).to.equal(5_062);
    const half = { runSeconds: 36_000, verifiedSeconds: 18_000 };
    expect(reliabilityOf({ ...NEW_NODE, ...half })).to.equal(6_750);
  });

  it('of a buyer, and how much is held for him', () => {
    expect(reputationOf(NEW_REQUESTER)).to.equal(5_000);
    expect(reputationOf({ ended: 10, cancelled: 0 })).to.equal(7_500);
    expect(reputationOf({ ended: 0, cancelled: 10 })).to.equal(2_500);
    expect([0, 2_499, 2_500, 5_000, 9_999, 10_000].map(holdLimit)).to.deep.equal([1, 1, 2, 3, 4, 5]);
  });

  const count = fc.nat({ max: 100_000 });
  const record: fc.Arbitrary<NodeRecord> = fc
    .record({ ended: count, failed: count, slashes: fc.nat({ max: 50 }), runSeconds: count, verified: count })
    .map(({ verified, ...rest }) => ({ ...rest, verifiedSeconds: Math.min(verified, rest.runSeconds) }));
  const steps: readonly [string, (given: NodeRecord, more: number) => Partial<NodeRecord>, 1 | -1][] = [
    ['rises with jobs that ended', ({ ended }, more) => ({ ended: ended + more }), 1],
    ['falls with jobs that failed', ({ failed }, more) => ({ failed: failed + more }), -1],
    ['falls with slashes', ({ slashes }, more) => ({ slashes: slashes + more }), -1],
    [
      'falls with seconds that were not verified',
      ({ runSeconds }, more) => ({ runSeconds: runSeconds + more }),
      -1,
    ],
    [
      'rises with seconds that were',
      ({ runSeconds, verifiedSeconds }, more) => ({
        runSeconds: runSeconds + more,
        verifiedSeconds: verifiedSeconds + more,
      }),
      1,
    ],
  ];
  for (const [what, change, sign] of steps) {
    it(`${what}, or stays, between 0 and 10,000`, () => {
      fc.assert(
        fc.property(record, fc.integer({ min: 1, max: 1_000 }), (given, more) => {
          const before = reliabilityOf(given);
          const after = reliabilityOf({ ...given, ...change(given, more) });
          expect((after - before) * sign).to.be.at.least(0);
          for (const score of [before, after])
            expect(score).to.satisfy(Number.isInteger).and.within(0, 10_000);
        }),
      );
    });
  }

  it('of a buyer rises with what he keeps and falls with what he calls off', () => {
    fc.assert(
      fc.property(count, count, (ended, cancelled) => {
        const score = reputationOf({ ended, cancelled });
        expect(score).to.satisfy(Number.isInteger).and.within(0, 10_000);
        expect(reputationOf({ ended: ended + 1, cancelled })).to.be.at.least(score);
        expect(reputationOf({ ended, cancelled: cancelled + 1 })).to.be.at.most(score);
      }),
    );
  });
});

describe('scheduler: histories from the events of the chain', () => {
  let market: Market;
  let node: PublicKey;
  let offer: PublicKey;
  let histories: Histories;
  /** Every event since the market began. */
  let events: IonetEvent[];
  let snapshot: ReturnType<Market['snapshot']>;
  let begun: readonly IonetEvent[];

  before(async () => {
    events = [];
    ({ market, node, offer } = await createMarket({
      programs: await readPrograms('artifacts'),
      observer: (_transaction, { logs, failure }) => {
        if (failure === null) events.push(...parseEvents(logs, localnet()));
      },
    }));
    snapshot = market.snapshot();
    begun = [...events];
  });
  beforeEach(() => {
    market.restore(snapshot);
    events = [...begun];
  });

  const fold = (): void => {
    histories = emptyHistories();
    for (const event of events) foldEvent(histories, event);
  };
  const ofNode = (): NodeRecord | undefined => histories.nodes.get(node.toBase58());
  const ofBuyer = () => histories.requesters.get(market.buyer.payer.toBase58());
  const order = (devices = 8, hours = 2) =>
    ({ offer, devices, hours, payment: 'usdc', maxTotal: ENOUGH }) as const;
  const book = async (devices?: number, hours?: number): Promise<PublicKey> =>
    (await market.buyer.escrow.bookJob(order(devices, hours))).accounts.job;

  it('count a job that ran to its end, with its seconds', async () => {
    const job = await market.bookAndStart(order());
    market.warpBy(2 * HOUR);
    await market.report(job, 7_000);
    await market.anyone.escrow.settleJob({ job });
    fold();
    expect(ofNode()).to.include({ ended: 1, failed: 0, runSeconds: 7_200, verifiedSeconds: 7_000, busy: 0 });
    expect(ofBuyer()).to.deep.equal({ ended: 1, cancelled: 0 });
    expect(histories.jobs.size).to.equal(0);
  });

  it('count a first hour that is billed in full only as long as it ran', async () => {
    const job = await market.bookAndStart(order());
    market.warpBy(1_000);
    await market.buyer.escrow.endJob({ job });
    await market.report(job, 1_000);
    await market.anyone.escrow.settleJob({ job });
    fold();
    expect(ofNode()).to.include({ ended: 1, runSeconds: 1_000, verifiedSeconds: 1_000 });
  });

  it('count a release against the node, and nothing for the buyer', async () => {
    const job = await market.bookAndStart(order());
    market.warpBy(HOUR);
    await market.operator.escrow.release({ job });
    await market.report(job, HOUR);
    await market.anyone.escrow.settleJob({ job });
    fold();
    expect(ofNode()).to.include({ ended: 0, failed: 1, busy: 0 });
    expect(ofBuyer()).to.equal(undefined);
  });

  it('count a cancellation against the buyer', async () => {
    const job = await book();
    await market.buyer.escrow.cancelJob({ job });
    fold();
    expect(ofBuyer()).to.deep.equal({ ended: 0, cancelled: 1 });
    expect(ofNode()).to.include({ ended: 0, failed: 0, promised: 0 });
  });

  it('count a job that was not started only where the node had the devices', async () => {
    const running = await market.bookAndStart(order(4));
    const servable = await book(4);
    const tooMany = await book(1);
    market.warpBy(901);
    for (const job of [servable, tooMany]) await market.anyone.escrow.expireJob({ job });
    fold();
    expect(ofNode()).to.include({ failed: 1, busy: 4, promised: 0 });
    expect([...histories.jobs.keys()]).to.deep.equal([running.toBase58()]);
  });

  it('count nothing of what the oracles were silent about, nor what the owner ordered himself', async () => {
    const job = await market.bookAndStart(order(1));
    await market.fund(market.owner.payer, { usdc: ENOUGH });
    const own = (await market.owner.escrow.bookJob(order(1))).accounts.job;
    await market.owner.escrow.cancelJob({ job: own });
    market.warpBy(2 * 86_400);
    await market.anyone.escrow.settleJob({ job });
    fold();
    expect(ofNode()).to.include({ ended: 0, failed: 0, runSeconds: 0 });
    expect(histories.requesters.size).to.equal(0);
  });

  it('are the same however often they are folded', async () => {
    const job = await book();
    await market.buyer.escrow.cancelJob({ job });
    fold();
    const first = histories;
    fold();
    expect(histories).to.deep.equal(first);
    expect(histories.nodes.get(node.toBase58())?.insiders).to.deep.equal([
      market.owner.payer.toBase58(),
      market.operator.payer.toBase58(),
      market.owner.payer.toBase58(),
    ]);
  });
});
