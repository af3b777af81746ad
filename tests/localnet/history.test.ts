import {
  Keypair,
  SystemProgram,
  Transaction,
  TransactionInstruction,
  PublicKey,
  sendAndConfirmTransaction,
} from '@solana/web3.js';
import {
  createAssociatedTokenAccountInstruction,
  createMint,
  createMintToInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { expect } from 'chai';
import { rpcCall, useNode } from '../harness/rpc-node.js';

const MEMO = new PublicKey('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');

describe('local network: history', () => {
  const node = useNode();
  const versions = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 } as const;

  async function send(payer: Keypair, ...instructions: TransactionInstruction[]): Promise<string> {
    return sendAndConfirmTransaction(node.connection, new Transaction().add(...instructions), [payer]);
  }
  const pay = (from: Keypair, to: PublicKey, lamports: number): TransactionInstruction =>
    SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey: to, lamports });

  it('shows a transaction with balances, fee, logs and compute units', async () => {
    const payer = await node.wallet(1);
    const to = Keypair.generate().publicKey;
    const signature = await send(payer, pay(payer, to, 10_000_000));
    const found = await node.connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 0,
    });
    expect(found?.meta).to.deep.include({
      err: null,
      fee: 5_000,
      preBalances: [1_000_000_000, 0, 1],
      postBalances: [989_995_000, 10_000_000, 1],
    });
    expect(found?.meta?.computeUnitsConsumed).to.be.greaterThan(0);
    expect(found?.meta?.logMessages?.[0]).to.contain('invoke [1]');
    expect(found?.blockTime).to.be.a('number');
    const base64 = await rpcCall(node.rpcUrl, 'getTransaction', [
      signature,
      { ...versions, encoding: 'base64' },
    ]);
    const { transaction } = base64 as { transaction: [string, string] };
    expect(
      Transaction.from(Buffer.from(transaction[0], 'base64')).feePayer?.equals(payer.publicKey),
    ).to.equal(true);
    expect(
      await node.connection.getTransaction(
        signature.replace(/^./, (first) => (first === '2' ? '3' : '2')),
        {
          commitment: 'confirmed',
          maxSupportedTransactionVersion: 0,
        },
      ),
    ).to.equal(null);
  });

  it('shows instructions in words, with token balances and what programs called', async () => {
    const { connection } = node;
    const payer = await node.wallet();
    const mint = await createMint(connection, payer, payer.publicKey, null, 6);
    const account = getAssociatedTokenAddressSync(mint, payer.publicKey);
    const signature = await send(
      payer,
      createAssociatedTokenAccountInstruction(payer.publicKey, account, payer.publicKey, mint),
      createMintToInstruction(mint, account, payer.publicKey, 1_500_000),
      new TransactionInstruction({ programId: MEMO, keys: [], data: Buffer.from('for lunch') }),
    );
    const found = await connection.getParsedTransaction(signature, versions);
    const instructions = found?.transaction.message.instructions as { program: string; parsed: unknown }[];
    expect(instructions.map(({ program }) => program)).to.deep.equal([
      'spl-associated-token-account',
      'spl-token',
      'spl-memo',
    ]);
    expect(instructions[1]?.parsed).to.deep.equal({
      type: 'mintTo',
      info: {
        mint: mint.toBase58(),
        account: account.toBase58(),
        mintAuthority: payer.publicKey.toBase58(),
        amount: '1500000',
      },
    });
    expect(instructions[2]?.parsed).to.equal('for lunch');
    expect(found?.meta?.preTokenBalances).to.deep.equal([]);
    const [balance] = found?.meta?.postTokenBalances ?? [];
    expect(balance).to.deep.include({ mint: mint.toBase58(), owner: payer.publicKey.toBase58() });
    expect(balance?.uiTokenAmount.uiAmountString).to.equal('1.5');
    const inner = found?.meta?.innerInstructions?.[0]?.instructions as {
      program: string;
      parsed: { type: string };
    }[];
    expect(
      inner.some(({ program, parsed }) => program === 'system' && parsed.type === 'createAccount'),
    ).to.equal(true);
    const listed = await connection.getSignaturesForAddress(account, {}, 'confirmed');
    expect(listed[0]).to.deep.include({ signature, memo: '[9] for lunch', err: null });
  });

  it('lists the signatures of an address in parts, the newest first', async () => {
    const { connection } = node;
    const payer = await node.wallet();
    const to = Keypair.generate().publicKey;
    const sent: string[] = [];
    for (let count = 0; count < 4; count += 1)
      sent.unshift(await send(payer, pay(payer, to, 1_000_000 + count)));
    const list = async (options: object): Promise<string[]> => {
      const found = await connection.getSignaturesForAddress(to, options, 'confirmed');
      return found.map(({ signature }) => signature);
    };
    expect(await list({})).to.deep.equal(sent);
    expect(await list({ limit: 2 })).to.deep.equal(sent.slice(0, 2));
    expect(await list({ before: sent[1] })).to.deep.equal(sent.slice(2));
    expect(await list({ until: sent[2] })).to.deep.equal(sent.slice(0, 2));
    expect(await list({ before: sent[0], until: sent[3] })).to.deep.equal(sent.slice(1, 3));
  }).timeout(60_000);

  it('shows the block of a transaction, and statuses', async () => {
    const { connection } = node;
    const payer = await node.wallet();
    const signature = await send(payer, pay(payer, Keypair.generate().publicKey, 1_000_000));
    const { value } = await connection.getSignatureStatuses([signature, '1'.repeat(64)], {
      searchTransactionHistory: true,
    });
    expect(value[1]).to.equal(null);
    const slot = value[0]?.slot ?? 0;
    const block = await connection.getBlock(slot, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 0,
    });
    expect(block?.transactions.map(({ transaction }) => transaction.signatures[0])).to.include(signature);
    expect(block?.parentSlot).to.be.lessThan(slot);
    const { signatures } = await connection.getBlockSignatures(slot, 'confirmed');
    expect(signatures).to.include(signature);
    expect(await connection.getBlockTime(slot)).to.be.a('number');
    expect(await connection.getBlocks(slot, slot, 'confirmed')).to.deep.equal([slot]);
  });
});
