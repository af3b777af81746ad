import { startLocalnet, type Localnet } from '@ionet/localnet';
import {
  Keypair,
  SystemProgram,
  TransactionMessage,
  VersionedTransaction,
  type Commitment,
  type Connection,
} from '@solana/web3.js';
import { expect } from 'chai';
import { rpcCall } from '../../harness/rpc-node.js';

describe('local network: blocks, moved by hand', () => {
  let network: Localnet;
  let connection: Connection;

  beforeEach(async () => {
    // No block is closed but by the test.
    network = await startLocalnet({ port: 0, slotMs: 60_000 });
    connection = network.connection();
  });
  afterEach(() => network.stop());

  const tick = (times: number): void => {
    for (let count = 0; count < times; count += 1) network.chain.tick();
  };
  const LEVELS = ['processed', 'confirmed', 'finalized'] as const;

  async function transfer(
    payer: Keypair,
    blockhash: string,
    lamports: number,
  ): Promise<VersionedTransaction> {
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [
        SystemProgram.transfer({
          fromPubkey: payer.publicKey,
          toPubkey: Keypair.generate().publicKey,
          lamports,
        }),
      ],
    }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer]);
    return Promise.resolve(transaction);
  }

  it('shows each commitment the state of its own blocks', async () => {
    const { publicKey } = Keypair.generate();
    const balances = (): Promise<number[]> =>
      Promise.all(LEVELS.map((commitment) => connection.getBalance(publicKey, commitment)));
    const lamports = 1_000_000_000;
    const signature = await connection.requestAirdrop(publicKey, lamports);
    const status = async (): Promise<[string | undefined, number | null | undefined]> => {
      const { value } = await connection.getSignatureStatuses([signature]);
      return [value[0]?.confirmationStatus, value[0]?.confirmations];
    };
    expect(await balances()).to.deep.equal([lamports, 0, 0]);
    expect(await status()).to.deep.equal(['processed', 0]);
    tick(1);
    expect(await balances()).to.deep.equal([lamports, lamports, 0]);
    expect(await status()).to.deep.equal(['confirmed', 1]);
    tick(30);
    expect(await balances()).to.deep.equal([lamports, lamports, 0]);
    expect(await status()).to.deep.equal(['confirmed', 31]);
    tick(1);
    expect(await balances()).to.deep.equal([lamports, lamports, lamports]);
    expect(await status()).to.deep.equal(['finalized', null]);
  });

  it('shows a program’s accounts as they were at a commitment', async () => {
    const owner = Keypair.generate().publicKey;
    const account = Keypair.generate().publicKey.toBase58();
    const found = (): Promise<number[]> =>
      Promise.all(
        LEVELS.map(async (commitment) => {
          const accounts = await connection.getProgramAccounts(owner, { commitment });
          return accounts[0]?.account.data[0] ?? -1;
        }),
      );
    const write = (byte: number): Promise<unknown> =>
      rpcCall(network.rpcUrl, 'ionet_setAccount', [
        account,
        { owner: owner.toBase58(), data: Buffer.of(byte).toString('base64') },
      ]);
    await write(1);
    tick(40);
    await write(2);
    tick(1);
    await write(3);
    expect(await found()).to.deep.equal([3, 2, 1]);
    await rpcCall(network.rpcUrl, 'ionet_setAccount', [account, null]);
    expect(await found()).to.deep.equal([-1, 2, 1]);
    tick(33);
    expect(await found()).to.deep.equal([-1, -1, -1]);
  });

  it('takes a blockhash for 150 blocks and no longer', async () => {
    const payer = Keypair.generate();
    await connection.requestAirdrop(payer.publicKey, 1_000_000_000);
    tick(3);
    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash('processed');
    const height = await connection.getBlockHeight('processed');
    expect(lastValidBlockHeight).to.equal(height - 1 + 150);
    tick(149);
    expect(await connection.getBlockHeight('processed')).to.equal(lastValidBlockHeight);
    expect((await connection.isBlockhashValid(blockhash)).value).to.equal(true);
    await connection.sendTransaction(await transfer(payer, blockhash, 1_000_000));
    tick(1);
    expect((await connection.isBlockhashValid(blockhash)).value).to.equal(false);
    const late = await connection.sendTransaction(await transfer(payer, blockhash, 2_000_000)).then(
      () => expect.fail('it must be refused'),
      (error: unknown) => String(error),
    );
    expect(late).to.contain('Blockhash not found');
  });

  it('gives older blockhashes to who wants finality', async () => {
    tick(40);
    const [processed, confirmed, finalized] = await Promise.all(
      LEVELS.map(async (level: Commitment) => {
        const { blockhash } = await connection.getLatestBlockhash(level);
        return blockhash;
      }),
    );
    expect(confirmed).to.equal(processed);
    expect(finalized).to.not.equal(confirmed);
    const slot = await connection.getSlot('finalized');
    const block = await connection.getBlock(slot, { maxSupportedTransactionVersion: 0 });
    expect(block?.blockhash).to.equal(finalized);
  });

  it('keeps the hashes of the newest slots where programs read them', () => {
    tick(3);
    const { chain } = network;
    const data = Buffer.from(
      chain.account('SysvarS1otHashes111111111111111111111111111', 'processed')?.data ?? [],
    );
    expect(data.readBigUInt64LE(0)).to.equal(4n);
    expect(data.readBigUInt64LE(8)).to.equal(3n);
  });

  it('moves clock, slots and price by a warp, and skips the slots between', async () => {
    const before = await connection.getSlot('processed');
    const time = network.chain.unixTimestamp;
    const held = await connection.getLatestBlockhash();
    await rpcCall(network.rpcUrl, 'ionet_warp', [{ seconds: 3_600 }]);
    const slot = await connection.getSlot('processed');
    expect(slot).to.equal(before + 1 + 60);
    expect(network.chain.unixTimestamp - time).to.be.within(3_600, 3_610);
    expect((await connection.isBlockhashValid(held.blockhash)).value).to.equal(true);
    const price = await connection.getAccountInfo(network.deployment.priceAccount, 'processed');
    expect(price?.data.readBigInt64LE(93)).to.equal(BigInt(network.chain.unixTimestamp));
    tick(1);
    expect(await connection.getBlocks(before, slot)).to.deep.equal([before, slot]);
    const skipped = await connection.getBlock(before + 1, { maxSupportedTransactionVersion: 0 }).then(
      () => expect.fail('there is no such block'),
      (error: unknown) => String(error),
    );
    expect(skipped).to.contain('was skipped');
  });

  it('warps to a time, by slots, and never back', async () => {
    const now = network.chain.unixTimestamp;
    const warp = (by: object): Promise<unknown> => rpcCall(network.rpcUrl, 'ionet_warp', [by]);
    await warp({ to: now + 86_400 });
    expect(network.chain.unixTimestamp - now).to.be.within(86_400, 86_410);
    await warp({ slots: 2 });
    expect(network.chain.unixTimestamp - now).to.be.within(86_520, 86_530);
    for (const by of [{ to: now }, { seconds: -1 }, { seconds: 1, to: 5 }, {}]) {
      const refused = await warp(by).then(
        () => expect.fail('it must be refused'),
        (error: unknown) => (error as { code: number }).code,
      );
      expect(refused).to.equal(-32602);
    }
  });

  it('sets a price, and holds it so that it grows stale', async () => {
    const read = async (): Promise<[bigint, bigint]> => {
      const account = await connection.getAccountInfo(network.deployment.priceAccount, 'processed');
      return [account?.data.readBigInt64LE(73) ?? 0n, account?.data.readBigInt64LE(93) ?? 0n];
    };
    await rpcCall(network.rpcUrl, 'ionet_setPrice', [{ price: '300000000' }]);
    expect((await read())[0]).to.equal(300_000_000n);
    const time = BigInt(network.chain.unixTimestamp);
    await rpcCall(network.rpcUrl, 'ionet_setPrice', [{ price: 310_000_000, hold: true }]);
    await rpcCall(network.rpcUrl, 'ionet_warp', [{ seconds: 600 }]);
    expect(await read()).to.deep.equal([310_000_000n, time]);
    await rpcCall(network.rpcUrl, 'ionet_setPrice', [{}]);
    expect((await read())[1]).to.equal(BigInt(network.chain.unixTimestamp));
  });
});
