import type { TransactionErrorJson } from '@ionet/sdk/testing';
import {
  AddressLookupTableAccount,
  AddressLookupTableProgram,
  PACKET_DATA_SIZE,
  VersionedTransaction,
  type VersionedMessage,
} from '@solana/web3.js';
import bs58 from 'bs58';
import { createHash } from 'node:crypto';
import type { Address } from '../address.js';
import type { Account, WireTransaction } from './runtime.js';

/** An instruction of a message, by the places of its accounts. */
export interface CompiledInstruction {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  readonly data: Uint8Array;
}

/** A transaction that was read. */
export interface ParsedTransaction extends WireTransaction {
  readonly signatures: readonly string[];
  /** The first signature, by which it is known. */
  readonly signature: string;
  readonly message: VersionedMessage;
  /** The accounts that the message itself names. */
  readonly staticKeys: readonly Address[];
  readonly instructions: readonly CompiledInstruction[];
  /** The same for every way to sign the same message. */
  readonly messageHash: string;
}

/** The accounts that a message takes from lookup tables. */
export interface LoadedAddresses {
  readonly writable: readonly Address[];
  readonly readonly: readonly Address[];
}

/** The bytes are no transaction. */
export class TransactionFormatError extends Error {}

/** Reads a transaction, and refuses what no validator would take. */
export function parseTransaction(bytes: Uint8Array): ParsedTransaction {
  if (bytes.length > PACKET_DATA_SIZE) {
    throw new TransactionFormatError(
      `a transaction of ${bytes.length} bytes is too large (max: ${PACKET_DATA_SIZE} bytes)`,
    );
  }
  const transaction = deserialize(bytes);
  const { message } = transaction;
  const staticKeys = message.staticAccountKeys.map((key) => key.toBase58());
  const instructions = message.compiledInstructions.map(({ programIdIndex, accountKeyIndexes, data }) => ({
    programIdIndex,
    accounts: accountKeyIndexes,
    data,
  }));
  sanitize(transaction, instructions);
  const signatures = transaction.signatures.map((signature) => bs58.encode(signature));
  return {
    bytes,
    versioned: message.version !== 'legacy',
    signatures,
    signature: signatures[0] ?? '',
    message,
    staticKeys,
    instructions,
    messageHash: createHash('sha256').update(message.serialize()).digest('base64'),
  };
}

function deserialize(bytes: Uint8Array): VersionedTransaction {
  let transaction: VersionedTransaction;
  let read: Uint8Array;
  try {
    transaction = VersionedTransaction.deserialize(bytes);
    read = transaction.serialize();
  } catch (cause) {
    throw new TransactionFormatError('failed to deserialize the transaction', { cause });
  }
  if (read.length !== bytes.length) {
    throw new TransactionFormatError('failed to deserialize the transaction: bytes are left over');
  }
  return transaction;
}

function sanitize(transaction: VersionedTransaction, instructions: readonly CompiledInstruction[]): void {
  const { message, signatures } = transaction;
  const { numRequiredSignatures, numReadonlySignedAccounts, numReadonlyUnsignedAccounts } = message.header;
  const statics = message.staticAccountKeys.length;
  const loaded = message.addressTableLookups.reduce(
    (sum, { writableIndexes, readonlyIndexes }) => sum + writableIndexes.length + readonlyIndexes.length,
    0,
  );
  const sound =
    numRequiredSignatures > numReadonlySignedAccounts &&
    numRequiredSignatures + numReadonlyUnsignedAccounts <= statics &&
    signatures.length === numRequiredSignatures &&
    statics + loaded <= 256 &&
    instructions.every(
      ({ programIdIndex, accounts }) =>
        programIdIndex > 0 && programIdIndex < statics && accounts.every((index) => index < statics + loaded),
    );
  if (!sound)
    throw new TransactionFormatError('invalid transaction: it failed to sanitize accounts offsets correctly');
}

/** What stands in the lookup tables that a message names, or why they cannot be used. */
export function loadAddresses(
  message: VersionedMessage,
  slot: bigint,
  read: (address: Address) => Account | null,
): LoadedAddresses | { readonly error: TransactionErrorJson } {
  const writable: Address[] = [];
  const readonly: Address[] = [];
  for (const { accountKey, writableIndexes, readonlyIndexes } of message.addressTableLookups) {
    const account = read(accountKey.toBase58());
    if (account === null) return { error: 'AddressLookupTableNotFound' };
    if (account.owner !== AddressLookupTableProgram.programId.toBase58()) {
      return { error: 'InvalidAddressLookupTableOwner' };
    }
    const table = decodeTable(account.data);
    if (table === null) return { error: 'InvalidAddressLookupTableData' };
    // What was added in this very slot can be used from the next on.
    const usable =
      slot > BigInt(table.lastExtendedSlot) ? table.addresses.length : table.lastExtendedSlotStartIndex;
    for (const [indexes, target] of [
      [writableIndexes, writable],
      [readonlyIndexes, readonly],
    ] as const) {
      for (const index of indexes) {
        const address = index < usable ? table.addresses[index] : undefined;
        if (address === undefined) return { error: 'InvalidAddressLookupTableIndex' };
        target.push(address.toBase58());
      }
    }
  }
  return { writable, readonly };
}

function decodeTable(data: Uint8Array): ReturnType<typeof AddressLookupTableAccount.deserialize> | null {
  try {
    return AddressLookupTableAccount.deserialize(data);
  } catch {
    return null;
  }
}

/** All accounts of a transaction in the order in which its instructions number them. */
export function accountKeys(staticKeys: readonly Address[], loaded: LoadedAddresses): Address[] {
  return [...staticKeys, ...loaded.writable, ...loaded.readonly];
}
