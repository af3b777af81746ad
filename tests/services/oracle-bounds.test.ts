import { NodeFollower } from '@ionet/node-agent';
import {
  ChainFollower,
  ChainRecorder,
  HttpPeers,
  RawLog,
  readRawLog,
  type ChainView,
  type RawEntry,
} from '@ionet/oracle';
import { createClient, pda, type Client, type Transport } from '@ionet/sdk';
import { testKeypair, type Market } from '@ionet/sdk/testing';
import { createLogger, type ChainHistory } from '@ionet/service-kit';
import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealEmission } from '../harness/emission.js';
import { useMarket } from '../harness/market.js';
import { NodeVoice } from './node-voice.js';
import { onEachDatabase } from './databases.js';
import { Oracles, RecordedHistory } from './oracles.js';

/** A client of a market that counts its questions. */
function countingClient(market: Market): {
  readonly client: Client;
  readonly asked: Record<'scans' | 'reads', number>;
} {
  const asked = { scans: 0, reads: 0 };
  const transport: Transport = {
    ...market.network.transport,
    getAccounts: (addresses) => {
      asked.reads += 1;
      return market.network.transport.getAccounts(addresses);
    },
    getProgramAccounts: (program, filters) => {
      asked.scans += 1;
      return market.network.transport.getProgramAccounts(program, filters);
    },
  };
  const payer = testKeypair('anyone');
  return { client: createClient({ transport, deployment: market.deployment, payer }), asked };
}

describe('services: the chain is followed, not scanned', () => {
  const test = useMarket();
  let market: Market;
  let history: RecordedHistory;
  let client: Client;
  let asked: ReturnType<typeof countingClient>['asked'];
  const now = (): number => Number(market.network.now());
  const order = () =>
    ({ offer: test.offer, devices: 2, hours: 1, payment: 'usdc', maxTotal: 10_000_000n }) as const;

  beforeEach(async () => {
    ({ market } = test);
    history = new RecordedHistory(market.network);
    ({ client, asked } = countingClient(market));
    await sealEmission(market);
  });

  describe('by an oracle', () => {
    let follower: ChainFollower;
    const follow = (knownJobs: readonly PublicKey[] = [], port: ChainHistory = history): ChainFollower =>
      new ChainFollower({ client, history: port, scanSeconds: 900, knownJobs });
    const read = (): Promise<ChainView> => follower.read(now());

    beforeEach(() => {
      follower = follow();
    });

    it('sees what every transaction changes, with one reading a loop and no scan', async () => {
      expect([...(await read()).nodes.keys()]).to.deep.equal([test.node.toBase58()]);
      const { scans } = asked;
      const second = await market.registerNode({ id: 1, classId: 2, deviceCount: 1, stake: 0n });
      expect((await read()).nodes.get(second.toBase58())).to.include({
        staked: false,
        devices: 1,
        multiplier: 125,
      });
      const { minimumStake } = await market.owner.accounts.staking.node.fetch(second);
      await market.owner.staking.stake({ node: second, amount: minimumStake });
      expect((await read()).nodes.get(second.toBase58())).to.include({ staked: true });

      const job = await market.bookAndStart(order());
      const { jobs, openJobs } = await read();
      expect(jobs.get(job.toBase58())).to.include({
        devices: 2,
        endsAt: now() + 3_600,
        buyer: 'independent',
      });
      expect(openJobs.map(({ address }) => address.toBase58())).to.deep.equal([job.toBase58()]);
      market.network.warpBy(60);
      await market.buyer.escrow.endJob({ job });
      expect((await read()).jobs.get(job.toBase58())).to.include({ endsAt: now() });
      await market.admin.staking.updateClass({ id: 2, multiplierX100: 150 });
      expect((await read()).nodes.get(second.toBase58())).to.include({ multiplier: 150 });
      expect(asked.scans).to.equal(scans);

      const reads = asked.reads;
      const before = await read();
      const after = await read();
      expect(asked.reads - reads).to.equal(2);
      expect(after.nodes.get(second.toBase58())).to.equal(before.nodes.get(second.toBase58()));
    });

    it('is without a node that is gone, and says so in the log, also when that was while nobody looked', async () => {
      const second = await market.registerNode({ id: 1, classId: 2, deviceCount: 1, stake: 0n });
      const directory = mkdtempSync(join(tmpdir(), 'raw-'));
      const log = new RawLog(directory);
      const recorder = new ChainRecorder(log);
      recorder.record(await read());
      await market.owner.staking.deregisterNode({ node: second });
      expect((await read()).nodes.has(second.toBase58())).to.equal(false);
      log.close();
      // Another life, which never saw it.
      const again = new RawLog(directory);
      new ChainRecorder(again).record(await follow().read(now()));
      again.close();
      const gone = readRawLog(directory).filter(({ kind }) => kind === 'gone');
      expect(gone).to.deep.equal([{ kind: 'gone', at: now(), node: second.toBase58() }]);
      rmSync(directory, { recursive: true });
    });

    it('forgets jobs two hours after their end, and finds on a start what became of those that it knew', async () => {
      const job = await market.bookAndStart(order());
      await read();
      market.network.warpBy(100);
      await market.buyer.escrow.endJob({ job });
      market.network.warpBy(100);
      const endedAt = now() - 100;
      follower = follow([job]);
      expect((await read()).jobs.get(job.toBase58())).to.include({ endsAt: endedAt });
      // It waits for its last report: an open job is kept.
      market.network.warpBy(3 * 3_600);
      expect((await read()).jobs.size).to.equal(1);
      market.network.warpBy(86_400);
      await market.anyone.escrow.settleJob({ job });
      expect((await read()).jobs.size).to.equal(0);
    });

    it('scans where it cannot follow: too many transactions, one that is not shown, or time', async () => {
      await read();
      const { scans } = asked;
      const each = scans;
      const many = Array.from({ length: 500 }, (_, slot) => ({
        signature: String(slot),
        slot,
        failed: false,
      }));
      let port: Partial<ChainHistory> = {};
      follower = follow([], {
        signatures: (...args) => (port.signatures ?? history.signatures.bind(history))(...args),
        transactions: (...args) => (port.transactions ?? history.transactions.bind(history))(...args),
      });
      await read();
      expect(asked.scans).to.equal(scans + each);
      await read();
      expect(asked.scans).to.equal(scans + each);
      port = { signatures: () => Promise.resolve(many) };
      await read();
      expect(asked.scans).to.equal(scans + 2 * each);
      port = {};
      await market.registerNode({ id: 1 });
      port = { transactions: (signatures) => Promise.resolve(signatures.map(() => null)) };
      expect((await read()).nodes.size).to.equal(2);
      expect(asked.scans).to.equal(scans + 3 * each);
      port = {};
      market.network.warpBy(900);
      await read();
      expect(asked.scans).to.equal(scans + 4 * each);
    });
  });

  it('by an agent: a booking, a start and an end, with no scan in between', async () => {
    const follower = new NodeFollower(client, history, test.node);
    const states = async (): Promise<string[]> => (await follower.read(now())).jobs.map(({ state }) => state);
    expect(await states()).to.deep.equal([]);
    const { scans } = asked;
    expect(await states()).to.deep.equal([]);
    expect(asked.scans).to.equal(scans);
    const { accounts } = await market.buyer.escrow.bookJob(order());
    expect(await states()).to.deep.equal(['booked']);
    await market.operator.escrow.startJob({ job: accounts.job });
    expect(await states()).to.deep.equal(['running']);
    market.network.warpBy(10);
    await market.buyer.escrow.endJob({ job: accounts.job });
    expect(await states()).to.deep.equal([]);
    const before = asked.scans;
    expect(await states()).to.deep.equal([]);
    expect(asked.scans).to.equal(before);
  });
});

describe('services: peers of an oracle', () => {
  let server: Server;
  let url: string;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  let requests: number;
  const logger = createLogger('test', 'silent');

  beforeEach(async () => {
    requests = 0;
    server = createServer((request, response) => {
      requests += 1;
      handle(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('that are silent are left alone for a while', async () => {
    handle = () => undefined;
    const peers = new HttpPeers([url], logger, { timeoutMs: 200, restMs: 600_000 });
    for (let loop = 0; loop < 6; loop += 1) expect(await peers.ask('/')).to.deep.equal([]);
    expect(requests).to.be.at.most(1);
    const forgiving = new HttpPeers([url], logger, { timeoutMs: 200, restMs: 0 });
    await forgiving.ask('/');
    handle = (_request, response) => response.end('{"fine":true}');
    let answers: readonly unknown[] = [];
    while (answers.length === 0) answers = await forgiving.ask('/', {});
    expect(answers).to.deep.equal([{ fine: true }]);
  });

  it('that refuse or are not there are asked again, and hold nobody up', async () => {
    handle = (_request, response) => response.writeHead(409).end('{"error":"no"}');
    const peers = new HttpPeers([url, 'http://127.0.0.1:1'], logger);
    for (let loop = 0; loop < 3; loop += 1) expect(await peers.ask('/')).to.deep.equal([]);
    expect(requests).to.equal(3);
  });

  it('are not listened to for longer than their answer may be', async () => {
    let sent = 0;
    handle = (_request, response) => {
      const chunk = Buffer.alloc(65_536, 32);
      const more = (): void => {
        while (!response.destroyed && sent < 200_000_000) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    };
    const peers = new HttpPeers([url], logger, { answerBytes: 1_000_000 });
    expect(await peers.ask('/')).to.deep.equal([]);
    // What lies in buffers of the line is on its way, and nothing more.
    expect(sent).to.be.lessThan(20_000_000);
  });
});

onEachDatabase('services: what an oracle holds', function (kind) {
  this.timeout(60_000);
  const test = useMarket();
  let oracles: Oracles;

  beforeEach(async () => {
    await sealEmission(test.market);
    oracles = new Oracles(test.market, kind);
  });
  afterEach(() => oracles.remove());

  it('is of nodes and jobs that there are, and a start does not need logs of long ago', async () => {
    const { market } = test;
    const second = await market.registerNode({ id: 1, classId: 2, deviceCount: 1, stake: 0n });
    const job = await market.bookAndStart({
      offer: test.offer,
      devices: 1,
      hours: 24,
      payment: 'usdc',
      maxTotal: 100_000_000n,
    });
    const { directory } = await oracles.start(0);
    await oracles.loop();
    const voices = [new NodeVoice(oracles, test.node), new NodeVoice(oracles, second)];
    const begun = Number(market.network.now());
    market.network.warpBy(60);
    for (const voice of voices) await voice.beat();
    await voices[0]!.work(job, begun, begun + 60);
    await market.owner.staking.deregisterNode({ node: second });
    for (let hour = 0; hour < 4; hour += 1) {
      market.network.warpBy(3_600);
      await oracles.loop();
      await voices[0]!.beat();
    }
    const state = JSON.parse(readFileSync(join(directory, 'intake.json'), 'utf8')) as {
      readonly nodes: object;
      readonly work: object;
    };
    expect(Object.keys(state.nodes)).to.deep.equal([test.node.toBase58()]);
    expect(state.work).to.deep.equal({ [job.toBase58()]: [[begun, begun + 60]] });

    await oracles.stop(0);
    const first = readRawLog(join(directory, 'raw'))[0]!;
    const oldest = `${first.at - (first.at % 3_600)}.jsonl`;
    writeFileSync(join(directory, 'raw', oldest), 'not read any more\n');
    const { http } = await oracles.start(0);
    await oracles.loop();
    const asked = await http.inject({ url: `/v1/peer/usage/${job.toBase58()}/${begun + 60}` });
    expect(asked.json<object>()).to.include({ verifiedSeconds: 60 });
  });

  it('does not hold up a loop: it reports as many jobs as there is time for, the longest due first', async () => {
    const { market } = test;
    const jobs: PublicKey[] = [];
    for (let id = 1; id <= 5; id += 1) {
      const node = await market.registerNode({ id });
      const offer = await market.createOffer(node, 0, { price: 1_000_000n, maxHours: 24 });
      const order = { offer, devices: 1, hours: 1, payment: 'usdc', maxTotal: 10_000_000n } as const;
      for (let device = 0; device < 8; device += 1) jobs.push(await market.bookAndStart(order));
      market.network.warpBy(1);
    }
    for (const index of [0, 1, 2]) await oracles.start(index, { settings: { REPORT_SECONDS: 10 } });
    await oracles.loop();
    market.network.warpBy(30);
    const { accounts } = market.anyone;
    const reported = async (): Promise<boolean[]> => {
      const usages = jobs.map((job) => pda.oracle.jobUsage(market.deployment, job));
      return (await accounts.oracle.jobUsage.fetchMany(usages)).map((usage) => usage !== null);
    };
    await oracles.loop();
    const first = await reported();
    expect(first.filter(Boolean)).to.have.length(32);
    expect(first.slice(0, 32).every(Boolean)).to.equal(true);
    await oracles.loop();
    expect((await reported()).every(Boolean)).to.equal(true);
  });

  it('in pieces of work on a job has an end', async () => {
    const { market } = test;
    const job = await market.bookAndStart({
      offer: test.offer,
      devices: 1,
      hours: 24,
      payment: 'usdc',
      maxTotal: 100_000_000n,
    });
    const directory = oracles.directory(0);
    const log = new RawLog(join(directory, 'raw'));
    const begun = Number(market.network.now());
    market.network.warpBy(3_000);
    for (let piece = 0; piece < 999; piece += 1) {
      const from = begun + 2 * piece;
      const said = { sequence: piece + 1, sentAt: from, signature: '', node: test.node.toBase58() };
      log.append({ kind: 'hours', at: begun + 2_999, job: job.toBase58(), from, to: from + 1, ...said });
    }
    log.close();
    await oracles.start(0);
    await oracles.loop();
    const now = Number(market.network.now());
    const voice = new NodeVoice(oracles, test.node);
    await voice.work(job, now - 10, now - 9);
    const refusal = await voice.work(job, now - 5, now - 4).catch(String);
    expect(refusal).to.contain('HoursOutOfRange');
  });
});

describe('services: the raw log', () => {
  let directory: string;
  const HOUR = 1_800_000_000;
  const entry = (at: number): RawEntry => ({ kind: 'gone', at, node: `node ${at}` });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'raw-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('mends the line in which its process died, and goes on behind it', () => {
    const log = new RawLog(directory);
    log.append(entry(HOUR));
    log.append(entry(HOUR + 1));
    log.close();
    const path = join(directory, `${HOUR}.jsonl`);
    const whole = readFileSync(path);
    for (let cut = whole.length; cut >= 0; cut -= 5) {
      writeFileSync(path, whole.subarray(0, cut));
      const lines = whole.subarray(0, cut).toString().split('\n').length - 1;
      const again = new RawLog(directory);
      expect([...again.entries()].map(({ at }) => at)).to.deep.equal([HOUR, HOUR + 1].slice(0, lines));
      again.append(entry(HOUR + 9));
      again.close();
      expect(readRawLog(directory).at(-1)).to.deep.equal(entry(HOUR + 9));
      expect(readRawLog(directory)).to.have.length(lines + 1);
    }
  });

  it('reads the hours that are asked for, and no other', () => {
    const log = new RawLog(directory);
    for (let hour = 0; hour < 6; hour += 1) log.append(entry(HOUR + hour * 3_600 + 5));
    log.close();
    const times = (from?: number, to?: number): number[] =>
      [...log.entries(from, to)].map(({ at }) => (at - HOUR - 5) / 3_600);
    expect(times()).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(times(HOUR + 7_200)).to.deep.equal([2, 3, 4, 5]);
    expect(times(HOUR + 7_199, HOUR + 10_800)).to.deep.equal([1, 2, 3]);
    expect([...log.recent()]).to.have.length(2);
    appendFileSync(join(directory, `${HOUR}.jsonl`), 'spoiled\n');
    expect(times(HOUR + 3_600)).to.deep.equal([1, 2, 3, 4, 5]);
    expect(() => times()).to.throw();
  });
});
