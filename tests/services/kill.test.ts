import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { heartbeatReplySchema, readRawLog, signNodeMessage, type RawEntry } from '@ionet/oracle';
import {
  createTokenAccountInstruction,
  localnet,
  mintToInstruction,
  parseEvents,
  parseUsdc,
  pda,
  programConstant,
  tokenAddress,
  type Client,
  type IonetEvent,
} from '@ionet/sdk';
import type { Connection, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loopsOf } from '../../scripts/dev/metrics.js';
import { freePorts } from '../../scripts/dev/process.js';
import { keyFile } from '../harness/key-file.js';
import { disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { writePastEpochs } from './past-epochs.js';
import { bundled, spawnScript, type Spawned } from './spawn.js';

const HOUR = 3_600;
const EPOCHS = 3;
const KILLS = 5;
const SLOT_MS = 40;
const DEPLOYMENT = localnet();
const ORACLE = 'services/oracle/src/main.ts';
const AGENT = 'services/node-agent/src/main.ts';
const MEMBERS = [WALLETS.oracle0, WALLETS.oracle1, WALLETS.oracle2].map(({ keypair }) => keypair);
/** Chooses who is killed and when; another one with SEED. */
const SEED = Number(process.env['SEED'] ?? 1);

/** Numbers from 0 to below 1, the same for a seed. */
function* chances(seed: number): Generator<number, never, undefined> {
  for (let state = seed >>> 0; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Three oracles and an agent as processes that are killed, while epochs are agreed on, a job runs, and all is posted. */
onEachDatabase('services: oracles and an agent that are killed at any moment', function (kind) {
  this.timeout(600_000);
  let network: Localnet;
  let connection: Connection;
  let anyone: Client;
  /** Of the processes. */
  const places: DatabasePlace[] = [];
  let ports: number[];
  /** Has an agent. */
  let node: PublicKey;
  /** Has none: what it says is known here. */
  let other: PublicKey;
  /** The three oracles, and behind them the agent. */
  const processes: Spawned[] = [];
  /** Heartbeats that an oracle has taken, by oracle. */
  const taken: number[][] = [[], [], []];
  const owner = WALLETS.owner.keypair;
  const operator = WALLETS.operator.keypair;

  const urlOf = (index: number): string => `http://127.0.0.1:${ports[index] ?? 0}`;
  const start = (index: number): void => {
    const { directory, settings } = places[index]!;
    const common = {
      RPC_URLS: network.rpcUrl,
      KEYPAIR: keyFile(directory, 'key', MEMBERS[index] ?? operator),
      ...settings,
      LOOP_MS: '100',
    };
    processes[index] =
      index < MEMBERS.length
        ? spawnScript(ORACLE, {
            env: {
              ...common,
              HTTP_PORT: String(ports[index]),
              PEER_URLS: [0, 1, 2]
                .filter((other) => other !== index)
                .map(urlOf)
                .join(','),
              EPOCH_SETTLE_SECONDS: '30',
              ABSENCE_SECONDS: '30',
              REPORT_SECONDS: '60',
              TURN_SECONDS: '2',
              CHALLENGE_LEVELS: '4',
              SPEED_BYTES: '65536',
            },
          })
        : spawnScript(AGENT, {
            env: {
              ...common,
              ORACLE_URLS: [0, 1, 2].map(urlOf).join(','),
              OWNER: owner.publicKey.toBase58(),
              NODE_ID: '88',
              COMMAND: 'sleep 60',
              HOURS_SECONDS: '5',
              SPEED_TEST_SECONDS: '86400',
              CLAIM_SECONDS: '60',
            },
          });
  };

  before(async () => {
    for (let index = 0; index <= MEMBERS.length; index += 1) places.push(await kind.make());
    for (const script of [ORACLE, AGENT]) bundled(script);
    network = await startLocalnet({ port: 0, slotMs: SLOT_MS });
    connection = network.connection();
    anyone = network.client(WALLETS.anyone.keypair);
    const admin = network.client(WALLETS.admin.keypair);
    const mintAuthority = WALLETS.mintAuthority.keypair;
    const { ioMint } = DEPLOYMENT;
    const supply = BigInt((await connection.getTokenSupply(ioMint)).value.amount);
    const missing = programConstant('emission', 'INITIAL_SUPPLY') - supply;
    await admin.send({
      instructions: [
        createTokenAccountInstruction(admin.payer, ioMint, admin.payer),
        mintToInstruction(ioMint, tokenAddress(ioMint, admin.payer), mintAuthority.publicKey, missing),
      ],
      signers: [mintAuthority],
      accounts: {},
    });
    const registrar = network.client(owner);
    const register = async (id: number): Promise<PublicKey> => {
      const { accounts } = await registrar.staking.registerNode({
        id,
        classId: 2,
        deviceCount: 1,
        bandwidth: 'medium',
        region: 'local',
        operator: operator.publicKey,
      });
      const { minimumStake } = await anyone.accounts.staking.node.fetch(accounts.node);
      await registrar.staking.stake({ node: accounts.node, amount: minimumStake });
      return accounts.node;
    };
    node = await register(88);
    other = await register(89);
    const startsAt = await admin.now();
    await admin.emission.sealSchedule({ preset: 'default', startsAt, mintAuthority });
    network.warpBy(EPOCHS * HOUR);
    for (const index of MEMBERS.keys()) {
      const raw = join(places[index]!.directory, 'raw');
      await writePastEpochs(anyone, raw, {
        nodes: [node],
        startsAt: Number(startsAt),
        epochs: EPOCHS,
        member: index,
      });
    }
    ports = await freePorts(3);
    for (const index of places.keys()) start(index);
  });
  after(async () => {
    for (const one of processes) await one.kill('SIGKILL');
    disconnect(connection);
    await network.stop();
    for (const place of places) await place.remove();
  });

  let sequence = 0;
  /** Says to every oracle that is there that the node is; remembers who has taken it. */
  const beat = async (): Promise<void> => {
    const sentAt = Number(await anyone.now());
    await Promise.all(
      taken.map(async (ofOracle, index) => {
        sequence += 1;
        const own = sequence;
        const stamp = { node: other.toBase58(), sequence: own, sentAt };
        const body = JSON.stringify(
          signNodeMessage(DEPLOYMENT, 'heartbeat', { ...stamp, jobs: [] }, operator),
        );
        const headers = { 'content-type': 'application/json' };
        try {
          const response = await fetch(`${urlOf(index)}/v1/heartbeats`, { method: 'POST', headers, body });
          if (!response.ok) return;
          heartbeatReplySchema.parse(await response.json());
          ofOracle.push(own);
        } catch {
          // It is being killed, or has just been.
        }
      }),
    );
  };
  /** Goes so many seconds on, and waits until everybody has looked: time by which any machine is equally far. */
  const goOn = async (seconds: number): Promise<void> => {
    const ready = await Promise.all(processes.map((one) => one.line(({ msg }) => msg === 'ready')));
    const all = (): Promise<number[]> => Promise.all(ready.map(({ url }) => loopsOf(url ?? '')));
    const before = await all();
    network.warpBy(seconds);
    await until(async () => (await all()).every((loops, index) => loops > before[index]! + 1));
  };
  /** All events of a program, the oldest first. */
  const eventsOf = async (address: PublicKey): Promise<IonetEvent[]> => {
    const found = await connection.getSignaturesForAddress(address, {}, 'confirmed');
    const landed = found.filter(({ err }) => err === null).reverse();
    const events: IonetEvent[] = [];
    for (const { signature } of landed) {
      const transaction = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
      events.push(...parseEvents(transaction?.meta?.logMessages ?? [], DEPLOYMENT));
    }
    return events;
  };

  it('post, report and claim everything once, and lose nothing that they have taken', async () => {
    const buyer = network.client(WALLETS.buyer.keypair);
    const { accounts: offered } = await network
      .client(operator)
      .escrow.createOffer({ node, id: 0, terms: { price: 1_000_000n, maxHours: 24 } });
    const { accounts } = await buyer.escrow.bookJob({
      offer: offered.offer,
      devices: 1,
      hours: 1,
      payment: 'usdc',
      maxTotal: parseUsdc('10'),
    });
    const { job } = accounts;
    const usage = pda.oracle.jobUsage(DEPLOYMENT, job);
    const pool = pda.emission.pool(DEPLOYMENT, 'gpu');
    const chance = chances(SEED);
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Somebody is at work; how far everybody is then nobody knows.
      const before = taken.flat().length;
      while (taken.flat().length === before) {
        network.warpBy(1 + Math.floor(8 * chance.next().value));
        await beat();
      }
      await pause(300 * chance.next().value);
      const said = beat();
      const index = Math.floor(processes.length * chance.next().value);
      await Promise.all([said, processes[index]?.kill('SIGKILL')]);
      start(index);
    }
    // From here on they live. The job is ended once it was reported, and the root claimed once it is final.
    await until(async () => {
      await goOn(5);
      return ((await anyone.accounts.oracle.jobUsage.fetchMaybe(usage))?.verifiedSeconds ?? 0n) > 0n;
    });
    await buyer.escrow.endJob({ job });
    const { endedAt } = await anyone.accounts.escrow.job.fetch(job);
    await until(async () => {
      await goOn(5);
      const { asOf } = await anyone.accounts.oracle.jobUsage.fetch(usage);
      return asOf === endedAt;
    });
    const { total } = await until(async () => {
      await goOn(2);
      const { pendingRoot, finalRoots } = await anyone.accounts.emission.pool.fetch(pool);
      return pendingRoot ?? finalRoots[0];
    });
    network.warpBy(6 * HOUR);
    const rewardAccount = pda.emission.rewardAccount(DEPLOYMENT, pool, node);
    await until(async () => {
      await goOn(5);
      const found = await anyone.accounts.emission.rewardAccount.fetchMaybe(rewardAccount);
      return found !== null && found.claimed >= total;
    });

    // What was posted is there once, and nothing between is missing.
    const posted = await eventsOf(pool);
    const versions = posted.flatMap((event) => (event.name === 'rootPosted' ? [event.data.version] : []));
    expect(versions).to.deep.equal(versions.map((_, index) => BigInt(index + 1)));
    const claims = posted.flatMap((event) => (event.name === 'rewardClaimed' ? [event.data.amount] : []));
    const { claimed } = await anyone.accounts.emission.rewardAccount.fetch(rewardAccount);
    expect(claims.reduce((sum, amount) => sum + amount, 0n)).to.equal(claimed);
    expect(claims.every((amount) => amount > 0n)).to.equal(true);
    const reports = (await eventsOf(usage)).filter(({ name }) => name === 'jobUsageReported');
    const { sequence: last, verifiedSeconds } = await anyone.accounts.oracle.jobUsage.fetch(usage);
    expect(reports).to.have.length(Number(last));
    expect(verifiedSeconds > 0n).to.equal(true);

    for (const one of processes) await one.kill('SIGKILL');
    const epochs: string[] = [];
    const landed: string[] = [];
    for (const index of MEMBERS.keys()) {
      const place = places[index]!;
      const own = place.directory;
      // Every line is whole and there once; every heartbeat that was taken is among them.
      const log = readRawLog(join(own, 'raw'));
      const names = log.flatMap((entry) => nameOfEntry(entry) ?? []);
      expect(new Set(names).size).to.equal(names.length);
      const sequences = new Set(
        log.flatMap((entry) =>
          entry.kind === 'beat' && entry.node === other.toBase58() ? [entry.sequence] : [],
        ),
      );
      expect(taken[index]!.filter((one) => !sequences.has(one))).to.deep.equal([]);
      // All have agreed on the same.
      const folders = readdirSync(join(own, 'epochs')).filter((name) => /^\d+$/.test(name));
      const first = folders.sort().slice(0, EPOCHS);
      const digests = first.map((name) => readFileSync(join(own, 'epochs', name, 'digest.bin'), 'hex'));
      epochs.push([...first, ...digests].join());
      const database = await place.open();
      const done = await database.query<{ kind: string; subject: string; period: string }>(
        `SELECT kind, subject, period FROM outbox_intents
         WHERE state = 'finalized' AND kind IN ('post-root', 'report-job')`,
      );
      await database.close();
      landed.push(...done.map(({ kind, subject, period }) => `${kind} ${subject} ${period}`));
    }
    // Each root and each report is one that a single member has landed.
    expect(landed).to.include('post-root gpu 1');
    expect(new Set(landed).size).to.equal(landed.length);
    expect(taken.flat().length).to.be.greaterThan(0);
    expect(new Set(epochs).size).to.equal(1);
  });
});

/** What may be in a log once only. */
function nameOfEntry(entry: RawEntry): string | undefined {
  switch (entry.kind) {
    case 'beat':
    case 'answer':
    case 'hours':
    case 'speed':
      return `${entry.kind} ${entry.node} ${entry.sequence}`;
    case 'challenge':
      return `challenge ${entry.id}`;
    case 'node':
    case 'gone':
    case 'job':
      return undefined;
  }
}
