import { utils } from '@coral-xyz/anchor';
import {
  type PublicKey,
  SendTransactionError,
  type Connection,
  type VersionedTransaction,
} from '@solana/web3.js';
import { SendError } from './errors.js';

/** An account as the network holds it. */
export interface RawAccount {
  readonly address: PublicKey;
  readonly owner: PublicKey;
  readonly lamports: bigint;
  readonly data: Uint8Array;
  readonly executable: boolean;
}

/** Bytes that an account must have at an offset. */
export interface MemcmpFilter {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A recent blockhash and the last block height at which a transaction with it can land. */
export interface RecentBlockhash {
  readonly blockhash: string;
  readonly lastValidBlockHeight: number;
}

/** Why a transaction failed, in the network's words. */
export interface TransactionFailure {
  /** The transaction's error, `InstructionError` where an instruction failed. */
  readonly reason: string;
  /** The instruction that failed, its error (`Custom` for those of programs), and the error's number. */
  readonly instruction: {
    readonly index: number;
    readonly reason: string;
    readonly code: number | null;
  } | null;
}

/** What became of a transaction. */
export interface TransactionOutcome {
  readonly signature: string;
  readonly logs: readonly string[];
  readonly unitsConsumed: bigint | null;
  readonly failure: TransactionFailure | null;
}

/** All that the client needs from a network. */
export interface Transport {
  getLatestBlockhash(): Promise<RecentBlockhash>;
  getAccounts(addresses: readonly PublicKey[]): Promise<(RawAccount | null)[]>;
  getProgramAccounts(program: PublicKey, filters: readonly MemcmpFilter[]): Promise<RawAccount[]>;
  /** Sends a signed transaction and waits for what becomes of it. */
  execute(
    transaction: VersionedTransaction,
    lifetime: RecentBlockhash,
    signal?: AbortSignal,
  ): Promise<TransactionOutcome>;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The word for an error that the network writes as `'Name'` or `{ Name: details }`. */
function wordFor(error: unknown): string {
  if (typeof error === 'string') return error;
  return isRecord(error) ? (Object.keys(error)[0] ?? 'Unknown') : 'Unknown';
}

/** Reads a transaction error as the JSON-RPC interface writes it. */
export function parseFailure(error: unknown): TransactionFailure {
  const detail = isRecord(error) ? error['InstructionError'] : undefined;
  if (!Array.isArray(detail)) return { reason: wordFor(error), instruction: null };
  const [index, cause] = detail as readonly unknown[];
  const code = isRecord(cause) ? cause['Custom'] : null;
  return {
    reason: 'InstructionError',
    instruction: {
      index: Number(index),
      reason: wordFor(cause),
      code: typeof code === 'number' ? code : null,
    },
  };
}

/** How {@link connectionTransport} waits. */
export interface ConnectionTransportOptions {
  /** How often the state of a sent transaction is asked for. Default: 400 ms. */
  readonly pollIntervalMs?: number;
  /** After how many questions in a row without an answer it gives up. Default: 25. */
  readonly maxFailures?: number;
}

const ACCOUNTS_A_REQUEST = 100;

function delay(milliseconds: number, signal: AbortSignal | undefined, signature: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      const message = 'the wait was cancelled: the transaction may land nevertheless';
      reject(new SendError('Aborted', message, { signature }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/**
 * The transport over a web3.js connection. A transaction is sent again with the same signature until it is
 * confirmed or its blockhash has expired; only then it is reported as failed.
 *
 * @example
 * ```ts
 * import { Connection } from '@solana/web3.js';
 * import { connectionTransport } from '@ionet/sdk';
 *
 * const transport = connectionTransport(new Connection('http://127.0.0.1:8899', 'confirmed'));
 * ```
 */
export function connectionTransport(
  connection: Connection,
  options: ConnectionTransportOptions = {},
): Transport {
  const { pollIntervalMs = 400, maxFailures = 25 } = options;

  const toRaw = (
    address: PublicKey,
    account: { owner: PublicKey; lamports: number; data: Uint8Array; executable: boolean },
  ): RawAccount => ({
    address,
    owner: account.owner,
    lamports: BigInt(account.lamports),
    data: account.data,
    executable: account.executable,
  });

  /** What preflight refused, with logs. Nothing was sent. */
  const refused = async (
    transaction: VersionedTransaction,
    signature: string,
    cause: SendTransactionError,
  ): Promise<TransactionOutcome> => {
    const { value } = await connection.simulateTransaction(transaction, { commitment: 'confirmed' });
    if (value.err === null) {
      throw new SendError('TransactionRefused', cause.transactionError.message, { signature, cause });
    }
    return {
      signature: '',
      logs: value.logs ?? [],
      unitsConsumed: value.unitsConsumed === undefined ? null : BigInt(value.unitsConsumed),
      failure: parseFailure(value.err),
    };
  };

  /** A landed transaction's logs appear a moment after its status. */
  const landed = async (signature: string, signal?: AbortSignal): Promise<TransactionOutcome> => {
    for (let attempt = 0; attempt < 25; attempt += 1) {
      const found = await connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: 0,
      });
      if (found?.meta != null) {
        const { err, logMessages, computeUnitsConsumed } = found.meta;
        return {
          signature,
          logs: logMessages ?? [],
          unitsConsumed: computeUnitsConsumed === undefined ? null : BigInt(computeUnitsConsumed),
          failure: err === null ? null : parseFailure(err),
        };
      }
      await delay(pollIntervalMs, signal, signature);
    }
    throw new SendError('TransactionUnknown', 'the transaction landed, but its logs cannot be read', {
      signature,
    });
  };

  return {
    getLatestBlockhash: () => connection.getLatestBlockhash('confirmed'),

    async getAccounts(addresses) {
      const accounts: (RawAccount | null)[] = [];
      for (let start = 0; start < addresses.length; start += ACCOUNTS_A_REQUEST) {
        const part = addresses.slice(start, start + ACCOUNTS_A_REQUEST);
        const found = await connection.getMultipleAccountsInfo(part, 'confirmed');
        part.forEach((address, index) => {
          const account = found[index] ?? null;
          accounts.push(account === null ? null : toRaw(address, account));
        });
      }
      return accounts;
    },

    async getProgramAccounts(program, filters) {
      const found = await connection.getProgramAccounts(program, {
        commitment: 'confirmed',
        filters: filters.map(({ offset, bytes }) => ({
          memcmp: { offset, bytes: Buffer.from(bytes).toString('base64'), encoding: 'base64' },
        })),
      });
      return found.map(({ pubkey, account }) => toRaw(pubkey, account));
    },

    async execute(transaction, lifetime, signal) {
      const bytes = transaction.serialize();
      const signature = utils.bytes.bs58.encode(transaction.signatures[0] ?? new Uint8Array());
      let failures = 0;

      /** Whether the transaction landed, did not yet, or cannot land any more. */
      const look = async (): Promise<'expired' | 'landed' | 'pending'> => {
        // The height first: what is not found after it was passed can never land.
        const expired = (await connection.getBlockHeight('confirmed')) > lifetime.lastValidBlockHeight;
        const { value } = await connection.getSignatureStatuses([signature], {
          searchTransactionHistory: expired,
        });
        const status = value[0]?.confirmationStatus;
        if (status === 'confirmed' || status === 'finalized') return 'landed';
        return expired && value[0] == null ? 'expired' : 'pending';
      };

      for (let first = true; ; first = false) {
        try {
          // Again and again the same bytes and signature: it can land only once.
          await connection.sendRawTransaction(
            bytes,
            first ? { preflightCommitment: 'confirmed' } : { skipPreflight: true },
          );
        } catch (cause) {
          if (first && cause instanceof SendTransactionError) return refused(transaction, signature, cause);
          // An answer that did not come says nothing: the transaction may have arrived.
        }
        try {
          const state = await look();
          if (state === 'landed') return await landed(signature, signal);
          if (state === 'expired') {
            throw new SendError(
              'TransactionExpired',
              'the transaction was not included before its blockhash expired: it can be sent anew',
              { signature },
            );
          }
          failures = 0;
        } catch (cause) {
          if (cause instanceof SendError) throw cause;
          failures += 1;
          if (failures >= maxFailures) {
            throw new SendError(
              'TransactionUnknown',
              'the network does not answer: look the signature up before sending anew',
              { signature, cause },
            );
          }
        }
        await delay(pollIntervalMs, signal, signature);
      }
    },
  };
}
