import {
  AddressLookupTableProgram,
  Ed25519Program,
  Keypair,
  NONCE_ACCOUNT_LENGTH,
  SystemProgram,
  Transaction,
  TransactionMessage,
  VersionedTransaction,
  sendAndConfirmTransaction,
  type AddressLookupTableAccount,
  type TransactionInstruction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { confirmed, itOnOurs, useNode } from '../harness/rpc-node.js';

describe('local network: lookup tables, nonces and ed25519', () => {
  const node = useNode();

  async function send(
    payer: Keypair,
    instructions: TransactionInstruction[],
    tables: AddressLookupTableAccount[] = [],
    blockhash?: string,
  ): Promise<string> {
    const recentBlockhash = blockhash ?? (await node.connection.getLatestBlockhash()).blockhash;
    const message = new TransactionMessage({ payerKey: payer.publicKey, recentBlockhash, instructions });
    const transaction = new VersionedTransaction(message.compileToV0Message(tables));
    transaction.sign([payer]);
    const signature = await node.connection.sendTransaction(transaction);
    expect(await confirmed(node.connection, signature)).to.equal(null);
    return signature;
  }
  /** The next slot has begun: what was extended can be used, a nonce can be advanced. */
  const nextSlot = async (): Promise<void> => {
    const slot = await node.connection.getSlot('processed');
    while ((await node.connection.getSlot('processed')) <= slot + 1) {
      await new Promise((resolve) => setTimeout(resolve, node.slotMs));
    }
  };

  it('creates, extends and uses a lookup table', async () => {
    const { connection } = node;
    const payer = await node.wallet();
    const to = Keypair.generate().publicKey;
    const [create, address] = AddressLookupTableProgram.createLookupTable({
      authority: payer.publicKey,
      payer: payer.publicKey,
      recentSlot: await connection.getSlot('confirmed'),
    });
    const extend = AddressLookupTableProgram.extendLookupTable({
      lookupTable: address,
      authority: payer.publicKey,
      payer: payer.publicKey,
      addresses: [to],
    });
    await send(payer, [create, extend]);
    await nextSlot();
    const { value: table } = await connection.getAddressLookupTable(address);
    expect(table?.state.addresses.map((one) => one.toBase58())).to.deep.equal([to.toBase58()]);
    const transfer = SystemProgram.transfer({
      fromPubkey: payer.publicKey,
      toPubkey: to,
      lamports: 7_000_000,
    });
    const signature = await send(payer, [transfer], [table!]);
    expect(await connection.getBalance(to)).to.equal(7_000_000);
    const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
    expect(found?.version).to.equal(0);
    expect(found?.meta?.loadedAddresses?.writable.map(String)).to.deep.equal([to.toBase58()]);
    const old = await connection.getSignaturesForAddress(to, {}, 'confirmed');
    expect(old.map((one) => one.signature)).to.deep.equal([signature]);
  }).timeout(60_000);

  it('takes a durable nonce in place of a blockhash, once', async () => {
    const { connection } = node;
    const payer = await node.wallet();
    const nonce = Keypair.generate();
    const create = SystemProgram.createNonceAccount({
      fromPubkey: payer.publicKey,
      noncePubkey: nonce.publicKey,
      authorizedPubkey: payer.publicKey,
      lamports: await connection.getMinimumBalanceForRentExemption(NONCE_ACCOUNT_LENGTH),
    });
    await sendAndConfirmTransaction(connection, new Transaction().add(create), [payer, nonce]);
    await nextSlot();
    const value = async (): Promise<string> => (await connection.getNonce(nonce.publicKey))?.nonce ?? '';
    const before = await value();
    const to = Keypair.generate().publicKey;
    const instructions = [
      SystemProgram.nonceAdvance({ noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey }),
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports: 3_000_000 }),
    ];
    await send(payer, instructions, [], before);
    expect(await connection.getBalance(to)).to.equal(3_000_000);
    expect(await value()).to.not.equal(before);
    const again = await send(payer, instructions, [], before).then(
      () => expect.fail('it must be refused'),
      (error: unknown) => String(error),
    );
    expect(again).to.match(/Blockhash not found|already been processed/);
  }).timeout(60_000);

  itOnOurs('moves a nonce on when its transaction fails', 'it leaves the nonce as it was', async () => {
    const { connection } = node;
    const payer = await node.wallet(1);
    const nonce = Keypair.generate();
    const create = SystemProgram.createNonceAccount({
      fromPubkey: payer.publicKey,
      noncePubkey: nonce.publicKey,
      authorizedPubkey: payer.publicKey,
      lamports: 2_000_000,
    });
    await sendAndConfirmTransaction(connection, new Transaction().add(create), [payer, nonce]);
    await nextSlot();
    const before = (await connection.getNonce(nonce.publicKey))?.nonce ?? '';
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: before,
      instructions: [
        SystemProgram.nonceAdvance({ noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey }),
        SystemProgram.transfer({
          fromPubkey: payer.publicKey,
          toPubkey: Keypair.generate().publicKey,
          lamports: 10_000_000_000,
        }),
      ],
    }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer]);
    const signature = await connection.sendTransaction(transaction, { skipPreflight: true });
    expect(await confirmed(connection, signature)).to.deep.equal({ InstructionError: [1, { Custom: 1 }] });
    expect((await connection.getNonce(nonce.publicKey))?.nonce).to.not.equal(before);
    // Sent again, it is refused and pays no second fee.
    const balance = await connection.getBalance(payer.publicKey);
    await connection.sendTransaction(transaction, { skipPreflight: true });
    await nextSlot();
    expect(await connection.getBalance(payer.publicKey)).to.equal(balance);
  });

  it('checks ed25519 signatures', async () => {
    const payer = await node.wallet();
    const { secretKey } = Keypair.generate();
    const message = Buffer.from('an hour was served');
    const good = Ed25519Program.createInstructionWithPrivateKey({ privateKey: secretKey, message });
    await send(payer, [good]);
    const bad = Ed25519Program.createInstructionWithPrivateKey({ privateKey: secretKey, message });
    bad.data[bad.data.length - 1] = (bad.data[bad.data.length - 1] ?? 0) ^ 1;
    const refused = await send(payer, [bad]).then(
      () => expect.fail('it must be refused'),
      (error: unknown) => String(error),
    );
    expect(refused).to.contain('Instruction 0');
  });
});
