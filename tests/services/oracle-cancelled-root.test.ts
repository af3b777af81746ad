import type { AccountData } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import type { ChainHistory } from '@ionet/service-kit';
import { expect } from 'chai';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FINALIZATION_DELAY, poolOf, postRoot, scheduleOf } from '../harness/emission.js';
import { useMarket } from '../harness/market.js';
import { onEachDatabase } from './databases.js';
import { RewardWorld } from './reward-world.js';

/** With the emission program itself: what it takes is what happens. */
onEachDatabase('services: oracles after the guardian has cancelled a root', function (kind) {
  this.timeout(60_000);
  const test = useMarket();
  let world: RewardWorld;

  beforeEach(async () => {
    const node = await test.market.registerNode({ id: 1, classId: 2, deviceCount: 1 });
    world = new RewardWorld(test.market, [node], kind);
  });
  afterEach(() => world.oracles.remove());

  const pool = (): Promise<AccountData<'emission', 'pool'>> => poolOf(test.market, 'gpu');
  const cancel = () => test.market.pauser.emission.cancelRoot({ kind: 'gpu' });
  const held = async (index: number): Promise<number | undefined> => {
    const metric = world.oracles.running
      .get(index)
      ?.metrics.registry.getSingleMetric('ionet_oracle_root_held');
    return (await metric?.get())?.values.find(({ labels }) => labels['pool'] === 'gpu')?.value;
  };
  const restart = async (index: number, looked = 0): Promise<void> => {
    await world.oracles.stop(index);
    await world.oracles.start(index, { settings: { RESUME_AFTER_GPU_VERSION: looked } });
  };

  it('post nothing more where they compute that root themselves, until enough of them were told to', async () => {
    await world.begin();
    await world.agree();
    const first = (await pool()).pendingRoot!;
    expect(first.version).to.equal(1n);
    await cancel();
    await world.nextEpoch();
    for (const voice of world.voices) await voice.beat();
    await world.nextEpoch();
    await world.agree();
    // The next epoch holds what was cancelled.
    expect(await pool()).to.include({ lastVersion: 1n, pendingRoot: null });
    expect(await held(0)).to.equal(1);
    // What a start finds is the same: the chain says what was cancelled, and the disk what was computed.
    await restart(0);
    await restart(1, 1);
    await world.agree();
    expect((await pool()).lastVersion).to.equal(1n);
    await restart(2, 1);
    await world.agree();
    const { pendingRoot } = await pool();
    expect(pendingRoot?.version).to.equal(2n);
    expect(Number(pendingRoot!.epoch)).to.be.greaterThan(Number(first.epoch));
    expect(await held(1)).to.equal(0);
    test.market.network.warpBy(FINALIZATION_DELAY);
    await world.agree();
    expect((await pool()).finalRoots.map(({ version }) => version)).to.deep.equal([2n]);
  });

  it('post the right root at once where the cancelled one was not theirs', async () => {
    await world.begin();
    await test.market.anyone.emission.advanceEpoch();
    const { epoch } = await scheduleOf(test.market);
    const lie = { kind: 'gpu', epoch, root: new Uint8Array(32).fill(5), total: 1_000n } as const;
    await postRoot(test.market, lie);
    await world.agree();
    expect((await pool()).pendingRoot?.root).to.deep.equal(lie.root);
    await cancel();
    await world.agree();
    const { pendingRoot } = await pool();
    expect(pendingRoot).to.include({ version: 2n, epoch });
    expect(pendingRoot!.root).not.to.deep.equal(lie.root);
    expect(await held(0)).to.equal(0);
  });

  it('agree anew on what is taken away on all of them, and post what it gives with the mistake mended', async () => {
    // A mistake of all: a node that there never was earns, and the one that there is does not.
    await world.begin({ observe: (_entries, start) => inventedNode(start) });
    await world.agree();
    const wrong = (await pool()).pendingRoot!;
    await cancel();
    await world.agree();
    expect(await pool()).to.include({ lastVersion: 1n, pendingRoot: null });
    for (const index of [0, 1, 2]) await world.oracles.stop(index);
    for (const index of [0, 1, 2]) {
      for (const name of ['epochs', 'observations']) {
        rmSync(join(world.oracles.directory(index), name), { recursive: true });
      }
      await world.oracles.start(index);
    }
    await world.agree();
    const { pendingRoot } = await pool();
    expect(pendingRoot).to.include({ version: 2n, epoch: wrong.epoch });
    expect(pendingRoot!.root).not.to.deep.equal(wrong.root);
  });

  it('post nothing while the network does not show what was cancelled', async () => {
    await world.begin();
    await world.agree();
    await cancel();
    const blind: ChainHistory = {
      signatures: () => Promise.resolve([]),
      transactions: () => Promise.resolve([]),
    };
    for (const index of [0, 1, 2]) {
      await world.oracles.stop(index);
      await world.oracles.start(index, {
        settings: { RESUME_AFTER_GPU_VERSION: 1 },
        chain: { history: blind },
      });
    }
    await world.agree();
    expect(await pool()).to.include({ lastVersion: 1n, pendingRoot: null });
  });
});

/** What oracles say who see a node that nobody registered, and no other. */
function inventedNode(start: number): string[] {
  const node = testKeypair('invented').publicKey.toBase58();
  return [
    `beats,${node},fffffffffffffff`,
    `node,${node},gpu,${node},8,1000,${node},${start - 1}`,
    `proof,${node},0,+`,
    `speed,${node},1000,1000`,
  ];
}
