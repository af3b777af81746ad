import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import type { Payment } from '@ionet/sdk';
import type { Market } from '@ionet/sdk/testing';
import {
  DAY,
  ODD_SECONDS,
  bookOdd,
  complete,
  expectPaidOut,
  holdings,
  jobAccount,
  movedBy,
  reportUntil,
  startOdd,
  warpToSecond,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';

/** A way in which an order of 3 devices and 7 hours ends, and what everybody has of it then. */
interface Ending {
  readonly title: string;
  readonly state?: 'cancelled' | 'expired';
  readonly reason: string;
  readonly billed: number;
  /** Node, fees, back to the buyer; worked out by hand from the rules, not by the SDK. */
  readonly usdc: readonly [bigint, bigint, bigint];
  readonly io: readonly [bigint, bigint, bigint];
  /** From the start, or from the booking where it does not start. */
  readonly course: (market: Market, job: PublicKey) => Promise<unknown>;
}

const settle = ({ anyone }: Market, job: PublicKey): Promise<unknown> => anyone.escrow.settleJob({ job });

/** The buyer ends the job at a second of its time; the oracles prove the end later. */
function endAt(second: number, verified: number): Ending['course'] {
  return async (market, job) => {
    await warpToSecond(market, job, second);
    await market.buyer.escrow.endJob({ job });
    market.warpBy(60);
    await reportUntil(market, job, verified, second);
    await settle(market, job);
  };
}

const WHOLE = { usdc: [25_861_092n, 648_149n, 0n], io: [1_088_746_603n, 5_457_378n, 0n] } as const;
const FIRST_HOUR = {
  usdc: [3_694_441n, 592_594n, 22_222_206n],
  io: [155_535_228n, 3_118_502n, 935_550_251n],
} as const;
const NOTHING_VERIFIED = {
  usdc: [0n, 583_334n, 25_925_907n],
  io: [0n, 2_728_689n, 1_091_475_292n],
} as const;
const RELEASED_AT_9001 = {
  usdc: [9_237_130n, 231_508n, 17_040_603n],
  io: [388_881_276n, 1_949_280n, 703_373_425n],
} as const;
const SILENT_AT_7001 = {
  usdc: [7_184_662n, 180_068n, 19_144_511n],
  io: [302_472_815n, 1_516_156n, 790_215_010n],
} as const;

const STARTED: readonly Ending[] = [
  {
    title: 'completed, every second verified: the node has all, the fees are kept',
    reason: 'completed',
    billed: ODD_SECONDS,
    ...WHOLE,
    course: complete,
  },
  {
    title: 'completed, but for some seconds: they return, the fees do not',
    reason: 'completed',
    billed: 23_333,
    usdc: [23_945_113n, 643_347n, 1_920_781n],
    io: [1_008_084_304n, 5_255_217n, 80_864_460n],
    course: async (market, job) => {
      await warpToSecond(market, job, ODD_SECONDS);
      await reportUntil(market, job, 23_333, ODD_SECONDS);
      await settle(market, job);
    },
  },
  {
    title: 'ended by the buyer after three hours: the verified seconds, and all fees',
    reason: 'endedByBuyer',
    billed: 9_001,
    usdc: [9_237_130n, 606_485n, 16_665_626n],
    io: [388_881_276n, 3_703_329n, 701_619_376n],
    course: endAt(10_800, 9_001),
  },
  {
    title: 'ended by the buyer in the first hour, 89.9 % verified: the verified seconds',
    reason: 'endedByBuyer',
    billed: 899,
    usdc: [922_583n, 585_647n, 25_001_011n],
    io: [38_840_602n, 2_826_034n, 1_052_537_345n],
    course: endAt(1_000, 899),
  },
  {
    title: 'ended by the buyer in the first hour, 90 % verified: the whole hour',
    reason: 'endedByBuyer',
    billed: 3_600,
    ...FIRST_HOUR,
    course: endAt(1_000, 900),
  },
  {
    title: 'ended by the buyer in the first hour, all of it verified: the whole hour',
    reason: 'endedByBuyer',
    billed: 3_600,
    ...FIRST_HOUR,
    course: endAt(1_000, 1_000),
  },
  {
    title: 'ended by the buyer at second 3,600, 90 % verified: the whole hour',
    reason: 'endedByBuyer',
    billed: 3_600,
    ...FIRST_HOUR,
    course: endAt(3_600, 3_240),
  },
  {
    title: 'ended by the buyer one second later, 90 % verified: the verified seconds',
    reason: 'endedByBuyer',
    billed: 3_241,
    usdc: [3_326_023n, 591_670n, 22_591_548n],
    io: [140_024_910n, 3_079_629n, 951_099_442n],
    course: endAt(3_601, 3_241),
  },
  {
    title: 'ended by the buyer in the second of its start: no compute, but the fees',
    reason: 'endedByBuyer',
    billed: 0,
    ...NOTHING_VERIFIED,
    course: endAt(0, 0),
  },
  {
    title: 'released by the node: the verified seconds, and the fees of these',
    reason: 'released',
    billed: 9_001,
    ...RELEASED_AT_9001,
    course: async (market, job) => {
      await warpToSecond(market, job, 10_800);
      await market.operator.escrow.release({ job });
      await reportUntil(market, job, 9_001, 10_800);
      await settle(market, job);
    },
  },
  {
    title: 'released by the node in the first hour, all of it verified: no whole hour for the node',
    reason: 'released',
    billed: 899,
    usdc: [922_583n, 23_124n, 25_563_534n],
    io: [38_840_602n, 194_690n, 1_055_168_689n],
    course: async (market, job) => {
      await warpToSecond(market, job, 899);
      await market.operator.escrow.release({ job });
      await reportUntil(market, job, 899, 899);
      await settle(market, job);
    },
  },
  {
    title: 'the oracles silent for a day, the booked end past: what was reported, and the fees of that',
    reason: 'oracleSilence',
    billed: 7_001,
    ...SILENT_AT_7001,
    course: async (market, job) => {
      await warpToSecond(market, job, 7_200);
      await reportUntil(market, job, 7_001, 7_200);
      await warpToSecond(market, job, 7_200 + DAY);
      await settle(market, job);
    },
  },
  {
    title: 'no report ever: everything but nothing of the node returns',
    reason: 'oracleSilence',
    billed: 0,
    usdc: [0n, 0n, 26_509_241n],
    io: [0n, 0n, 1_094_203_981n],
    course: async (market, job) => {
      await warpToSecond(market, job, DAY);
      await settle(market, job);
    },
  },
  {
    title: 'ended by the buyer, the end never proved: a day later what was reported, and the fees of that',
    reason: 'oracleSilence',
    billed: 9_001,
    ...RELEASED_AT_9001,
    course: async (market, job) => {
      await warpToSecond(market, job, 10_799);
      await reportUntil(market, job, 9_001, 10_799);
      await warpToSecond(market, job, 10_800);
      await market.buyer.escrow.endJob({ job });
      await warpToSecond(market, job, 10_800 + DAY);
      await settle(market, job);
    },
  },
];

const NOT_STARTED: readonly Ending[] = [
  {
    title: 'cancelled before its start: the compute returns, the fees do not',
    state: 'cancelled',
    reason: 'cancelled',
    billed: 0,
    ...NOTHING_VERIFIED,
    course: (market, job) => market.buyer.escrow.cancelJob({ job }),
  },
  {
    title: 'never started: everything returns',
    state: 'expired',
    reason: 'notStarted',
    billed: 0,
    usdc: [0n, 0n, 26_509_241n],
    io: [0n, 0n, 1_094_203_981n],
    course: async (market, job) => {
      market.warpBy(901);
      await market.anyone.escrow.expireJob({ job });
    },
  },
];

const PAID_IN = { usdc: 26_509_241n, io: 1_094_203_981n } as const;

describe('flow: how jobs end', () => {
  const test = useMarket();

  for (const payment of ['usdc', 'io'] satisfies Payment[]) {
    describe(`paid in ${payment}`, () => {
      for (const ending of [...STARTED, ...NOT_STARTED]) {
        it(ending.title, async () => {
          const { market, node } = test;
          const begin = NOT_STARTED.includes(ending) ? bookOdd : startOdd;
          const job = await begin(market, node, payment);
          const moved = await movedBy(market, job, () => ending.course(market, job));
          const [payout, fees, buyer] = ending[payment];
          expect(moved).to.deep.equal({ payout, fees, buyer, vault: -PAID_IN[payment] });
          const account = await expectPaidOut(market, job);
          expect({
            state: account.state,
            reason: account.reason,
            billed: account.billedSeconds,
            paidIn: account.paidIn,
            paidToNode: account.paidToNode,
            paidToFees: account.paidToFees,
            refunded: account.refunded,
          }).to.deep.equal({
            state: ending.state ?? 'ended',
            reason: ending.reason,
            billed: BigInt(ending.billed),
            paidIn: PAID_IN[payment],
            paidToNode: payout,
            paidToFees: fees,
            refunded: buyer,
          });
        });
      }

      it('settled after every report it comes to the same as settled once', async () => {
        const { market, node } = test;
        const ways = {
          often: async (job: PublicKey): Promise<void> => {
            // Odd steps, so that each settlement rounds.
            for (let second = 361; second < ODD_SECONDS; second += 977) {
              await warpToSecond(market, job, second);
              await reportUntil(market, job, second - 97, second);
              await settle(market, job);
            }
          },
          once: (): Promise<void> => Promise.resolve(),
        };
        for (const [id, way] of Object.values(ways).entries()) {
          const job = await startOdd(market, node, payment, { id: BigInt(id) });
          const moved = await movedBy(market, job, async () => {
            await way(job);
            await warpToSecond(market, job, ODD_SECONDS);
            await reportUntil(market, job, 25_103, ODD_SECONDS);
            await settle(market, job);
          });
          const [payout, fees, buyer] = {
            usdc: [25_761_546n, 647_900n, 99_795n],
            io: [1_084_555_793n, 5_446_874n, 4_201_314n],
          }[payment];
          expect(moved).to.deep.equal({ payout, fees, buyer, vault: -PAID_IN[payment] });
        }
      });
    });
  }

  it('a node is paid as it goes, and nobody else is', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    market.warpBy(9_001);
    await market.report(job, 9_001);
    const moved = await movedBy(market, job, () => settle(market, job));
    // G = 9,260,280; the node's fee on it is 23,151.
    expect(moved).to.deep.equal({ payout: 9_237_130n, fees: 23_151n, buyer: 0n, vault: -9_260_281n });
    expect(holdings(market, await jobAccount(market, job)).vault).to.equal(26_509_241n - 9_260_281n);
  });
});
