import { utils } from '@coral-xyz/anchor';
import { getTransactionDecoder, lamports, type Address } from '@solana/kit';
import { VersionedTransaction, type PublicKey } from '@solana/web3.js';
import { httpTransport, type Transport } from '@ionet/sdk';
import { FailedTransactionMetadata, LiteSVM } from 'litesvm';
import type { VirtualClock } from './virtual-clock.js';

/** A runtime for clusters, which check blockhashes themselves and simulate what is not signed. */
export function clusterRuntime(): LiteSVM {
  return new LiteSVM().withBlockhashCheck(false).withSigverify(false);
}

/** How a cluster and the endpoints before it misbehave: chances from 0 to 1. */
export interface Faults {
  /** A transaction is lost between its endpoint and the leader. */
  readonly drop: number;
  /** A transaction arrives twice, the second time up to a minute later. */
  readonly double: number;
  /** The most milliseconds that a transaction is on its way to a leader. */
  readonly delayMs: number;
  /** A block is built that the cluster leaves behind: who saw it saw what never was. */
  readonly fork: number;
  /** An answer gets lost after the question did its work. */
  readonly loseAnswer: number;
  /** A question gets an answer only after this clock's patience is over. */
  readonly hang: number;
  /** A question is refused with 429, some with `Retry-After`. */
  readonly busy: number;
  /** A question is refused with 503. */
  readonly broken: number;
  /** The most slots by which a node behind an address is late; every question meets another node. */
  readonly lag: number;
}

export const NO_FAULTS: Faults = {
  drop: 0,
  double: 0,
  delayMs: 0,
  fork: 0,
  loseAnswer: 0,
  hang: 0,
  busy: 0,
  broken: 0,
  lag: 0,
};

interface Rpc {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

interface Landed {
  readonly slot: number;
  readonly failed: boolean;
  readonly logs: readonly string[];
  readonly units: bigint;
}

const SLOT_MS = 400;
const CONFIRMATIONS = 2;
/** How many slots a node answers for without looking into history. */
const STATUS_SLOTS = 8;
const SETTLING_BLOCKS = 40;
const FAILURE = { InstructionError: [0, { Custom: 1 }] };

/**
 * A cluster behind several faulty JSON-RPC addresses, in virtual time: slots, forks, nodes that are behind, and
 * transactions that get lost, late or there twice. What lands is executed by litesvm.
 */
export class FaultyCluster {
  /** Signatures in the order of their landing. One that stood here twice would be a fault of this double. */
  readonly landings: string[] = [];
  /** Whoever is asked at these addresses never answers again. */
  readonly dead = new Set<string>();

  readonly #svm: LiteSVM;
  readonly #clock: VirtualClock;
  readonly #faults: Faults;
  readonly #lifetime: number;
  /** By signature, what stands in the chain that counts. */
  readonly #landed = new Map<string, Landed>();
  /** By signature, the slot of a block that was left behind. */
  readonly #orphaned = new Map<string, number>();
  readonly #expiries = new Map<string, number>();
  #queue: { readonly transaction: VersionedTransaction; readonly at: number }[] = [];
  #slot = 100;
  #stopped = new AbortController();

  constructor(svm: LiteSVM, clock: VirtualClock, faults: Faults, lifetime = 20) {
    this.#svm = svm;
    this.#clock = clock;
    this.#faults = faults;
    this.#lifetime = lifetime;
  }

  /** The transport of a client of these addresses. */
  transport(urls: readonly string[]): Transport {
    return httpTransport(urls, {
      clock: this.#clock,
      fetch: (input, init) => this.#respond(input as string, init),
      requestTimeoutMs: 5_000,
      maxWaitMs: 60_000,
    });
  }

  /** Gives SOL to an address. */
  airdrop(to: PublicKey, amount: bigint): void {
    this.#svm.airdrop(to.toBase58() as Address, lamports(amount));
  }

  balance(of: PublicKey): bigint {
    return this.#svm.getBalance(of.toBase58() as Address) ?? 0n;
  }

  /** Builds a block every slot until it is stopped. */
  async live(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#clock.sleep(SLOT_MS, signal);
      this.#buildBlock();
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Whether a transaction is in the chain that counts. */
  has(signature: string): boolean {
    return this.#landed.has(signature);
  }

  #happens(chance: number): boolean {
    return this.#clock.random() < chance;
  }

  #buildBlock(): void {
    this.#slot += 1;
    const now = this.#clock.now();
    const due = this.#queue.filter(({ at }) => at <= now);
    this.#queue = this.#queue.filter(({ at }) => at > now);
    const forks = this.#happens(this.#faults.fork);
    for (const { transaction } of due) {
      const signature = signatureOf(transaction);
      const expiry = this.#expiries.get(transaction.message.recentBlockhash) ?? 0;
      if (this.#landed.has(signature) || this.#slot > expiry) continue;
      if (forks) {
        this.#orphaned.set(signature, this.#slot);
        continue;
      }
      const result = this.#svm.sendTransaction(getTransactionDecoder().decode(transaction.serialize()));
      const failed = result instanceof FailedTransactionMetadata;
      const metadata = failed ? result.meta() : result;
      const landed = { failed, logs: metadata.logs(), units: metadata.computeUnitsConsumed() };
      this.#landed.set(signature, { slot: this.#slot, ...landed });
      this.landings.push(signature);
    }
  }

  #accept(transaction: VersionedTransaction): void {
    const { delayMs, double, drop } = this.#faults;
    const arrive = (extra: number): void => {
      const at = this.#clock.now() + this.#clock.random() * delayMs + extra;
      this.#queue.push({ transaction, at });
    };
    if (!this.#happens(drop)) arrive(0);
    if (this.#happens(double)) arrive(this.#clock.random() * 60_000);
  }

  async #respond(url: string, init: RequestInit | undefined): Promise<Response> {
    const rpc = JSON.parse(init?.body as string) as Rpc;
    const { broken, busy, hang, lag, loseAnswer } = this.#faults;
    await this.#clock.sleep(5 + this.#clock.random() * 60);
    if (this.dead.has(url)) throw new TypeError('fetch failed');
    if (this.#happens(busy)) {
      const headers = this.#happens(0.5) ? { 'retry-after': '1' } : {};
      return new Response('slow down', { status: 429, headers });
    }
    if (this.#happens(broken)) return new Response('upstream', { status: 503 });
    const node = this.#slot - Math.floor(this.#clock.random() * (lag + 1));
    const body = { jsonrpc: '2.0', id: rpc.id, ...this.#answer(rpc, node) };
    if (this.#happens(hang)) await this.#clock.sleep(30_000);
    if (this.#happens(loseAnswer)) throw new TypeError('fetch failed');
    return new Response(JSON.stringify(body));
  }

  /** What a node answers that has seen the chain up to a slot. */
  #answer({ method, params }: Rpc, node: number): { result: unknown } | { error: unknown } {
    const [first, second] = params as [unknown, Readonly<Record<string, unknown>> | undefined];
    const confirmed = node - CONFIRMATIONS;
    const fresh = (second?.['minContextSlot'] as number | undefined) ?? 0;
    if (fresh > confirmed) {
      return { error: { code: -32016, message: 'Minimum context slot has not been reached' } };
    }
    const of = (value: unknown): { result: unknown } => ({ result: { context: { slot: confirmed }, value } });
    switch (method) {
      case 'getLatestBlockhash': {
        const bytes = Uint8Array.from({ length: 32 }, () => Math.floor(this.#clock.random() * 256));
        const blockhash = utils.bytes.bs58.encode(bytes);
        const lastValidBlockHeight = confirmed + this.#lifetime;
        this.#expiries.set(blockhash, lastValidBlockHeight);
        return of({ blockhash, lastValidBlockHeight });
      }
      case 'getEpochInfo': {
        const epoch = { epoch: 0, slotIndex: confirmed, slotsInEpoch: 432_000 };
        return { result: { absoluteSlot: confirmed, blockHeight: confirmed, ...epoch } };
      }
      case 'getRecentPrioritizationFees':
        return { result: [{ slot: confirmed, prioritizationFee: 1_000 }] };
      case 'simulateTransaction': {
        const simulated = this.#svm.simulateTransaction(
          getTransactionDecoder().decode(Buffer.from(first as string, 'base64')),
        );
        const failed = simulated instanceof FailedTransactionMetadata;
        const unitsConsumed = Number(simulated.meta().computeUnitsConsumed());
        const logs = simulated.meta().logs();
        return of({ err: failed ? 'AccountNotFound' : null, logs, unitsConsumed, accounts: null });
      }
      case 'sendTransaction': {
        const transaction = VersionedTransaction.deserialize(Buffer.from(first as string, 'base64'));
        this.#accept(transaction);
        return { result: signatureOf(transaction) };
      }
      case 'getSignatureStatuses': {
        const history = second?.['searchTransactionHistory'] === true;
        const value = (first as string[]).map((signature) => this.#status(signature, node, history));
        return { result: { context: { slot: node }, value } };
      }
      case 'getTransaction': {
        const found = this.#landed.get(first as string);
        const isSeen = found !== undefined && found.slot <= confirmed;
        return { result: isSeen ? transactionJson(first as string, found) : null };
      }
      default:
        return { error: { code: -32601, message: `the double does not know ${method}` } };
    }
  }

  #status(signature: string, node: number, history: boolean): unknown {
    const found = this.#landed.get(signature);
    const status = (
      { slot, failed }: { slot: number; failed: boolean },
      confirmationStatus: string,
    ): unknown => ({ slot, confirmations: 1, err: failed ? FAILURE : null, confirmationStatus });
    if (found !== undefined && found.slot <= node) {
      const isRecent = found.slot > node - STATUS_SLOTS;
      if (!isRecent && !history) return null;
      return status(found, found.slot <= node - CONFIRMATIONS ? 'confirmed' : 'processed');
    }
    const orphan = this.#orphaned.get(signature);
    if (orphan !== undefined && orphan <= node && orphan > node - CONFIRMATIONS) {
      return status({ slot: orphan, failed: false }, 'processed');
    }
    return null;
  }

  /** Lets all that is on its way arrive, in as many blocks as a transaction can live. */
  settle(): void {
    for (let block = 0; block < SETTLING_BLOCKS; block += 1) {
      this.#queue = this.#queue.map(({ transaction }) => ({ transaction, at: 0 }));
      this.#buildBlock();
    }
  }
}

function signatureOf(transaction: VersionedTransaction): string {
  return utils.bytes.bs58.encode(transaction.signatures[0] ?? new Uint8Array());
}

function transactionJson(signature: string, { slot, failed, logs, units }: Landed): unknown {
  const header = { numRequiredSignatures: 1, numReadonlySignedAccounts: 0, numReadonlyUnsignedAccounts: 0 };
  const recentBlockhash = '11111111111111111111111111111111';
  return {
    slot,
    blockTime: 0,
    version: 0,
    transaction: {
      signatures: [signature],
      message: { accountKeys: [], header, instructions: [], recentBlockhash },
    },
    meta: {
      err: failed ? FAILURE : null,
      fee: 5_000,
      logMessages: logs,
      computeUnitsConsumed: Number(units),
      preBalances: [],
      postBalances: [],
    },
  };
}
