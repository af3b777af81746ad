import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import type { Client } from '@ionet/sdk';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createProgram } from '../../scripts/io/program.js';
import { keyFile } from '../harness/key-file.js';
import { airdrop, disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { bundled, spawnScript, type Spawned } from '../services/spawn.js';

const SCHEDULER = 'services/scheduler/src/main.ts';
const PRICES = [1_000_000n, 2_000_000n, 3_000_000n];

interface Ordered {
  readonly id: string;
  readonly jobs: readonly string[];
  readonly nodes: readonly string[];
  readonly total: string;
  readonly signature: string;
}

describe('io cluster', function () {
  this.timeout(180_000);
  const key = Keypair.generate();
  let directory: string;
  let network: Localnet;
  let scheduler: Spawned;
  let url: string;
  let buyer: Client;

  before(async () => {
    bundled(SCHEDULER);
    directory = mkdtempSync(join(tmpdir(), 'io-cluster-'));
    network = await startLocalnet({ port: 0, slotMs: 50 });
    const connection = network.connection();
    await airdrop(connection, key.publicKey, 10);
    disconnect(connection);
    buyer = network.client(WALLETS.buyer.keypair);
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    for (const [place, price] of PRICES.entries()) {
      const registered = await owner.staking.registerNode({
        id: 30 + place,
        classId: 2,
        deviceCount: 2,
        bandwidth: 'high',
        region: 'eu-west',
        operator: operator.payer,
        scheduler: key.publicKey,
      });
      const { node } = registered.accounts;
      const { minimumStake } = await owner.accounts.staking.node.fetch(node);
      await owner.staking.stake({ node, amount: minimumStake });
      await operator.escrow.createOffer({ node, id: 0, terms: { price, minHours: 1, maxHours: 24 } });
    }
    scheduler = spawnScript(SCHEDULER, {
      env: {
        RPC_URLS: network.rpcUrl,
        KEYPAIR: keyFile(directory, 'scheduler', key),
        DATA_DIR: join(directory, 'data'),
        LOOP_MS: '50',
        MARKET_SECONDS: '0',
        HOLD_SECONDS: '600',
      },
    });
    url = (await scheduler.line(({ msg }) => msg === 'ready')).url ?? '';
    await until(async () => {
      const { offers } = (await (await fetch(`${url}/offers`)).json()) as { offers: unknown[] };
      return offers.length === PRICES.length;
    });
  });
  after(async () => {
    await scheduler.kill('SIGKILL');
    await network.stop();
    rmSync(directory, { recursive: true });
  });

  async function io(args: readonly string[], at = url): Promise<{ out: string; warned: string }> {
    let [out, warned] = ['', ''];
    const program = createProgram({
      width: 200,
      write: (text) => void (out += text),
      warn: (text) => void (warned += text),
    });
    await program.parseAsync(['cluster', ...args, '--scheduler', at], { from: 'user' });
    return { out, warned };
  }
  const signed = (...args: string[]): string[] => {
    const keypair = keyFile(directory, 'buyer', WALLETS.buyer.keypair);
    return [...args, '--url', network.rpcUrl, '--keypair', keypair, '--yes'];
  };
  const order = (...more: string[]): string[] => {
    const what = ['--class', 'RTX 4090', '--devices', '2', '--hours', '2'];
    return signed('order', '--nodes', '2', ...what, ...more);
  };
  const problemOf = async (args: readonly string[], at = url): Promise<string> =>
    io(args, at).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
  const stateOf = async (id: string): Promise<string> =>
    (JSON.parse((await io(['show', '--id', id, '--json'])).out) as { state: string }).state;
  const jobsOf = () => buyer.accounts.escrow.job.findAll({ buyer: buyer.payer });

  it('hires the cheapest nodes, shows, lists and renders the cluster, and ends it', async () => {
    const workload = join(directory, 'work.json');
    writeFileSync(workload, JSON.stringify({ kind: 'ray', entrypoint: 'python a.py' }));
    const { out, warned } = await io(order('--workload', workload, '--json'));
    const ordered = JSON.parse(out) as Ordered;
    expect(ordered.jobs).to.have.length(2);
    expect(warned).to.contain('This hires 2 nodes for 2 hours, 2 ');
    expect(warned).to.contain(ordered.id);
    const jobs = await buyer.accounts.escrow.job.fetchMany(ordered.jobs.map((job) => new PublicKey(job)));
    const paid = jobs.reduce((sum, job) => sum + (job?.paidIn ?? 0n), 0n);
    expect(paid.toString(), 'what was shown is what was paid').to.equal(ordered.total);
    expect(jobs.map((job) => job?.node.toBase58())).to.deep.equal(ordered.nodes);
    await until(async () => (await stateOf(ordered.id)) === 'running');

    const shown = (await io(['show', '--id', ordered.id])).out;
    expect(shown).to.contain(`cluster ${ordered.id}: running, 2 nodes, 2 devices each for 2 hours`);
    for (const job of ordered.jobs) expect(shown).to.contain(job);
    const listed = await io(['list', '--buyer', buyer.payer.toBase58(), '--json']);
    const { clusters } = JSON.parse(listed.out) as { clusters: { id: string }[] };
    expect(clusters.map(({ id }) => id)).to.deep.equal([ordered.id]);
    const nobody = await io(['list', '--buyer', key.publicKey.toBase58()]);
    expect(nobody.out).to.equal('0 clusters\n');
    const yaml = parse((await io(['ray', '--id', ordered.id, '--namespace', 'there'])).out) as object;
    expect(yaml).to.deep.include({ apiVersion: 'ray.io/v1', kind: 'RayCluster' });
    expect(yaml).to.have.nested.property('metadata.namespace', 'there');

    const ended = JSON.parse((await io(signed('end', '--id', ordered.id, '--json'))).out) as object;
    expect(ended).to.include({ id: ordered.id, ended: 2, cancelled: 0 });
    expect((await jobsOf()).map(({ state }) => state)).to.deep.equal(['ending', 'ending']);
    expect(await problemOf(signed('end', '--id', ordered.id))).to.contain('has no job that could be ended');
  });

  it('says what is wrong, and signs nothing then', async () => {
    const before = (await jobsOf()).length;
    expect(await problemOf(order('--max-total', '0.5'))).to.match(/^the scheduler refuses: NoMatch: /);
    expect(await problemOf(order('--payment', 'io'))).to.contain('--io-price is needed to pay in IO');
    expect(await problemOf(order('--max-total', 'much'))).to.match(/^--max-total /);
    expect(
      await problemOf(
        signed('order', '--nodes', '9', '--class', 'RTX 4090', '--devices', '1', '--hours', '1'),
      ),
    ).to.contain('--nodes must be a whole number from 2 to 8');
    expect(await problemOf(['show', '--id', '0'.repeat(32)])).to.contain('UnknownCluster');
    expect(await problemOf(['show', '--id', 'x'])).to.contain('32 hexadecimal digits');
    expect(await problemOf(['show', '--id', '0'.repeat(32)], 'http://127.0.0.1:9')).to.contain(
      'no scheduler answers at',
    );
    expect(await jobsOf()).to.have.length(before);
  });

  it('signs nothing that a scheduler has not shown', async () => {
    interface Body {
      total: string;
      members: { job: string; node: string; total: string }[];
      transactions: string[];
    }
    const lies: Record<string, (body: Body) => void> = {
      'does not book job': ({ members }) => {
        members[0]!.job = key.publicKey.toBase58();
      },
      'offers something else than was asked for': ({ members }) => {
        members[0]!.total = `${10n ** 12n}`;
      },
      'something else': ({ members }) => {
        members.pop();
      },
      // The price that is shown is the most that is paid: on chain the node costs more.
      'above the most that you named': ({ members }) => {
        members[0]!.total = '1';
      },
    };
    const before = (await jobsOf()).length;
    for (const [problem, lie] of Object.entries(lies)) {
      const liar: Server = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          const headers = { 'content-type': 'application/json' };
          void fetch(`${url}${request.url ?? ''}`, {
            method: 'POST',
            headers,
            body: Buffer.concat(parts),
          }).then(async (answer) => {
            const body = (await answer.json()) as Body;
            if (answer.ok) lie(body);
            response.writeHead(answer.status, headers).end(JSON.stringify(body));
          });
        });
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => liar.once('listening', resolve));
      try {
        const at = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
        expect(await problemOf(order('--max-total', '100'), at)).to.contain(problem);
      } finally {
        liar.closeAllConnections();
        liar.close();
        // What it holds for the buyer lapses.
        network.warpBy(601);
        await until(async () => {
          const { nodes } = (await (await fetch(`${url}/nodes`)).json()) as {
            nodes: { freeDevices: number }[];
          };
          return nodes.every(({ freeDevices }) => freeDevices === 2);
        });
      }
    }
    expect(await jobsOf()).to.have.length(before);
  });
});
