import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, oracle, pda } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { useBareMarket } from '../harness/bare-market.js';
import { initializeTests } from '../harness/governance.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

describe('oracle: initialize', () => {
  initializeTests('oracle', {
    call: (context) => oracle.initialize.call(context, { members: addressesOf(newMembers(3)) }),
    created: ({ deployment }) => [pda.oracle.oracleSet(deployment)],
  });

  const test = useBareMarket();
  const initialize = (members: PublicKey[]) => test.market.admin.oracle.initialize({ members });

  it('puts three to seven members in office, with a threshold of two thirds rounded up', async () => {
    const { market } = test;
    const clean = market.snapshot();
    for (const [count, threshold] of [
      [3, 2],
      [4, 3],
      [5, 4],
      [6, 4],
      [7, 5],
    ] as const) {
      market.restore(clean);
      const members = addressesOf(newMembers(count));
      const admin = testKeypair('multisig').publicKey;
      const { accounts, events } = await market.admin.oracle.initialize({ members, admin });
      const { clusterTag } = market.deployment;
      expect(await market.anyone.accounts.oracle.oracleSet.fetch(accounts.oracleSet)).to.deep.include({
        version: 1,
        governance: { admin, pendingAdmin: null, pauser: admin, pausedUntil: 0n },
        clusterTag,
        set: { version: 1, threshold, members, pendingMembers: [], pendingAt: 0n },
        seq: 1n,
      });
      expect(eventOf(events, 'oracle', 'oracleSetInitialized')).to.deep.equal({
        admin,
        clusterTag,
        setVersion: 1,
        threshold,
        members,
        seq: 1n,
      });
    }
  });

  it('refuses fewer than three and more than seven members', async () => {
    for (const count of [0, 1, 2, 8, 12]) {
      const act = () => initialize(addressesOf(newMembers(count)));
      await expectRefused(test.market, act, 'oracle', 'MemberCountOutOfRange');
    }
  });

  it('refuses the default key as a member', async () => {
    for (const at of [0, 2]) {
      const members = addressesOf(newMembers(3));
      members[at] = PublicKey.default;
      await expectRefused(test.market, () => initialize(members), 'oracle', 'DefaultMember');
    }
  });

  it('refuses a member who is named twice', async () => {
    for (const [first, second] of [
      [0, 1],
      [0, 3],
      [2, 3],
    ] as const) {
      const members = addressesOf(newMembers(4));
      members[second] = members[first]!;
      await expectRefused(test.market, () => initialize(members), 'oracle', 'DuplicateMember');
    }
  });

  it('refuses the default key as admin', async () => {
    const { market } = test;
    const members = addressesOf(newMembers(3));
    const act = () => market.admin.oracle.initialize({ members, admin: PublicKey.default });
    await expectRefused(market, act, 'oracle', 'InvalidAdmin');
  });

  it('refuses a cluster tag of zeros', async () => {
    const { market } = test;
    const deployment = { ...market.deployment, clusterTag: new Uint8Array(32) };
    const context = { deployment, payer: market.admin.payer };
    const call = oracle.initialize.call(context, { members: addressesOf(newMembers(3)) });
    await expectRefused(market, () => market.admin.send(call), 'oracle', 'InvalidClusterTag');
  });
});
