import { expect } from 'chai';
import { idls, programNames, type ProgramName } from '@ionet/sdk';
import type { Idl } from '../../sdk/src/idl-types.js';
import { expectRefused } from '../harness/refusals.js';
import { sendWithDurableNonce } from '../harness/calls.js';
import { makeWorlds, type Worlds } from '../matrix/attack.js';
import { fixtures, type Fixture } from '../matrix/fixtures.js';

/** What a signer with power over others is called in every program. */
const ROLES = ['admin', 'newAdmin', 'authority', 'pauser', 'guardian', 'appealAuthority'];

/** Where `authority` is somebody who disposes of what is his own: of his offers, his jobs, his stake. */
const OWN = [
  'closeNodeLoad',
  'closeOffer',
  'createOffer',
  'release',
  'startJob',
  'updateOffer',
  'claimOwnerRewards',
  'claimRewards',
  'withdraw',
];

/** The instructions that one of these signs. */
function privilegedOf(program: ProgramName): string[] {
  const { instructions }: Idl = idls[program];
  return instructions
    .filter(({ accounts }) => accounts.some(({ name, signer }) => signer === true && ROLES.includes(name)))
    .map(({ name }) => name)
    .filter((name) => !OWN.includes(name));
}

describe('privileged instructions', () => {
  let worlds: Worlds;

  before(async () => {
    worlds = await makeWorlds();
  });

  it('are all that admins, pausers, guardians and deciders of appeals sign', () => {
    const all = programNames.flatMap((program) => privilegedOf(program));
    expect(all).to.have.length(39);
    for (const program of programNames) {
      expect(privilegedOf(program)).to.include.members(['initialize', 'proposeAdmin', 'acceptAdmin']);
    }
    expect(privilegedOf('staking')).to.include.members([
      'pause',
      'unpause',
      'slash',
      'dismissAppeal',
      'restore',
    ]);
    expect(privilegedOf('emission')).to.include.members(['sealSchedule', 'cancelRoot']);
  });

  for (const program of programNames) {
    for (const name of privilegedOf(program)) {
      it(`refuse a durable nonce, and go without one: ${program}.${name}`, async () => {
        const fixture = (fixtures[program] as Readonly<Record<string, Fixture>>)[name]!;
        const world = worlds[fixture.world];
        world.market.restore(world.snapshot);
        const call =
          fixture.world === 'main' ? await fixture.call(worlds.main) : await fixture.call(worlds.bare);
        const { market } = world;
        const prepared = market.snapshot();
        await expectRefused(
          market,
          () => sendWithDurableNonce(market, market.anyone, call),
          program,
          'DurableNonceRefused',
        );
        market.restore(prepared);
        await market.anyone.send(call);
      });
    }
  }
});
