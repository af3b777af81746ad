import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { RayJobApi, type RayJobState } from '@ionet/node-agent';
import { signLogWish } from '@ionet/scheduler';
import { pda, type Client } from '@ionet/sdk';
import { Keypair, PublicKey, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../scripts/dev/process.js';
import { airdrop } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { bundled, spawnScript, type Spawned } from '../services/spawn.js';

const SLOT_MS = 50;
const SETTLE_SECONDS = 5;
const RAY_ADDRESS = process.env['RAY_ADDRESS'] ?? '';
const RAY_AUTH_TOKEN = process.env['RAY_AUTH_TOKEN'] ?? '';
const SCHEDULER = 'services/scheduler/src/main.ts';
const AGENT = 'services/node-agent/src/main.ts';
const ORACLE = 'services/oracle/src/main.ts';

/** All of it as processes: scheduler, two oracles of three, two nodes with their agents, and a real Ray cluster. */
describe('external: hires that run on a Ray cluster', function () {
  this.timeout(300_000);
  const ray = new RayJobApi(RAY_ADDRESS, { token: RAY_AUTH_TOKEN });
  const key = Keypair.generate();
  const processes: Spawned[] = [];
  let network: Localnet;
  let directory: string;
  let url: string;
  let buyer: Client;
  let hardwareClass: string;

  const settingsOf = (name: string, { secretKey }: Keypair): Record<string, string> => {
    const path = join(directory, `${name}.json`);
    writeFileSync(path, JSON.stringify([...secretKey]));
    return { RPC_URLS: network.rpcUrl, KEYPAIR: path, DATA_DIR: join(directory, name), LOOP_MS: '250' };
  };
  const start = async (script: string, env: Record<string, string>): Promise<Spawned> => {
    const spawned = spawnScript(script, { env });
    processes.push(spawned);
    await spawned.line(({ msg }) => msg === 'ready');
    return spawned;
  };

  before(async () => {
    for (const script of [SCHEDULER, AGENT, ORACLE]) bundled(script);
    network = await startLocalnet({ port: 0, slotMs: SLOT_MS });
    directory = mkdtempSync(join(tmpdir(), 'ray-hire-'));
    await airdrop(network.connection(), key.publicKey, 10);
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    buyer = network.client(WALLETS.buyer.keypair);
    hardwareClass = pda.staking.class(network.deployment, 2).toBase58();

    const ports = await freePorts(2);
    const oracles = ports.map((port) => `http://127.0.0.1:${port}`);
    for (const [place, member] of [WALLETS.oracle0, WALLETS.oracle1].entries()) {
      await start(ORACLE, {
        ...settingsOf(`oracle-${place}`, member.keypair),
        HTTP_PORT: String(ports[place]),
        PEER_URLS: oracles[1 - place] ?? '',
        EPOCH_SETTLE_SECONDS: String(SETTLE_SECONDS),
        REPORT_SECONDS: '60',
        TURN_SECONDS: '2',
        CHALLENGE_LEVELS: '8',
        SPEED_BYTES: '65536',
      });
    }
    const scheduler = await start(SCHEDULER, {
      ...settingsOf('scheduler', key),
      MARKET_SECONDS: '0',
      HOLD_SECONDS: '600',
    });
    url = scheduler.lines.find(({ msg }) => msg === 'ready')?.url ?? '';
    for (const id of [40, 41]) {
      const { node } = (
        await owner.staking.registerNode({
          id,
          classId: 2,
          deviceCount: 1,
          bandwidth: 'high',
          region: 'eu-west',
          operator: operator.payer,
          scheduler: key.publicKey,
        })
      ).accounts;
      const { minimumStake } = await owner.accounts.staking.node.fetch(node);
      await owner.staking.stake({ node, amount: minimumStake });
      const terms = { price: 2_000_000n, minHours: 1, maxHours: 720 };
      await operator.escrow.createOffer({ node, id: 0, terms });
      await start(AGENT, {
        ...settingsOf(`agent-${id}`, WALLETS.operator.keypair),
        ORACLE_URLS: oracles.join(','),
        SCHEDULER_URL: url,
        OWNER: WALLETS.owner.keypair.publicKey.toBase58(),
        NODE_ID: String(id),
        RAY_ADDRESS,
        RAY_AUTH_TOKEN,
        START_JOBS: '0',
        HOURS_SECONDS: '1',
      });
    }
    await until(async () => {
      const { offers } = (await (await fetch(`${url}/offers`)).json()) as { offers: unknown[] };
      return offers.length === 2 ? true : undefined;
    });
  });
  after(async () => {
    for (const spawned of processes) await spawned.kill('SIGKILL');
    await network.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function post<T>(path: string, body: object): Promise<T> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ buyer: buyer.payer.toBase58(), ...body }),
    });
    const answer: unknown = await response.json();
    expect(response.status, JSON.stringify(answer)).to.equal(201);
    return answer as T;
  }
  async function sign(transaction: string): Promise<void> {
    const decoded = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
    const connection = network.connection();
    // The blocks of this network are short: he takes a blockhash of the moment.
    decoded.message.recentBlockhash = (await connection.getLatestBlockhash()).blockhash;
    decoded.sign([WALLETS.buyer.keypair]);
    await connection.sendRawTransaction(decoded.serialize());
  }
  const order = (): object => ({ hardwareClass, devices: 1, hours: 1, payment: 'usdc' });
  const workload = {
    kind: 'ray',
    entrypoint: 'echo $GREETING from $IONET_JOB; sleep 600',
    env: { GREETING: 'hello' },
  };
  const runs = (job: string): Promise<RayJobState> =>
    until(async () => {
      const state = await ray.state(job);
      return state?.state === 'RUNNING' ? state : undefined;
    });
  const isOver = (job: string): Promise<RayJobState> =>
    until(async () => {
      const state = await ray.state(job);
      return state?.state === 'STOPPED' ? state : undefined;
    });
  const end = async (job: string): Promise<void> => {
    await buyer.escrow.endJob({ job: await buyer.accounts.escrow.job.fetch(new PublicKey(job)) });
  };
  /** What the oracles have said at last. */
  const verified = (job: string): Promise<number> =>
    until(async () => {
      const { endedAt } = await buyer.accounts.escrow.job.fetch(new PublicKey(job));
      const address = pda.oracle.jobUsage(network.deployment, new PublicKey(job));
      const usage = await buyer.accounts.oracle.jobUsage.fetchMaybe(address);
      return usage !== null && usage.asOf >= endedAt ? Number(usage.verifiedSeconds) : undefined;
    });

  it('submits what the buyer has ordered, is paid for what Ray says of it, and stops it at the end', async () => {
    const { booking } = await post<{ booking: { job: string; transaction: string } }>('/requests', {
      order: order(),
      workload,
    });
    const { job, transaction } = booking;
    await sign(transaction);
    await runs(job);
    await until(async () =>
      (await ray.logs(job))?.text.includes(`hello from ${job}`) === true ? true : undefined,
    );
    // And the buyer reads it over HTTP.
    await until(async () => {
      const sentAt = Number(await buyer.now());
      const response = await fetch(`${url}/jobs/${job}/log?from=0`, {
        headers: {
          'x-ionet-sent-at': String(sentAt),
          'x-ionet-signature': signLogWish(network.deployment, job, sentAt, WALLETS.buyer.keypair),
        },
      });
      expect(response.status).to.equal(200);
      const { text } = (await response.json()) as { text: string };
      return text.includes(`hello from ${job}`) ? true : undefined;
    });
    // What the buyer has said is for the node's operator alone.
    const { status } = await fetch(`${url}/jobs/${job}/workload`, {
      headers: { 'x-ionet-sent-at': String(await buyer.now()), 'x-ionet-signature': '0'.repeat(128) },
    });
    expect(status).to.equal(401);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await end(job);
    const { startedAtMs, endedAtMs } = await isOver(job);
    const seconds = await verified(job);
    expect(seconds).to.be.within(2, Math.ceil((endedAtMs! - startedAtMs!) / 1_000));
    await ray.delete(job);
  });

  it('runs the work of a cluster once, and pays each of its nodes for it', async () => {
    const { members, transactions } = await post<{
      members: { job: string }[];
      transactions: string[];
    }>('/clusters', { order: order(), nodes: 2, workload });
    expect(transactions).to.have.length(1);
    await sign(transactions[0]!);
    const [leader, follower] = members.map(({ job }) => job) as [string, string];
    await runs(leader);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await ray.state(follower)).to.equal(null);
    await end(follower);
    expect((await ray.state(leader))?.state).to.equal('RUNNING');
    await end(leader);
    const { startedAtMs, endedAtMs } = await isOver(leader);
    for (const job of [leader, follower]) {
      expect(await verified(job)).to.be.within(2, Math.ceil((endedAtMs! - startedAtMs!) / 1_000));
    }
    await ray.delete(leader);
  });
});
