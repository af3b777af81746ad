import { expect } from 'chai';
import { emission, eventOf, pda } from '@ionet/sdk';
import { changeAccount } from '../harness/accounts.js';
import { replaceAccount } from '../harness/calls.js';
import { advanceTo, postRoot, useEmission } from '../harness/emission.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

const DELAY = 48 * 3_600;

describe('emission: apply_rotation', () => {
  const test = useEmission();
  const apply = () => test.market.anyone.emission.applyRotation();

  it('puts the proposed oracles in office, by anyone, after 48 hours', async () => {
    const { market } = test;
    for (const [count, threshold] of [
      [5, 4],
      [7, 5],
      [3, 2],
    ] as const) {
      const members = addressesOf(newMembers(count));
      await market.admin.emission.rotateMembers({ members });
      market.warpBy(DELAY - 1);
      await expectRefused(market, apply, 'emission', 'RotationTooEarly');
      market.warpBy(1);
      const before = await test.schedule();
      const { events } = await apply();
      const version = before.oracles.version + 1;
      const seq = before.seq + 1n;
      expect(await test.schedule()).to.deep.equal({
        ...before,
        oracles: { version, threshold, members, pendingMembers: [], pendingAt: 0n },
        seq,
      });
      expect(eventOf(events, 'emission', 'membersRotated')).to.deep.equal({
        members,
        threshold,
        setVersion: version,
        seq,
      });
    }
  });

  it('refuses when none is pending, and a second time', async () => {
    const { market } = test;
    await expectRefused(market, apply, 'emission', 'NoRotationPending');
    await market.admin.emission.rotateMembers({ members: addressesOf(newMembers(5)) });
    market.warpBy(DELAY);
    await apply();
    await expectRefused(market, apply, 'emission', 'NoRotationPending');
  });

  it('lets the new oracles post roots, and the former ones no more', async () => {
    const { market } = test;
    const members = newMembers(5);
    await market.admin.emission.rotateMembers({ members: addressesOf(members) });
    market.warpBy(DELAY);
    await advanceTo(market, 48n);
    await apply();
    const root = { kind: 'gpu', epoch: 48n, root: new Uint8Array(32).fill(3), total: 1_000n } as const;
    let error: unknown;
    await postRoot(market, root).catch((thrown: unknown) => (error = thrown));
    expect(String(error)).to.include('is no member of the oracle set');
    const hashes = { inputHash: new Uint8Array(32), formulaId: new Uint8Array(32) };
    await market.anyone.emission.postRoot({ ...root, ...hashes, signers: members.slice(1) });
    expect((await test.pool('gpu')).lastVersion).to.equal(1n);
  });

  it('refuses a version that has no room left', async () => {
    const { market } = test;
    const address = pda.emission.schedule(market.deployment);
    await market.admin.emission.rotateMembers({ members: addressesOf(newMembers(3)) });
    market.warpBy(DELAY);
    const { oracles } = await test.schedule();
    const full = { oracles: { ...oracles, version: 2 ** 32 - 1 } };
    await changeAccount(market, 'emission', 'schedule', address, full);
    await expectRefused(market, apply, 'emission', 'Overflow');
  });

  it('refuses a schedule that is none', async () => {
    const { market } = test;
    const { deployment } = market;
    const call = emission.applyRotation.call(market.anyone);
    const forged = replaceAccount(
      call,
      pda.emission.schedule(deployment),
      pda.emission.pool(deployment, 'gpu'),
    );
    const act = () => market.anyone.send(forged);
    await expectRefused(market, act, 'emission', 'AccountDiscriminatorMismatch');
  });
});
