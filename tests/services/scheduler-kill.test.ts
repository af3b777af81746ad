import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { pda, type Client, type Fetched } from '@ionet/sdk';
import { Keypair, VersionedTransaction, type Connection, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { audit } from '../../scripts/audit/audit.js';
import { loopsOf, openIntentsOf } from '../../scripts/dev/metrics.js';
import { keyFile } from '../harness/key-file.js';
import { airdrop, disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { Random } from '../invariants/random.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { bundled, spawnScript, type Spawned } from './spawn.js';

const SCHEDULER = 'services/scheduler/src/main.ts';
/** Another course of events: `SEED=7 KILLS=50 npx mocha tests/services/scheduler-kill.test.ts`. */
const SEED = BigInt(process.env['SEED'] ?? '20260901');
const KILLS = Number(process.env['KILLS'] ?? '6');
const HOUR = 3_600;
const DEVICES = 4;

type Job = Fetched<'escrow', 'job'>;

const isOver = ({ state }: Job): boolean => state === 'ended' || state === 'expired' || state === 'cancelled';

onEachDatabase(`services: a scheduler that is killed at any moment, seed ${SEED}`, (kind) => {
  const random = new Random(SEED);
  const key = Keypair.generate();
  let place: DatabasePlace;
  let network: Localnet;
  let connection: Connection;
  let scheduler: Spawned;
  let url: string;
  let buyer: Client;
  let anyone: Client;
  let node: PublicKey;
  let offer: PublicKey;
  let hardwareClass: PublicKey;
  /** What proved true before anything happened must be true at the end. */
  let provedBefore: readonly string[];
  /** By job: the devices that it was given. */
  const given = new Map<string, string>();

  const start = async (): Promise<void> => {
    scheduler = spawnScript(SCHEDULER, {
      env: {
        RPC_URLS: network.rpcUrl,
        KEYPAIR: keyFile(place.directory, 'key', key),
        ...place.settings,
        LOOP_MS: '20',
        MARKET_SECONDS: '0',
        SETTLE_SECONDS: '600',
      },
    });
    url = (await scheduler.line(({ msg }) => msg === 'ready')).url ?? '';
  };
  /** Waits until the scheduler has gone so many times through its loop: time by which any machine is equally far. */
  const afterLoops = async (more: number): Promise<void> => {
    const wanted = (await loopsOf(url)) + more;
    await until(async () => (await loopsOf(url)) >= wanted);
  };
  const proved = async (): Promise<string[]> =>
    (await audit(anyone, null, 3))
      .filter(({ findings }) => findings.length === 0)
      .map(({ identity }) => identity.name);
  const jobs = (): Promise<Job[]> => buyer.accounts.escrow.job.findAll({ node });

  before(async function () {
    this.timeout(120_000);
    bundled(SCHEDULER);
    place = await kind.make();
    network = await startLocalnet({ port: 0, slotMs: 50 });
    connection = network.connection();
    await airdrop(connection, key.publicKey, 10);
    anyone = network.client(WALLETS.anyone.keypair);
    buyer = network.client(WALLETS.buyer.keypair);
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    hardwareClass = pda.staking.class(network.deployment, 1);
    const registered = await owner.staking.registerNode({
      id: 9,
      classId: 1,
      deviceCount: DEVICES,
      bandwidth: 'high',
      region: 'eu-west',
      operator: operator.payer,
      scheduler: key.publicKey,
    });
    ({ node } = registered.accounts);
    const { minimumStake } = await owner.accounts.staking.node.fetch(node);
    await owner.staking.stake({ node, amount: minimumStake });
    const terms = { price: 2_000_000n, minHours: 1, maxHours: 720 };
    ({ offer } = (await operator.escrow.createOffer({ node, id: 0, terms })).accounts);
    provedBefore = await proved();
  });
  after(async () => {
    if (scheduler.child.exitCode === null) await scheduler.kill('SIGKILL');
    disconnect(connection);
    await network.stop();
    await place.remove();
  });

  /** Asks for devices, and mostly signs what comes back. The scheduler may be gone at any moment. */
  const request = async (devices: number, signs: boolean): Promise<void> => {
    const order = { hardwareClass: hardwareClass.toBase58(), devices, hours: 2, payment: 'usdc' };
    const response = await fetch(`${url}/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ buyer: buyer.payer.toBase58(), order }),
    });
    const { booking } = (await response.json()) as { booking?: { transaction: string } | null };
    if (booking == null || !signs) return;
    const transaction = VersionedTransaction.deserialize(Buffer.from(booking.transaction, 'base64'));
    transaction.message.recentBlockhash = (await connection.getLatestBlockhash()).blockhash;
    transaction.sign([WALLETS.buyer.keypair]);
    await connection.sendRawTransaction(transaction.serialize());
  };
  /** Books on chain without asking the scheduler, also what the node cannot serve. */
  const bookUnasked = async (devices: number, delay: number): Promise<void> => {
    const startAt = (await buyer.now()) + BigInt(delay);
    const order = { offer, devices, hours: 2, payment: 'usdc', maxTotal: 10n ** 9n, startAt } as const;
    await buyer.escrow.bookJob(order);
  };
  /** The oracles attest all that has elapsed, up to the end where it is known. */
  const report = async ({ address, startedAt, endedAt, hours, state }: Job): Promise<void> => {
    const now = await anyone.now();
    const end = state === 'ending' ? endedAt : startedAt + BigInt(hours * HOUR);
    const asOf = now < end ? now : end;
    const usage = pda.oracle.jobUsage(network.deployment, address);
    const known = await anyone.accounts.oracle.jobUsage.fetchMaybe(usage);
    if (startedAt === 0n || asOf <= (known?.asOf ?? startedAt)) return;
    const signers = [WALLETS.oracle0.keypair, WALLETS.oracle1.keypair];
    await anyone.oracle.reportJob({ job: address, verifiedSeconds: asOf - startedAt, asOf, signers });
  };
  const reportAll = async (): Promise<void> => {
    for (const job of await jobs()) if (job.state === 'running' || job.state === 'ending') await report(job);
  };
  const endOne = async (): Promise<void> => {
    const running = (await jobs()).filter(({ state }) => state === 'running');
    const job = running[0];
    if (job !== undefined) await buyer.escrow.endJob({ job: job.address });
  };
  /** No device has two jobs, and none is taken from a job for another. */
  const checkDevices = async (): Promise<void> => {
    const response = await fetch(`${url}/nodes/${node.toBase58()}`);
    if (!response.ok) return;
    const body = (await response.json()) as { jobs: { job: string; devices: number[] }[] };
    const all = body.jobs.flatMap(({ devices }) => devices);
    expect(new Set(all).size, JSON.stringify(body.jobs)).to.equal(all.length);
    for (const { job, devices } of body.jobs) {
      expect(devices.join(), `the devices of ${job}`).to.equal(given.get(job) ?? devices.join());
      given.set(job, devices.join());
    }
  };

  it('does nothing twice, loses nothing, and brings every job to its end', async function () {
    this.timeout(600_000);
    await start();
    const mayFail = (done: Promise<void>): Promise<void> =>
      // With the scheduler gone, or the job further than it looked.
      done.catch(() => undefined);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const deeds = [
        mayFail(request(random.int(1, 3), random.chance(80))),
        mayFail(bookUnasked(random.int(1, DEVICES), random.int(0, 300))),
        ...(random.chance(40) ? [mayFail(endOne())] : []),
        ...(random.chance(70) ? [mayFail(reportAll())] : []),
      ];
      network.warpBy(random.int(1, 500));
      await afterLoops(random.int(0, 6));
      await new Promise((resolve) => setTimeout(resolve, random.int(0, 60)));
      await scheduler.kill('SIGKILL');
      await Promise.all(deeds);
      await start();
      await checkDevices();
    }
    expect((await jobs()).length, 'bookings that came through').to.be.greaterThan(KILLS - 1);

    for (;;) {
      const open = (await jobs()).filter((job) => !isOver(job));
      if (open.length === 0) break;
      await mayFail(reportAll());
      await checkDevices();
      network.warpBy(300);
      await afterLoops(3);
    }
    const ended = await jobs();
    expect(
      ended.some(({ state }) => state === 'ended'),
      'a job that ran',
    ).to.equal(true);
    for (const { paidIn, paidToNode, paidToFees, refunded } of ended) {
      expect(paidToNode + paidToFees + refunded).to.equal(paidIn);
    }

    // All that was meant to land has landed, once: what the chain has of this key is what the outbox says.
    await until(async () => (await openIntentsOf(url)) === 0);
    expect(await scheduler.kill('SIGTERM'), scheduler.stderr()).to.equal(0);
    const database = await place.open();
    const intents = await database.query<{ kind: string; subject: string; signature: string | null }>(
      "SELECT kind, subject, signature FROM outbox_intents WHERE state = 'finalized'",
    );
    await database.close();
    const landed = (await connection.getSignaturesForAddress(key.publicKey)).filter(
      ({ err }) => err === null,
    );
    const signatures = new Set(landed.map(({ signature }) => signature));
    const first = landed.at(-1)?.signature ?? '';
    signatures.delete(first);
    expect([...signatures].sort(), 'beside the airdrop').to.deep.equal(
      intents.map(({ signature }) => signature).sort(),
    );
    const starts = intents.filter((intent) => intent.kind === 'start-job').map(({ subject }) => subject);
    const ran = ended.filter(({ startedAt }) => startedAt > 0n).map(({ address }) => address.toBase58());
    expect(starts.sort()).to.deep.equal(ran.sort());
    expect(await proved()).to.include.members([...provedBefore]);
  });
});
