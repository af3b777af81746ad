import { expect } from 'chai';
import { eventOf, oracle, pda } from '@ionet/sdk';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

describe('oracle: cancel_rotation', () => {
  const test = useMarket();
  const members = addressesOf(newMembers(5));
  const fetch = () =>
    test.market.anyone.accounts.oracle.oracleSet.fetch(pda.oracle.oracleSet(test.market.deployment));
  beforeEach(async () => {
    await test.market.admin.oracle.rotateMembers({ members });
  });

  it('leaves nothing of the proposal', async () => {
    const { market } = test;
    const before = await fetch();
    const { events } = await market.admin.oracle.cancelRotation();
    const seq = before.seq + 1n;
    expect(await fetch()).to.deep.equal({
      ...before,
      set: { ...before.set, pendingMembers: [], pendingAt: 0n },
      seq,
    });
    expect(eventOf(events, 'oracle', 'rotationCancelled')).to.deep.equal({ members, seq });
    market.warpBy(48 * 3_600);
    await expectRefused(market, () => market.anyone.oracle.applyRotation(), 'oracle', 'NoRotationPending');
  });

  it('withdraws a proposal that is due already', async () => {
    const { market } = test;
    market.warpBy(49 * 3_600);
    await market.admin.oracle.cancelRotation();
    expect((await fetch()).set.members).to.deep.equal(addressesOf(market.oracles));
  });

  it('makes room for another proposal, which waits 48 hours of its own', async () => {
    const { market } = test;
    market.warpBy(48 * 3_600 - 1);
    await market.admin.oracle.cancelRotation();
    await market.admin.oracle.rotateMembers({ members });
    market.warpBy(1);
    await expectRefused(market, () => market.anyone.oracle.applyRotation(), 'oracle', 'RotationTooEarly');
  });

  it('refuses when none is pending', async () => {
    const { market } = test;
    await market.admin.oracle.cancelRotation();
    const again = () => market.admin.oracle.cancelRotation();
    await expectRefused(market, again, 'oracle', 'NoRotationPending');
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.operator, market.actor('new oracle 0')]) {
      await expectRefused(market, () => client.oracle.cancelRotation(), 'oracle', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('oracle', () => {
    const { market } = test;
    return { market, client: market.admin, call: oracle.cancelRotation.call(market.admin) };
  });
});
