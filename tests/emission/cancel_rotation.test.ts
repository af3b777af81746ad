import { expect } from 'chai';
import { emission, eventOf } from '@ionet/sdk';
import { useEmission } from '../harness/emission.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

describe('emission: cancel_rotation', () => {
  const test = useEmission();
  const members = addressesOf(newMembers(5));
  beforeEach(async () => {
    await test.market.admin.emission.rotateMembers({ members });
  });

  it('leaves nothing of the proposal, also when it was due', async () => {
    const { market } = test;
    market.warpBy(49 * 3_600);
    const before = await test.schedule();
    const { events } = await market.admin.emission.cancelRotation();
    const seq = before.seq + 1n;
    expect(await test.schedule()).to.deep.equal({
      ...before,
      oracles: { ...before.oracles, pendingMembers: [], pendingAt: 0n },
      seq,
    });
    expect(eventOf(events, 'emission', 'rotationCancelled')).to.deep.equal({ members, seq });
    const apply = () => market.anyone.emission.applyRotation();
    await expectRefused(market, apply, 'emission', 'NoRotationPending');
  });

  it('refuses when none is pending', async () => {
    const { market } = test;
    const cancel = () => market.admin.emission.cancelRotation();
    await cancel();
    await expectRefused(market, cancel, 'emission', 'NoRotationPending');
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.actor('new oracle 0')]) {
      await expectRefused(market, () => client.emission.cancelRotation(), 'emission', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('emission', () => {
    const { market } = test;
    return { market, client: market.admin, call: emission.cancelRotation.call(market.admin) };
  });
});
