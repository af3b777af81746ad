import {
  ClusterStore,
  DeviceStore,
  WorkloadStore,
  WorkStore,
  type StoredCluster,
  type WorkReport,
} from '@ionet/scheduler';
import { DEFAULT_WORKLOAD, type Database, type Workload } from '@ionet/service-kit';
import { expect } from 'chai';
import { onEachDatabase, type DatabasePlace } from './databases.js';

const DAY = 86_400;

onEachDatabase('services: what the scheduler has written down', (kind) => {
  let place: DatabasePlace;
  let database: Database;

  beforeEach(async () => {
    place = await kind.make();
    database = await place.open();
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });
  const reopen = async (): Promise<void> => {
    await database.close();
    database = await place.open();
  };

  it('of the devices of jobs is the same after a restart', async () => {
    const store = await DeviceStore.open(database);
    expect(await store.get('job')).to.equal(0);
    await store.set('job', 0b0110);
    await store.set('job', 0b1010);
    await reopen();
    expect(await (await DeviceStore.open(database)).get('job')).to.equal(0b1010);
  });

  it('of devices is forgotten with their job, also where it ended while nobody looked', async () => {
    const store = await DeviceStore.open(database);
    for (const job of ['freed', 'ended', 'runs']) await store.set(job, 1);
    await store.free('freed');
    await store.keepOnly(new Set(['runs', 'new']));
    const jobs = ['freed', 'ended', 'runs', 'new'];
    expect(await Promise.all(jobs.map((job) => store.get(job)))).to.deep.equal([0, 0, 1, 0]);
  });

  it('of clusters is the same after a restart, whole or not', async () => {
    const cluster = (id: string, jobs: readonly string[]): StoredCluster => ({
      id,
      buyer: 'buyer',
      hardwareClass: 'class',
      devices: 2,
      hours: 3,
      members: jobs.map((job) => ({ job, node: `node of ${job}`, offer: 'offer', total: `${2n ** 64n}` })),
      heldUntil: 1_000,
      whole: false,
    });
    const store = await ClusterStore.open(database);
    await store.add(cluster('one', ['a', 'b']));
    await store.add(cluster('two', ['c', 'd']));
    await store.add(cluster('gone', ['e']));
    await store.setWhole('two');
    await store.remove('gone');
    await reopen();
    const again = await ClusterStore.open(database);
    for (const known of [store, again]) {
      expect(known.all()).to.have.deep.members([
        cluster('one', ['a', 'b']),
        { ...cluster('two', ['c', 'd']), whole: true },
      ]);
      expect(known.ofJob('d')?.id).to.equal('two');
      expect([known.get('gone'), known.ofJob('e')]).to.deep.equal([undefined, undefined]);
    }
  });

  it('of a cluster is not taken over by another of its name', async () => {
    const store = await ClusterStore.open(database);
    const content = { hardwareClass: 'class', devices: 1, hours: 1, members: [], heldUntil: 1, whole: false };
    await store.add({ id: 'one', buyer: 'first', ...content });
    const again: unknown = await store
      .add({ id: 'one', buyer: 'second', ...content })
      .catch((cause: unknown) => cause);
    expect(again).to.be.instanceOf(Error);
    expect(store.get('one')?.buyer).to.equal('first');
  });

  it('of workloads is for all jobs of an order or for none, and forgotten when they are over', async () => {
    const workload: Workload = { kind: 'ray', entrypoint: 'python "a.py"', env: { NAME: "l'été" } };
    const store = await WorkloadStore.open(database);
    await store.add(['leads', 'follows'], workload, 100);
    const failed: unknown = await store.add(['new', 'leads'], workload, 100).catch((cause: unknown) => cause);
    expect(failed, 'a job that is known').to.be.instanceOf(Error);
    await reopen();
    const again = await WorkloadStore.open(database);
    expect(await again.get('leads')).to.deep.equal({ workload, leader: 'leads' });
    expect(await again.get('follows')).to.deep.equal({ workload, leader: 'leads' });
    expect(await again.get('new')).to.deep.equal({ workload: DEFAULT_WORKLOAD, leader: 'new' });
    await again.prune(100 + DAY, () => false);
    expect((await again.get('leads')).leader, 'not a second too early').to.equal('leads');
    await again.prune(101 + DAY, (job) => job === 'follows');
    expect((await again.get('leads')).workload).to.deep.equal(DEFAULT_WORKLOAD);
    expect((await again.get('follows')).workload).to.deep.equal(workload);
  });

  it('of work is the newest report, and that it has ended', async () => {
    const report = (seconds: number, asOf: number, exitCode: number | null): WorkReport => ({
      job: 'job',
      seconds,
      asOf,
      exitCode,
    });
    const store = await WorkStore.open(database);
    expect(await store.get('job')).to.equal(undefined);
    const taken: boolean[] = [];
    for (const one of [
      report(5, 10, null),
      report(4, 9, null),
      report(5, 10, null),
      report(5, 10, 0),
      report(5, 10, 1),
      report(5, 10, null),
      report(7, 12, null),
      report(8, 2 ** 40, 137),
    ]) {
      taken.push(await store.record(one));
    }
    expect(taken).to.deep.equal([true, false, false, true, false, false, true, true]);
    await reopen();
    expect(await (await WorkStore.open(database)).get('job')).to.deep.equal(report(8, 2 ** 40, 137));
  });
});
