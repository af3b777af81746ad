import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { emission, localnet } from '@ionet/sdk';
import {
  createLogger,
  IntentStore,
  Metrics,
  openChain,
  Outbox,
  type Database,
  type IntentKey,
  type OutboxChain,
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

  const open = (options: { chain?: OutboxChain; dryRun?: boolean } = {}): Promise<Outbox> =>
    Outbox.open({
      database,
      chain,
      deployment: localnet(),
      payer: PAYER,
      metrics: new Metrics('test'),
      logger: createLogger('test', 'silent'),
      kinds: {
        pay: ({ subject, payload }) => ({
          instructions: [
            SystemProgram.transfer({
              fromPubkey: PAYER.publicKey,
              toPubkey: new PublicKey(subject),
              lamports: Number(payload),
            }),
          ],
          signers: [],
          accounts: {},
        }),
        finalize: () => emission.finalizeRoot.call(context, { kind: 'gpu' }),
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
