import type { PublicKey, VersionedTransaction } from '@solana/web3.js';
import type { ProgressListener } from './sending/progress.js';

/**
 * An account as the network holds it.
 *
 * @see {@link decodeProgramAccount}
 */
export interface RawAccount {
  readonly address: PublicKey;
  readonly owner: PublicKey;
  readonly lamports: bigint;
  readonly data: Uint8Array;
  readonly executable: boolean;
}

/**
 * Bytes that an account must have at an offset.
 *
 * @see {@link connectionTransport}
 */
export interface MemcmpFilter {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * A recent blockhash and the last block height at which a transaction with it can land.
 *
 * @see {@link connectionTransport}
 */
export interface RecentBlockhash {
  readonly blockhash: string;
  readonly lastValidBlockHeight: number;
}

/**
 * Why a transaction failed, in the network's words.
 *
 * @see {@link parseFailure}
 */
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

/**
 * What became of a transaction.
 *
 * @see {@link failureToError}
 */
export interface TransactionOutcome {
  readonly signature: string;
  readonly logs: readonly string[];
  readonly unitsConsumed: bigint | null;
  readonly failure: TransactionFailure | null;
}

/**
 * What a transaction would do.
 *
 * @see {@link connectionTransport}
 */
export type Simulation = Omit<TransactionOutcome, 'signature'>;

/**
 * How a transaction is executed.
 *
 * @see {@link connectionTransport}
 */
export interface ExecuteOptions {
  /** Gives up waiting; the transaction may land nevertheless. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * All that the client needs from a network.
 *
 * @see {@link connectionTransport}
 */
export interface Transport {
  getLatestBlockhash(signal?: AbortSignal): Promise<RecentBlockhash>;
  getAccounts(addresses: readonly PublicKey[]): Promise<(RawAccount | null)[]>;
  getProgramAccounts(program: PublicKey, filters: readonly MemcmpFilter[]): Promise<RawAccount[]>;
  /** Sends a signed transaction and waits for what becomes of it. */
  execute(
    transaction: VersionedTransaction,
    lifetime: RecentBlockhash,
    options?: ExecuteOptions,
  ): Promise<TransactionOutcome>;
  /** Runs a transaction, signed or not, without sending it. Left out by networks on which sending is as good. */
  simulate?(transaction: VersionedTransaction, signal?: AbortSignal): Promise<Simulation>;
  /** What recent transactions paid that wrote these accounts, in micro-lamports a compute unit. */
  getRecentFees?(writable: readonly PublicKey[], signal?: AbortSignal): Promise<readonly bigint[]>;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The word for an error that the network writes as `'Name'` or `{ Name: details }`. */
function wordFor(error: unknown): string {
  if (typeof error === 'string') return error;
  return isRecord(error) ? (Object.keys(error)[0] ?? 'Unknown') : 'Unknown';
}

/**
 * Reads a transaction error as the JSON-RPC interface writes it.
 *
 * @example
 * ```ts
 * import { parseFailure } from '@ionet/sdk';
 *
 * parseFailure('BlockhashNotFound'); // { reason: 'BlockhashNotFound', instruction: null }
 * ```
 */
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
