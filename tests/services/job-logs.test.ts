import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { LOG_BYTES, LOG_PART_BYTES, LogStore, signLog, signLogWish, type LogReading } from '@ionet/scheduler';
import { pda, type Client } from '@ionet/sdk';
import { Keypair, VersionedTransaction, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { airdrop, disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { onEachDatabase } from './databases.js';
import { bundled, spawnScript, type Spawned } from './spawn.js';

const SCHEDULER = 'services/scheduler/src/main.ts';
const AGENT = 'services/node-agent/src/main.ts';

onEachDatabase('services: the logs of jobs', (kind) => {
  it('are read as they were printed, the newest part of them, page by page', async () => {
    const place = await kind.make();
    const database = await place.open();
    const logs = await LogStore.open(database);
    const add = (from: number, text: string, asOf = 5): Promise<number> =>
      logs.append({ job: 'job', from, text, asOf });
    expect(await logs.read('job', 7)).to.deep.equal({ from: 0, text: '', next: 0, more: false });
    expect(await add(0, '')).to.equal(0);
    expect(await add(0, 'one é\0\n')).to.equal(8);
    expect(await add(8, 'two\n')).to.equal(12);
    // Told twice, or with something missing between: nothing is taken, and it is said where to go on.
    expect([await add(8, 'two\n'), await add(20, 'four\n')]).to.deep.equal([12, 12]);
    expect(await logs.read('job', 0)).to.deep.equal({
      from: 0,
      text: 'one é\0\ntwo\n',
      next: 12,
      more: false,
    });
    expect((await logs.read('job', 8)).text).to.equal('two\n');

    // What came before may not begin it anew, what is later may.
    expect(await add(0, 'again', 5)).to.equal(12);
    expect(await add(0, 'a new one\n', 6)).to.equal(10);
    expect((await logs.read('job', 0)).text).to.equal('a new one\n');
    let next = 10;
    for (let part = 0; part < 12; part += 1) next = await add(next, `${part % 10}`.repeat(LOG_PART_BYTES), 7);
    expect(next).to.equal(10 + 12 * LOG_PART_BYTES);
    const pages: LogReading[] = [];
    for (let from = 0, more = true; more;) {
      const page = await logs.read('job', from);
      expect(Buffer.byteLength(page.text)).to.be.at.most(LOG_PART_BYTES);
      pages.push(page);
      ({ next: from, more } = page);
    }
    const kept = pages.reduce((sum, { text }) => sum + text.length, 0);
    expect(kept).to.be.within(LOG_BYTES - LOG_PART_BYTES, LOG_BYTES);
    expect(pages[0]?.from).to.equal(next - kept);
    expect(pages.at(-1)?.next).to.equal(next);

    await logs.prune(7 + 604_800, () => false);
    expect((await logs.read('job', next)).next).to.equal(next);
    await logs.prune(8 + 604_800, () => true);
    expect((await logs.read('job', next)).next).to.equal(next);
    await logs.prune(8 + 604_800, () => false);
    expect((await logs.read('job', next)).next).to.equal(0);
    await database.close();
    await place.remove();
  });
});

/** The head of a Ray cluster as far as its agent asks; `tests/external` has a real one. */
describe('services: the log of a job at Ray, scheduler and agent as processes', function () {
  this.timeout(300_000);
  const key = Keypair.generate();
  let network: Localnet;
  let directory: string;
  let head: Server;
  let printed = '';
  let scheduler: Spawned;
  let agent: Spawned;
  let url: string;
  let buyer: Client;
  let node: PublicKey;
  let job: string;

  const settings = (name: string, keypair: Keypair): Record<string, string> => {
    const path = join(directory, `${name}.json`);
    writeFileSync(path, JSON.stringify([...keypair.secretKey]));
    return { RPC_URLS: network.rpcUrl, KEYPAIR: path, DATA_DIR: join(directory, name), LOOP_MS: '50' };
  };

  before(async () => {
    for (const script of [SCHEDULER, AGENT]) bundled(script);
    const startedAtMs = Date.now();
    head = createServer((request, response) => {
      const { url: path = '' } = request;
      const state = { status: 'RUNNING', start_time: startedAtMs, driver_node_id: 'head' };
      const answer = path === '/api/jobs/' ? [] : path.endsWith('/logs') ? { logs: printed } : state;
      response.end(JSON.stringify(answer));
    }).listen(0, '127.0.0.1');
    network = await startLocalnet({ port: 0, slotMs: 50 });
    directory = mkdtempSync(join(tmpdir(), 'job-logs-'));
    const connection = network.connection();
    await airdrop(connection, key.publicKey, 10);
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    buyer = network.client(WALLETS.buyer.keypair);
    const registered = await owner.staking.registerNode({
      id: 9,
      classId: 2,
      deviceCount: 1,
      bandwidth: 'high',
      region: 'eu-west',
      operator: operator.payer,
      scheduler: key.publicKey,
    });
    ({ node } = registered.accounts);
    const { minimumStake } = await owner.accounts.staking.node.fetch(node);
    await owner.staking.stake({ node, amount: minimumStake });
    await operator.escrow.createOffer({
      node,
      id: 0,
      terms: { price: 2_000_000n, minHours: 1, maxHours: 720 },
    });
    scheduler = spawnScript(SCHEDULER, {
      env: { ...settings('scheduler', key), MARKET_SECONDS: '0', HOLD_SECONDS: '600' },
    });
    url = (await scheduler.line(({ msg }) => msg === 'ready')).url ?? '';
    agent = spawnScript(AGENT, {
      env: {
        ...settings('agent', WALLETS.operator.keypair),
        // Nobody listens there: what runs a job does not wait for oracles.
        ORACLE_URLS: 'http://127.0.0.1:9',
        SCHEDULER_URL: url,
        OWNER: WALLETS.owner.keypair.publicKey.toBase58(),
        NODE_ID: '9',
        RAY_ADDRESS: `http://127.0.0.1:${(head.address() as AddressInfo).port}`,
        START_JOBS: '0',
        HOURS_SECONDS: '1',
      },
    });
    const hardwareClass = pda.staking.class(network.deployment, 2).toBase58();
    const body = {
      buyer: buyer.payer.toBase58(),
      order: { hardwareClass, devices: 1, hours: 1, payment: 'usdc' },
      workload: { kind: 'ray', entrypoint: 'true' },
    };
    const { booking } = await until(async () => {
      const response = await fetch(`${url}/requests`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      // The offer is not known at once.
      return response.ok
        ? ((await response.json()) as { booking: { job: string; transaction: string } })
        : undefined;
    });
    ({ job } = booking);
    const transaction = VersionedTransaction.deserialize(Buffer.from(booking.transaction, 'base64'));
    // The blocks of this network are short: he takes a blockhash of the moment.
    transaction.message.recentBlockhash = (await connection.getLatestBlockhash()).blockhash;
    transaction.sign([WALLETS.buyer.keypair]);
    await connection.sendRawTransaction(transaction.serialize());
    disconnect(connection);
  });
  after(async () => {
    await agent.kill('SIGTERM');
    await scheduler.kill('SIGKILL');
    await network.stop();
    head.closeAllConnections();
    await new Promise((resolve) => head.close(resolve));
    rmSync(directory, { recursive: true });
  });

  const ask = async (from: number, signer: Keypair, ahead = 0): Promise<Response> => {
    const sentAt = Number(await buyer.now()) + ahead;
    return fetch(`${url}/jobs/${job}/log?from=${from}`, {
      headers: {
        'x-ionet-sent-at': String(sentAt),
        'x-ionet-signature': signLogWish(network.deployment, job, sentAt, signer),
      },
    });
  };
  const read = async (from: number): Promise<LogReading | undefined> => {
    const response = await ask(from, WALLETS.buyer.keypair);
    return response.ok ? ((await response.json()) as LogReading) : undefined;
  };

  it('is handed on by the agent, and read by the buyer while the job runs', async () => {
    printed = 'one é\n';
    const first = await until(async () => {
      const page = await read(0);
      return page !== undefined && page.text !== '' ? page : undefined;
    });
    expect(first).to.deep.equal({ from: 0, text: 'one é\n', next: 7, more: false });
    printed += 'two\n';
    const second = await until(async () => {
      const page = await read(first.next);
      return page !== undefined && page.text !== '' ? page : undefined;
    });
    expect(second).to.deep.equal({ from: 7, text: 'two\n', next: 11, more: false });
    // A head that has lost its memory, where the job runs anew.
    printed = 'anew\n';
    await until(async () => ((await read(0))?.text === printed ? true : undefined));
  });

  it('is shown to nobody but the buyer, and only now', async () => {
    for (const [signer, ahead] of [
      [WALLETS.operator.keypair, 0],
      [WALLETS.buyer.keypair, -3_600],
    ] as const) {
      const response = await ask(0, signer, ahead);
      expect(response.status).to.equal(401);
      expect(await response.json()).to.have.property('error', 'NotBuyer');
    }
  });

  it('is taken from nobody but the operator of its node, now, and in parts', async () => {
    const post = async (signer: Keypair, more: { text?: string; asOf?: number; job?: string } = {}) => {
      const part = { job, from: 0, text: 'lies', asOf: Number(await buyer.now()), ...more };
      const signature = signLog(network.deployment, node.toBase58(), part, signer);
      const response = await fetch(`${url}/nodes/${node.toBase58()}/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...part, signature }),
      });
      return response.status;
    };
    const { operator, owner } = WALLETS;
    const stranger = pda.escrow.job(network.deployment, key.publicKey, 1n).toBase58();
    expect(await post(owner.keypair)).to.equal(401);
    expect(await post(operator.keypair, { asOf: 1_000 })).to.equal(401);
    expect(await post(operator.keypair, { job: stranger })).to.equal(404);
    expect(await post(operator.keypair, { text: 'x'.repeat(LOG_PART_BYTES + 1) })).to.equal(400);
    expect(await post(operator.keypair, { text: '' })).to.equal(200);
  });
});
