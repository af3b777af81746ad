import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { emission, eventOf } from '@ionet/sdk';
import { useEmission } from '../harness/emission.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

const DELAY = 48n * 3_600n;

describe('emission: rotate_members', () => {
  const test = useEmission();
  const rotate = (members: PublicKey[]) => test.market.admin.emission.rotateMembers({ members });

  it('proposes oracles for in 48 hours and leaves those in office', async () => {
    const before = await test.schedule();
    const members = addressesOf(newMembers(5));
    const { events } = await rotate(members);
    const pendingAt = test.market.network.now() + DELAY;
    const seq = before.seq + 1n;
    expect(await test.schedule()).to.deep.equal({
      ...before,
      oracles: { ...before.oracles, pendingMembers: members, pendingAt },
      seq,
    });
    expect(eventOf(events, 'emission', 'rotationProposed')).to.deep.equal({ members, pendingAt, seq });
  });

  it('refuses a second proposal while one is pending', async () => {
    await rotate(addressesOf(newMembers(5)));
    const again = () => rotate(addressesOf(newMembers(4)));
    await expectRefused(test.market, again, 'emission', 'RotationPending');
  });

  it('refuses oracles who form no quorum', async () => {
    const [first, second] = addressesOf(newMembers(2)) as [PublicKey, PublicKey];
    for (const [members, name] of [
      [[first, second], 'MemberCountOutOfRange'],
      [addressesOf(newMembers(8)), 'MemberCountOutOfRange'],
      [[first, PublicKey.default, second], 'DefaultMember'],
      [[first, second, first], 'DuplicateMember'],
    ] as const) {
      await expectRefused(test.market, () => rotate([...members]), 'emission', name);
    }
  });

  it('refuses everyone but the admin, also the oracles and the guardian', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.actor('oracle 0')]) {
      const act = () => client.emission.rotateMembers({ members: addressesOf(newMembers(3)) });
      await expectRefused(market, act, 'emission', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('emission', () => {
    const { market } = test;
    const call = emission.rotateMembers.call(market.admin, { members: addressesOf(newMembers(3)) });
    return { market, client: market.admin, call };
  });
});
