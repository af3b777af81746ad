import { expect } from 'chai';
import { eventOf, oracle, parseUsdc, pda } from '@ionet/sdk';
import { changeAccount } from '../harness/accounts.js';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

const DELAY = 48 * 3_600;

describe('oracle: apply_rotation', () => {
  const test = useMarket();
  const set = () => pda.oracle.oracleSet(test.market.deployment);
  const fetch = () => test.market.anyone.accounts.oracle.oracleSet.fetch(set());
  const apply = () => test.market.anyone.oracle.applyRotation();

  it('puts the proposed members in office, by anyone, after 48 hours', async () => {
    const { market } = test;
    for (const [count, threshold] of [
      [5, 4],
      [7, 5],
      [3, 2],
    ] as const) {
      const members = addressesOf(newMembers(count));
      await market.admin.oracle.rotateMembers({ members });
      market.warpBy(DELAY - 1);
      await expectRefused(market, apply, 'oracle', 'RotationTooEarly');
      market.warpBy(1);
      const before = await fetch();
      const { events } = await apply();
      const setVersion = before.set.version + 1;
      const seq = before.seq + 1n;
      expect(await fetch()).to.deep.equal({
        ...before,
        set: { version: setVersion, threshold, members, pendingMembers: [], pendingAt: 0n },
        seq,
      });
      expect(eventOf(events, 'oracle', 'membersRotated')).to.deep.equal({
        members,
        threshold,
        setVersion,
        seq,
      });
    }
  });

  it('refuses when none is pending, and a second time', async () => {
    const { market } = test;
    await expectRefused(market, apply, 'oracle', 'NoRotationPending');
    await market.admin.oracle.rotateMembers({ members: addressesOf(newMembers(5)) });
    market.warpBy(DELAY);
    await apply();
    await expectRefused(market, apply, 'oracle', 'NoRotationPending');
  });

  it('lets the new members report, and the former ones no more', async () => {
    const { market, offer } = test;
    const order = { offer, devices: 1, hours: 72, payment: 'usdc', maxTotal: parseUsdc('200') } as const;
    const job = await market.bookAndStart(order);
    const members = newMembers(5);
    await market.admin.oracle.rotateMembers({ members: addressesOf(members) });
    market.warpBy(DELAY);
    await market.report(job, 3_600);
    await apply();
    market.warpBy(1);
    const former = { job, verifiedSeconds: 7_200n, signers: market.oracles.slice(0, 2) };
    let error: unknown;
    await market.anyone.oracle.reportJob(former).catch((thrown: unknown) => (error = thrown));
    expect(String(error)).to.include('is no member of the oracle set');
    await market.anyone.oracle.reportJob({ job, verifiedSeconds: 7_200n, signers: members.slice(1) });
  });

  it('refuses a version that has no room left', async () => {
    const { market } = test;
    await market.admin.oracle.rotateMembers({ members: addressesOf(newMembers(3)) });
    market.warpBy(DELAY);
    const { set: rotating } = await fetch();
    await changeAccount(market, 'oracle', 'oracleSet', set(), {
      set: { ...rotating, version: 2 ** 32 - 1 },
    });
    await expectRefused(market, apply, 'oracle', 'Overflow');
  });

  it('refuses a set that is none', async () => {
    const { market } = test;
    const { deployment } = market;
    const call = oracle.applyRotation.call(market.anyone);
    const forged = replaceAccount(call, set(), pda.escrow.config(deployment));
    await expectRefused(market, () => market.anyone.send(forged), 'oracle', 'AccountOwnedByWrongProgram');
  });
});
