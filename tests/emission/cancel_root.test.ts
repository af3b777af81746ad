import { expect } from 'chai';
import { emission, eventOf, pda } from '@ionet/sdk';
import { advanceTo, FINALIZATION_DELAY, postFinalRoot, postRoot, useEmission } from '../harness/emission.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { expectRefused } from '../harness/refusals.js';

const root = { kind: 'gpu', epoch: 1n, root: new Uint8Array(32).fill(5), total: 1_000n } as const;

describe('emission: cancel_root', () => {
  const test = useEmission();
  const cancel = () => test.market.pauser.emission.cancelRoot({ kind: 'gpu' });

  beforeEach(async () => {
    await advanceTo(test.market, 1n);
    await postRoot(test.market, root);
  });

  it('takes a root back, whose version is never used again', async () => {
    const { market } = test;
    const before = await test.pool('gpu');
    const { events } = await cancel();
    const seq = before.seq + 1n;
    expect(await test.pool('gpu')).to.deep.equal({ ...before, pendingRoot: null, seq });
    expect(eventOf(events, 'emission', 'rootCancelled')).to.deep.equal({
      pool: pda.emission.pool(market.deployment, 'gpu'),
      ...root,
      version: 1n,
      seq,
    });
    const again = () => postRoot(market, { ...root, version: 1n });
    await expectRefused(market, again, 'emission', 'VersionNotNext');
    await postRoot(market, { ...root, version: 2n });
    expect((await test.pool('gpu')).pendingRoot?.version).to.equal(2n);
  });

  it('works until somebody has made the root final, and not later', async () => {
    const { market } = test;
    const posted = market.snapshot();
    market.network.warpBy(10n * FINALIZATION_DELAY);
    await cancel();
    market.restore(posted);
    market.network.warpBy(FINALIZATION_DELAY);
    await market.anyone.emission.finalizeRoot({ kind: 'gpu' });
    await expectRefused(market, cancel, 'emission', 'NoRootPending');
  });

  it('leaves the final roots and the other pool alone', async () => {
    const { market } = test;
    await cancel();
    await postFinalRoot(market, root);
    const { finalRoots } = await test.pool('gpu');
    await advanceTo(market, 20n);
    await postRoot(market, { ...root, epoch: 20n, total: 5_000n });
    await postRoot(market, { ...root, kind: 'cpu' });
    const other = await test.pool('cpu');
    await cancel();
    expect((await test.pool('gpu')).finalRoots).to.deep.equal(finalRoots);
    expect(await test.pool('cpu')).to.deep.equal(other);
  });

  it('refuses when none is pending', async () => {
    await cancel();
    await expectRefused(test.market, cancel, 'emission', 'NoRootPending');
  });

  it('refuses everyone but the guardian, also the admin and the oracles', async () => {
    const { market } = test;
    for (const client of [market.admin, market.anyone, market.actor('oracle 0')]) {
      const act = () => client.emission.cancelRoot({ kind: 'gpu' });
      await expectRefused(market, act, 'emission', 'NotGuardian');
    }
  });

  refusesUnsafeAuthority('emission', () => {
    const { market } = test;
    const call = emission.cancelRoot.call(market.pauser, { kind: 'gpu' });
    return { market, client: market.pauser, call };
  });
});
