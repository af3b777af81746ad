import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { signWorkload } from '@ionet/scheduler';
import { decodeTokenAccount, pda, tokenAddress, type Client } from '@ionet/sdk';
import { Keypair, PublicKey, VersionedTransaction, type Connection } from '@solana/web3.js';
import { expect } from 'chai';
import { parse } from 'yaml';
import { keyFile } from '../harness/key-file.js';
import { airdrop, disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { spawnScript, type Spawned } from './spawn.js';

const SLOT_MS = 50;
const NODES = 6;
/** The nodes ask for more and more. */
const PRICES = Array.from({ length: NODES }, (_, place) => 2_000_000n + BigInt(place) * 100_000n);
const WINDOW = 900;

interface ClusterBody {
  readonly id: string;
  readonly state: string;
  readonly total: string;
  readonly transactions: readonly string[];
  readonly members: readonly { readonly job: string; readonly node: string; readonly total: string }[];
  readonly error?: string;
  readonly message?: string;
}

onEachDatabase('services: clusters, with the scheduler as a process', function (kind) {
  this.timeout(180_000);
  const key = Keypair.generate();
  let network: Localnet;
  let connection: Connection;
  let place: DatabasePlace;
  let scheduler: Spawned;
  let url: string;
  let buyer: Client;
  let hardwareClass: PublicKey;
  /** In the order of their prices. */
  const nodes: string[] = [];

  const startScheduler = async (): Promise<void> => {
    scheduler = spawnScript('services/scheduler/src/main.ts', {
      env: {
        RPC_URLS: network.rpcUrl,
        KEYPAIR: keyFile(place.directory, 'key', key),
        ...place.settings,
        LOOP_MS: '50',
        MARKET_SECONDS: '0',
        HOLD_SECONDS: '600',
      },
    });
    url = (await scheduler.line(({ msg }) => msg === 'ready')).url ?? '';
    await until(async () => {
      const { offers } = (await (await fetch(`${url}/offers`)).json()) as { offers: unknown[] };
      return offers.length === NODES + 1;
    });
  };

  before(async () => {
    network = await startLocalnet({ port: 0, slotMs: SLOT_MS });
    connection = network.connection();
    place = await kind.make();
    await airdrop(connection, key.publicKey, 10);
    const owner = network.client(WALLETS.owner.keypair);
    buyer = network.client(WALLETS.buyer.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    hardwareClass = pda.staking.class(network.deployment, 2);
    // The cheapest of all is not this scheduler's to start.
    for (const [place, price] of [1_000_000n, ...PRICES].entries()) {
      const { node } = (
        await owner.staking.registerNode({
          id: 20 + place,
          classId: 2,
          deviceCount: 2,
          bandwidth: 'high',
          region: 'eu-west',
          operator: operator.payer,
          ...(place === 0 ? {} : { scheduler: key.publicKey }),
        })
      ).accounts;
      const { minimumStake } = await owner.accounts.staking.node.fetch(node);
      await owner.staking.stake({ node, amount: minimumStake });
      await operator.escrow.createOffer({ node, id: 0, terms: { price, minHours: 1, maxHours: 720 } });
      if (place > 0) nodes.push(node.toBase58());
    }
    await startScheduler();
  });
  after(async () => {
    expect(await scheduler.kill('SIGTERM'), scheduler.stderr()).to.equal(0);
    disconnect(connection);
    await network.stop();
    await place.remove();
  });

  async function order(
    count: number,
    more: object = {},
    beside: object = {},
  ): Promise<{ status: number; body: ClusterBody }> {
    const what = { hardwareClass: hardwareClass.toBase58(), devices: 2, hours: 2, payment: 'usdc', ...more };
    const response = await fetch(`${url}/clusters`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ buyer: buyer.payer.toBase58(), order: what, nodes: count, ...beside }),
    });
    return { status: response.status, body: (await response.json()) as ClusterBody };
  }
  const stateOf = async (id: string): Promise<string | undefined> =>
    ((await (await fetch(`${url}/clusters/${id}`)).json()) as Partial<ClusterBody>).state;
  async function sign(transaction: string): Promise<void> {
    const decoded = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
    // The blocks of this network are short: he takes a blockhash of the moment.
    decoded.message.recentBlockhash = (await connection.getLatestBlockhash()).blockhash;
    decoded.sign([WALLETS.buyer.keypair]);
    await connection.sendRawTransaction(decoded.serialize());
  }
  async function workloadOf(job: string, sentAt: number, signer: Keypair): Promise<[number, unknown]> {
    const response = await fetch(`${url}/jobs/${job}/workload`, {
      headers: {
        'x-ionet-sent-at': String(sentAt),
        'x-ionet-signature': signWorkload(network.deployment, job, sentAt, signer),
      },
    });
    return [response.status, await response.json()];
  }
  const jobs = ({ members }: ClusterBody): Promise<({ state: string } | null)[]> =>
    buyer.accounts.escrow.job.fetchMany(members.map(({ job }) => new PublicKey(job)));
  const states = async (body: ClusterBody): Promise<(string | undefined)[]> =>
    (await jobs(body)).map((job) => job?.state);

  it('hires the cheapest nodes that it may start, and starts all of them in one transaction', async () => {
    const workload = { kind: 'ray', entrypoint: 'python a.py', env: { SECRET: 'of the buyer' } };
    const { status, body } = await order(3, {}, { workload });
    expect([status, body.state], body.message).to.deep.equal([201, 'offered']);
    expect(body.members.map(({ node }) => node)).to.deep.equal(nodes.slice(0, 3));
    expect(body.transactions).to.have.length(1);
    expect(BigInt(body.total)).to.equal(body.members.reduce((sum, { total }) => sum + BigInt(total), 0n));
    await sign(body.transactions[0]!);
    await until(async () => (await stateOf(body.id)) === 'running');
    expect(await states(body)).to.deep.equal(['running', 'running', 'running']);
    const started = await Promise.all(
      body.members.map(async ({ job }) => {
        const [newest] = await connection.getSignaturesForAddress(new PublicKey(job), { limit: 1 });
        return newest?.signature;
      }),
    );
    expect(new Set(started).size, 'one transaction').to.equal(1);

    // What they run is for the operator of the nodes alone.
    const [leader, follower] = body.members.map(({ job }) => job) as [string, string];
    const { operator, owner } = WALLETS;
    const now = Number(await buyer.now());
    expect(await workloadOf(follower, now, operator.keypair)).to.deep.equal([200, { workload, leader }]);
    expect((await workloadOf(follower, now, owner.keypair))[0]).to.equal(401);
    expect((await workloadOf(follower, now - 100, operator.keypair))[0]).to.equal(401);
    expect((await workloadOf(body.members[0]!.node, now, operator.keypair))[0]).to.equal(404);

    const response = await fetch(`${url}/clusters/${body.id}/raycluster?namespace=there`);
    expect(response.headers.get('content-type')).to.include('application/yaml');
    expect(parse(await response.text())).to.deep.include({ apiVersion: 'ray.io/v1', kind: 'RayCluster' });
    for (const { job } of body.members) {
      await buyer.escrow.endJob({ job: await buyer.accounts.escrow.job.fetch(new PublicKey(job)) });
    }
    await until(async () => (await states(body)).every((state) => state === 'ending'));
  });

  it('takes all nodes or none, within the limit of the buyer', async () => {
    expect((await order(NODES + 1)).body.error).to.equal('NoMatch');
    const { total } = (await order(2)).body;
    const limited = await order(2, { maxTotal: `${BigInt(total) - 1n}` });
    expect([limited.status, limited.body.error]).to.deep.equal([422, 'NoMatch']);
    expect((await fetch(`${url}/clusters/${'0'.repeat(32)}`)).status).to.equal(404);
    network.warpBy(601);
  });

  it('starts none where not all are booked, also after kill -9, and the buyer gets everything back', async () => {
    const usdc = async (): Promise<bigint> => {
      const [account] = await buyer.transport.getAccounts([
        tokenAddress(network.deployment.usdcMint, buyer.payer),
      ]);
      return decodeTokenAccount(account!.data)!.amount;
    };
    const before = await usdc();
    let offered = await order(NODES);
    await until(async () => {
      // The devices of the tests before become free.
      if (offered.status !== 201) offered = await order(NODES);
      return offered.status === 201;
    });
    const { body } = offered;
    expect(body.transactions.length, 'more than fits into one').to.be.above(1);
    await sign(body.transactions[0]!);
    await until(async () => (await states(body)).includes('booked'));
    await scheduler.kill('SIGKILL');
    await startScheduler();
    // Time for many loops.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await states(body))
      .to.include('booked')
      .and.not.to.include('running');
    network.warpBy(601 + WINDOW);
    await until(async () => !(await states(body)).includes('booked'));
    expect(await states(body))
      .to.include('expired')
      .and.not.to.include('running');
    expect(await usdc()).to.equal(before);
    await until(async () => (await stateOf(body.id)) === undefined);
  });
});
