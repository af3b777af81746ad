import type { Connection, PublicKey } from '@solana/web3.js';
import type { Deployment } from './deployment.js';
import { IonetError } from './errors.js';
import { parseEvents, type ProgramEvent } from './events.js';
import type { ProgramName } from './programs.js';
import { systemClock, type Clock } from './sending/clock.js';
import { classifyFault } from './sending/faults.js';
import { HEALTHY, afterFault, isGivenUp, type Health } from './sending/health.js';

/**
 * A transaction that a program took part in.
 *
 * @see {@link watchEvents}
 */
export interface SeenTransaction {
  readonly signature: string;
  readonly slot: number;
  readonly failed: boolean;
}

/**
 * Where events come from: what is told as it happens, and history to complete it from.
 *
 * @see {@link watchEvents}
 */
export interface EventFeed {
  /** Tells the logs of transactions as they are confirmed, perhaps not of all. What it returns ends that. */
  onLogs(program: PublicKey, listener: (signature: string, logs: readonly string[]) => void): () => void;
  /** The transactions of a program, newest first: the newest of all, or those before one. */
  getSignatures(
    program: PublicKey,
    range: { readonly before?: string; readonly limit: number },
  ): Promise<readonly SeenTransaction[]>;
  /** The logs of a transaction, `null` where the network does not have them yet. */
  getLogs(signature: string): Promise<readonly string[] | null>;
}

/**
 * An event with its place: `signature` and `index` tell it apart for ever.
 *
 * @see {@link watchEvents}
 */
export type WatchedEvent<P extends ProgramName> = ProgramEvent<P> & {
  readonly signature: string;
  readonly slot: number;
  /** Its place among the program's events of the transaction. */
  readonly index: number;
};

/**
 * How {@link watchEvents} watches.
 *
 * @see {@link watchEvents}
 */
export interface WatchOptions {
  /** The transaction after which to begin, such as that of the last event that was dealt with. Default: now. */
  readonly after?: Pick<SeenTransaction, 'signature' | 'slot'>;
  /** Ends watching. */
  readonly signal?: AbortSignal;
  /** How often history is asked also when nothing was heard: a websocket can die silently. Default: 5 s. */
  readonly pollIntervalMs?: number;
  /** How often history is read anew where numbers of events are missing. Default: 5. */
  readonly maxRereads?: number;
  /** Is told that numbers were missing and history is read anew. */
  readonly onGap?: (gap: EventGap) => void;
  /** Time and chance. Default: those of this machine. */
  readonly clock?: Clock;
}

/**
 * Numbers of events that were not there.
 *
 * @see {@link WatchError}
 */
export interface EventGap {
  /** What the events are about, such as the address of a job. */
  readonly subject: string;
  /** The number of the last event before the gap, and of the first behind it. */
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Events that history does not have although their numbers say that they were.
 *
 * @example
 * ```ts
 * import { Connection } from '@solana/web3.js';
 * import { WatchError, connectionFeed, watchEvents } from '@ionet/sdk';
 *
 * const feed = connectionFeed(new Connection('http://127.0.0.1:8899', 'confirmed'));
 * try {
 *   for await (const event of watchEvents(feed, deployment, 'escrow', { signal })) console.log(event.name);
 * } catch (error) {
 *   if (error instanceof WatchError) console.error(error.gap, error.remedy);
 *   else throw error;
 * }
 * ```
 */
export class WatchError extends IonetError {
  override readonly name = 'EventsMissing';

  constructor(readonly gap: EventGap) {
    super(`events of ${gap.subject} are missing: watch over a node that has the whole history`);
  }
}

/** The first field of an event names what it is about, where it is one of these; else it is the program's root. */
const SUBJECTS: readonly string[] = ['job', 'node', 'offer', 'pool', 'season'];
/** Events of accounts that stand alone and count by themselves. */
const OWN_COUNTERS: Readonly<Record<string, string>> = {
  'treasury.feesSold': 'auction',
  'treasury.priceObserved': 'auction',
};

/** What the number of an event counts for, and the number; `null` where it has none. */
function countedIn(event: {
  readonly program: string;
  readonly name: string;
  readonly data: unknown;
}): { readonly subject: string; readonly seq: bigint } | null {
  const data = event.data as Readonly<Record<string, unknown>>;
  const { seq } = data;
  if (typeof seq !== 'bigint') return null;
  const [field = '', value] = Object.entries(data)[0] ?? [];
  const key = `${event.program}.${event.name}`;
  const subject = SUBJECTS.includes(field) ? String(value) : (OWN_COUNTERS[key] ?? 'root');
  return { subject: `${event.program} ${subject}`, seq };
}

const FIRST_PAGE = 50;
/** How many transactions are listed once more with every question, as many as fit into its first page. */
const OVERLAP = 25;
const PAGE = 1_000;
/** How many are listed once more after a gap, and remembered so that none is given twice. */
const LOOK_BACK = 200;
const BACKOFF = { baseMs: 250, maxMs: 10_000, maxFailures: 10 };

/**
 * The events of a program as they happen, in their order on chain, each exactly once. A websocket tells of them; what
 * it leaves out is found in history by signatures, and the events' own numbers show where history was not complete,
 * for every account of which one event was given before.
 * Begin with `after` where the last run ended, and nothing in between is lost.
 *
 * @example
 * ```ts
 * import { Connection } from '@solana/web3.js';
 * import { connectionFeed, localnet, watchEvents } from '@ionet/sdk';
 *
 * const feed = connectionFeed(new Connection('http://127.0.0.1:8899', 'confirmed'));
 * for await (const event of watchEvents(feed, localnet(), 'escrow', { signal })) {
 *   if (event.name === 'jobSettled') console.log(event.data.toNode, event.signature);
 * }
 * ```
 */
export async function* watchEvents<P extends ProgramName>(
  feed: EventFeed,
  deployment: Deployment,
  program: P,
  options: WatchOptions = {},
): AsyncGenerator<WatchedEvent<P>, void, undefined> {
  const { signal, pollIntervalMs = 5_000, maxRereads = 5, clock = systemClock } = options;
  const address = deployment.programs[program];
  /** Logs that were heard and not yet given out. */
  const heard = new Map<string, readonly string[]>();
  /** The latest that were given out, the oldest first. */
  const given: SeenTransaction[] = options.after === undefined ? [] : [{ ...options.after, failed: false }];
  const last = new Map<string, bigint>();
  let wake = new AbortController();
  let health: Health = HEALTHY;

  /** What history has behind the cursor and was not given out, the oldest first. */
  const readHistory = async (cursor: SeenTransaction | undefined): Promise<SeenTransaction[]> => {
    const found: SeenTransaction[] = [];
    let isKnown = false;
    for (let limit = FIRST_PAGE, isMore = true; isMore; limit = PAGE) {
      const before = found.at(-1)?.signature;
      const range = before === undefined ? { limit } : { before, limit };
      const page = await feed.getSignatures(address, range);
      isMore = page.length === limit;
      for (const one of page) {
        isKnown = one.signature === cursor?.signature;
        if (isKnown || one.slot < (cursor?.slot ?? 0)) {
          isMore = false;
          break;
        }
        found.push(one);
      }
    }
    const known = new Set(given.map(({ signature }) => signature));
    return found.reverse().filter(({ signature, slot }) => {
      // Of a node that does not know the cursor only what is surely behind it counts.
      const isBehind = cursor === undefined || isKnown || slot > cursor.slot;
      return isBehind && !known.has(signature);
    });
  };

  // The compiler does not follow from the program's name to its events.
  const eventsOf = (logs: readonly string[]): ProgramEvent<P>[] =>
    parseEvents(logs, deployment).filter(
      (event) => event.program === program,
    ) as unknown as ProgramEvent<P>[];

  /** The first gap before these events. */
  const gapBefore = (events: readonly ProgramEvent<P>[]): EventGap | null => {
    const now = new Map(last);
    for (const event of events) {
      const counted = countedIn(event);
      if (counted === null) continue;
      const from = now.get(counted.subject);
      if (from !== undefined && counted.seq > from + 1n) {
        return { subject: counted.subject, from, to: counted.seq };
      }
      now.set(counted.subject, counted.seq);
    }
    return null;
  };

  const remember = (transaction: SeenTransaction, events: readonly ProgramEvent<P>[]): void => {
    given.push(transaction);
    if (given.length > 2 * LOOK_BACK) given.splice(0, LOOK_BACK);
    heard.delete(transaction.signature);
    for (const event of events) {
      const counted = countedIn(event);
      if (counted !== null) last.set(counted.subject, counted.seq);
    }
  };

  const end = feed.onLogs(address, (signature, logs) => {
    heard.set(signature, logs);
    wake.abort();
  });
  const stop = (): void => {
    wake.abort();
  };
  signal?.addEventListener('abort', stop, { once: true });

  try {
    let rereads = 0;
    let isPlaced = options.after !== undefined;
    while (signal?.aborted !== true) {
      wake = new AbortController();
      let pause = pollIntervalMs;
      try {
        if (!isPlaced) {
          const [newest] = await feed.getSignatures(address, { limit: 1 });
          if (newest !== undefined) remember(newest, []);
          isPlaced = true;
        }
        // Always from a little further back, and after a gap from far: what one answer left out the next may have.
        const cursor = given.at(rereads === 0 ? -OVERLAP : -LOOK_BACK) ?? given[0];
        const transactions = await readHistory(cursor);
        for (const transaction of transactions) {
          const { signature, slot, failed } = transaction;
          if (failed) {
            remember(transaction, []);
            continue;
          }
          const logs = heard.get(signature) ?? (await feed.getLogs(signature));
          if (logs === null) {
            pause = BACKOFF.baseMs;
            break;
          }
          const events = eventsOf(logs);
          const gap = gapBefore(events);
          if (gap !== null) {
            if (rereads >= maxRereads) throw new WatchError(gap);
            rereads += 1;
            pause = BACKOFF.baseMs * 2 ** rereads;
            // What was heard may be what is not whole.
            heard.delete(signature);
            options.onGap?.(gap);
            break;
          }
          rereads = 0;
          remember(transaction, events);
          for (const [index, event] of events.entries()) {
            if (isAborted(signal)) return;
            yield { ...event, signature, slot, index };
          }
        }
        health = HEALTHY;
      } catch (error) {
        const fault = classifyFault(error);
        if (error instanceof WatchError || fault.kind === 'rejected') throw error;
        health = afterFault(health, fault, clock.now(), clock.random(), BACKOFF);
        if (isGivenUp(health, BACKOFF)) throw error;
        pause = health.coolUntil - clock.now();
      }
      if (!isAborted(signal)) await clock.sleep(pause, wake.signal);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    end();
  }
}

/** The compiler takes a signal that was not aborted for one that never will be. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/**
 * The feed of a web3.js connection: its websocket, and its history.
 *
 * @example
 * ```ts
 * import { Connection } from '@solana/web3.js';
 * import { connectionFeed } from '@ionet/sdk';
 *
 * const feed = connectionFeed(new Connection('http://127.0.0.1:8899', 'confirmed'));
 * ```
 */
export function connectionFeed(connection: Connection): EventFeed {
  return {
    onLogs(program, listener) {
      const id = connection.onLogs(
        program,
        ({ err, logs, signature }) => {
          if (err === null) listener(signature, logs);
        },
        'confirmed',
      );
      return () => {
        // A socket that is gone already has nothing to unsubscribe from.
        connection.removeOnLogsListener(id).catch(() => undefined);
      };
    },
    async getSignatures(program, range) {
      const found = await connection.getSignaturesForAddress(program, range, 'confirmed');
      return found.map(({ signature, slot, err }) => ({ signature, slot, failed: err !== null }));
    },
    async getLogs(signature) {
      const found = await connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: 0,
      });
      return found?.meta?.logMessages ?? null;
    },
  };
}
