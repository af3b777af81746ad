import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, oracle, pda } from '@ionet/sdk';
import { changeAccount } from '../harness/accounts.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

const DELAY = 48n * 3_600n;

describe('oracle: rotate_members', () => {
  const test = useMarket();
  const fetch = () =>
    test.market.anyone.accounts.oracle.oracleSet.fetch(pda.oracle.oracleSet(test.market.deployment));
  const rotate = (members: PublicKey[]) => test.market.admin.oracle.rotateMembers({ members });

  it('proposes members for in 48 hours and leaves those in office', async () => {
    const before = await fetch();
    const members = addressesOf(newMembers(5));
    const { events } = await rotate(members);
    const pendingAt = test.market.network.now() + DELAY;
    const seq = before.seq + 1n;
    expect(await fetch()).to.deep.equal({
      ...before,
      set: { ...before.set, pendingMembers: members, pendingAt },
      seq,
    });
    expect(eventOf(events, 'oracle', 'rotationProposed')).to.deep.equal({ members, pendingAt, seq });
  });

  it('takes three to seven members, also some of those in office', async () => {
    const { market } = test;
    const clean = market.snapshot();
    for (const count of [3, 7]) {
      market.restore(clean);
      await rotate(addressesOf([...market.oracles.slice(0, 2), ...newMembers(count - 2)]));
    }
  });

  it('refuses a second proposal while one is pending, also when it is due', async () => {
    const { market } = test;
    await rotate(addressesOf(newMembers(5)));
    const again = () => rotate(addressesOf(newMembers(4)));
    await expectRefused(market, again, 'oracle', 'RotationPending');
    market.warpBy(DELAY);
    await expectRefused(market, again, 'oracle', 'RotationPending');
    await market.anyone.oracle.applyRotation();
    await again();
  });

  it('refuses fewer than three and more than seven members', async () => {
    for (const count of [0, 1, 2, 8]) {
      const act = () => rotate(addressesOf(newMembers(count)));
      await expectRefused(test.market, act, 'oracle', 'MemberCountOutOfRange');
    }
  });

  it('refuses the default key, and a member who is named twice', async () => {
    const [first, second] = addressesOf(newMembers(2)) as [PublicKey, PublicKey];
    const { market } = test;
    const act = () => rotate([first, PublicKey.default, second]);
    await expectRefused(market, act, 'oracle', 'DefaultMember');
    await expectRefused(market, () => rotate([first, second, first]), 'oracle', 'DuplicateMember');
  });

  it('refuses a count of events that has no room left', async () => {
    const { market } = test;
    const address = pda.oracle.oracleSet(market.deployment);
    await changeAccount(market, 'oracle', 'oracleSet', address, { seq: 2n ** 64n - 1n });
    await expectRefused(market, () => rotate(addressesOf(newMembers(3))), 'oracle', 'Overflow');
  });

  it('refuses everyone but the admin, also the members', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.operator, market.actor('oracle 0')]) {
      const act = () => client.oracle.rotateMembers({ members: addressesOf(newMembers(3)) });
      await expectRefused(market, act, 'oracle', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('oracle', () => {
    const { market } = test;
    const call = oracle.rotateMembers.call(market.admin, { members: addressesOf(newMembers(3)) });
    return { market, client: market.admin, call };
  });
});
