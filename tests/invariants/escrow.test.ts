import { expect } from 'chai';
import type { Market } from '@ionet/sdk/testing';
import { useMarket } from '../harness/market.js';
import { escrowActions, perform } from './actions.js';
import { World } from './model.js';
import { Random } from './random.js';

/** To repeat a failure: SEED=3 STEPS=217 npx mocha tests/invariants/escrow.test.ts */
const { SEED, STEPS } = process.env;
const SEEDS = SEED === undefined ? [1n, 2n, 3n, 4n] : [BigInt(SEED)];
const STEPS_OF_A_SEED = Number(STEPS ?? 500);
const TRAIL = 12;

/** What all seeds together have to have done, so that no invariant holds only because nothing happened. */
const MUST_BE_SEEN = [
  ...escrowActions.map(({ name }) => name),
  ...['running', 'ending', 'ended', 'cancelled', 'expired', 'closed'],
  ...['completed', 'endedByBuyer', 'released', 'oracleSilence', 'notStarted'],
  ...['freeze', 'handOver', 'close'],
];

/** Lets a world run, and checks it after every step; an error says how to come back to it. */
async function drive(market: Market, seed: bigint, steps: number): Promise<ReadonlySet<string>> {
  const world = await World.make(market, new Random(seed));
  const trail: string[] = [];
  let step = 0;
  try {
    while (step < steps) {
      const action = world.random.weighted(escrowActions);
      trail.push(action.name);
      const outcome = await perform(world, action);
      trail[trail.length - 1] = `${action.name} ${outcome}`;
      if (outcome === 'idle') continue;
      step += 1;
      // What was refused has changed nothing: a transaction is done in whole or not at all.
      if (outcome !== 'done') continue;
      world.seen.add(action.name);
      if (action.outside !== true) await world.check();
      world.settled = undefined;
    }
    await world.windDown({ keepBlocks: seed % 2n === 0n });
  } catch (cause) {
    const where = step < steps ? `step ${step}` : 'winding down';
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed.toString()}, ${where}: ${what}; after ${trail.slice(-TRAIL).join(', ')}`, {
      cause,
    });
  } finally {
    world.close();
  }
  return world.seen;
}

describe('invariants: escrow', () => {
  const test = useMarket();
  const seen = new Set<string>();

  for (const seed of SEEDS) {
    it(`hold over ${STEPS_OF_A_SEED} random steps of seed ${seed.toString()}, and all is paid out after`, async () => {
      for (const one of await drive(test.market, seed, STEPS_OF_A_SEED)) seen.add(one);
    }).timeout(20_000 + 50 * STEPS_OF_A_SEED);
  }

  it('were tried by everything that can happen', function () {
    if (SEED !== undefined || STEPS !== undefined) this.skip();
    expect(MUST_BE_SEEN.filter((one) => !seen.has(one))).to.deep.equal([]);
  });
});
