import { base58 } from '@scure/base';
import type {
  AccountInfo,
  Connection,
  PublicKey,
  SignatureStatus,
  TransactionError,
  VersionedTransaction,
} from '@solana/web3.js';
import { Buffer } from 'buffer';
import { EndpointError, SendError } from '../errors.js';
import {
  parseFailure,
  type ExecuteOptions,
  type RawAccount,
  type RecentBlockhash,
  type Simulation,
  type TransactionOutcome,
  type Transport,
} from '../transport.js';
import { systemClock, type Clock } from './clock.js';
import { nextStep, observe, startDelivery, switchTo, type DeliveryOptions, type Look } from './delivery.js';
import { Endpoints } from './endpoints.js';
import { classifyFault } from './faults.js';
import { tell } from './progress.js';

/**
 * How {@link connectionTransport} asks and waits.
 *
 * @see {@link connectionTransport}
 */
export interface ConnectionTransportOptions {
  /** What counts as landed. Default: `confirmed`. */
  readonly commitment?: 'confirmed' | 'finalized';
  /** How often the state of a sent transaction is asked for. Default: 400 ms. */
  readonly pollIntervalMs?: number;
  /** How often the same bytes are sent again. Default: five times as long. */
  readonly resendIntervalMs?: number;
  /** After how long a transaction that is not decided is reported as unknown. Default: 180 s. */
  readonly maxWaitMs?: number;
  /** After how long a question counts as not answered. Default: 15 s. */
  readonly requestTimeoutMs?: number;
  /** The pause after the first fault of an endpoint; it doubles with every further one. Default: 250 ms. */
  readonly backoffMs?: number;
  /** The longest such pause. An endpoint may ask for a longer one by `Retry-After`. Default: 10 s. */
  readonly maxBackoffMs?: number;
  /** After how many faults in a row an endpoint is given up. Default: 10. */
  readonly maxFailures?: number;
  /** Time and chance. Default: those of this machine. */
  readonly clock?: Clock;
}

const ACCOUNTS_A_REQUEST = 100;
const FEE_ACCOUNTS = 128;

function toRaw(address: PublicKey, account: AccountInfo<Uint8Array>): RawAccount {
  return {
    address,
    owner: account.owner,
    lamports: BigInt(account.lamports),
    data: account.data,
    executable: account.executable,
  };
}

const unitsOf = (units: number | undefined): bigint | null => (units === undefined ? null : BigInt(units));

/** Who gave up waiting, and what that means for the transaction. */
function aborted(signature: string, wasSent: boolean): SendError {
  return wasSent
    ? new SendError('Aborted', 'the wait was cancelled: the transaction may land nevertheless', {
        signature,
        fate: 'open',
      })
    : new SendError('Aborted', 'cancelled before it was sent', { signature, fate: 'never' });
}

/**
 * The transport over one or more web3.js connections of the same network. A transaction is sent again with the same
 * signature until it is confirmed or its blockhash has expired for certain; only then it is reported as failed. An
 * endpoint that is busy or silent is left alone for a while, and another one is asked.
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
  connections: Connection | readonly Connection[],
  options: ConnectionTransportOptions = {},
): Transport {
  const { commitment = 'confirmed', pollIntervalMs = 400, clock = systemClock } = options;
  const settings: DeliveryOptions & { readonly requestTimeoutMs: number } = {
    commitment,
    pollIntervalMs,
    resendIntervalMs: options.resendIntervalMs ?? 5 * pollIntervalMs,
    maxWaitMs: options.maxWaitMs ?? 180_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 15_000,
    baseMs: options.backoffMs ?? 250,
    maxMs: options.maxBackoffMs ?? 10_000,
    maxFailures: options.maxFailures ?? 10,
  };
  const all = 'rpcEndpoint' in connections ? [connections] : connections;
  const endpoints = new Endpoints(all, clock, settings);

  async function simulate(transaction: VersionedTransaction, signal?: AbortSignal): Promise<Simulation> {
    const { value } = await endpoints.ask(
      (connection) =>
        connection.simulateTransaction(transaction, {
          commitment: 'confirmed',
          sigVerify: false,
          replaceRecentBlockhash: true,
          ...endpoints.freshness,
        }),
      signal,
    );
    return {
      logs: value.logs ?? [],
      unitsConsumed: unitsOf(value.unitsConsumed),
      failure: value.err === null ? null : parseFailure(value.err),
    };
  }

  /** What one endpoint says of a transaction. The height first: what is not found after it was passed is gone. */
  async function look(
    connection: Connection,
    signature: string,
    lastValidBlockHeight: number,
  ): Promise<{ look: Look; error: TransactionError | null }> {
    const { absoluteSlot, blockHeight = 0 } = await connection.getEpochInfo(commitment);
    const history = blockHeight > lastValidBlockHeight;
    const { context, value } = await connection.getSignatureStatuses([signature], {
      searchTransactionHistory: history,
    });
    const found: SignatureStatus | null = value[0] ?? null;
    const seen = {
      height: blockHeight,
      slot: absoluteSlot,
      statusSlot: context.slot,
      history,
      status: found === null ? null : (found.confirmationStatus ?? 'processed'),
    };
    return { look: seen, error: found?.err ?? null };
  }

  /** What a transaction did that has landed: its logs appear a moment after its status. */
  async function read(
    signature: string,
    error: TransactionError | null,
    signal: AbortSignal | undefined,
  ): Promise<TransactionOutcome> {
    const found = await endpoints
      .ask(async (connection) => {
        const transaction = await connection.getTransaction(signature, {
          commitment,
          maxSupportedTransactionVersion: 0,
        });
        if (transaction?.meta == null) {
          throw new EndpointError('NoAnswer', 'the node does not have the transaction yet');
        }
        return { slot: transaction.slot, meta: transaction.meta };
      }, signal)
      .catch((cause: unknown) => {
        // A failure is known by the status alone; of a success the events would be missing.
        if (error !== null) return null;
        throw new SendError(
          'LogsUnavailable',
          'the transaction landed and succeeded, but what it did cannot be read',
          { signature, fate: 'landed', cause },
        );
      });
    if (found !== null) endpoints.sawSlot(found.slot);
    const failed = found === null ? error : found.meta.err;
    return {
      signature,
      logs: found?.meta.logMessages ?? [],
      unitsConsumed: unitsOf(found?.meta.computeUnitsConsumed),
      failure: failed === null ? null : parseFailure(failed),
    };
  }

  async function deliver(
    transaction: VersionedTransaction,
    { lastValidBlockHeight }: RecentBlockhash,
    { signal, onProgress }: ExecuteOptions,
  ): Promise<TransactionOutcome> {
    const bytes = transaction.serialize();
    const signature = base58.encode(transaction.signatures[0] ?? new Uint8Array());
    let delivery = startDelivery(
      endpoints.health,
      endpoints.current,
      lastValidBlockHeight,
      clock.now(),
      settings,
    );
    let sends = 0;
    let error: TransactionError | null = null;
    let cause: unknown;

    const fault = (endpoint: number, reason: unknown): void => {
      cause = reason;
      const observation = { kind: 'fault', fault: classifyFault(reason), random: clock.random() } as const;
      delivery = observe(delivery, endpoint, observation, clock.now(), settings);
    };

    for (;;) {
      // What has landed is told, whoever has given up waiting.
      if (signal?.aborted === true && !delivery.landed) throw aborted(signature, sends > 0);
      const now = clock.now();
      const step = nextStep(delivery, now, settings);
      switch (step.kind) {
        case 'wait':
          await clock.sleep(step.until - now, signal);
          break;
        case 'switch': {
          const { current } = delivery;
          delivery = switchTo(delivery, step.endpoint, now);
          endpoints.current = step.endpoint;
          tell(onProgress, {
            kind: 'switched',
            from: endpoints.name(current),
            to: endpoints.name(step.endpoint),
          });
          break;
        }
        case 'send': {
          const { endpoint } = step;
          sends += 1;
          try {
            // Again and again the same bytes and signature: it can land only once.
            await endpoints.askOne(
              endpoint,
              (connection) => connection.sendRawTransaction(bytes, { skipPreflight: true, maxRetries: 0 }),
              signal,
            );
          } catch (reason) {
            if (sends === 1 && classifyFault(reason).kind === 'rejected') {
              throw new SendError('TransactionRefused', 'the network cannot read the transaction', {
                signature,
                fate: 'never',
                cause: reason,
              });
            }
            // An answer that did not come says nothing: the transaction may have arrived.
            fault(endpoint, reason);
            break;
          }
          delivery = observe(delivery, endpoint, { kind: 'sent' }, clock.now(), settings);
          const where = { signature, endpoint: endpoints.name(endpoint) };
          tell(onProgress, sends === 1 ? { kind: 'sent', ...where } : { kind: 'resent', ...where, sends });
          break;
        }
        case 'look': {
          const { endpoint } = step;
          try {
            const seen = await endpoints.askOne(
              endpoint,
              (connection) => look(connection, signature, lastValidBlockHeight),
              signal,
            );
            error = seen.error;
            delivery = observe(
              delivery,
              endpoint,
              { kind: 'looked', look: seen.look },
              clock.now(),
              settings,
            );
          } catch (reason) {
            fault(endpoint, reason);
          }
          break;
        }
        case 'landed':
          tell(onProgress, { kind: 'confirmed', signature });
          return read(signature, error, signal);
        case 'expired':
          tell(onProgress, { kind: 'expired', signature });
          throw new SendError(
            'TransactionExpired',
            'the transaction was not included before its blockhash expired, and cannot be any more',
            { signature, fate: 'never' },
          );
        case 'unknown':
          throw new SendError(
            'TransactionUnknown',
            'the network does not say what became of the transaction',
            { signature, fate: 'open', cause },
          );
      }
    }
  }

  return {
    getLatestBlockhash: (signal) =>
      endpoints.ask((connection) => connection.getLatestBlockhash('confirmed'), signal),

    async getAccounts(addresses) {
      const accounts: (RawAccount | null)[] = [];
      for (let start = 0; start < addresses.length; start += ACCOUNTS_A_REQUEST) {
        const part = addresses.slice(start, start + ACCOUNTS_A_REQUEST);
        const found = await endpoints.ask((connection) =>
          connection.getMultipleAccountsInfo(part, { commitment: 'confirmed', ...endpoints.freshness }),
        );
        part.forEach((address, index) => {
          const account = found[index] ?? null;
          accounts.push(account === null ? null : toRaw(address, account));
        });
      }
      return accounts;
    },

    async getProgramAccounts(program, filters) {
      const found = await endpoints.ask((connection) =>
        connection.getProgramAccounts(program, {
          commitment: 'confirmed',
          filters: filters.map(({ offset, bytes }) => ({
            memcmp: { offset, bytes: Buffer.from(bytes).toString('base64'), encoding: 'base64' },
          })),
        }),
      );
      return found.map(({ pubkey, account }) => toRaw(pubkey, account));
    },

    simulate,

    async getRecentFees(writable, signal) {
      const lockedWritableAccounts = writable.slice(0, FEE_ACCOUNTS);
      const fees = await endpoints.ask(
        (connection) => connection.getRecentPrioritizationFees({ lockedWritableAccounts }),
        signal,
      );
      return fees.map(({ prioritizationFee }) => BigInt(prioritizationFee));
    },

    execute: (transaction, lifetime, execution = {}) => deliver(transaction, lifetime, execution),
  };
}
