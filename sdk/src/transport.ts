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
}

const ACCOUNTS_A_REQUEST = 100;

function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new SendError('Aborted', 'the wait for the transaction was cancelled'));
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
  const pollIntervalMs = options.pollIntervalMs ?? 400;

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
      await delay(pollIntervalMs, signal);
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
      let signature: string;
      try {
        signature = await connection.sendRawTransaction(bytes, { preflightCommitment: 'confirmed' });
      } catch (cause) {
        if (!(cause instanceof SendTransactionError)) throw cause;
        const simulated = await connection.simulateTransaction(transaction, { commitment: 'confirmed' });
        const { err, logs, unitsConsumed } = simulated.value;
        if (err === null) {
          throw new SendError('TransactionRefused', cause.transactionError.message, { cause });
        }
        return {
          signature: '',
          logs: logs ?? [],
          unitsConsumed: unitsConsumed === undefined ? null : BigInt(unitsConsumed),
          failure: parseFailure(err),
        };
      }
      for (;;) {
        const { value } = await connection.getSignatureStatuses([signature]);
        const status = value[0];
        if (status?.confirmationStatus === 'confirmed' || status?.confirmationStatus === 'finalized') {
          return landed(signature, signal);
        }
        if ((await connection.getBlockHeight('confirmed')) > lifetime.lastValidBlockHeight) {
          const last = await connection.getSignatureStatuses([signature], { searchTransactionHistory: true });
          if (last.value[0] !== null) return landed(signature, signal);
          throw new SendError(
            'TransactionExpired',
            'the transaction was not included before its blockhash expired',
            {
              signature,
            },
          );
        }
        await delay(pollIntervalMs, signal);
        // The same bytes and signature: it can land only once.
        await connection.sendRawTransaction(bytes, { skipPreflight: true }).catch(() => undefined);
      }
    },
  };
}
