import bs58 from 'bs58';
import type { TransactionMeta, TransactionRecord } from '../../chain/block.js';
import type { InnerInstruction, ReturnData } from '../../chain/runtime.js';
import {
  accountKeys,
  parseTransaction,
  type LoadedAddresses,
  type ParsedTransaction,
} from '../../chain/transaction.js';
import { RPC_CODES, RpcError } from '../errors.js';
import type { Json } from '../json.js';
import { encodeParsedInstruction } from './instruction.js';

export type TransactionEncoding = 'base58' | 'base64' | 'json' | 'jsonParsed';

/** How transactions are shown. */
export interface TransactionFormat {
  readonly encoding: TransactionEncoding;
  readonly maxSupportedTransactionVersion?: number | null | undefined;
}

/** A transaction with what became of it. */
export function encodeTransaction(
  record: TransactionRecord,
  format: TransactionFormat,
): Record<string, Json> {
  const transaction = parseTransaction(record.bytes);
  const version = versionOf(transaction, format);
  return {
    transaction: encodeBody(transaction, record, format.encoding),
    meta: encodeMeta(record.meta, transaction, format.encoding === 'jsonParsed'),
    ...(version === null ? {} : { version }),
  };
}

/** A transaction's accounts and what became of it: what `transactionDetails: 'accounts'` of a block shows. */
export function encodeTransactionAccounts(
  record: TransactionRecord,
  format: TransactionFormat,
): Record<string, Json> {
  const transaction = parseTransaction(record.bytes);
  const version = versionOf(transaction, format);
  const { err, fee, preBalances, postBalances, preTokenBalances, postTokenBalances } = encodeMeta(
    record.meta,
    transaction,
    false,
  );
  return {
    transaction: {
      signatures: transaction.signatures,
      accountKeys: encodeKeys(transaction, record.meta.loadedAddresses),
    },
    meta: {
      err,
      status: statusOf(record.meta),
      fee,
      preBalances,
      postBalances,
      preTokenBalances,
      postTokenBalances,
    },
    ...(version === null ? {} : { version }),
  };
}

/** The version, `null` where the client did not say that it knows versions. */
function versionOf(
  { message }: ParsedTransaction,
  { maxSupportedTransactionVersion }: TransactionFormat,
): Json {
  if (maxSupportedTransactionVersion == null) {
    if (message.version === 'legacy') return null;
    throw new RpcError(
      RPC_CODES.transactionVersionUnsupported,
      `Transaction version (${message.version}) is not supported by the requesting client. Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": ${message.version}`,
    );
  }
  return message.version;
}

function encodeBody(
  transaction: ParsedTransaction,
  { bytes, meta }: TransactionRecord,
  encoding: TransactionEncoding,
): Json {
  const { signatures, message, staticKeys, instructions } = transaction;
  const lookups =
    message.version === 'legacy'
      ? {}
      : {
          addressTableLookups: message.addressTableLookups.map((lookup) => ({
            accountKey: lookup.accountKey.toBase58(),
            writableIndexes: lookup.writableIndexes,
            readonlyIndexes: lookup.readonlyIndexes,
          })),
        };
  switch (encoding) {
    case 'base58':
      return [bs58.encode(bytes), encoding];
    case 'base64':
      return [Buffer.from(bytes).toString('base64'), encoding];
    case 'json': {
      const { numRequiredSignatures, numReadonlySignedAccounts, numReadonlyUnsignedAccounts } =
        message.header;
      return {
        signatures,
        message: {
          header: { numRequiredSignatures, numReadonlySignedAccounts, numReadonlyUnsignedAccounts },
          accountKeys: staticKeys,
          recentBlockhash: message.recentBlockhash,
          instructions: instructions.map(({ programIdIndex, accounts, data }) => ({
            programIdIndex,
            accounts,
            data: bs58.encode(data),
            stackHeight: 1,
          })),
          ...lookups,
        },
      };
    }
    case 'jsonParsed': {
      const keys = accountKeys(staticKeys, meta.loadedAddresses);
      return {
        signatures,
        message: {
          accountKeys: encodeKeys(transaction, meta.loadedAddresses),
          recentBlockhash: message.recentBlockhash,
          instructions: instructions.map((one) =>
            encodeParsedInstruction(resolve(keys, { ...one, stackHeight: 1 })),
          ),
          ...lookups,
        },
      };
    }
  }
}

function encodeKeys({ staticKeys, message }: ParsedTransaction, loaded: LoadedAddresses): Json {
  return accountKeys(staticKeys, loaded).map((pubkey, index) => ({
    pubkey,
    signer: message.isAccountSigner(index),
    writable: message.isAccountWritable(index),
    source: index < staticKeys.length ? 'transaction' : 'lookupTable',
  }));
}

function statusOf({ err }: TransactionMeta): Json {
  return err === null ? { Ok: null } : { Err: err as Json };
}

function encodeMeta(
  meta: TransactionMeta,
  { staticKeys }: ParsedTransaction,
  parsed: boolean,
): Record<string, Json> {
  const keys = accountKeys(staticKeys, meta.loadedAddresses);
  return {
    err: meta.err as Json,
    status: statusOf(meta),
    fee: meta.fee,
    preBalances: meta.preBalances,
    postBalances: meta.postBalances,
    innerInstructions: encodeInnerInstructions(meta.innerInstructions, parsed ? keys : null),
    logMessages: meta.logMessages,
    preTokenBalances: meta.preTokenBalances.map((balance) => ({ ...balance })),
    postTokenBalances: meta.postTokenBalances.map((balance) => ({ ...balance })),
    rewards: [],
    // Parsed, the keys are shown with the message.
    ...(parsed ? {} : { loadedAddresses: { ...meta.loadedAddresses } }),
    ...(meta.returnData === null ? {} : { returnData: encodeReturnData(meta.returnData) }),
    computeUnitsConsumed: meta.computeUnitsConsumed,
  };
}

/** What programs called, by the instruction that they were called in; in words where `keys` are given. */
export function encodeInnerInstructions(
  innerInstructions: readonly (readonly InnerInstruction[])[],
  keys: readonly string[] | null,
): Json {
  return innerInstructions.flatMap((calls, index) => {
    if (calls.length === 0) return [];
    const instructions = calls.map((call) =>
      keys === null
        ? {
            programIdIndex: call.programIdIndex,
            accounts: call.accounts,
            data: bs58.encode(call.data),
            stackHeight: call.stackHeight,
          }
        : encodeParsedInstruction(resolve(keys, call)),
    );
    return [{ index, instructions }];
  });
}

export function encodeReturnData({ programId, data }: ReturnData): Json {
  return { programId, data: [Buffer.from(data).toString('base64'), 'base64'] };
}

function resolve(
  keys: readonly string[],
  { programIdIndex, accounts, data, stackHeight }: InnerInstruction,
): Parameters<typeof encodeParsedInstruction>[0] {
  const keyAt = (index: number): string => keys[index] ?? '';
  return { programId: keyAt(programIdIndex), accounts: accounts.map(keyAt), data, stackHeight };
}
