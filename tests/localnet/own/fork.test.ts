import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { Keypair, SystemProgram, Transaction, type Connection } from '@solana/web3.js';
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rpcCall } from '../../harness/rpc-node.js';

const LAMPORTS = 1_000_000_000;
const payer = WALLETS.buyer.keypair;

describe('local network: forks', () => {
  let network: Localnet;
  let connection: Connection;

  const start = async (ledger?: string): Promise<void> => {
    // No block is closed but by the test.
    network = await startLocalnet({ port: 0, slotMs: 60_000, ...(ledger === undefined ? {} : { ledger }) });
    connection = network.connection();
  };
  afterEach(() => network.stop());

  const tick = (times: number): void => {
    for (let count = 0; count < times; count += 1) network.chain.tick();
  };
  const fork = (blocks: number): Promise<unknown> => rpcCall(network.rpcUrl, 'ionet_fork', [{ blocks }]);
  const dropped = async (blocks: number): Promise<readonly string[]> =>
    ((await fork(blocks)) as { readonly dropped: readonly string[] }).dropped;

  /** A payment to a new wallet, sent and processed. */
  async function pay() {
    const to = Keypair.generate().publicKey;
    const latest = await connection.getLatestBlockhash('confirmed');
    const transaction = new Transaction({ feePayer: payer.publicKey, ...latest }).add(
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports: LAMPORTS }),
    );
    transaction.sign(payer);
    const bytes = transaction.serialize();
    const signature = await connection.sendRawTransaction(bytes, { skipPreflight: true });
    return { to, bytes, signature };
  }
  const balances = (of: Keypair['publicKey']): Promise<number[]> =>
    Promise.all((['processed', 'confirmed'] as const).map((level) => connection.getBalance(of, level)));
  const statusOf = async (signature: string) =>
    (await connection.getSignatureStatuses([signature], { searchTransactionHistory: true })).value[0];

  it('lists the accounts of a program as payments, cheats and forks leave them', async () => {
    await start();
    const listed = async (): Promise<Map<string, number>> => {
      const accounts = await connection.getProgramAccounts(SystemProgram.programId, 'processed');
      return new Map(accounts.map(({ pubkey, account }) => [pubkey.toBase58(), account.lamports]));
    };
    const balanceOf = (of: Keypair['publicKey']): Promise<number> => connection.getBalance(of, 'processed');
    tick(3);
    // Asked before: what is kept since then has to follow.
    expect((await listed()).size).to.be.greaterThan(1);
    const { to } = await pay();
    tick(1);
    const paid = await listed();
    expect(paid.get(to.toBase58())).to.equal(LAMPORTS);
    expect(paid.get(payer.publicKey.toBase58())).to.equal(await balanceOf(payer.publicKey));
    const made = Keypair.generate().publicKey.toBase58();
    const owner = SystemProgram.programId.toBase58();
    await rpcCall(network.rpcUrl, 'ionet_setAccount', [made, { owner, lamports: 5_000_000 }]);
    expect((await listed()).get(made)).to.equal(5_000_000);
    await rpcCall(network.rpcUrl, 'ionet_setAccount', [made, null]);
    expect((await listed()).has(made)).to.equal(false);
    await fork(2);
    const left = await listed();
    expect(left.has(to.toBase58())).to.equal(false);
    expect(left.get(payer.publicKey.toBase58())).to.equal(await balanceOf(payer.publicKey));
  });

  it('takes back what confirmed blocks wrote, and lets the same bytes land anew', async () => {
    await start();
    tick(3);
    const before = await connection.getBalance(payer.publicKey, 'processed');
    const count = await connection.getTransactionCount('processed');
    const first = await pay();
    tick(1);
    const second = await pay();
    tick(1);
    const third = await pay();
    expect(await balances(second.to)).to.deep.equal([LAMPORTS, LAMPORTS]);

    expect(await dropped(2)).to.deep.equal([third.signature, second.signature]);
    expect(await balances(first.to)).to.deep.equal([LAMPORTS, LAMPORTS]);
    for (const { to, signature } of [second, third]) {
      expect(await balances(to)).to.deep.equal([0, 0]);
      expect(await statusOf(signature)).to.equal(null);
      expect(await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 })).to.equal(
        null,
      );
      expect(await connection.getSignaturesForAddress(to, {}, 'confirmed')).to.deep.equal([]);
    }
    const fee = 5_000;
    expect(await connection.getBalance(payer.publicKey, 'processed')).to.equal(before - LAMPORTS - fee);
    expect(await connection.getTransactionCount('processed')).to.equal(count + 1);

    expect(await connection.sendRawTransaction(second.bytes, { skipPreflight: true })).to.equal(
      second.signature,
    );
    tick(1);
    expect(await balances(second.to)).to.deep.equal([LAMPORTS, LAMPORTS]);
    expect((await statusOf(second.signature))?.confirmationStatus).to.equal('confirmed');
  });

  it('forgets the blockhashes of dropped blocks, and goes on in later slots', async () => {
    await start();
    tick(3);
    const slot = await connection.getSlot('processed');
    const { blockhash } = await connection.getLatestBlockhash('confirmed');
    await fork(2);
    expect((await connection.isBlockhashValid(blockhash, { commitment: 'processed' })).value).to.equal(false);
    expect(await connection.getSlot('processed')).to.equal(slot + 1);
    await pay();
    tick(1);
    const blocks = await connection.getBlocks(slot - 3, slot + 1, 'confirmed');
    expect(blocks).to.deep.equal([slot - 3, slot - 2, slot + 1]);
  });

  it('never takes back what is final', async () => {
    await start();
    const { to, signature } = await pay();
    tick(40);
    const final = await connection.getBlockHeight('finalized');
    const height = await connection.getBlockHeight('processed');
    let refusal: unknown;
    await fork(height - final + 1).catch((error: unknown) => (refusal = error));
    expect(refusal).to.have.property(
      'message',
      'a fork now drops from 1 to 32 blocks: blocks that are final stay',
    );
    await fork(height - final);
    expect(await connection.getBlockHeight('finalized')).to.equal(final);
    expect(await connection.getBalance(to, 'finalized')).to.equal(LAMPORTS);
    expect((await statusOf(signature))?.confirmationStatus).to.equal('finalized');
    const accounts: number[] = [];
    for (let count = 0; count < 40; count += 1) {
      tick(1);
      accounts.push(await connection.getBlockHeight('finalized'));
    }
    expect(accounts).to.deep.equal([...accounts].sort((a, b) => a - b));
    expect(accounts.at(-1)).to.be.greaterThan(final);
  });

  it('drops no more than the open block of a network with a ledger', async () => {
    const ledger = mkdtempSync(join(tmpdir(), 'ionet-fork-'));
    try {
      await start(ledger);
      const kept = await pay();
      tick(1);
      const gone = await pay();
      let refusal: unknown;
      await fork(2).catch((error: unknown) => (refusal = error));
      expect(refusal).to.have.property(
        'message',
        'a fork now drops from 1 to 1 blocks: closed blocks are in the ledger',
      );
      expect(await dropped(1)).to.deep.equal([gone.signature]);
      await network.stop();
      await start(ledger);
      expect(await connection.getBalance(kept.to, 'finalized')).to.equal(LAMPORTS);
      expect(await connection.getBalance(gone.to, 'processed')).to.equal(0);
    } finally {
      await network.stop();
      rmSync(ledger, { recursive: true });
    }
  });
});
