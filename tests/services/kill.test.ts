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
import { openDatabase } from '@ionet/service-kit';
import type { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../scripts/dev/process.js';
import { disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
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
describe('services: oracles and an agent that are killed at any moment', function () {
  this.timeout(600_000);
  let network: Localnet;
  let connection: Connection;
  let anyone: Client;
  let directory: string;
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

  const keyFile = (name: string, keypair: Keypair): string => {
    const path = join(directory, `${name}.json`);
    writeFileSync(path, JSON.stringify([...keypair.secretKey]));
    return path;
  };
  const urlOf = (index: number): string => `http://127.0.0.1:${ports[index] ?? 0}`;
  const nameOf = (index: number): string => (index < MEMBERS.length ? `oracle-${index}` : 'agent');
  const start = (index: number): void => {
    const name = nameOf(index);
    const common = {
      RPC_URLS: network.rpcUrl,
      KEYPAIR: keyFile(name, MEMBERS[index] ?? operator),
      DATA_DIR: join(directory, name),
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
    directory = mkdtempSync(join(tmpdir(), 'kill-'));
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
    for (const [index] of MEMBERS.entries()) {
      const raw = join(directory, nameOf(index), 'raw');
      await writePastEpochs(anyone, raw, {
        nodes: [node],
        startsAt: Number(startsAt),
        epochs: EPOCHS,
        member: index,
      });
    }
    mkdirSync(join(directory, 'agent'), { recursive: true });
    ports = await freePorts(3);
    for (const index of [0, 1, 2, 3]) start(index);
  });
  after(async () => {
    for (const one of processes) await one.kill('SIGKILL');
    disconnect(connection);
    await network.stop();
    rmSync(directory, { recursive: true, force: true });
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
      network.warpBy(5);
      return (await anyone.accounts.oracle.jobUsage.fetchMaybe(usage)) ?? undefined;
    });
    await buyer.escrow.endJob({ job });
    const { endedAt } = await anyone.accounts.escrow.job.fetch(job);
    await until(async () => {
      network.warpBy(5);
      const { asOf } = await anyone.accounts.oracle.jobUsage.fetch(usage);
      return asOf === endedAt ? true : undefined;
    });
    const { total } = await until(async () => {
      network.warpBy(2);
      const { pendingRoot, finalRoots } = await anyone.accounts.emission.pool.fetch(pool);
      return pendingRoot ?? finalRoots[0];
    });
    network.warpBy(6 * HOUR);
    const rewardAccount = pda.emission.rewardAccount(DEPLOYMENT, pool, node);
    await until(async () => {
      network.warpBy(5);
      const found = await anyone.accounts.emission.rewardAccount.fetchMaybe(rewardAccount);
      return found !== null && found.claimed >= total ? true : undefined;
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
      const own = join(directory, nameOf(index));
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
      const database = await openDatabase({ directory: own });
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
