import { setTimeout as delay } from 'node:timers/promises';
import {
  Keypair,
  SystemProgram,
  Transaction,
  TransactionMessage,
  VersionedTransaction,
  sendAndConfirmTransaction,
  type PublicKey,
} from '@solana/web3.js';
import { createAssociatedTokenAccount, createMint, mintTo, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { expect } from 'chai';
import { airdrop, confirmed, itOnOurs, useNode } from '../harness/rpc-node.js';

/** Waits for the first value that fits. */
class Inbox<T> {
  readonly #values: T[] = [];
  readonly #waiting = new Set<() => void>();

  readonly put = (value: T): void => {
    this.#values.push(value);
    for (const look of this.#waiting) look();
  };

  first(fits: (value: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.#values.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

describe('local network: subscriptions', () => {
  const node = useNode();

  async function pay(payer: Keypair, to: PublicKey, lamports: number): Promise<string> {
    const instruction = SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports });
    return sendAndConfirmTransaction(node.connection, new Transaction().add(instruction), [payer]);
  }

  /** Waits until the node has answered each subscription: it tells only of what happens from then on. */
  const settled = async (): Promise<void> => {
    const { _subscriptionsByHash: subscriptions } = node.connection as unknown as {
      readonly _subscriptionsByHash: Readonly<Record<string, { readonly state: string }>>;
    };
    while (Object.values(subscriptions).some(({ state }) => state !== 'subscribed')) await delay(10);
  };

  it('tells of an account at each commitment', async () => {
    const { connection } = node;
    const { publicKey } = Keypair.generate();
    const inboxes = (['processed', 'confirmed'] as const).map((commitment) => {
      const inbox = new Inbox<number>();
      const id = connection.onAccountChange(
        publicKey,
        ({ lamports }) => {
          inbox.put(lamports);
        },
        { commitment },
      );
      return { inbox, id };
    });
    await settled();
    await airdrop(connection, publicKey, 2);
    for (const { inbox, id } of inboxes) {
      expect(await inbox.first((lamports) => lamports > 0)).to.equal(2_000_000_000);
      await connection.removeAccountChangeListener(id);
    }
  });

  it('tells of a program’s accounts that pass the filters', async () => {
    const { connection } = node;
    const owner = await node.wallet();
    const mint = await createMint(connection, owner, owner.publicKey, null, 0);
    const account = await createAssociatedTokenAccount(connection, owner, mint, owner.publicKey);
    const inbox = new Inbox<string>();
    const filters = [{ dataSize: 165 }, { memcmp: { offset: 0, bytes: mint.toBase58() } }];
    const id = connection.onProgramAccountChange(
      TOKEN_PROGRAM_ID,
      ({ accountId, accountInfo }) => {
        inbox.put(`${accountId.toBase58()} ${accountInfo.data.readBigUInt64LE(64).toString()}`);
      },
      { commitment: 'confirmed', filters },
    );
    await settled();
    await mintTo(connection, owner, mint, account, owner, 42);
    expect(await inbox.first((text) => text.endsWith(' 42'))).to.equal(`${account.toBase58()} 42`);
    await connection.removeProgramAccountChangeListener(id);
  });

  it('tells of the logs of who is mentioned', async () => {
    const { connection } = node;
    const payer = await node.wallet();
    const bystander = await node.wallet();
    const inbox = new Inbox<string>();
    const id = connection.onLogs(
      payer.publicKey,
      ({ signature }) => {
        inbox.put(signature);
      },
      'confirmed',
    );
    await settled();
    const other = await pay(bystander, Keypair.generate().publicKey, 2_000_000);
    const signature = await pay(payer, Keypair.generate().publicKey, 2_000_000);
    expect(await inbox.first((one) => one !== other)).to.equal(signature);
    await connection.removeOnLogsListener(id);
  });

  const late = 'it tells only of what happens after the subscription';
  itOnOurs('tells of a signature, with the error of a failed transaction', late, async () => {
    const { connection } = node;
    const payer = await node.wallet(1);
    const { blockhash } = await connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [
        SystemProgram.transfer({
          fromPubkey: payer.publicKey,
          toPubkey: Keypair.generate().publicKey,
          lamports: 5_000_000_000,
        }),
      ],
    }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer]);
    const signature = await connection.sendTransaction(transaction, { skipPreflight: true });
    const inbox = new Inbox<unknown>();
    connection.onSignature(
      signature,
      ({ err }) => {
        inbox.put(err);
      },
      'confirmed',
    );
    expect(await inbox.first(() => true)).to.deep.equal({ InstructionError: [0, { Custom: 1 }] });
  });

  itOnOurs('tells of a signature that is confirmed already', late, async () => {
    const { connection } = node;
    const { publicKey } = Keypair.generate();
    const signature = await connection.requestAirdrop(publicKey, 1_000_000_000);
    await confirmed(connection, signature);
    const inbox = new Inbox<unknown>();
    connection.onSignature(
      signature,
      ({ err }) => {
        inbox.put({ err });
      },
      'confirmed',
    );
    expect(await inbox.first(() => true)).to.deep.equal({ err: null });
  });

  it('tells of slots', async () => {
    const { connection } = node;
    const slots = new Inbox<{ slot: number; parent: number; root: number }>();
    const id = connection.onSlotChange(slots.put);
    const { slot, parent, root } = await slots.first(() => true);
    expect(parent).to.be.lessThan(slot);
    expect(root).to.be.at.most(slot);
    await connection.removeSlotChangeListener(id);
  });

  itOnOurs('tells of roots', 'it rejects the subscription', async () => {
    const { connection } = node;
    const roots = new Inbox<number>();
    const id = connection.onRootChange(roots.put);
    const first = await roots.first(() => true);
    expect(await roots.first((root) => root > first)).to.equal(first + 1);
    await connection.removeRootChangeListener(id);
  });
});
