import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  Accumulator,
  askBps,
  AuctionState,
  BandwidthTier,
  billedSeconds,
  Bps,
  Charge,
  convertPoints,
  countedStake,
  idleReward,
  idleWeight,
  isEarning,
  cumulativeEmission,
  devicePoints,
  Earned,
  type EmissionPreset,
  epochsEnded,
  type FeeRates,
  fillIo,
  feesKeptAtEnd,
  keptBuyerFees,
  lotOf,
  MathError,
  minimumStake,
  mulDivCeil,
  mulDivFloor,
  orderPrice,
  poolBudget,
  poolRelease,
  Position,
  ProviderSplit,
  referenceOf,
  reserveAfter,
  restoredAmount,
  RewardSplit,
  slashLimit,
  SlashSplit,
  Terms,
  Tranche,
  U64_MAX,
  usdToIo,
  utcHour,
} from '../../sdk/src/math/index.js';
import { U128_MAX } from '../../sdk/src/math/range.js';
import { wideMulDivFloor } from '../../sdk/src/math/wide.js';
import { IonetError } from '../../sdk/src/errors.js';

interface VectorFunction {
  name: string;
  inputs: string[];
  outputs: string[];
  cases: [inputs: string[], outcome: string[] | string][];
}

type Compute = (values: bigint[], texts: string[]) => readonly (bigint | string)[];

const at = (values: bigint[], index: number): bigint => values[index]!;

/** The vectors give a job's terms as four numbers in this order. */
const termsOf = (values: bigint[]): Terms => ({
  compute: at(values, 0),
  bookedSeconds: at(values, 1),
  baseEarned: at(values, 2),
  baseSeconds: at(values, 3),
});

/** The vectors give a preset as a number. */
const presetOf = (values: bigint[]): EmissionPreset => (at(values, 0) === 0n ? 'default' : 'published');

const ratesOf = (booking: bigint, handling: bigint): FeeRates => ({ booking, handling });

const trancheOf = (assets: bigint, shares: bigint, unbondingShares = 0n): Tranche => ({
  assets,
  shares,
  unbondingShares,
  withdrawnShares: 0n,
});

/** Repeats the life of a position that the generator drew from a seed, by the same generator of random numbers. */
function positionFrom(seed: bigint): readonly (bigint | string)[] {
  const mask = (1n << 64n) - 1n;
  let state = seed;
  const within = (low: bigint, high: bigint): bigint => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let word = ((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    word = ((word ^ (word >> 27n)) * 0x94d049bb133111ebn) & mask;
    word ^= word >> 31n;
    return low + (word % (high - low + 1n));
  };
  let position: Position = Position.EMPTY;
  let now = 0n;
  let result: bigint | string = 0n;
  for (let step = 0; step < 24; step += 1) {
    now += within(0n, 40_000n);
    const shares = within(0n, 1_000n);
    const kind = within(0n, 3n);
    try {
      if (kind === 0n) {
        const { position: after, activated } = Position.activate(position, now);
        [position, result] = [after, activated];
      } else if (kind === 1n) {
        const { position: after, earning } = Position.remove(position, shares);
        [position, result] = [after, earning];
      } else {
        [position, result] = [Position.add(position, shares, now), shares];
      }
    } catch (error) {
      if (!(error instanceof MathError)) throw error;
      result = error.code;
    }
  }
  const waiting = position.lots.filter((lot) => lot.shares > 0n).length;
  return [position.earningShares, BigInt(waiting), position.lots[0]!.since, result];
}

const COMPUTE: Record<string, Compute> = {
  mul_div_floor: (v) => [mulDivFloor(at(v, 0), at(v, 1), at(v, 2))],
  mul_div_ceil: (v) => [mulDivCeil(at(v, 0), at(v, 1), at(v, 2))],
  bps_new: (v) => [Bps.of(at(v, 0))],
  bps_complement: (v) => [Bps.complement(at(v, 0))],
  bps_display: (v) => [Bps.format(at(v, 0))],
  bps_apply_ceil: (v) => [Bps.applyCeil(at(v, 0), at(v, 1))],
  bps_apply_floor: (v) => [Bps.applyFloor(at(v, 0), at(v, 1))],
  charge_of: (v) => {
    const charge = Charge.of(at(v, 0), ratesOf(at(v, 1), at(v, 2)));
    return [charge.compute, charge.bookingFee, charge.handlingFee];
  },
  charge_total: (v) => {
    const charge = Charge.of(at(v, 0), ratesOf(at(v, 1), at(v, 2)));
    return [Charge.fees(charge), Charge.total(charge)];
  },
  provider_split: (v) => {
    const split = ProviderSplit.of(at(v, 0), at(v, 1));
    return [split.net, split.fee];
  },
  order_price: (v) => [orderPrice(at(v, 0), at(v, 1), at(v, 2), at(v, 3), at(v, 4))],
  utc_hour: (v) => [utcHour(at(v, 0))],
  usd_to_io: (v) => [usdToIo(at(v, 0), { price: at(v, 1), conf: at(v, 2), exponent: Number(at(v, 3)) })],
  earned: (v) => [Terms.earned(termsOf(v), at(v, 4))],
  extended: (v) => {
    const terms = Terms.extended(termsOf(v), at(v, 4), at(v, 5), at(v, 6));
    return [terms.compute, terms.bookedSeconds, terms.baseEarned, terms.baseSeconds];
  },
  billed_seconds: (v, texts) => [billedSeconds(at(v, 0), at(v, 1), at(v, 2), texts[3] === 'true')],
  kept_buyer_fees: (v) => {
    const rates = ratesOf(at(v, 2), at(v, 3));
    const kept = keptBuyerFees(at(v, 0), rates, Charge.of(at(v, 1), rates));
    return [kept.bookingFee, kept.handlingFee];
  },
  is_earning: (v, texts) => [
    String(isEarning({ hired: texts[0] === 'true', proofsPassed: at(v, 1), sincePass: at(v, 2) })),
  ],
  idle_weight: (v, texts) => [
    idleWeight({
      earningDevices: at(v, 0),
      multiplierX100: at(v, 1),
      bandwidthX100: at(v, 2),
      heartbeats: at(v, 3),
      staked: texts[4] === 'true',
    }),
  ],
  idle_reward: (v) => [idleReward(at(v, 0), at(v, 1), at(v, 2))],
  minimum_stake: (v) => [minimumStake(at(v, 0), at(v, 1), at(v, 2))],
  ask_bps: (v) => [askBps(at(v, 0))],
  lot_of: (v) => [lotOf(at(v, 0))],
  fill_io: (v) => [
    fillIo(at(v, 0), at(v, 1), { price: at(v, 2), conf: at(v, 3), exponent: Number(at(v, 4)) }),
  ],
  reference_of: (v) => [referenceOf({ price: at(v, 0), conf: at(v, 1), exponent: Number(at(v, 2)) })],
  auction_touched: (v) => {
    const state: AuctionState = {
      hour: at(v, 0),
      lot: at(v, 1),
      left: at(v, 2),
      hourIo: at(v, 3),
      reference: at(v, 4),
      lastPrice: at(v, 5),
      lastGoodAt: at(v, 6),
    };
    const { hour, lot, left, hourIo, reference } = AuctionState.touched(state, at(v, 7), at(v, 8));
    return [hour, lot, left, hourIo, reference];
  },
  counted_stake: (v) => [countedStake(at(v, 0), at(v, 1))],
  bandwidth_factor: (v) => [BandwidthTier.factorX100(BandwidthTier.of(at(v, 0), at(v, 1)))],
  device_points: (v) => [
    devicePoints({
      multiplierX100: at(v, 0),
      bandwidthX100: at(v, 1),
      uptime: at(v, 2),
      hired: at(v, 3),
      season: at(v, 4),
    }),
  ],
  convert_points: (v) => [convertPoints(at(v, 0), at(v, 1), at(v, 2))],
  wide_mul_div_floor: (v) => [wideMulDivFloor(at(v, 0), at(v, 1), at(v, 2))],
  tranche_deposit: (v) => {
    const { tranche, shares } = Tranche.deposit(trancheOf(at(v, 0), at(v, 1)), at(v, 2));
    return [tranche.assets, tranche.shares, shares];
  },
  tranche_shares_for: (v) => [Tranche.sharesFor(trancheOf(at(v, 0), at(v, 1)), at(v, 2))],
  tranche_redeem: (v) => {
    const { tranche, amount } = Tranche.redeem(trancheOf(at(v, 0), at(v, 1), at(v, 2)), at(v, 3));
    return [tranche.assets, tranche.shares, tranche.unbondingShares, amount];
  },
  position: (v) => positionFrom(at(v, 0)),
  reward_split: (v) => {
    const split = RewardSplit.of(at(v, 0), at(v, 1), at(v, 2), at(v, 3));
    return [split.owner, split.commission, split.delegators];
  },
  accumulator_add: (v) => {
    const before = { index: at(v, 0), remainder: at(v, 1) };
    const { index, remainder } = Accumulator.add(before, at(v, 2), at(v, 3));
    return [index, remainder];
  },
  earned_add: (v) => {
    const before = { amount: at(v, 0), fraction: at(v, 1) };
    const { amount, fraction } = Earned.add(before, at(v, 2), at(v, 3), at(v, 4));
    return [amount, fraction];
  },
  slash_limit: (v) => [slashLimit(at(v, 0), at(v, 1))],
  restored_amount: (v) => [restoredAmount(at(v, 0), at(v, 1), at(v, 2))],
  cumulative_emission: (v) => [cumulativeEmission(presetOf(v), at(v, 1))],
  epochs_ended: (v) => [epochsEnded(at(v, 0))],
  pool_release: (v) => {
    const { gpu, cpu } = poolRelease(presetOf(v), at(v, 1), at(v, 2));
    return [gpu, cpu];
  },
  pool_budget: (v) => [poolBudget(at(v, 0), at(v, 1), at(v, 2))],
  reserve_after: (v) => [reserveAfter(at(v, 0), at(v, 1), at(v, 2))],
};

function outcomeOf(compute: Compute, inputs: string[]): string[] | string {
  const values = inputs.map((text) => (text === 'true' ? 1n : text === 'false' ? 0n : BigInt(text)));
  try {
    return compute(values, inputs).map(String);
  } catch (error) {
    if (error instanceof MathError) return error.code;
    throw error;
  }
}

function codeOf(compute: () => unknown): string {
  try {
    compute();
  } catch (error) {
    if (error instanceof MathError) return error.code;
    throw error;
  }
  return 'none';
}

describe('math', () => {
  const directory = new URL('../vectors/', import.meta.url);
  const functions = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const contents = JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as {
        functions: VectorFunction[];
      };
      return contents.functions;
    });

  describe('gives the same integers as the Rust crate', () => {
    for (const { name, inputs, cases } of functions.filter(({ name }) => name in COMPUTE)) {
      it(`${name}: ${cases.length} cases`, () => {
        const compute = COMPUTE[name]!;
        for (const [given, expected] of cases) {
          const described = `${name}(${inputs.map((input, i) => `${input} ${given[i]!}`).join(', ')})`;
          expect(outcomeOf(compute, given), described).to.deep.equal(expected);
        }
      });
    }

    it('covers each function of the vectors, at least 10,000 cases', () => {
      const mirrored = functions.filter(({ name }) => name in COMPUTE);
      expect(mirrored.map(({ name }) => name)).to.have.members(Object.keys(COMPUTE));
      expect(mirrored.reduce((sum, { cases }) => sum + cases.length, 0)).to.be.at.least(10_000);
    });
  });

  describe('refuses what the types on chain cannot hold', () => {
    const rates = ratesOf(25n, 200n);
    const terms = Terms.booked(100n, 3_600n);
    const price = { price: 1n, conf: 0n, exponent: -1 };
    const calls: Record<string, (value: bigint) => unknown> = {
      mulDivFloor: (value) => mulDivFloor(value, 0n, 1n),
      mulDivCeil: (value) => mulDivCeil(0n, value, 1n),
      'mulDivCeil, divisor': (value) => mulDivCeil(0n, 0n, value),
      'Bps.applyCeil': (value) => Bps.applyCeil(0n, value),
      'Bps.applyFloor': (value) => Bps.applyFloor(0n, value),
      'Charge.of': (value) => Charge.of(value, ratesOf(0n, 0n)),
      'Charge.fees': (value) => Charge.fees({ compute: 0n, bookingFee: value, handlingFee: 0n }),
      'Charge.total': (value) => Charge.total({ compute: value, bookingFee: 0n, handlingFee: 0n }),
      'ProviderSplit.of': (value) => ProviderSplit.of(value, 0n),
      'orderPrice, devices': (value) => orderPrice(value, 1n, 0n, 0n, 0n),
      'orderPrice, hours': (value) => orderPrice(1n, value, 0n, 0n, 0n),
      'orderPrice, price': (value) => orderPrice(1n, 1n, value, 10_000n, 0n),
      'orderPrice, peak multiplier': (value) => orderPrice(1n, 1n, 0n, 0n, value),
      usdToIo: (value) => usdToIo(value, { ...price, price: 2n ** 62n }),
      'usdToIo, conf': (value) => usdToIo(0n, { ...price, conf: value }),
      'Terms.booked': (value) => Terms.booked(value, 1n),
      'Terms.earned': (value) => Terms.earned(terms, value),
      'Terms.extended, compute': (value) => Terms.extended(terms, 0n, value, 1n),
      'Terms.extended, seconds': (value) => Terms.extended(terms, 0n, 0n, value),
      'billedSeconds, verified': (value) => billedSeconds(value, 0n, 0n, false),
      'Tranche.deposit': (value) => Tranche.deposit(Tranche.EMPTY, value),
      'RewardSplit.of': (value) => RewardSplit.of(value, 0n, 0n, 0n),
      'RewardSplit.of, own': (value) => RewardSplit.of(0n, value, 0n, 0n),
      'RewardSplit.of, delegated': (value) => RewardSplit.of(0n, 0n, value, 0n),
      'Accumulator.add': (value) => Accumulator.add({ index: 0n, remainder: 0n }, value, 1n),
      'slashLimit, stake': (value) => slashLimit(value, 0n),
      'slashLimit, recent': (value) => slashLimit(0n, value),
      'SlashSplit.of': (value) => SlashSplit.of(value, 0n),
      restoredAmount: (value) => restoredAmount(value, 1n, 0n),
      'billedSeconds, elapsed': (value) => billedSeconds(0n, value, 0n, false),
      'billedSeconds, booked': (value) => billedSeconds(0n, 0n, value, false),
      keptBuyerFees: (value) => keptBuyerFees(value, rates, Charge.of(0n, rates)),
      feesKeptAtEnd: (value) => feesKeptAtEnd('released', value, rates, Charge.of(0n, rates)),
      lotOf,
      fillIo: (value) => fillIo(value, 10_000n, { ...price, price: 2n ** 62n }),
      'fillIo, ask': (value) => fillIo(0n, value, price),
      'AuctionState.touched': (value) =>
        AuctionState.touched(
          { hour: 0n, lot: 0n, left: 0n, hourIo: 0n, reference: 0n, lastPrice: 0n, lastGoodAt: 0n },
          value,
          3_600n,
        ),
      minimumStake: (value) => minimumStake(value, 100n, 1n),
      'minimumStake, multiplier': (value) => minimumStake(0n, value, 1n),
      'minimumStake, devices': (value) => minimumStake(0n, 100n, value),
      'countedStake, own': (value) => countedStake(value, 0n),
      'countedStake, delegated': (value) => countedStake(0n, value),
      cumulativeEmission: (value) => cumulativeEmission('default', value),
      epochsEnded: (value) => epochsEnded(value),
      poolRelease: (value) => poolRelease('published', value, 9_500n),
      'poolBudget, released': (value) => poolBudget(value, 0n, 1n),
      'poolBudget, reserve': (value) => poolBudget(0n, value, 1n),
      'poolBudget, epochs': (value) => poolBudget(0n, 0n, value),
      'reserveAfter, reserve': (value) => reserveAfter(value, 0n, 0n),
      'reserveAfter, released': (value) => reserveAfter(0n, value, 0n),
      'reserveAfter, paid': (value) => reserveAfter(U64_MAX, 0n, value),
    };
    for (const [name, call] of Object.entries(calls)) {
      it(name, () => {
        for (const value of [-1n, U64_MAX + 1n, 2n ** 200n, -(2n ** 200n)]) {
          expect(
            codeOf(() => call(value)),
            String(value),
          ).to.equal('Overflow');
        }
      });
    }

    it('shares beyond 128 bits are Overflow', () => {
      for (const value of [-1n, U128_MAX + 1n]) {
        expect(codeOf(() => wideMulDivFloor(value, 0n, 1n))).to.equal('Overflow');
        expect(codeOf(() => wideMulDivFloor(0n, 0n, value))).to.equal('Overflow');
        expect(codeOf(() => Position.add(Position.EMPTY, value, 0n))).to.equal('Overflow');
        expect(codeOf(() => Position.remove(Position.EMPTY, value))).to.equal('Overflow');
        expect(codeOf(() => restoredAmount(1n, value, 0n))).to.equal('Overflow');
      }
      const wrapped = { amount: 0n, fraction: 0n };
      expect(Earned.add(wrapped, 1n, U128_MAX, (5n << 64n) - 1n).amount, 'the index wraps').to.equal(5n);
    });

    it('a rate below zero or above 10,000 is RateOutOfRange', () => {
      for (const rate of [-1n, 10_001n, 65_536n]) {
        expect(codeOf(() => Bps.of(rate))).to.equal('RateOutOfRange');
        expect(codeOf(() => Bps.applyCeil(rate, 1n))).to.equal('RateOutOfRange');
        expect(codeOf(() => orderPrice(1n, 1n, 1n, rate, 10_000n))).to.equal('RateOutOfRange');
      }
    });

    it('a price or a time outside 64 bits is Overflow, an exponent that is not whole ExponentOutOfRange', () => {
      for (const value of [2n ** 63n, -(2n ** 63n) - 1n]) {
        expect(codeOf(() => utcHour(value))).to.equal('Overflow');
        expect(codeOf(() => usdToIo(1n, { ...price, price: value }))).to.equal('Overflow');
      }
      for (const exponent of [-1.5, NaN, -Infinity]) {
        expect(codeOf(() => usdToIo(1n, { ...price, exponent }))).to.equal('ExponentOutOfRange');
      }
    });

    it('with an error of the SDK, told apart by its code', () => {
      try {
        mulDivFloor(1n, 1n, 0n);
        expect.fail('it must throw');
      } catch (error) {
        expect(error).to.be.instanceOf(MathError).and.instanceOf(IonetError);
        expect(error).to.include({ name: 'MathError', code: 'DivisionByZero' });
        expect((error as MathError).message).to.match(/divisor of at least one/);
      }
    });
  });

  describe('holds for every input', () => {
    const u64 = fc.bigInt({ min: 0n, max: U64_MAX });
    const rate = fc.bigInt({ min: 0n, max: 10_000n });

    it('no split of settlements changes the sums', () => {
      fc.assert(
        fc.property(u64, u64, rate, fc.array(u64), (compute, booked, booking, verified) => {
          const terms = Terms.booked(compute, booked);
          const steps = [...verified, booked].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
          const paid = { net: 0n, fee: 0n };
          for (const step of steps) {
            const due = ProviderSplit.of(Terms.earned(terms, step), booking);
            expect(due.net >= paid.net && due.fee >= paid.fee).to.equal(true);
            paid.net += due.net - paid.net;
            paid.fee += due.fee - paid.fee;
          }
          expect(paid).to.deep.equal(ProviderSplit.of(compute, booking));
          expect(paid.net + paid.fee).to.equal(compute);
        }),
      );
    });

    it('an extension does not change what was earned', () => {
      const small = fc.bigInt({ min: 0n, max: 2n ** 62n });
      fc.assert(
        fc.property(small, small, small, small, small, (compute, booked, verified, extra, seconds) => {
          const terms = Terms.booked(compute, booked);
          const extended = Terms.extended(terms, verified, extra, seconds + 1n);
          expect(Terms.earned(extended, extended.baseSeconds)).to.equal(Terms.earned(terms, verified));
          expect(Terms.earned(extended, extended.bookedSeconds)).to.equal(compute + extra);
        }),
      );
    });

    it('the fees that are kept depend on whose end it was, and are never above what was charged', () => {
      const most = fc.bigInt({ min: 0n, max: 2n ** 60n });
      fc.assert(
        fc.property(most, most, rate, rate, (compute, part, booking, handling) => {
          const rates = ratesOf(booking, handling);
          const charge = Charge.of(compute, rates);
          const earned = part < compute ? part : compute;
          const kept = (reason: string): bigint => feesKeptAtEnd(reason, earned, rates, charge);
          const earnedFees = Charge.fees(Charge.of(earned, rates));
          expect(kept('notStarted')).to.equal(0n);
          for (const reason of ['released', 'oracleSilence']) expect(kept(reason)).to.equal(earnedFees);
          for (const reason of ['completed', 'endedByBuyer', 'cancelled']) {
            expect(kept(reason)).to.equal(Charge.fees(charge));
          }
          expect(earnedFees <= Charge.fees(charge)).to.equal(true);
        }),
      );
    });

    it('IO for dollars is the least integer that does not underpay', () => {
      const price = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
      const exponent = fc.integer({ min: -12, max: -1 });
      fc.assert(
        fc.property(u64, price, exponent, (usd, value, exponent) => {
          const owed = usd * 100n * 10n ** BigInt(-exponent);
          try {
            const io = usdToIo(usd, { price: value, conf: 0n, exponent });
            expect(io * value >= owed && (io === 0n || (io - 1n) * value < owed)).to.equal(true);
          } catch (error) {
            expect(error).to.include({ code: 'Overflow' });
            expect(U64_MAX * value < owed).to.equal(true);
          }
        }),
      );
    });
  });
});
