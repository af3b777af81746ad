import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { emission, localnet } from '@ionet/sdk';
import {
  createLogger,
  IntentStore,
  Metrics,
  migrate,
  openChain,
  Outbox,
  type Database,
  type IntentBuilder,
  type IntentKey,
  type OutboxChain,
  type OutboxOptions,
  type SqlValue,
} from '@ionet/service-kit';
import { Keypair, PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { spawnScript } from './spawn.js';

const SLOT_MS = 20;
const PAYER = WALLETS.owner.keypair;
const context = { deployment: localnet(), payer: PAYER.publicKey };

onEachDatabase('services: outbox', (kind) => {
  let network: Localnet;
  let place: DatabasePlace;
  let database: Database;
  let chain: OutboxChain;

  before(async () => {
    network = await startLocalnet({ port: 0, slotMs: SLOT_MS });
    chain = openChain({ urls: [network.rpcUrl], deployment: localnet(), payer: PAYER }).outbox;
  });
  after(() => network.stop());
  beforeEach(async () => {
    place = await kind.make();
    database = await place.open();
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  const transfer: IntentBuilder = ({ subject, payload }) => ({
    instructions: [
      SystemProgram.transfer({
        fromPubkey: PAYER.publicKey,
        toPubkey: new PublicKey(subject),
        lamports: Number(payload),
      }),
    ],
    signers: [],
    accounts: {},
  });
  const open = (
    options: Partial<
      Pick<OutboxOptions, 'chain' | 'database' | 'dryRun' | 'metrics' | 'rememberedBlocks'>
    > = {},
  ): Promise<Outbox> =>
    Outbox.open({
      database,
      chain,
      deployment: localnet(),
      payer: PAYER,
      metrics: new Metrics('test'),
      logger: createLogger('test', 'silent'),
      kinds: {
        pay: { build: transfer, onceBy: 'outbox' },
        // As if a program stood against a second one.
        settle: { build: transfer, onceBy: 'chain' },
        finalize: { build: () => emission.finalizeRoot.call(context, { kind: 'gpu' }), onceBy: 'chain' },
      },
      ...options,
    });
  const keyFor = (wallet: PublicKey): IntentKey => ({ kind: 'pay', subject: wallet.toBase58(), period: '1' });
  const newWallet = (): PublicKey => Keypair.generate().publicKey;
  const balanceOf = (wallet: PublicKey): Promise<number> =>
    network.connection().getBalance(wallet, 'finalized');
  const finish = async (outbox: Outbox): Promise<void> => {
    while ((await outbox.step()) > 0) await new Promise((resolve) => setTimeout(resolve, SLOT_MS));
  };

  it('plans an intent once, pays it once, and says with which signature', async () => {
    const outbox = await open();
    const wallet = newWallet();
    const key = keyFor(wallet);
    expect(await outbox.plan(key, '1000000')).to.equal(true);
    expect(await outbox.plan(key, '2000000')).to.equal(false);
    await finish(outbox);
    expect(await outbox.plan(key, '2000000', { again: true })).to.equal(false);
    await finish(outbox);
    const intent = await outbox.find(key);
    expect(intent).to.include({ state: 'finalized', attempt: 1, error: null });
    expect(await balanceOf(wallet)).to.equal(1_000_000);
    const found = await network.connection().getTransaction(intent?.signature ?? '', {
      maxSupportedTransactionVersion: 0,
    });
    expect(found?.meta?.err).to.equal(null);
  });

  it('writes an intent with what its caller writes, or not at all', async () => {
    const outbox = await open();
    const key = keyFor(newWallet());
    const attempt = database.transaction(async (queries) => {
      await outbox.plan(key, '1000000', { queries });
      throw new Error('no');
    });
    await attempt.catch(() => undefined);
    expect(await outbox.find(key)).to.equal(undefined);
  });

  it('has the signature on record before the network has the transaction', async () => {
    const wallet = newWallet();
    let recorded: string | undefined;
    const watched: OutboxChain = {
      ...chain,
      send: async (bytes) => {
        const intent = await (await IntentStore.open(database)).find(keyFor(wallet));
        recorded = intent?.state;
        expect([...(intent?.transaction ?? [])]).to.deep.equal([...bytes]);
        expect(await network.connection().getSignatureStatus(intent?.signature ?? '')).to.have.property(
          'value',
          null,
        );
        await chain.send(bytes);
      },
    };
    const outbox = await open({ chain: watched });
    await outbox.plan(keyFor(wallet), '1000000');
    await finish(outbox);
    expect(recorded).to.equal('sent');
    expect(await balanceOf(wallet)).to.equal(1_000_000);
  });

  it('signs anew what was signed and never arrived, once that can never land', async () => {
    const wallet = newWallet();
    const outbox = await open({
      chain: { ...chain, send: () => Promise.reject(new Error('the line is cut')) },
    });
    await outbox.plan(keyFor(wallet), '1000000');
    await outbox.step();
    const first = await outbox.find(keyFor(wallet));
    expect(first).to.include({ state: 'sent', attempt: 1, error: 'the line is cut' });
    // Final blocks pass the last height at which it could land.
    network.chain.tick();
    for (let block = 0; block < 190; block += 1) network.chain.tick();
    const repaired = await open();
    await finish(repaired);
    const second = await repaired.find(keyFor(wallet));
    expect(second).to.include({ state: 'finalized', attempt: 2 });
    expect(second?.signature).not.to.equal(first?.signature);
    expect(await balanceOf(wallet)).to.equal(1_000_000);
  });

  it('pays everybody exactly once though forks drop what was confirmed', async () => {
    const outbox = await open();
    const wallets = Array.from({ length: 6 }, newWallet);
    const before = await balanceOf(PAYER.publicKey);
    for (const wallet of wallets) await outbox.plan(keyFor(wallet), '1000000');
    let gone = 0;
    let attempts = 0;
    for (let round = 0; round < 3; round += 1) {
      await outbox.step();
      network.chain.tick();
      await outbox.step();
      // Blockhashes of dropped blocks are gone as well: what named them can never land.
      const { chain: blocks } = network;
      gone += blocks.fork(blocks.height('processed') - blocks.height('finalized')).length;
    }
    while ((await outbox.step()) > 0) for (let block = 0; block < 40; block += 1) network.chain.tick();
    for (const wallet of wallets) {
      expect(await balanceOf(wallet)).to.equal(1_000_000);
      attempts += (await outbox.find(keyFor(wallet)))?.attempt ?? 0;
    }
    expect(gone, 'transactions that forks took back').to.be.at.least(wallets.length);
    expect(attempts, 'what could never land was signed anew').to.be.greaterThan(wallets.length);
    expect(before - (await balanceOf(PAYER.publicKey))).to.equal(wallets.length * (1_000_000 + 5_000));
  });

  it('signs nothing anew while an endpoint does not answer', async () => {
    const wallet = newWallet();
    const urls = [network.rpcUrl, 'http://127.0.0.1:9'];
    const half = openChain({ urls, deployment: localnet(), payer: PAYER }).outbox;
    const outbox = await open({
      chain: { ...half, send: () => Promise.reject(new Error('the line is cut')) },
    });
    await outbox.plan(keyFor(wallet), '1000000');
    await outbox.step();
    for (let block = 0; block < 190; block += 1) network.chain.tick();
    await outbox.step();
    expect(await outbox.find(keyFor(wallet))).to.include({ state: 'sent', attempt: 1 });
    // With an endpoint that answers it can still be sent, and seen.
    const other = await open({ chain: half });
    const fresh = newWallet();
    await other.plan(keyFor(fresh), '1000000');
    for (let state = ''; state !== 'finalized'; state = (await other.find(keyFor(fresh)))?.state ?? '') {
      await other.step();
    }
    expect(await balanceOf(wallet)).to.equal(0);
  });

  it('fails what the network would refuse without signing it, and begins it anew when asked', async () => {
    const outbox = await open();
    const key = { kind: 'finalize', subject: 'gpu', period: '1' };
    await outbox.plan(key);
    await outbox.step();
    const intent = await outbox.find(key);
    expect(intent).to.include({ state: 'failed', attempt: 0, signature: null });
    expect(intent?.error).to.contain('NoRootPending');
    expect(await outbox.plan(key)).to.equal(false);
    expect(await outbox.plan(key, '', { again: true })).to.equal(true);
  });

  it('fails what failed on chain, with the error of the program', async () => {
    const wallet = newWallet();
    // The network is told that all is well, so that the transaction is sent.
    const blind: OutboxChain = { ...chain, simulate: () => Promise.resolve({ failure: null, logs: [] }) };
    const outbox = await open({ chain: blind });
    await outbox.plan(keyFor(wallet), String(10 ** 15));
    await finish(outbox);
    const intent = await outbox.find(keyFor(wallet));
    expect(intent).to.include({ state: 'failed', attempt: 1 });
    expect(intent?.error).to.contain('ResultWithNegativeLamports');
  });

  it('signs and sends nothing in a dry run', async () => {
    const wallet = newWallet();
    const outbox = await open({ dryRun: true });
    await outbox.plan(keyFor(wallet), '1000000');
    expect(await outbox.step()).to.equal(1);
    expect(await outbox.find(keyFor(wallet))).to.include({ state: 'planned', signature: null });
    expect(await balanceOf(wallet)).to.equal(0);
  });

  it('forgets what is long over where the chain stands against a second one, and keeps what only its row does', async () => {
    let passed = 0;
    const aged: OutboxChain = {
      ...chain,
      latestBlockhash: async () => {
        const { blockhash, lastValidBlockHeight } = await chain.latestBlockhash();
        return { blockhash, lastValidBlockHeight: lastValidBlockHeight + passed };
      },
    };
    const outbox = await open({ chain: aged, rememberedBlocks: 100_000 });
    const paid = keyFor(newWallet());
    const settled = { ...keyFor(newWallet()), kind: 'settle' };
    const failed = { kind: 'finalize', subject: 'gpu', period: '1' };
    for (const key of [paid, settled]) await outbox.plan(key, '1000000');
    await outbox.plan(failed);
    await finish(outbox);
    for (const key of [paid, settled]) {
      expect(await outbox.find(key)).to.include({ state: 'finalized', transaction: null });
    }
    const young = { ...keyFor(newWallet()), kind: 'settle' };
    passed = 90_000;
    await outbox.plan(young, '1000000');
    await finish(outbox);
    for (const key of [paid, settled, failed]) expect(await outbox.find(key)).not.to.equal(undefined);
    passed = 150_000;
    // What is signed now tells how high the chain is.
    await outbox.plan(keyFor(newWallet()), '1000000');
    await finish(outbox);
    expect(await outbox.find(settled)).to.equal(undefined);
    expect(await outbox.find(failed)).to.equal(undefined);
    expect(await outbox.find(young)).to.include({ state: 'finalized' });
    expect(await outbox.plan(paid, '1000000', { again: true })).to.equal(false);
    expect(await outbox.find(paid)).to.include({ state: 'finalized', attempt: 1 });
  });

  it('forgets no intent that may still land, however old', async () => {
    const cut: OutboxChain = { ...chain, send: () => Promise.reject(new Error('the line is cut')) };
    const silent: OutboxChain = {
      ...cut,
      observe: (signatures) => Promise.resolve(signatures.map(() => [null])),
    };
    const old = { ...keyFor(newWallet()), kind: 'settle' };
    const outbox = await open({ chain: silent, rememberedBlocks: 0 });
    await outbox.plan(old, '1000000');
    await outbox.step();
    for (let block = 0; block < 400; block += 1) network.chain.tick();
    await outbox.plan({ kind: 'finalize', subject: 'gpu', period: '2' });
    await outbox.step();
    expect(await outbox.find(old)).to.include({ state: 'sent', attempt: 1 });
  });

  it('counts what is open, and scans its table for nothing', async () => {
    const asked = new Map<string, readonly SqlValue[]>();
    const watched: Database = {
      ...database,
      query: (sql, values = []) => {
        if (sql.includes('outbox_intents')) asked.set(sql, values);
        return database.query(sql, values);
      },
    };
    const metrics = new Metrics('test');
    const outbox = await open({ database: watched, metrics, rememberedBlocks: 0 });
    await outbox.plan(keyFor(newWallet()), '1000000');
    await outbox.plan({ kind: 'finalize', subject: 'gpu', period: '3' }, '', { again: true });
    expect(await outbox.step()).to.equal(1);
    const counts = await metrics.registry.getSingleMetric('ionet_outbox_intents')?.get();
    expect(counts?.values.map(({ labels, value }) => [labels['state'], value])).to.deep.equal([['sent', 1]]);
    await finish(outbox);
    for (let block = 0; block < 200; block += 1) network.chain.tick();
    await outbox.plan(keyFor(newWallet()), '1000000');
    await finish(outbox);
    expect(asked.size).to.be.greaterThan(6);
    const plans = await database.transaction(async ({ query }) => {
      if (database.kind === 'postgresql') await query('SET LOCAL enable_seqscan = off');
      const explain = database.kind === 'postgresql' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
      const found: string[] = [];
      for (const [sql, values] of asked) {
        for (const row of await query(`${explain} ${sql}`, values)) found.push(Object.values(row).join(' '));
      }
      return found;
    });
    // An index on what is open alone, or on a part of it, may be read as a whole.
    const scans = plans.filter((plan) => /Seq Scan|\bSCAN\b/.test(plan) && !plan.includes('_open'));
    expect(scans).to.deep.equal([]);
    expect(plans.join()).to.contain('outbox_intents_open').and.contain('outbox_intents_over');
  });

  it('takes over the rows of a version that kept everything', async () => {
    await migrate(database, 'outbox', [
      {
        id: 1,
        name: 'intents',
        statements: [
          `CREATE TABLE outbox_intents (
             kind text NOT NULL, subject text NOT NULL, period text NOT NULL, payload text NOT NULL,
             state text NOT NULL, attempt bigint NOT NULL, signature text, transaction_bytes bytea,
             last_valid_block_height bigint, error text, planned_order bigint NOT NULL,
             PRIMARY KEY (kind, subject, period)
           )`,
          'CREATE INDEX outbox_intents_open ON outbox_intents (state, planned_order)',
        ],
      },
    ]);
    const bytes = Uint8Array.of(1, 2, 3);
    const rows: readonly (readonly [string, bigint | null, Uint8Array | null])[] = [
      ['finalized', 70n, bytes],
      ['failed', null, null],
      ['sent', 90n, bytes],
    ];
    for (const [index, [state, height, transaction]] of rows.entries()) {
      await database.query(
        `INSERT INTO outbox_intents VALUES ('settle', $1, '1', '', $2, 1, 'signature', $3, $4, NULL, $5)`,
        [state, state, transaction, height, BigInt(index)],
      );
    }
    const store = await IntentStore.open(database);
    const found = await Promise.all(
      rows.map(([state]) => store.find({ kind: 'settle', subject: state, period: '1' })),
    );
    expect(found.map((intent) => [intent?.lastValidBlockHeight, intent?.transaction?.length])).to.deep.equal([
      [70, undefined],
      [90, undefined],
      [90, 3],
    ]);
    expect([await store.forget('settle', 80, 10), await store.forget('settle', 1_000, 1)]).to.deep.equal([
      1, 1,
    ]);
    expect((await store.open(10)).map(({ state }) => state)).to.deep.equal(['sent']);
    expect(await store.forget('settle', 1_000, 10)).to.equal(0);
  });

  it('pays everybody exactly once when its process is killed again and again', async function () {
    this.timeout(120_000);
    await database.close();
    const payments = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [newWallet().toBase58(), 1_000_000 + index]),
    );
    const before = await balanceOf(PAYER.publicKey);
    const secretKey = [...PAYER.secretKey];
    const task = {
      urls: [network.rpcUrl],
      secretKey,
      directory: place.directory,
      databaseUrl: place.url,
      payments,
    };
    const start = () =>
      spawnScript('tests/services/processes/payer.ts', { input: `${JSON.stringify(task)}\n` });
    let signed = 0;
    for (let life = 0; life < 3; life += 1) {
      const payer = start();
      // Somewhere between writing down, signing, sending and seeing the result.
      const words = ['signed', 'sent', 'confirmed'] as const;
      const word = words[life % words.length];
      await Promise.race([payer.line(({ state }) => state === word), payer.ended()]);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      await payer.kill('SIGKILL');
      signed += payer.lines.filter(({ state }) => state === 'signed').length;
    }
    const last = start();
    expect(await last.ended(), last.stderr()).to.equal(0);
    expect(signed, 'payments that were begun before a kill').to.be.greaterThan(0);
    for (const [wallet, lamports] of Object.entries(payments)) {
      expect(await balanceOf(new PublicKey(wallet)), wallet).to.equal(lamports);
    }
    // Not one transaction more than payments: each costs the fee of one signature.
    const paid = Object.values(payments).reduce((sum, lamports) => sum + lamports, 0);
    expect(before - (await balanceOf(PAYER.publicKey))).to.equal(paid + 5_000 * Object.keys(payments).length);
    database = await place.open();
  });
});
