import { z } from 'zod';
import type { Block, Commitment, TransactionRecord } from '../../chain/block.js';
import type { Chain } from '../../chain/chain.js';
import { parseTransaction } from '../../chain/transaction.js';
import {
  encodeTransaction,
  encodeTransactionAccounts,
  type TransactionFormat,
} from '../encode/transaction.js';
import { RPC_CODES, RpcError, invalidParams } from '../errors.js';
import type { Json } from '../json.js';
import { contextSlot, inContext, method, type Method } from '../method.js';
import { address, commitment, optional, signature, slot, transactionEncoding, unsigned } from '../params.js';

const MAX_STATUSES = 256;
const MAX_SIGNATURES = 1_000;
const MAX_BLOCKS = 500_000;
/** How many blocks a status is known without searching the history. */
const STATUS_CACHE = 300;
const FULLY_CONFIRMED = 32;
const MEMO_PROGRAMS = [
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
];

const version = unsigned.nullish();

/** A configuration, or the encoding alone, as clients wrote it once. */
function encodedConfig<S extends z.ZodRawShape>(shape: S): z.ZodType<z.output<z.ZodObject<S>>> {
  return z.preprocess(
    (value) => (typeof value === 'string' ? { encoding: value } : (value ?? {})),
    z.object(shape),
  );
}

const transactionConfig = encodedConfig({
  encoding: transactionEncoding,
  commitment,
  maxSupportedTransactionVersion: version,
});

const blockConfig = encodedConfig({
  encoding: transactionEncoding,
  commitment,
  maxSupportedTransactionVersion: version,
  transactionDetails: z
    .enum(['full', 'accounts', 'signatures', 'none'])
    .nullish()
    .transform((details) => details ?? 'full'),
  rewards: z.boolean().nullish(),
});

/** History is told of closed blocks only. */
function atLeastConfirmed(asked: Commitment): 'confirmed' | 'finalized' {
  if (asked === 'processed') throw invalidParams('Method does not support commitment below `confirmed`');
  return asked;
}

function memoOf({ bytes }: TransactionRecord): string | null {
  const { instructions, staticKeys } = parseTransaction(bytes);
  const memos = instructions
    .filter(({ programIdIndex }) => MEMO_PROGRAMS.includes(staticKeys[programIdIndex] ?? ''))
    .map(({ data }) => `[${data.length}] ${Buffer.from(data).toString('utf8')}`);
  return memos.length === 0 ? null : memos.join('; ');
}

function statusOf(chain: Chain, record: TransactionRecord, search: boolean): Json {
  const confirmations = chain.confirmations(record.slot);
  if (!search && confirmations > STATUS_CACHE) return null;
  const { err } = record.meta;
  const confirmationStatus = chain.commitmentOf(record.slot);
  return {
    slot: record.slot,
    confirmations: confirmationStatus === 'finalized' ? null : Math.min(confirmations, FULLY_CONFIRMED),
    err: err as Json,
    status: err === null ? { Ok: null } : { Err: err as Json },
    confirmationStatus,
  };
}

/** The closed block of a slot. */
function blockAt(chain: Chain, wanted: number, asked: 'confirmed' | 'finalized'): Block {
  if (wanted > chain.slot(asked)) {
    throw new RpcError(RPC_CODES.blockNotAvailable, `Block not available for slot ${wanted}`);
  }
  const block = chain.history.block(wanted);
  if (block === null) {
    throw new RpcError(
      RPC_CODES.slotSkipped,
      `Slot ${wanted} was skipped, or missing due to ledger jump to recent snapshot`,
    );
  }
  return block;
}

function encodeBlock(
  chain: Chain,
  block: Block,
  format: TransactionFormat,
  details: 'full' | 'accounts' | 'signatures' | 'none',
): Json {
  const records = block.signatures.flatMap((one) => chain.history.transaction(one) ?? []);
  return {
    blockHeight: block.height,
    blockTime: block.blockTime,
    blockhash: block.blockhash,
    parentSlot: block.parentSlot,
    previousBlockhash: block.previousBlockhash,
    ...(details === 'full'
      ? { transactions: records.map((record) => encodeTransaction(record, format)) }
      : {}),
    ...(details === 'accounts'
      ? { transactions: records.map((record) => encodeTransactionAccounts(record, format)) }
      : {}),
    ...(details === 'signatures' ? { signatures: block.signatures } : {}),
    rewards: [],
  };
}

/** The slots of closed blocks from one on. */
function slotsFrom(chain: Chain, start: number, asked: 'confirmed' | 'finalized'): number[] {
  const last = chain.slot(asked);
  return chain.history.slots.filter((one) => one >= start && one <= last);
}

const endOrConfig = z.union([slot, z.null(), z.undefined(), z.looseObject({})]);

export const historyMethods: Readonly<Record<string, Method>> = {
  getSignatureStatuses: method(
    [z.array(signature), optional({ searchTransactionHistory: z.boolean().nullish() })],
    (context, signatures, { searchTransactionHistory }) => {
      if (signatures.length > MAX_STATUSES)
        throw invalidParams(`Too many inputs provided; max ${MAX_STATUSES}`);
      const { chain } = context;
      const value = signatures.map((one) => {
        const record = chain.history.transaction(one);
        return record === null ? null : statusOf(chain, record, searchTransactionHistory === true);
      });
      return inContext(context, { commitment: 'processed' }, value);
    },
  ),

  getTransaction: method([signature, transactionConfig], ({ chain }, wanted, config) => {
    const asked = atLeastConfirmed(config.commitment);
    const record = chain.history.transaction(wanted);
    if (record === null || record.slot > chain.slot(asked)) return null;
    return { slot: record.slot, ...encodeTransaction(record, config), blockTime: record.blockTime };
  }),

  getSignaturesForAddress: method(
    [
      address,
      optional({
        before: signature.nullish(),
        until: signature.nullish(),
        limit: unsigned.nullish(),
        commitment,
        minContextSlot: slot.nullish(),
      }),
    ],
    ({ chain }, key, config) => {
      const asked = atLeastConfirmed(config.commitment);
      const newest = contextSlot(chain, config);
      const limit = config.limit ?? MAX_SIGNATURES;
      if (limit < 1 || limit > MAX_SIGNATURES) {
        throw invalidParams(`Invalid limit; max ${MAX_SIGNATURES}`);
      }
      const { before, until } = config;
      const all = chain.history.signaturesFor(key);
      const found: Json[] = [];
      let taking = before == null;
      for (let index = all.length - 1; index >= 0 && found.length < limit; index -= 1) {
        const one = all[index];
        const record = one === undefined ? null : chain.history.transaction(one);
        if (record === null || one === until) break;
        if (taking && record.slot <= newest) {
          found.push({
            signature: record.signature,
            slot: record.slot,
            err: record.meta.err as Json,
            memo: memoOf(record),
            blockTime: record.blockTime,
            confirmationStatus: asked === 'finalized' ? asked : chain.commitmentOf(record.slot),
          });
        }
        if (one === before) taking = true;
      }
      return found;
    },
  ),

  getBlock: method([slot, blockConfig], ({ chain }, wanted, config) => {
    const block = blockAt(chain, wanted, atLeastConfirmed(config.commitment));
    return encodeBlock(chain, block, config, config.transactionDetails);
  }),

  getBlocks: method([slot, endOrConfig, optional({ commitment })], ({ chain }, start, second, third) => {
    const end = typeof second === 'number' ? second : null;
    const config =
      typeof second === 'object' && second !== null ? optional({ commitment }).parse(second) : third;
    const slots = slotsFrom(chain, start, atLeastConfirmed(config.commitment));
    if (end !== null && end - start > MAX_BLOCKS)
      throw invalidParams(`Slot range too large; max ${MAX_BLOCKS}`);
    return slots.filter((one) => end === null || one <= end);
  }),

  getBlocksWithLimit: method(
    [slot, unsigned, optional({ commitment })],
    ({ chain }, start, limit, config) => {
      if (limit > MAX_BLOCKS) throw invalidParams(`Limit too large; max ${MAX_BLOCKS}`);
      return slotsFrom(chain, start, atLeastConfirmed(config.commitment)).slice(0, limit);
    },
  ),

  getBlockTime: method([slot], ({ chain }, wanted) => blockAt(chain, wanted, 'confirmed').blockTime),

  getBlockCommitment: method([slot], ({ chain }, wanted) => ({
    commitment: chain.history.block(wanted) === null ? null : [],
    totalStake: 0,
  })),

  getFirstAvailableBlock: method([], ({ chain }) => chain.history.firstBlock?.slot ?? 0),

  minimumLedgerSlot: method([], ({ chain }) => chain.history.firstBlock?.slot ?? 0),
};
