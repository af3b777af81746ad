import { SystemProgram } from '@solana/web3.js';
import { createHash } from 'node:crypto';
import { addressOf, bytesOf, type Address } from '../address.js';
import type { Account } from './runtime.js';
import type { ParsedTransaction } from './transaction.js';

const SYSTEM_PROGRAM = SystemProgram.programId.toBase58();
const ADVANCE_NONCE_ACCOUNT = 4;
const NONCE_SIZE = 80;
const INITIALIZED = 1;
const AUTHORITY_OFFSET = 8;
const VALUE_OFFSET = 40;

/** The value that a nonce gets under a blockhash. */
function nextNonce(blockhash: string): Address {
  return addressOf(createHash('sha256').update('DURABLE_NONCE').update(bytesOf(blockhash)).digest());
}

/**
 * The nonce account that stands in for a recent blockhash in a transaction: the one that its first instruction
 * advances, where it holds the message's blockhash, has an authority who signed, and was not advanced under the
 * newest blockhash already. `null` where there is none.
 */
export function usableNonce(
  { instructions, staticKeys, message }: ParsedTransaction,
  newestBlockhash: string,
  read: (address: Address) => Account | null,
): Address | null {
  const [first] = instructions;
  if (first === undefined || staticKeys[first.programIdIndex] !== SYSTEM_PROGRAM) return null;
  const [index] = first.accounts;
  const address = index === undefined ? undefined : staticKeys[index];
  if (
    index === undefined ||
    address === undefined ||
    first.data.length < 4 ||
    !message.isAccountWritable(index)
  ) {
    return null;
  }
  if (new DataView(first.data.buffer, first.data.byteOffset).getUint32(0, true) !== ADVANCE_NONCE_ACCOUNT) {
    return null;
  }
  const account = read(address);
  if (account === null || !isNonce(account)) return null;
  const value = addressOf(account.data.subarray(VALUE_OFFSET, VALUE_OFFSET + 32));
  const authority = addressOf(account.data.subarray(AUTHORITY_OFFSET, AUTHORITY_OFFSET + 32));
  const signed = first.accounts.some(
    (place) => staticKeys[place] === authority && message.isAccountSigner(place),
  );
  const usable = signed && value === message.recentBlockhash && value !== nextNonce(newestBlockhash);
  return usable ? address : null;
}

/**
 * A nonce account after a transaction that used it. It moves on whether the transaction succeeded or not: litesvm
 * leaves it behind when the transaction fails, and derives it from the old value when it succeeds.
 */
export function advancedNonce(account: Account, newestBlockhash: string): Account {
  const data = Uint8Array.from(account.data);
  data.set(bytesOf(nextNonce(newestBlockhash)), VALUE_OFFSET);
  return { ...account, data };
}

/** Whether an account is an initialized nonce account. */
export function isNonce({ owner, data }: Account): boolean {
  return owner === SYSTEM_PROGRAM && data.length === NONCE_SIZE && data[4] === INITIALIZED;
}
