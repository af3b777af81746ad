import fc from 'fast-check';
import { expect } from 'chai';
import { cumulativeEmission, emission, eventOf, poolRelease, type Call } from '@ionet/sdk';
import { tokenSupply } from '@ionet/sdk/testing';
import { HOUR, INITIAL_SUPPLY, MONTH, TOTAL, useEmission } from '../harness/emission.js';

const END = 240n * MONTH;

/** By the definition in the documents, as exact fractions: `floor(T * (1 - r^m) / (1 - r^240))`. */
const defaultMonths = Array.from({ length: 241 }, (_, month) => {
  const [r, one, m] = [9_898n, 10_000n, BigInt(month)];
  return (TOTAL * (one ** 240n - r ** m * one ** (240n - m))) / (one ** 240n - r ** 240n);
});

/** `floor(333,333,333,000,000 * sum of 0.989849199^i for i < m)`, and the total after the last month. */
const publishedMonths = Array.from({ length: 241 }, (_, month) => {
  if (month === 240) return TOTAL;
  const [q, one] = [989_849_199n, 10n ** 9n];
  const powers = Array.from({ length: month }, (_, i) => q ** BigInt(i) * one ** BigInt(month - i));
  return (333_333_333_000_000n * powers.reduce((sum, power) => sum + power, 0n)) / one ** BigInt(month);
});

const MONTHS = { default: defaultMonths, published: publishedMonths } as const;

for (const preset of ['default', 'published'] as const) {
  describe(`emission: the ${preset} schedule on the program`, function () {
    this.timeout(180_000);
    const test = useEmission(preset);

    let startsAt: bigint;
    /** Built once: looking for the addresses takes longer than all else. */
    let call: Call;
    beforeEach(async () => {
      ({ startsAt } = await test.schedule());
      call = emission.advanceEpoch.call(test.market.anyone);
    });

    /** Moves to so many seconds after the start, mints, and gives what is minted by then. */
    const minted = async (seconds: bigint): Promise<bigint> => {
      const { network, anyone, deployment } = test.market;
      network.warpTo(startsAt + seconds);
      const { events } = await anyone.send(call);
      const { totalMinted, supplyAfter } = eventOf(events, 'emission', 'epochAdvanced');
      expect(supplyAfter).to.equal(INITIAL_SUPPLY + totalMinted);
      expect(tokenSupply(network, deployment.ioMint)).to.equal(supplyAfter);
      return totalMinted;
    };

    it('is exact one second before, at and after each of the 240 month borders', async () => {
      const months = MONTHS[preset];
      for (let month = 1; month <= 240; month += 1) {
        const border = BigInt(month) * MONTH;
        const [before, at] = [months[month - 1]!, months[month]!];
        const last = at - before;
        expect(await minted(border - 1n), `month ${month}, before`).to.equal(
          before + (last * (MONTH - 1n)) / MONTH,
        );
        expect(await minted(border), `month ${month}`).to.equal(at);
        if (month === 240) break;
        expect(await minted(border + 1n), `month ${month}, after`).to.equal(
          at + (months[month + 1]! - at) / MONTH,
        );
      }
      expect(months[240]).to.equal(TOTAL);
    });

    it('gives the same over 20 years of random jumps', async () => {
      const clean = test.market.snapshot();
      const moments = fc.uniqueArray(fc.bigInt(1n, END + MONTH), { minLength: 1, maxLength: 12 });
      const property = fc.asyncProperty(moments, async (unsorted) => {
        test.market.restore(clean);
        const sorted = [...unsorted]
          .sort((a, b) => (a < b ? -1 : 1))
          .filter((at, i, all) => {
            // Once all is minted there is nothing more to mint.
            return i === 0 || all[i - 1]! < END || at < END;
          });
        for (const seconds of sorted) {
          expect(await minted(seconds)).to.equal(cumulativeEmission(preset, seconds));
          const epoch = (seconds < END ? seconds : END) / HOUR;
          const released = poolRelease(preset, epoch, 9_500n);
          expect((await test.schedule()).epoch).to.equal(epoch);
          for (const kind of ['gpu', 'cpu'] as const) {
            expect((await test.pool(kind)).released).to.equal(released[kind]);
          }
        }
      });
      await fc.assert(property, { numRuns: 15 });
    });

    if (preset === 'default') {
      it('has the figures of the published table', async () => {
        const rows = [
          [1n, 334_567_456_067_137n],
          [2n, 665_722_324_082_389n],
          [12n, 3_797_063_595_733_317n],
          [240n, 30_000_000_000_000_000n],
        ] as const;
        for (const [month, cumulative] of rows) expect(await minted(month * MONTH)).to.equal(cumulative);
      });
    }

    it('ends with vaults that hold all of it', async () => {
      await minted(END);
      const pools = [await test.pool('gpu'), await test.pool('cpu')];
      expect(pools.map(({ minted: into }) => into).reduce((a, b) => a + b)).to.equal(TOTAL);
      expect(pools.map(({ released }) => released).reduce((a, b) => a + b)).to.equal(TOTAL);
    });
  });
}
