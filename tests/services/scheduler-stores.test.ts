import { DeviceStore } from '@ionet/scheduler';
import type { Database } from '@ionet/service-kit';
import { expect } from 'chai';
import { onEachDatabase, type DatabasePlace } from './databases.js';

onEachDatabase('services: the devices of jobs', (kind) => {
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

  it('are the same after a restart', async () => {
    const store = await DeviceStore.open(database);
    expect(await store.get('job')).to.equal(0);
    await store.set('job', 0b0110);
    await store.set('job', 0b1010);
    await database.close();
    database = await place.open();
    expect(await (await DeviceStore.open(database)).get('job')).to.equal(0b1010);
  });

  it('are forgotten with their job, also where it ended while nobody looked', async () => {
    const store = await DeviceStore.open(database);
    for (const job of ['freed', 'ended', 'runs']) await store.set(job, 1);
    await store.free('freed');
    await store.keepOnly(new Set(['runs', 'new']));
    const jobs = ['freed', 'ended', 'runs', 'new'];
    expect(await Promise.all(jobs.map((job) => store.get(job)))).to.deep.equal([0, 0, 1, 0]);
  });
});
