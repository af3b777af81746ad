import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { emission, eventOf } from '@ionet/sdk';
import { poolOf, postRoot, advanceTo, scheduleOf, useEmission } from '../harness/emission.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { expectRefused } from '../harness/refusals.js';

describe('emission: update_config', () => {
  const test = useEmission();

  it('names another guardian, and changes nothing else', async () => {
    const { market } = test;
    const before = await scheduleOf(market);
    const guardian = market.actor('new guardian');
    const { events } = await market.admin.emission.updateConfig({ guardian: guardian.payer });
    const seq = before.seq + 1n;
    const governance = { ...before.governance, pauser: guardian.payer };
    expect(await scheduleOf(market)).to.deep.equal({ ...before, governance, seq });
    expect(eventOf(events, 'emission', 'configUpdated')).to.deep.equal({ guardian: guardian.payer, seq });

    await advanceTo(market, 1n);
    await postRoot(market, { kind: 'gpu', epoch: 1n, root: new Uint8Array(32).fill(1), total: 5n });
    const former = () => market.pauser.emission.cancelRoot({ kind: 'gpu' });
    await expectRefused(market, former, 'emission', 'NotGuardian');
    await guardian.emission.cancelRoot({ kind: 'gpu' });
    expect((await poolOf(market, 'gpu')).pendingRoot).to.equal(null);
  });

  it('refuses the default key', async () => {
    const { market } = test;
    const act = () => market.admin.emission.updateConfig({ guardian: PublicKey.default });
    await expectRefused(market, act, 'emission', 'InvalidGuardian');
  });

  it('refuses everyone but the admin, also the guardian', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.actor('oracle 0')]) {
      const act = () => client.emission.updateConfig({ guardian: client.payer });
      await expectRefused(market, act, 'emission', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('emission', () => {
    const { market } = test;
    const call = emission.updateConfig.call(market.admin, { guardian: market.buyer.payer });
    return { market, client: market.admin, call };
  });
});
