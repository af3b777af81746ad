import { testKeypair } from '@ionet/sdk/testing';
import { actAs, mustHold, type Action } from './actions.js';
import { adminOrNot } from './governance-actions.js';
import type { OracleSet, World } from './model.js';

const ROTATION_DELAY = 48n * 3_600n;
const STAND_INS = [0, 1, 2, 3].map((index) => testKeypair(`stand-in oracle ${index}`));

/** What is done with the members whom a program listens to, by its admin and by anyone. */
export function rotationActions(
  program: 'emission' | 'oracle',
  setOf: (world: World) => OracleSet,
): readonly Action[] {
  const actAsAdmin = (world: World, act: Parameters<typeof actAs>[2]): Promise<void> =>
    actAs(adminOrNot(world, program), [world.offices.of(program).admin.client.payer], act);
  const suffix = program === 'oracle' ? '' : 'OfEmission';

  return [
    {
      name: `rotate${suffix}`,
      outside: true,
      weight: 1,
      refusals: [`${program}.RotationPending`, `${program}.NotAdmin`],
      run: async (world) => {
        const { random, market, now } = world;
        const set = setOf(world);
        const pool = [...market.oracles, ...STAND_INS];
        const from = random.int(0, pool.length - 3);
        const pending = pool.slice(from, from + 3);
        const members = pending.map(({ publicKey }) => publicKey);
        await actAsAdmin(world, (by) => by[program].rotateMembers({ members }));
        mustHold(set.pendingAt === 0n, 'a second rotation was proposed');
        set.pending = pending;
        set.pendingAt = now + ROTATION_DELAY;
      },
    },
    {
      name: `cancelRotation${suffix}`,
      outside: true,
      weight: 1,
      refusals: [`${program}.NoRotationPending`, `${program}.NotAdmin`],
      run: async (world) => {
        const set = setOf(world);
        // Mostly left alone, so that rotations are applied.
        if (world.random.chance(70)) return;
        await actAsAdmin(world, (by) => by[program].cancelRotation());
        mustHold(set.pendingAt > 0n, 'a rotation was withdrawn that there was not');
        set.pending = [];
        set.pendingAt = 0n;
      },
    },
    {
      name: `applyRotation${suffix}`,
      outside: true,
      weight: 3,
      refusals: [`${program}.NoRotationPending`, `${program}.RotationTooEarly`],
      run: async (world) => {
        const set = setOf(world);
        await world.market.anyone[program].applyRotation();
        mustHold(set.pendingAt > 0n && world.now >= set.pendingAt, 'a rotation was applied too early');
        set.members = set.pending;
        set.version += 1;
        set.pending = [];
        set.pendingAt = 0n;
      },
    },
  ];
}
