import { expect } from 'chai';
import { emission, eventOf, pda } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import {
  advanceTo,
  FINALIZATION_DELAY,
  HOUR,
  postFinalRoot,
  postRoot,
  useEmission,
} from '../harness/emission.js';
import { expectRefused } from '../harness/refusals.js';

const rootOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

describe('emission: finalize_root', () => {
  const test = useEmission();
  const finalize = () => test.market.anyone.emission.finalizeRoot({ kind: 'gpu' });
  const post = (epoch: bigint, total: bigint) =>
    postRoot(test.market, { kind: 'gpu', epoch, total, root: rootOf(Number(epoch)) });

  beforeEach(() => advanceTo(test.market, 1n));

  it('makes a root final six hours after it was posted, by anyone', async () => {
    const { market } = test;
    await post(1n, 1_000n);
    market.network.warpBy(FINALIZATION_DELAY - 1n);
    await expectRefused(market, finalize, 'emission', 'FinalizationTooEarly');
    market.network.warpBy(1n);
    const before = await test.pool('gpu');
    const { events } = await finalize();
    const last = { version: 1n, epoch: 1n, total: 1_000n, root: rootOf(1) };
    const seq = before.seq + 1n;
    expect(await test.pool('gpu')).to.deep.equal({ ...before, pendingRoot: null, finalRoots: [last], seq });
    expect(eventOf(events, 'emission', 'rootFinalized')).to.deep.equal({
      pool: pda.emission.pool(market.deployment, 'gpu'),
      kind: 'gpu',
      ...last,
      seq,
    });
    await expectRefused(market, finalize, 'emission', 'NoRootPending');
  });

  it('keeps the last four, the newest first', async () => {
    const { market } = test;
    for (let epoch = 1n; epoch <= 6n; epoch += 1n) {
      market.network.warpBy(HOUR);
      await market.anyone.emission.advanceEpoch();
      await postFinalRoot(market, { kind: 'gpu', epoch, total: 10n * epoch, root: rootOf(Number(epoch)) });
      const { finalRoots } = await test.pool('gpu');
      const oldest = epoch > 4n ? epoch - 3n : 1n;
      const expected = Array.from({ length: Number(epoch - oldest) + 1 }, (_, i) => epoch - BigInt(i));
      expect(finalRoots.map(({ version }) => version)).to.deep.equal(expected);
      expect(finalRoots.map(({ total }) => total)).to.deep.equal(expected.map((one) => 10n * one));
    }
  });

  it('leaves the other pool as it is', async () => {
    const { market } = test;
    const before = await test.pool('cpu');
    await postFinalRoot(market, { kind: 'gpu', epoch: 1n, total: 1_000n, root: rootOf(1) });
    expect(await test.pool('cpu')).to.deep.equal(before);
    const other = () => market.anyone.emission.finalizeRoot({ kind: 'cpu' });
    await expectRefused(market, other, 'emission', 'NoRootPending');
  });

  it('refuses when nothing was posted, and after a cancellation', async () => {
    const { market } = test;
    await expectRefused(market, finalize, 'emission', 'NoRootPending');
    await post(1n, 1_000n);
    market.network.warpBy(FINALIZATION_DELAY);
    await market.pauser.emission.cancelRoot({ kind: 'gpu' });
    await expectRefused(market, finalize, 'emission', 'NoRootPending');
  });

  it('refuses a pool at another address', async () => {
    const { market } = test;
    const { deployment, network } = market;
    await post(1n, 1_000n);
    network.warpBy(FINALIZATION_DELAY);
    const pool = pda.emission.pool(deployment, 'gpu');
    const fake = market.actor('fake').payer;
    const { data } = network.getAccount(pool)!;
    network.setAccount({ address: fake, owner: deployment.programs.emission, data });
    const forged = replaceAccount(emission.finalizeRoot.call(market.anyone, { kind: 'gpu' }), pool, fake);
    await expectRefused(market, () => market.anyone.send(forged), 'emission', 'ConstraintSeeds');
  });
});
