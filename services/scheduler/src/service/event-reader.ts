import { parseEvents, type Deployment, type IonetEvent, type ProgramName } from '@ionet/sdk';
import type { ConfirmedSignatureInfo, Connection, PublicKey } from '@solana/web3.js';

const SIGNATURES_A_REQUEST = 1_000;
const TRANSACTIONS_A_REQUEST = 50;

/** What oracles report comes before what is settled by it in the same slot. */
const PROGRAMS = [
  'staking',
  'oracle',
  'escrow',
  'treasury',
  'emission',
] as const satisfies readonly ProgramName[];

/** A transaction of a program, as the network lists it. */
type Found = Pick<ConfirmedSignatureInfo, 'blockTime' | 'err' | 'signature' | 'slot'>;

/** An event of a final transaction. */
export interface ChainEvent {
  readonly event: IonetEvent;
  /** Unix seconds by the chain's clock. */
  readonly at: number;
  readonly signature: string;
}

/** The last transaction of a program that was read, and its slot: a network may have forgotten the transaction. */
export interface Cursor {
  readonly signature: string;
  readonly slot: number;
}

/** Events in the order of the chain, and how far they reach. */
export interface EventBatch {
  readonly events: readonly ChainEvent[];
  /** By program: where the next reading goes on. */
  readonly cursors: ReadonlyMap<string, Cursor>;
}

/** What events are read from. */
export interface EventReaderOptions {
  readonly connection: Connection;
  readonly deployment: Deployment;
}

/** Reads the events of all final transactions of the programs that are recorded, each once and in order. */
export class EventReader {
  readonly #options: EventReaderOptions;

  constructor(options: EventReaderOptions) {
    this.#options = options;
  }

  /** What has become final since the cursors, in batches of which none cuts a slot. */
  async *since(cursors: ReadonlyMap<string, Cursor>): AsyncGenerator<EventBatch, void, undefined> {
    const { connection, deployment } = this.#options;
    // What becomes final between two lists would be in one of them only, and be found again: it waits.
    const newest = await connection.getSlot('finalized');
    const lists = new Map<string, readonly Found[]>();
    for (const program of PROGRAMS) {
      const list = await this.#signaturesSince(deployment.programs[program], cursors.get(program));
      lists.set(
        program,
        list.filter(({ slot }) => slot <= newest),
      );
    }
    // A transaction of two programs is found twice.
    const unique = new Map([...lists.values()].flat().map((one) => [one.signature, one]));
    const ordered = [...unique.values()].sort((a, b) => a.slot - b.slot);
    for (let start = 0; start < ordered.length;) {
      let end = Math.min(start + TRANSACTIONS_A_REQUEST, ordered.length);
      while (end < ordered.length && ordered[end]?.slot === ordered[end - 1]?.slot) end += 1;
      const lastSlot = ordered[end - 1]?.slot ?? 0;
      const events = await this.#eventsOf(ordered.slice(start, end).filter(({ err }) => err === null));
      const reached = new Map<string, Cursor>();
      for (const [program, list] of lists) {
        const last = list.findLast(({ slot }) => slot <= lastSlot);
        if (last !== undefined) reached.set(program, { signature: last.signature, slot: last.slot });
      }
      yield { events, cursors: reached };
      start = end;
    }
  }

  /** The oldest first. */
  async #signaturesSince(program: PublicKey, cursor: Cursor | undefined): Promise<Found[]> {
    const all: Found[] = [];
    for (let before: string | undefined; ; before = all.at(-1)?.signature) {
      const page = await this.#options.connection.getSignaturesForAddress(
        program,
        {
          limit: SIGNATURES_A_REQUEST,
          ...(before === undefined ? {} : { before }),
          ...(cursor === undefined ? {} : { until: cursor.signature }),
        },
        'finalized',
      );
      const unread = page.filter(({ slot }) => cursor === undefined || slot > cursor.slot);
      all.push(...unread);
      if (unread.length < SIGNATURES_A_REQUEST) return all.reverse();
    }
  }

  async #eventsOf(transactions: readonly Found[]): Promise<ChainEvent[]> {
    const { connection, deployment } = this.#options;
    const events: ChainEvent[] = [];
    let at = 0;
    for (let start = 0; start < transactions.length; start += TRANSACTIONS_A_REQUEST) {
      const part = transactions.slice(start, start + TRANSACTIONS_A_REQUEST);
      const answers = await connection.getTransactions(
        part.map(({ signature }) => signature),
        { commitment: 'finalized', maxSupportedTransactionVersion: 0 },
      );
      for (const [index, { signature, blockTime }] of part.entries()) {
        const meta = answers[index]?.meta;
        if (meta == null) throw new Error(`the logs of ${signature} cannot be read yet`);
        at = Math.max(at, blockTime ?? 0);
        for (const event of parseEvents(meta.logMessages ?? [], deployment)) {
          events.push({ event, at, signature });
        }
      }
    }
    return events;
  }
}
