import {
  connectionTransport,
  createClient,
  parseFailure,
  type Client,
  type Deployment,
  type RecentBlockhash,
  type SeenTransaction,
  type TransactionFailure,
} from '@ionet/sdk';
import {
  Connection,
  type ConfirmedTransactionMeta,
  type PublicKey,
  type Signer,
  type VersionedTransaction,
  type VersionedTransactionResponse,
} from '@solana/web3.js';

/** What one endpoint says of a transaction. */
export interface TransactionStatus {
  readonly confirmation: 'processed' | 'confirmed' | 'finalized';
  /** Why it failed, where it did. */
  readonly failure: TransactionFailure | null;
}

/** What one endpoint sees; `null` where it does not answer. */
export type EndpointView = {
  /** The height of the last block that is final. */
  readonly finalizedHeight: number;
  /** `null` where neither its memory nor its history knows the transaction. Asked for after the height. */
  readonly status: TransactionStatus | null;
} | null;

/** How a transaction would end if it were sent now. */
export interface Simulation {
  readonly failure: TransactionFailure | null;
  readonly logs: readonly string[];
}

/** What an outbox needs of a network. */
export interface OutboxChain {
  latestBlockhash(): Promise<RecentBlockhash>;
  /** Runs a transaction without sending it; it need not be signed. */
  simulate(transaction: VersionedTransaction): Promise<Simulation>;
  /** Sends to every endpoint; throws where none takes it. */
  send(bytes: Uint8Array): Promise<void>;
  /** What every endpoint sees of each signature. */
  observe(signatures: readonly string[]): Promise<readonly (readonly EndpointView[])[]>;
  /** The logs of a transaction that landed, as far as they can be read. */
  logs(signature: string): Promise<readonly string[]>;
}

/** The time by the network's clock, in unix seconds: when a local network is warped, everybody moves. */
export interface ChainClock {
  now(): Promise<bigint>;
}

/** Which transactions of an address are listed: those after one, those before one. */
export interface HistoryRange {
  readonly until?: string;
  readonly before?: string;
  readonly limit: number;
}

/** What a transaction did. */
export interface PastTransaction {
  /** The accounts that it could write. */
  readonly written: readonly PublicKey[];
  readonly logs: readonly string[];
}

/** What was confirmed, by the addresses that transactions name: how a service follows changes without a scan. */
export interface ChainHistory {
  /** The newest first. */
  signatures(address: PublicKey, range: HistoryRange): Promise<readonly SeenTransaction[]>;
  /** `null` for what the network cannot show yet. */
  transactions(signatures: readonly string[]): Promise<readonly (PastTransaction | null)[]>;
}

/** A network as services use it: the SDK's client, its history, and the outbox's port on all endpoints. */
export interface Chain {
  readonly client: Client;
  readonly clock: ChainClock;
  readonly history: ChainHistory;
  readonly outbox: OutboxChain;
}

/** Where a network is, and who signs. */
export interface ChainOptions {
  /** JSON-RPC addresses, the preferred one first. */
  readonly urls: readonly string[];
  readonly deployment: Deployment;
  readonly payer: Signer;
  /** How often the client asks what became of a transaction. Default: 400 ms. */
  readonly pollIntervalMs?: number;
  /** How requests are sent. Default: by the global one, with a limit of time. */
  readonly fetch?: typeof fetch;
}

/**
 * Connects to a network.
 *
 * @example
 * ```ts
 * import { localnet } from '@ionet/sdk';
 * import { openChain } from '@ionet/service-kit';
 *
 * const chain = openChain({ urls: ['http://127.0.0.1:8899'], deployment: localnet(), payer });
 * await chain.clock.now();
 * ```
 */
export function openChain(options: ChainOptions): Chain {
  const { urls, deployment, payer, pollIntervalMs = 400, fetch: send = fetchInTime } = options;
  const [first, ...others] = urls.map(
    (url) => new Connection(url, { commitment: 'confirmed', disableRetryOnRateLimit: true, fetch: send }),
  );
  if (first === undefined) throw new RangeError('a network needs an address at least');
  const transport = connectionTransport(first, { pollIntervalMs });
  const client = createClient({ transport, deployment, payer });
  return { client, clock: client, history: chainHistory(first), outbox: outboxChain([first, ...others]) };
}

/** After how long a question to an endpoint counts as not answered: one that is silent holds no loop. */
const REQUEST_MS = 15_000;
const fetchInTime: typeof fetch = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });

const TRANSACTIONS_A_REQUEST = 50;

function chainHistory(connection: Connection): ChainHistory {
  return {
    async signatures(address, range) {
      const found = await connection.getSignaturesForAddress(address, range, 'confirmed');
      return found.map(({ signature, slot, err }) => ({ signature, slot, failed: err !== null }));
    },
    async transactions(signatures) {
      const all: (PastTransaction | null)[] = [];
      for (let start = 0; start < signatures.length; start += TRANSACTIONS_A_REQUEST) {
        const part = signatures.slice(start, start + TRANSACTIONS_A_REQUEST);
        const found = await connection.getTransactions(part, {
          commitment: 'confirmed',
          maxSupportedTransactionVersion: 0,
        });
        for (const one of found) all.push(one?.meta == null ? null : pastTransaction(one, one.meta));
      }
      return all;
    },
  };
}

function pastTransaction(
  { transaction: { message } }: VersionedTransactionResponse,
  { logMessages, loadedAddresses }: ConfirmedTransactionMeta,
): PastTransaction {
  const written = message.staticAccountKeys.filter((_, index) => message.isAccountWritable(index));
  return { written: [...written, ...(loadedAddresses?.writable ?? [])], logs: logMessages ?? [] };
}

function outboxChain(connections: readonly [Connection, ...Connection[]]): OutboxChain {
  const [first] = connections;

  const view = async (connection: Connection, signatures: readonly string[]): Promise<EndpointView[]> => {
    // The height first: what is not found after it was passed can never land.
    const finalizedHeight = await connection.getBlockHeight('finalized');
    const { value } = await connection.getSignatureStatuses([...signatures], {
      searchTransactionHistory: true,
    });
    return value.map((status) => ({
      finalizedHeight,
      status:
        status === null
          ? null
          : {
              confirmation: status.confirmationStatus ?? 'processed',
              failure: status.err === null ? null : parseFailure(status.err),
            },
    }));
  };

  return {
    latestBlockhash: () => first.getLatestBlockhash('confirmed'),
    async simulate(transaction) {
      const { value } = await first.simulateTransaction(transaction, {
        commitment: 'confirmed',
        sigVerify: false,
      });
      return { failure: value.err === null ? null : parseFailure(value.err), logs: value.logs ?? [] };
    },
    async send(bytes) {
      const options = { skipPreflight: true, maxRetries: 0 } as const;
      await Promise.any(connections.map((connection) => connection.sendRawTransaction(bytes, options)));
    },
    async observe(signatures) {
      const views = await Promise.all(
        connections.map((connection) =>
          view(connection, signatures).catch((): EndpointView[] => signatures.map(() => null)),
        ),
      );
      return signatures.map((_, index) => views.map((ofEndpoint) => ofEndpoint[index] ?? null));
    },
    async logs(signature) {
      const found = await first.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: 0,
      });
      return found?.meta?.logMessages ?? [];
    },
  };
}
