import { expect } from 'chai';
import { useMarket } from '../harness/market.js';
import { perform } from './actions.js';
import { World } from './model.js';
import { Random } from './random.js';
import { stakingSet } from './staking-actions.js';

/** More steps, or to repeat a failure: SEED=3 STEPS=5000 npx mocha tests/invariants/staking.test.ts */
const { SEED, STEPS } = process.env;
const SEEDS = SEED === undefined ? [5n, 7n] : [BigInt(SEED)];
const STEPS_OF_A_SEED = Number(STEPS ?? 200);

describe('invariants: staking', () => {
  const test = useMarket();
  const seen = new Set<string>();

  for (const seed of SEEDS) {
    it(`hold over ${STEPS_OF_A_SEED} random steps of seed ${seed.toString()}, and everybody leaves with his own`, async () => {
      const world = await World.make(test.market, new Random(seed));
      await stakingSet.begin?.(world);
      const trail: string[] = [];
      try {
        for (let step = 0; step < STEPS_OF_A_SEED;) {
          const action = world.random.weighted(stakingSet.actions);
          const outcome = await perform(world, action);
          trail.push(`${action.name} ${outcome}`);
          if (outcome === 'idle') continue;
          step += 1;
          seen.add(`${action.name} ${outcome === 'done' ? 'done' : 'refused'}`);
          if (outcome === 'done' && action.outside !== true) await stakingSet.check?.(world);
        }
        await stakingSet.windDown?.(world);
        await world.check();
      } catch (cause) {
        const what = cause instanceof Error ? cause.message : String(cause);
        throw new Error(
          `seed ${seed.toString()}, step ${trail.length}: ${what}; after ${trail.slice(-12).join(', ')}`,
          {
            cause,
          },
        );
      }
    }).timeout(60_000 + 100 * STEPS_OF_A_SEED);
  }

  it('were tried by everything that can happen', function () {
    if (SEED !== undefined || STEPS !== undefined) this.skip();
    const wanted = stakingSet.actions.map(({ name }) => `${name} done`);
    expect(wanted.filter((one) => !seen.has(one))).to.deep.equal([]);
  });
});
