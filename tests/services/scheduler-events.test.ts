import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { EventFollower, EventReader, HistoryRecorder, NetworkRecorder, type Cursor } from '@ionet/scheduler';
import type { Database } from '@ionet/service-kit';
import { Connection } from '@solana/web3.js';
import { expect } from 'chai';
import { EventTape } from '../harness/event-tape.js';
import { disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';

onEachDatabase('scheduler: one reading of events for all that is recorded', (kind) => {
  let tape: EventTape;
  let place: DatabasePlace;
  let database: Database;
  let readings: number;

  before(async () => {
    tape = await EventTape.create();
  });
  beforeEach(async () => {
    tape.restore();
    readings = 0;
    place = await kind.make();
    database = await place.open();
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  const open = async (on = database) => {
    const histories = await HistoryRecorder.open(on);
    const network = await NetworkRecorder.open({ database: on, historyDays: 31 });
    const follower = await EventFollower.open({
      database: on,
      reader: {
        since: (cursors) => {
          readings += 1;
          return tape.since(cursors);
        },
      },
      recorders: [histories, network],
    });
    const { node, market } = tape.place;
    const known = () => ({
      totals: network.totals,
      node: histories.node(node.toBase58()),
      reliability: histories.reliability(node.toBase58()),
      reputation: histories.reputation(market.buyer.payer.toBase58()),
    });
    return { follower, known };
  };
  /** A job that ends, and one that is called off. */
  async function live(): Promise<void> {
    const { market, offer } = tape.place;
    const order = { offer, devices: 2, hours: 1, payment: 'usdc', maxTotal: 10n ** 12n } as const;
    const job = await market.bookAndStart(order);
    const cancelled = (await market.buyer.escrow.bookJob(order)).accounts.job;
    await market.buyer.escrow.cancelJob({ job: cancelled });
    market.warpBy(3_600);
    await market.report(job, 3_600);
    await market.anyone.escrow.settleJob({ job });
  }

  it('is one, and tells each recorder every event once, over restarts', async () => {
    const first = await open();
    await first.follower.follow();
    await live();
    expect(await first.follower.follow()).to.be.greaterThan(4);
    expect(readings).to.equal(2);
    expect(first.known().totals.jobs).to.equal(2n);
    expect(first.known().node).to.include({ ended: 1, failed: 0, busy: 0, promised: 0 });
    const again = await open();
    expect(again.known()).to.deep.equal(first.known());
    expect(await again.follower.follow()).to.equal(0);
    expect(again.known()).to.deep.equal(first.known());
  });

  it('goes on where it was when a batch cannot be written, nor what was written be read', async () => {
    await live();
    const whole = await open();
    await whole.follower.follow();
    const expected = whole.known();
    await database.close();
    await place.remove();
    place = await kind.make();
    database = await place.open();

    let isBroken = false;
    let batches = 0;
    const query: Database['query'] = (sql, values) =>
      isBroken ? Promise.reject(new Error('gone')) : database.query(sql, values);
    const failing: Database = {
      ...database,
      query,
      transaction: (work, options) =>
        database.transaction(async (queries) => {
          const result = await work(queries);
          batches += 1;
          // After all was recorded: in memory it is ahead of the tables.
          isBroken ||= batches === 8;
          if (isBroken) throw new Error('full');
          return result;
        }, options),
    };
    const { follower, known } = await open(failing);
    const failure = async (): Promise<string> => {
      const error: unknown = await follower.follow().catch((cause: unknown) => cause);
      return (error as Error).message;
    };
    expect(await failure()).to.equal('full');
    expect(await failure(), 'it is not loaded again').to.equal('gone');
    isBroken = false;
    await follower.follow();
    expect(known()).to.deep.equal(expected);
    expect((await open()).known(), 'as it is written').to.deep.equal(expected);
  });
});

/** A node that lists everything, because it does not know the transaction that was read last. */
class ForgetfulConnection extends Connection {
  override getSignaturesForAddress(
    ...[address, options, commitment]: Parameters<Connection['getSignaturesForAddress']>
  ): ReturnType<Connection['getSignaturesForAddress']> {
    const { until: _, ...rest } = options ?? {};
    return super.getSignaturesForAddress(address, rest, commitment);
  }
}

describe('scheduler: the events of final transactions', () => {
  let network: Localnet;
  let connection: Connection;
  let forgetful: Connection;

  before(async () => {
    network = await startLocalnet({ port: 0, slotMs: 10 });
    connection = network.connection();
    forgetful = new ForgetfulConnection(network.rpcUrl);
  });
  after(async () => {
    disconnect(connection);
    disconnect(forgetful);
    await network.stop();
  });

  it('are read once, also from a node that has forgotten where the reading ended', async () => {
    const { deployment } = network;
    const cursors = new Map<string, Cursor>();
    const names: string[] = [];
    const read = async (from: Connection): Promise<number> => {
      let count = 0;
      for await (const batch of new EventReader({ connection: from, deployment }).since(cursors)) {
        for (const [program, cursor] of batch.cursors) cursors.set(program, cursor);
        names.push(...batch.events.map(({ event }) => event.name));
        count += batch.events.length;
      }
      return count;
    };
    const owner = network.client(WALLETS.owner.keypair);
    const register = (id: number) =>
      owner.staking.registerNode({
        id,
        classId: 1,
        deviceCount: 1,
        bandwidth: 'high',
        region: 'eu-west',
        operator: owner.payer,
      });
    await register(1);
    await until(async () => (await read(connection)) > 0 && names.includes('nodeRegistered'));
    expect(await read(forgetful)).to.equal(0);
    await register(2);
    await until(async () => (await read(forgetful)) > 0);
    expect(names.filter((name) => name === 'nodeRegistered')).to.have.length(2);
  });
});
