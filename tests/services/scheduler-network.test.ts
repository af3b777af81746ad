import { observationMessage, type CertifiedEpoch } from '@ionet/oracle';
import { EventFollower, NetworkRecorder, UptimeFollower, type Totals } from '@ionet/scheduler';
import { localnet, pda, signMessage, type AccountData } from '@ionet/sdk';
import { tokenSupply, type Market } from '@ionet/sdk/testing';
import type { Database } from '@ionet/service-kit';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { advanceTo, INITIAL_SUPPLY, scheduleOf, sealEmission } from '../harness/emission.js';
import { EventTape } from '../harness/event-tape.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';

const HOUR = 3_600;
const DAY = 86_400;
const IO = 100_000_000n;
const ENOUGH = 10n ** 12n;

onEachDatabase('scheduler: history of the network', (kind) => {
  let tape: EventTape;
  let market: Market;
  let node: PublicKey;
  let offer: PublicKey;
  let place: DatabasePlace;
  let database: Database;

  before(async () => {
    tape = await EventTape.create();
    ({ market, node, offer } = tape.place);
  });
  beforeEach(async () => {
    tape.restore();
    place = await kind.make();
    database = await place.open();
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  /** A recorder, and what has it go on. */
  const open = async (
    historyDays = 31,
  ): Promise<{ recorder: NetworkRecorder; follow: () => Promise<number> }> => {
    const recorder = await NetworkRecorder.open({ database, historyDays });
    const follower = await EventFollower.open({ database, reader: tape, recorders: [recorder] });
    return { recorder, follow: () => follower.follow() };
  };

  /** What the accounts say. */
  async function chainTotals(): Promise<Partial<Totals>> {
    const { accounts } = market.anyone;
    const nodes = await accounts.staking.node.findAll();
    const loads = await accounts.escrow.nodeLoad.findAll();
    const { totalMinted } = await scheduleOf(market);
    const { ioBurned } = await accounts.treasury.treasury.fetch(pda.treasury.treasury(market.deployment));
    return {
      nodes: nodes.length,
      devices: nodes.reduce((sum, { deviceCount }) => sum + deviceCount, 0),
      hiredDevices: loads.reduce((sum, { devicesBusy }) => sum + devicesBusy, 0),
      staked: nodes.reduce((sum, { ownStake, delegatedStake }) => sum + ownStake + delegatedStake, 0n),
      emitted: totalMinted,
      burnedFees: ioBurned,
    };
  }

  async function live(): Promise<void> {
    const second = await market.registerNode({ id: 5, deviceCount: 2 });
    await market.createOffer(second, 0, { price: 1_500_000n, minHours: 1, maxHours: 24 });
    await market.fund(market.buyer.payer, { io: 10n ** 13n });
    await sealEmission(market);
    await market.buyer.staking.delegate({ node, amount: 500n * IO });
    const job = await market.bookAndStart({
      offer,
      devices: 3,
      hours: 4,
      payment: 'io',
      maxTotal: ENOUGH,
    });
    market.warpBy(HOUR);
    await market.report(job, HOUR - 60);
    await market.anyone.escrow.settleJob({ job });
    await advanceTo(market, 1n);
    await market.owner.staking.requestUnstake({ node: second, amount: 10n * IO });
    await market.anyone.treasury.burnIoFees();
  }

  it('says what the accounts say', async () => {
    await live();
    const { recorder, follow } = await open();
    expect(await follow()).to.equal(tape.events.length);
    const expected = await chainTotals();
    expect(recorder.totals).to.deep.include(expected);
    expect(expected.emitted).to.not.equal(0n);
    expect(expected.burnedFees).to.not.equal(0n);
    expect(recorder.totals.deviceSeconds).to.equal(3n * 3_540n);
    // The supply identity: nothing is emitted or burned that is not counted.
    const { emitted, burnedFees, burnedByBuyback, burnedBySlashes } = recorder.totals;
    const supply = tokenSupply(market.network, market.deployment.ioMint);
    expect(INITIAL_SUPPLY + emitted - burnedFees - burnedByBuyback - burnedBySlashes).to.equal(supply);
    const [price] = recorder.totals.prices;
    expect(price?.price, 'the lowest of two offers').to.equal(1_500_000n);
  });

  it('counts each event once over restarts, and keeps the same buckets', async () => {
    const first = await open();
    await first.follow();
    await live();
    await first.follow();
    const again = await open();
    expect(await again.follow()).to.equal(0);
    expect(again.recorder.totals).to.deep.equal(first.recorder.totals);
    const hours = await again.recorder.history('hour', 100);
    expect(hours).to.deep.equal(await first.recorder.history('hour', 100));
    expect(hours.at(-1)).to.deep.include(again.recorder.totals);
    expect(hours.map(({ start }) => start % HOUR)).to.deep.equal(hours.map(() => 0));
    expect(hours.length).to.be.at.least(2);
    for (const [index, { at, emitted }] of hours.entries()) {
      const before = hours[index - 1];
      if (before === undefined) continue;
      expect(at).to.be.greaterThan(before.at);
      expect(emitted >= before.emitted).to.equal(true);
    }
    const [day, ...others] = await again.recorder.history('day', 100);
    expect(others).to.deep.equal([]);
    expect(day).to.deep.include(again.recorder.totals);
  });

  it('keeps the events of nodes and jobs, the newest jobs first, and forgets those that are long over', async () => {
    await live();
    const { recorder, follow } = await open(2);
    await follow();
    const [newest, ...others] = await recorder.newestJobs(5, node.toBase58());
    expect(others).to.deep.equal([]);
    const { id, story } = newest!;
    expect(story.state).to.equal('running');
    const names = (await recorder.jobEvents(id)).map(({ name }) => name);
    expect(names).to.deep.equal(['jobBooked', 'jobStarted', 'jobUsageReported', 'jobSettled']);
    const ofNode = (await recorder.nodeEvents(node.toBase58(), 3)).map(({ name }) => name);
    expect(ofNode[0]).to.equal('delegated');
    expect(await recorder.newestJobs(5, market.owner.payer.toBase58())).to.deep.equal([]);

    market.warpBy(3 * DAY);
    await market.anyone.emission.advanceEpoch();
    await follow();
    expect(await recorder.nodeEvents(node.toBase58(), 3)).to.deep.equal([]);
    expect(await recorder.job(id), 'it is not over').to.not.equal(null);
    expect((await recorder.history('hour', 100)).length).to.equal(1);
    expect((await recorder.history('day', 100)).length).to.equal(2);
    await market.anyone.escrow.settleJob({
      job: (await market.anyone.accounts.escrow.job.findAll())[0]!.address,
    });
    market.warpBy(3 * DAY);
    await market.anyone.emission.advanceEpoch();
    await follow();
    expect(await recorder.job(id), 'it is long over').to.equal(null);
  });

  describe('uptime', () => {
    const members = [Keypair.generate(), Keypair.generate(), Keypair.generate()];
    const subject = Keypair.generate().publicKey.toBase58();
    const { publicKey: wallet } = Keypair.generate();
    let schedule: AccountData<'emission', 'schedule'>;
    let shown: Map<string, CertifiedEpoch[]>;

    const registered = [['node', subject, 'gpu', wallet.toBase58(), 2, 1_000, wallet.toBase58(), 0].join()];
    const minutes = (count: number): string => ((1n << BigInt(count)) - 1n).toString(16).padStart(15, '0');
    const said = (member: Keypair, epoch: number, lines: readonly string[]) => ({
      member: member.publicKey.toBase58(),
      lines: [...lines],
      signature: Buffer.from(
        signMessage(observationMessage(localnet(), BigInt(epoch), lines), member).signature,
      ).toString('hex'),
    });
    const epochOf = (epoch: number, of: readonly (readonly string[])[]): CertifiedEpoch => ({
      epoch,
      observations: of.map((lines, index) => said(members[index]!, epoch, [...registered, ...lines].sort())),
      votes: [],
    });
    const oracles = ['http://one', 'http://two'];
    const answer: typeof fetch = (input) => {
      const [, url = '', after = ''] =
        /^(http:\/\/\w+)\/v1\/peer\/epochs\/after\/(\d+)$/.exec(input as string) ?? [];
      const found = shown.get(url)?.find(({ epoch }) => epoch > Number(after));
      return Promise.resolve(
        found === undefined ? new Response('{}', { status: 404 }) : Response.json(found),
      );
    };
    const follower = (): Promise<UptimeFollower> =>
      UptimeFollower.open({ database, deployment: localnet(), oracles, fetch: answer });

    beforeEach(async () => {
      await sealEmission(market);
      const real = await scheduleOf(market);
      const keys = members.map(({ publicKey }) => publicKey);
      schedule = { ...real, oracles: { ...real.oracles, members: keys, threshold: 2 } };
      shown = new Map();
    });
    const at = (epoch: number): number => Number(schedule.startsAt) + epoch * HOUR + 100;

    it('counts minutes and hire that enough oracles have signed', async () => {
      const hired = ['hired', subject, 0, at(1), at(1) + 600, 5, 5, wallet.toBase58()].join();
      const beats = (count: number): string => `beats,${subject},${minutes(count)}`;
      shown.set('http://two', [
        epochOf(1, [[beats(60)], [beats(57)], [beats(10)]]),
        epochOf(3, [[beats(60), hired], [beats(20), hired], [hired]]),
      ]);
      const uptimes = await follower();
      expect(await uptimes.uptime(subject)).to.deep.equal({ agreedUntil: null, hours: [] });
      expect(await uptimes.follow(schedule, at(4))).to.equal(2);
      expect(await uptimes.follow(schedule, at(4)), 'again').to.equal(0);
      const start = Number(schedule.startsAt);
      expect(await uptimes.uptime(subject)).to.deep.equal({
        agreedUntil: start + 3 * HOUR,
        hours: [
          { start, heartbeats: 57, hiredSeconds: 0 },
          { start: start + 2 * HOUR, heartbeats: 20, hiredSeconds: 600 },
        ],
      });
      expect((await uptimes.uptime(wallet.toBase58())).hours).to.deep.equal([]);
    });

    it('believes no oracle alone: too few, forged and foreign signatures count for nothing', async () => {
      const lines = [`beats,${subject},${minutes(60)}`];
      const good = epochOf(2, [lines, lines]);
      const stranger = said(Keypair.generate(), 2, [...registered, ...lines].sort());
      const forged = { ...good.observations[1]!, lines: [...good.observations[1]!.lines, 'beats,x,0'] };
      const uptimes = await follower();
      for (const observations of [
        good.observations.slice(0, 1),
        [good.observations[0]!, stranger],
        [good.observations[0]!, forged],
        [good.observations[0]!, good.observations[0]!],
      ]) {
        shown.set('http://one', [{ ...good, observations }]);
        expect(await uptimes.follow(schedule, at(2))).to.equal(0);
      }
      shown.set('http://two', [good]);
      expect(await uptimes.follow(schedule, at(2))).to.equal(1);
    });

    it('keeps 720 hours, and begins with the first of them', async () => {
      const lines = [`beats,${subject},${minutes(60)}`];
      shown.set(
        'http://one',
        [1, 300, 1_000, 1_100].map((epoch) => epochOf(epoch, [lines, lines])),
      );
      const uptimes = await follower();
      expect(await uptimes.follow(schedule, at(1_000)), 'epoch 1 is too old').to.equal(3);
      const { hours } = await uptimes.uptime(subject);
      expect(hours.map(({ start }) => (start - Number(schedule.startsAt)) / HOUR + 1)).to.deep.equal([
        1_000, 1_100,
      ]);
    });
  });
});
