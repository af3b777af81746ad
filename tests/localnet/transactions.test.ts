import { utils } from '@coral-xyz/anchor';
import {
  ComputeBudgetProgram,
  Keypair,
  SendTransactionError,
  SystemProgram,
  Transaction,
  TransactionMessage,
  VersionedTransaction,
  sendAndConfirmTransaction,
  type TransactionInstruction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { confirmed, itOnOurs, rpcCall, useNode } from '../harness/rpc-node.js';

describe('local network: transactions', () => {
  const node = useNode();

  const pay = (from: Keypair, lamports: number, to = Keypair.generate().publicKey): TransactionInstruction =>
    SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey: to, lamports });

  async function signed(
    payer: Keypair,
    ...instructions: TransactionInstruction[]
  ): Promise<VersionedTransaction> {
    const { blockhash } = await node.connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions,
    }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer]);
    return transaction;
  }

  /** The answer's error as a node gives it. */
  async function errorOf(promise: Promise<unknown>): Promise<Error & { code?: number }> {
    const error: unknown = await promise.then(
      () => expect.fail('it must be refused'),
      (one: unknown) => one,
    );
    return error as Error & { code?: number };
  }

  it('sends, confirms over the websocket, and moves lamports and the fee', async () => {
    const payer = await node.wallet(1);
    const to = Keypair.generate().publicKey;
    const transaction = new Transaction().add(pay(payer, 10_000_000, to));
    const signature = await sendAndConfirmTransaction(node.connection, transaction, [payer]);
    expect(await node.connection.getBalance(to)).to.equal(10_000_000);
    expect(await node.connection.getBalance(payer.publicKey)).to.equal(1_000_000_000 - 10_005_000);
    const { value } = await node.connection.getSignatureStatus(signature);
    expect(value?.err).to.equal(null);
  });

  it('takes a transaction in base58 and in base64', async () => {
    const payer = await node.wallet();
    for (const encoding of ['base58', 'base64'] as const) {
      const bytes = (await signed(payer, pay(payer, 5_000_000))).serialize();
      const text =
        encoding === 'base58' ? utils.bytes.bs58.encode(bytes) : Buffer.from(bytes).toString('base64');
      const options = { encoding, preflightCommitment: 'confirmed' };
      const signature = await rpcCall(node.rpcUrl, 'sendTransaction', [text, options]);
      expect(await confirmed(node.connection, signature as string)).to.equal(null);
    }
  });

  it('refuses by preflight what would fail, with the error and the logs', async () => {
    const payer = await node.wallet(1);
    const transaction = await signed(payer, pay(payer, 2_000_000_000));
    const error = await errorOf(node.connection.sendTransaction(transaction));
    if (!(error instanceof SendTransactionError)) return expect.fail(String(error));
    expect(error.message).to.contain('custom program error: 0x1');
    expect(error.logs?.join('\n')).to.contain('insufficient lamports');

    const wire = Buffer.from(transaction.serialize()).toString('base64');
    const raw = await errorOf(
      rpcCall(node.rpcUrl, 'sendTransaction', [
        wire,
        { encoding: 'base64', preflightCommitment: 'confirmed' },
      ]),
    );
    expect(raw.code).to.equal(-32002);
    expect((raw as unknown as { data: { err: unknown } }).data.err).to.deep.equal({
      InstructionError: [0, { Custom: 1 }],
    });
    expect(await node.connection.getBalance(payer.publicKey)).to.equal(1_000_000_000);
  });

  it('records what fails when preflight is skipped, and takes the fee', async () => {
    const payer = await node.wallet(1);
    const transaction = await signed(payer, pay(payer, 2_000_000_000));
    const signature = await node.connection.sendTransaction(transaction, { skipPreflight: true });
    expect(await confirmed(node.connection, signature)).to.deep.equal({
      InstructionError: [0, { Custom: 1 }],
    });
    expect(await node.connection.getBalance(payer.publicKey)).to.equal(1_000_000_000 - 5_000);
    const found = await node.connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
    expect(found?.meta?.logMessages?.join('\n')).to.contain('insufficient lamports');
  });

  it('refuses a wrong signature', async () => {
    const payer = await node.wallet();
    const transaction = await signed(payer, pay(payer, 1_000_000));
    const [signature] = transaction.signatures;
    if (signature !== undefined) signature[10] = (signature[10] ?? 0) ^ 1;
    const error = await errorOf(node.connection.sendTransaction(transaction));
    expect(error.message).to.match(/signature verification/i);
  });

  it('refuses a blockhash that it does not know', async () => {
    const payer = await node.wallet();
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: Keypair.generate().publicKey.toBase58(),
      instructions: [pay(payer, 1_000_000)],
    }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer]);
    const error = await errorOf(node.connection.sendTransaction(transaction));
    expect(error.message).to.contain('Blockhash not found');
  });

  it('processes a transaction once', async () => {
    const payer = await node.wallet(1);
    const transaction = await signed(payer, pay(payer, 10_000_000));
    const signature = await node.connection.sendTransaction(transaction);
    await confirmed(node.connection, signature);
    const error = await errorOf(node.connection.sendTransaction(transaction));
    expect(error.message).to.contain('already been processed');
    await node.connection.sendTransaction(transaction, { skipPreflight: true }).catch(() => undefined);
    expect(await node.connection.getBalance(payer.publicKey)).to.equal(1_000_000_000 - 10_005_000);
  });

  it('refuses a payer without lamports', async () => {
    const poor = Keypair.generate();
    const error = await errorOf(node.connection.sendTransaction(await signed(poor, pay(poor, 1))));
    expect(error.message).to.contain('no record of a prior credit');
  });

  it('says what a message costs, its priority fee included', async () => {
    const payer = await node.wallet(1);
    const transaction = await signed(
      payer,
      ComputeBudgetProgram.setComputeUnitLimit({ units: 10_000 }),
      ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 1_000_000 }),
      pay(payer, 10_000_000),
    );
    const { value } = await node.connection.getFeeForMessage(transaction.message);
    expect(value).to.equal(15_000);
    const signature = await node.connection.sendTransaction(transaction);
    await confirmed(node.connection, signature);
    expect(await node.connection.getBalance(payer.publicKey)).to.equal(1_000_000_000 - 10_015_000);
    const fees = await node.connection.getRecentPrioritizationFees({
      lockedWritableAccounts: [payer.publicKey],
    });
    expect(fees).to.be.an('array');
  });

  it('simulates without signatures, and shows accounts and what programs called', async () => {
    const payer = await node.wallet(1);
    const to = Keypair.generate().publicKey;
    const { blockhash } = await node.connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [pay(payer, 10_000_000, to)],
    }).compileToV0Message();
    const { value } = await node.connection.simulateTransaction(new VersionedTransaction(message), {
      accounts: { encoding: 'base64', addresses: [to.toBase58(), payer.publicKey.toBase58()] },
      innerInstructions: true,
    });
    expect(value.err).to.equal(null);
    expect(value.unitsConsumed).to.be.greaterThan(0);
    expect(value.accounts?.map((account) => account?.lamports)).to.deep.equal([
      10_000_000,
      1_000_000_000 - 10_005_000,
    ]);
    expect(await node.connection.getBalance(to)).to.equal(0);
  });

  it('simulates with a blockhash of its own where it is asked to', async () => {
    const payer = await node.wallet(1);
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: Keypair.generate().publicKey.toBase58(),
      instructions: [pay(payer, 10_000_000)],
    }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    const refused = await node.connection.simulateTransaction(transaction);
    expect(refused.value.err).to.equal('BlockhashNotFound');
    const simulated = await node.connection.simulateTransaction(transaction, {
      replaceRecentBlockhash: true,
    });
    expect(simulated.value.err).to.equal(null);
  });

  it('checks signatures in a simulation where it is asked to', async () => {
    const payer = await node.wallet(1);
    const transaction = await signed(payer, pay(payer, 1_000_000));
    transaction.signatures[0]?.fill(7);
    const answer = await node.connection.simulateTransaction(transaction, { sigVerify: true }).then(
      ({ value }) => JSON.stringify(value.err),
      (error: unknown) => String(error),
    );
    expect(answer).to.match(/signature/i);
  });

  it('refuses what is no transaction', async () => {
    const options = { encoding: 'base64' };
    for (const text of ['AAAA', Buffer.alloc(1_300, 1).toString('base64')]) {
      const error = await errorOf(rpcCall(node.rpcUrl, 'sendTransaction', [text, options]));
      expect(error.code).to.equal(-32602);
    }
  });

  itOnOurs('refuses bytes after a transaction', 'it notices them in preflight only', async () => {
    const payer = await node.wallet();
    const bytes = Buffer.concat([(await signed(payer, pay(payer, 1_000_000))).serialize(), Buffer.of(0)]);
    const error = await errorOf(
      rpcCall(node.rpcUrl, 'sendTransaction', [bytes.toString('base64'), { encoding: 'base64' }]),
    );
    expect(error.code).to.equal(-32602);
  });
});
