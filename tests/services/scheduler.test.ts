import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { dueStep, requireStartTime, signBid, type JobSituation } from '@ionet/scheduler';
import { pda, programConstant, quoteOffer, type Client } from '@ionet/sdk';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Keypair, VersionedTransaction, type Connection, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { keyFile } from '../harness/key-file.js';
import { airdrop, disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { spawnScript, type Spawned } from './spawn.js';

const HOUR = 3_600;
const SLOT_MS = 50;
const TERMS = { price: 2_000_000n, minHours: 1, maxHours: 720 };

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

interface RequestBody {
  readonly id: string;
  readonly state: string;
  readonly booking: {
    readonly job: string;
    readonly offer: string;
    readonly transaction: string;
    readonly quote: { readonly total: string };
  } | null;
}

describe('services: what is due for a job', () => {
  const booked: JobSituation['job'] = {
    state: 'booked',
    startAt: 1_000n,
    startedAt: 0n,
    endedAt: 0n,
    hours: 2,
  };
  const running = { ...booked, state: 'running', startedAt: 1_000n } as const;
  const ending = { ...running, state: 'ending', endedAt: 5_000n } as const;
  const cases: readonly [string, Partial<JobSituation> & { job: JobSituation['job'] }, string | null][] = [
    ['nothing before the start', { job: booked, now: 999 }, null],
    ['the start, in the window', { job: booked, now: 1_000 }, 'start-job start'],
    ['the start, in its last second', { job: booked, now: 1_900 }, 'start-job start'],
    ['nothing while the devices are busy', { job: booked, now: 1_000, hasDevices: false }, null],
    ['the expiry, after the window', { job: booked, now: 1_901 }, 'expire-job expiry'],
    ['nothing in the first period', { job: running, now: 4_599, reportedUntil: 2_000 }, null],
    ['a settlement in each period', { job: running, now: 4_600, reportedUntil: 2_000 }, 'settle-job 1'],
    ['no settlement where nothing was reported', { job: running, now: 4_600 }, null],
    ['a settlement when the time is over', { job: running, now: 8_200 }, 'settle-job end-2'],
    ['nothing while the end is not proved', { job: ending, now: 6_000, reportedUntil: 4_999 }, null],
    ['the last settlement', { job: ending, now: 6_000, reportedUntil: 5_000 }, 'settle-job final'],
    ['the last settlement after silence', { job: ending, now: 91_400 }, 'settle-job silence'],
  ];
  for (const [what, situation, expected] of cases) {
    it(`is ${what}`, () => {
      const due = dueStep({ now: 0, reportedUntil: 0, settleSeconds: HOUR, hasDevices: true, ...situation });
      expect(due && `${due.kind} ${due.period}`).to.equal(expected);
    });
  }
});

onEachDatabase('services: scheduler, as a process on a local network', function (kind) {
  this.timeout(180_000);
  const key = Keypair.generate();
  let network: Localnet;
  let connection: Connection;
  let place: DatabasePlace;
  let scheduler: Spawned;
  let url: string;
  let buyer: Client;
  let operator: Client;
  let node: PublicKey;
  let offer: PublicKey;
  let hardwareClass: PublicKey;

  before(async () => {
    network = await startLocalnet({ port: 0, slotMs: SLOT_MS });
    connection = network.connection();
    place = await kind.make();
    await airdrop(connection, key.publicKey, 10);
    const owner = network.client(WALLETS.owner.keypair);
    buyer = network.client(WALLETS.buyer.keypair);
    operator = network.client(WALLETS.operator.keypair);
    hardwareClass = pda.staking.class(network.deployment, 1);
    ({ node } = (
      await owner.staking.registerNode({
        id: 7,
        classId: 1,
        deviceCount: 8,
        bandwidth: 'high',
        region: 'eu-west',
        operator: operator.payer,
        scheduler: key.publicKey,
      })
    ).accounts);
    const { minimumStake } = await owner.accounts.staking.node.fetch(node);
    await owner.staking.stake({ node, amount: minimumStake });
    ({ offer } = (await operator.escrow.createOffer({ node, id: 0, terms: TERMS })).accounts);
    scheduler = spawnScript('services/scheduler/src/main.ts', {
      env: {
        RPC_URLS: network.rpcUrl,
        KEYPAIR: keyFile(place.directory, 'key', key),
        ...place.settings,
        LOOP_MS: '50',
        MARKET_SECONDS: '0',
        HOLD_SECONDS: '600',
        AWARD_SECONDS: '3600',
        LOG_LEVEL: 'info',
      },
    });
    url = (await scheduler.line(({ msg }) => msg === 'ready')).url ?? '';
    await until(async () => {
      const { body } = await call<{ offers: unknown[] }>('GET', '/offers');
      return body.offers.length === 1;
    });
  });
  after(async () => {
    expect(await scheduler.kill('SIGTERM'), scheduler.stderr()).to.equal(0);
    disconnect(connection);
    await network.stop();
    await place.remove();
  });

  async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  const order = (more: object = {}): object => ({
    hardwareClass: hardwareClass.toBase58(),
    devices: 2,
    hours: 2,
    payment: 'usdc',
    ...more,
  });
  const request = (
    more: object = {},
    constraints: object = {},
  ): Promise<Answer<RequestBody & { error?: string }>> =>
    call('POST', '/requests', { buyer: buyer.payer.toBase58(), order: order(constraints), ...more });

  /** The buyer signs what he was given, and sends it. */
  async function sign({ booking }: RequestBody): Promise<void> {
    const transaction = VersionedTransaction.deserialize(Buffer.from(booking?.transaction ?? '', 'base64'));
    // The blocks of this network are short: he takes a blockhash of the moment.
    transaction.message.recentBlockhash = (await connection.getLatestBlockhash()).blockhash;
    transaction.sign([WALLETS.buyer.keypair]);
    await connection.sendRawTransaction(transaction.serialize());
  }

  it('describes itself by a valid OpenAPI document', async () => {
    const { body } = await call<{ paths: Record<string, object> }>('GET', '/openapi.json');
    expect(Object.keys(body.paths).sort()).to.deep.equal([
      '/clusters',
      '/clusters/{id}',
      '/clusters/{id}/raycluster',
      '/jobs',
      '/jobs/{id}',
      '/jobs/{id}/flow',
      '/jobs/{id}/log',
      '/jobs/{id}/workload',
      '/network',
      '/network/history',
      '/nodes',
      '/nodes/{id}',
      '/nodes/{id}/logs',
      '/nodes/{id}/rewards',
      '/nodes/{id}/stake',
      '/nodes/{id}/uptime',
      '/nodes/{id}/work',
      '/offers',
      '/prices',
      '/quotes',
      '/requests',
      '/requests/{id}',
      '/requests/{id}/bids',
    ]);
    const result = await new Validator().validate(body);
    expect(result.valid, JSON.stringify(result)).to.be.true;
  });

  it('quotes what the program charges', async () => {
    const { body } = await call<{ quotes: { offer: string; quote: Record<string, string> }[] }>(
      'POST',
      '/quotes',
      order(),
    );
    const pricing = {
      ...TERMS,
      commitmentHours: 0,
      commitmentDiscountBps: 0,
      peakMultiplierBps: 10_000,
      peakHours: 0,
    };
    const expected = quoteOffer({ offer: pricing, devices: 2, hours: 2, now: 0, payment: 'usdc' });
    expect(body.quotes).to.have.length(1);
    expect(body.quotes[0]?.offer).to.equal(offer.toBase58());
    expect(body.quotes[0]?.quote).to.deep.equal(
      Object.fromEntries(
        Object.entries(expected).map(([name, value]: [string, bigint]) => [name, `${value}`]),
      ),
    );
  });

  it('suggests prices', async () => {
    const { body } = await call<{ prices: { className: string; price: string; devices: number }[] }>(
      'GET',
      '/prices?hours=24&region=eu-west',
    );
    const h100 = body.prices.find(({ className }) => className === 'H100');
    expect(h100?.devices).to.equal(8);
    expect(BigInt(h100?.price ?? 0) > 0n).to.be.true;
  });

  it('refuses by name, and says what to do', async () => {
    const poor = Keypair.generate().publicKey.toBase58();
    for (const [answer, status, error] of [
      [await request({}, { devices: 9 }), 400, 'InvalidRequest'],
      [await request({}, { payment: 'io' }), 400, 'InvalidRequest'],
      [await request({}, { regions: ['nowhere'] }), 422, 'NoMatch'],
      [await request({ buyer: poor }), 422, 'InsufficientFunds'],
      [await call<{ error?: string }>('GET', `/requests/${'0'.repeat(32)}`), 404, 'UnknownRequest'],
      [await call<{ error?: string }>('GET', `/nodes/${poor}`), 404, 'UnknownNode'],
      [await call<{ error?: string }>('GET', `/nodes/${poor}/stake`), 404, 'UnknownNode'],
      [await call<{ error?: string }>('GET', `/nodes/${poor}/uptime`), 404, 'UnknownNode'],
      [await call<{ error?: string }>('GET', `/nodes/${poor}/rewards`), 404, 'UnknownNode'],
      [await call<{ error?: string }>('GET', `/jobs/${poor}`), 404, 'UnknownJob'],
      [await call<{ error?: string }>('GET', '/jobs/nowhere'), 400, 'InvalidRequest'],
      [await call<{ error?: string }>('GET', `/jobs/${poor}/flow?from=9&until=8`), 400, 'InvalidRequest'],
      [await call<{ error?: string }>('GET', '/network/history?bucket=week'), 400, 'InvalidRequest'],
    ] as const) {
      expect([answer.status, answer.body.error]).to.deep.equal([status, error]);
    }
    const { body } = await call<{ freeDevices: number }>('GET', `/nodes/${node.toBase58()}`);
    expect(body.freeDevices, 'what was refused holds nothing').to.equal(8);
  });

  it('refuses a start that the program would refuse, and names the limits', async () => {
    const lead = Number(programConstant('escrow', 'MAX_LEAD_SECONDS'));
    const now = Number(await buyer.now());
    const cluster = (startAt: number): Promise<Answer<{ error: string; message: string }>> =>
      call('POST', '/clusters', { buyer: buyer.payer.toBase58(), order: order({ startAt }), nodes: 2 });
    const quotes = (startAt: number): Promise<Answer<{ error: string; message: string }>> =>
      call('POST', '/quotes', order({ startAt }));
    for (const startAt of [1, now + lead + HOUR]) {
      for (const { status, body } of [
        await request({}, { startAt }),
        await request({ auctionSeconds: 60 }, { startAt }),
        await cluster(startAt),
        await quotes(startAt),
      ]) {
        expect([status, body.error]).to.deep.equal([422, 'StartTimeOutOfRange']);
        expect((body as { message?: string }).message).to.match(/ 2592000 seconds from now \(\d+\)$/);
      }
    }
    expect((await quotes(now + lead - HOUR)).status).to.equal(200);
    expect(() => {
      requireStartTime({ startAt: now + lead }, now);
    }).not.to.throw();
    expect(() => {
      requireStartTime({ startAt: now + lead + 1 }, now);
    }).to.throw(String(now + lead));
    const { body } = await call<{ freeDevices: number }>('GET', `/nodes/${node.toBase58()}`);
    expect(body.freeDevices, 'what was refused holds nothing').to.equal(8);
  });

  it('takes a request, has the buyer book, starts, settles and ends the job', async () => {
    const { status, body } = await request();
    expect([status, body.state]).to.deep.equal([201, 'offered']);
    const job = body.booking?.job ?? '';
    await sign(body);
    await until(async () => (await call<RequestBody>('GET', `/requests/${body.id}`)).body.state === 'booked');

    interface NodeBody {
      readonly freeDevices: number;
      readonly jobs: { readonly job: string; readonly devices: number[] }[];
    }
    const nodeBody = async (): Promise<NodeBody> =>
      (await call<NodeBody>('GET', `/nodes/${node.toBase58()}`)).body;
    await until(async () => (await nodeBody()).jobs.length === 1);
    expect((await nodeBody()).jobs[0]).to.deep.include({ job, devices: [0, 1] });
    expect((await nodeBody()).freeDevices).to.equal(6);

    const [account] = await buyer.accounts.escrow.job.findAll({ state: 'running' });
    if (account === undefined) throw new Error('the job does not run');
    expect(account.paidIn.toString()).to.equal(body.booking?.quote.total);
    network.warpBy(2 * HOUR);
    await network.client(WALLETS.anyone.keypair).oracle.reportJob({
      job: account.address,
      verifiedSeconds: BigInt(2 * HOUR),
      asOf: account.startedAt + BigInt(2 * HOUR),
      signers: [WALLETS.oracle0.keypair, WALLETS.oracle1.keypair],
    });
    await until(async () => (await buyer.accounts.escrow.job.fetch(account.address)).state === 'ended');
    const ended = await buyer.accounts.escrow.job.fetch(account.address);
    expect(ended.reason).to.equal('completed');
    expect(ended.paidToNode + ended.paidToFees + ended.refunded).to.equal(ended.paidIn);
    await until(async () => (await nodeBody()).freeDevices === 8);

    interface JobBody {
      readonly state: string;
      readonly bookedAt: number;
      readonly closedAt: number;
      readonly flow: Record<string, unknown>;
    }
    const jobBody = async (): Promise<JobBody> => (await call<JobBody>('GET', `/jobs/${job}`)).body;
    await until(async () => (await jobBody()).state === 'ended');
    const { flow, bookedAt, closedAt } = await jobBody();
    expect(flow).to.deep.equal({
      paidIn: `${ended.paidIn}`,
      paidToNode: `${ended.paidToNode}`,
      dueToNode: '0',
      fees: `${ended.paidToFees}`,
      backToBuyer: `${ended.refunded}`,
      verifiedSeconds: '7200',
      reported: true,
    });
    const { body: flows } = await call<{ rows: Record<string, unknown>[] }>(
      'GET',
      `/jobs/${job}/flow?from=${closedAt - 1}&until=${closedAt}`,
    );
    expect(flows.rows.map(({ at }) => at)).to.deep.equal([closedAt - 1, closedAt]);
    expect(flows.rows[1]).to.deep.equal({ at: closedAt, ...flow });
    expect(closedAt).to.be.at.least(bookedAt + 2 * HOUR);
    const { body: listed } = await call<{ jobs: { job: string; paidIn: string }[] }>(
      'GET',
      `/jobs?node=${node.toBase58()}`,
    );
    expect(listed.jobs).to.have.length(1);
    expect(listed.jobs[0]).to.include({ job, paidIn: `${ended.paidIn}` });
  });

  it('tells of the network and of a node what their accounts hold', async () => {
    const account = await buyer.accounts.staking.node.fetch(node);
    const { body: now } = await call<Record<string, unknown>>('GET', '/network');
    expect(now).to.deep.include({
      nodes: 1,
      openNodes: 1,
      devices: 8,
      hiredDevices: 0,
      staked: { own: `${account.ownStake}`, delegated: '0' },
      deviceSeconds: `${2 * 2 * HOUR}`,
      emitted: null,
    });
    const { ioMint } = network.deployment;
    expect(now['supply']).to.equal((await connection.getTokenSupply(ioMint)).value.amount);
    const { body: history } = await call<{ points: Record<string, unknown>[] }>('GET', '/network/history');
    expect(history.points.at(-1)).to.deep.include({
      nodes: 1,
      devices: 8,
      hiredDevices: 0,
      staked: `${account.ownStake}`,
      jobs: '1',
      deviceSeconds: `${2 * 2 * HOUR}`,
      prices: [{ hardwareClass: hardwareClass.toBase58(), price: `${TERMS.price}` }],
    });
    const { body: nodes } = await call<{ nodes: Record<string, unknown>[] }>('GET', '/nodes');
    expect(nodes.nodes).to.have.length(1);
    expect(nodes.nodes[0]).to.include({ node: node.toBase58(), stake: `${account.ownStake}`, open: true });
    const of = async (what: string): Promise<Record<string, unknown>> =>
      (await call<Record<string, unknown>>('GET', `/nodes/${node.toBase58()}/${what}`)).body;
    expect(await of('stake')).to.deep.include({
      own: `${account.ownStake}`,
      minimum: `${account.minimumStake}`,
      delegations: [],
    });
    expect(await of('uptime'), 'no oracle is asked').to.deep.include({ agreedUntil: null, hours: [] });
    expect(await of('rewards')).to.deep.include({ pool: 'gpu', earned: null, claimed: '0', claims: [] });
  });

  it('expires a job that was not started in its window', async () => {
    const startAt = await buyer.now();
    const { accounts } = await buyer.escrow.bookJob({
      offer,
      devices: 1,
      hours: 1,
      payment: 'usdc',
      maxTotal: 10n ** 9n,
      startAt: startAt + 60n,
    });
    network.warpBy(2_000);
    await until(async () => (await buyer.accounts.escrow.job.fetch(accounts.job)).state === 'expired');
  });

  it('holds an auction, and offers what its winner put on chain', async () => {
    const opened = await request({ auctionSeconds: 60 });
    expect(opened.body.state).to.equal('bidding');
    const { id } = opened.body;
    const now = Number(await buyer.now());
    const bid = { node: node.toBase58(), price: 1_500_000n, firmUntil: now + 7_200 };
    const place = (signature: string): Promise<Answer<RequestBody>> =>
      call('POST', `/requests/${id}/bids`, { ...bid, price: `${bid.price}`, signature });
    const { deployment } = network;
    expect((await place(signBid(deployment, id, bid, WALLETS.owner.keypair))).status).to.equal(401);
    const signature = signBid(deployment, id, bid, WALLETS.operator.keypair);
    expect((await place(signature)).status).to.equal(201);
    expect((await place(signature)).status, 'again').to.equal(409);

    network.warpBy(61);
    const state = async (): Promise<RequestBody> => (await call<RequestBody>('GET', `/requests/${id}`)).body;
    await until(async () => (await state()).state === 'awarded');
    const terms = { ...TERMS, price: bid.price };
    const cheaper = (await operator.escrow.createOffer({ node, id: 1, terms })).accounts.offer;
    await until(async () => (await state()).state === 'offered');
    const { booking } = await state();
    expect(booking?.offer).to.equal(cheaper.toBase58());
    expect(booking?.quote.total, '6 USD and 2.25 %').to.equal('6135000');
  });
});
