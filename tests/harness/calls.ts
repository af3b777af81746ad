import { SystemProgram, TransactionInstruction, type PublicKey } from '@solana/web3.js';
import type { Call, Client, NamedAccounts } from '@ionet/sdk';
import { testKeypair, type Market } from '@ionet/sdk/testing';

const NONCE_ACCOUNT_SIZE = 80;

/** A call whose last instruction is changed. */
export function changeLast<A extends NamedAccounts>(
  call: Call<A>,
  change: (instruction: TransactionInstruction) => TransactionInstruction,
): Call<A> {
  const last = call.instructions.at(-1);
  if (last === undefined) throw new RangeError('the call has no instruction');
  return { ...call, instructions: [...call.instructions.slice(0, -1), change(last)] };
}

/** A call whose last instruction has other data. */
export function changeData<A extends NamedAccounts>(
  call: Call<A>,
  change: (data: Buffer) => Uint8Array,
): Call<A> {
  return changeLast(call, ({ programId, keys, data }) => {
    const changed = Buffer.from(change(Buffer.from(data)));
    return new TransactionInstruction({ programId, keys, data: changed });
  });
}

/** A call whose last instruction gets another account in the place of `from`. */
export function replaceAccount<A extends NamedAccounts>(
  call: Call<A>,
  from: PublicKey,
  to: PublicKey,
): Call<A> {
  return changeLast(call, ({ programId, keys, data }) => {
    if (!keys.some(({ pubkey }) => pubkey.equals(from))) {
      throw new RangeError(`${from.toBase58()} is no account of the call`);
    }
    const replaced = keys.map((key) => (key.pubkey.equals(from) ? { ...key, pubkey: to } : key));
    return new TransactionInstruction({ programId, data, keys: replaced });
  });
}

/** A call whose last instruction names `key`, but without its signature. */
export function withoutSignature<A extends NamedAccounts>(call: Call<A>, key: PublicKey): Call<A> {
  return changeLast(call, ({ programId, keys, data }) => {
    const unsigned = keys.map((meta) => (meta.pubkey.equals(key) ? { ...meta, isSigner: false } : meta));
    return new TransactionInstruction({ programId, data, keys: unsigned });
  });
}

/** Sends a call as a durable-nonce transaction does: its first instruction advances a nonce. */
export async function sendWithDurableNonce(market: Market, client: Client, call: Call): Promise<void> {
  const nonce = testKeypair('durable nonce');
  const { payer } = client;
  const create = SystemProgram.createNonceAccount({
    fromPubkey: payer,
    noncePubkey: nonce.publicKey,
    authorizedPubkey: payer,
    lamports: Number(market.network.rentFor(NONCE_ACCOUNT_SIZE)),
  });
  await client.send({ instructions: create.instructions, signers: [nonce], accounts: {} });
  const advance = SystemProgram.nonceAdvance({ noncePubkey: nonce.publicKey, authorizedPubkey: payer });
  await client.send({ ...call, instructions: [advance, ...call.instructions] });
}
