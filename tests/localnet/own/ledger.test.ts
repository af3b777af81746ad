import { LedgerError, startLocalnet, type Localnet } from '@ionet/localnet';
import { Connection, Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { confirmed, rpcCall } from '../../harness/rpc-node.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('local network: ledger', () => {
  let directory: string;
  let running: Localnet | undefined;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'localnet-'));
  });
  afterEach(async () => {
    await running?.stop();
    child?.kill('SIGKILL');
    running = child = undefined;
    rmSync(directory, { recursive: true });
  });

  const start = async (slotMs = 60_000): Promise<Localnet> =>
    (running = await startLocalnet({ port: 0, slotMs, ledger: directory }));
  const segments = (): string[] => readdirSync(directory).filter((name) => name.startsWith('blocks-'));

  it('goes on where it was stopped', async () => {
    const first = await start();
    const to = Keypair.generate().publicKey;
    const signature = await first.connection().requestAirdrop(to, 1_000_000_000);
    first.warpBy(86_400);
    const slot = first.chain.slot('processed');
    const time = first.chain.unixTimestamp;
    await first.stop();
    const second = await start();
    const connection = second.connection();
    expect(await connection.getBalance(to, 'finalized')).to.equal(1_000_000_000);
    const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
    expect(found?.meta?.err).to.equal(null);
    expect(await connection.getSlot('processed')).to.be.greaterThan(slot);
    expect(second.chain.unixTimestamp).to.be.within(time, time + 60);
    expect(await connection.getTransactionCount('processed')).to.equal(1);
    expect(readdirSync(join(directory, 'keys'))).to.include('buyer.json');
  });

  it('refuses a transaction again that it processed before it was stopped', async () => {
    const first = await start();
    const bytes: string[] = [];
    first.chain.subscribe({
      transaction: (record) => bytes.push(Buffer.from(record.bytes).toString('base64')),
    });
    await first.connection().requestAirdrop(Keypair.generate().publicKey, 1_000_000_000);
    await first.stop();
    const second = await start();
    const again = await rpcCall(second.rpcUrl, 'sendTransaction', [bytes[0], { encoding: 'base64' }]).then(
      () => expect.fail('it must be refused'),
      (error: unknown) => String(error),
    );
    expect(again).to.contain('already been processed');
  });

  it('is whole up to some block, wherever its last file is cut off', async () => {
    const network = await start();
    const to = Keypair.generate().publicKey;
    // What the account holds after each block.
    const balances = new Map<number, bigint>();
    for (let count = 1; count <= 4; count += 1) {
      await network.connection().requestAirdrop(to, 1_000_000);
      network.chain.tick();
      const height = network.chain.height('confirmed');
      balances.set(height, network.chain.account(to.toBase58(), 'confirmed')?.lamports ?? 0n);
    }
    // A copy of what a killed process leaves: no snapshot but the first, and blocks after it.
    const [segment] = segments();
    const files = readdirSync(directory).filter((name) => name.endsWith('.bin') || name.endsWith('.log'));
    const copies = new Map(files.map((name) => [name, readFileSync(join(directory, name))]));
    await network.stop();
    const whole = copies.get(segment!) ?? Buffer.alloc(0);
    const reached = new Set<number>();
    for (let cut = whole.length; cut >= 0; cut -= Math.max(1, Math.floor(whole.length / 12))) {
      for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
      for (const [name, bytes] of copies) writeFileSync(join(directory, name), bytes);
      writeFileSync(join(directory, segment!), whole.subarray(0, cut));
      const again = await start();
      const height = again.chain.height('finalized');
      const expected = balances.get(height) ?? 0n;
      expect(again.chain.account(to.toBase58(), 'finalized')?.lamports ?? 0n).to.equal(expected);
      expect(again.chain.history.signaturesFor(to.toBase58())).to.have.length(Number(expected / 1_000_000n));
      reached.add(height);
      // It goes on from there, and keeps what comes.
      await again.connection().requestAirdrop(to, 1_000_000);
      await again.stop();
      const after = await start();
      expect(after.chain.account(to.toBase58(), 'finalized')?.lamports).to.equal(expected + 1_000_000n);
      await after.stop();
    }
    expect([...reached].sort()).to.deep.equal([0, 1, 2, 3, 4]);
  }).timeout(120_000);

  it('refuses a ledger in which something else was written, and names it', async () => {
    const network = await start();
    network.chain.tick();
    network.chain.tick();
    const [segment] = segments();
    const path = join(directory, segment!);
    const bytes = readFileSync(path);
    const snapshots = readdirSync(directory).filter((name) => name.startsWith('snapshot-'));
    await network.stop();
    for (const name of readdirSync(directory).filter((one) => one.startsWith('snapshot-'))) {
      if (!snapshots.includes(name)) rmSync(join(directory, name));
    }
    bytes[20] = (bytes[20] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    const error: unknown = await start().catch((one: unknown) => one);
    expect(error).to.be.instanceOf(LedgerError);
    expect(String(error)).to.contain(path);
    // It has let go of the directory: another try says the same.
    expect(String(await start().catch((one: unknown) => one))).to.contain('damaged');
  });

  it('belongs to one network at a time', async () => {
    await start();
    const error: unknown = await startLocalnet({ port: 0, ledger: directory }).catch((one: unknown) => one);
    expect(error).to.be.instanceOf(LedgerError);
    expect(String(error)).to.contain('in use');
  });

  it('takes over from a process that left its lock behind', async () => {
    appendFileSync(join(directory, 'lock'), '999999999\n');
    await start();
  });

  it('survives kill -9: nothing that was confirmed is lost', async () => {
    const to = Keypair.generate().publicKey;
    const kept = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const { process, rpcUrl } = await launch(directory);
      child = process;
      const connection = new Connection(rpcUrl, 'confirmed');
      for (const signature of kept) {
        const { value } = await connection.getSignatureStatuses([signature], {
          searchTransactionHistory: true,
        });
        expect(value[0]?.err, signature).to.equal(null);
      }
      expect(await connection.getBalance(to)).to.equal(1_000_000 * (await countOf(connection, to)));
      // Once something is kept, the process dies between two answers, somewhere in its work.
      const exit = once(process, 'exit');
      let death: NodeJS.Timeout | undefined;
      try {
        for (;;) {
          const signature = await connection.requestAirdrop(to, 1_000_000);
          if ((await confirmed(connection, signature)) === null) kept.add(signature);
          death ??= setTimeout(() => process.kill('SIGKILL'), 100 + 150 * round);
        }
      } catch {
        // It is gone.
      }
      await exit;
    }
    expect(kept.size).to.be.greaterThan(0);
    const network = await start();
    const connection = network.connection();
    expect(await connection.getBalance(to)).to.equal(1_000_000 * (await countOf(connection, to)));
    const all = new Set(network.chain.history.signaturesFor(to.toBase58()));
    expect([...kept].filter((signature) => !all.has(signature))).to.deep.equal([]);
  }).timeout(120_000);
});

async function countOf(connection: Connection, address: PublicKey): Promise<number> {
  return (await connection.getSignaturesForAddress(address)).length;
}

/** The network as a process of its own, on a free port, with its address once it runs. */
async function launch(ledger: string): Promise<{ readonly process: ChildProcess; readonly rpcUrl: string }> {
  const process_ = spawn(
    process.execPath,
    [
      '--import=tsx',
      '--conditions=ionet-source',
      'localnet/src/main.ts',
      '--port=0',
      '--slot-time=20',
      `--ledger=${ledger}`,
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const line of createInterface({ input: process_.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return { process: process_, rpcUrl: url };
  }
  throw new Error('the network did not start');
}
