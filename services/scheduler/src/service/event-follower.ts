import { migrate, type Database, type Queries } from '@ionet/service-kit';
import type { ChainEvent, Cursor, EventBatch, EventReader } from './event-reader.js';

/** What is made of the events of the chain, in memory and in tables of its own. */
export interface EventRecorder {
  /** Takes from its tables what it had recorded. */
  load(queries: Queries): Promise<void>;
  /** Records events, in the order of the chain, and writes what they have changed. */
  record(events: readonly ChainEvent[], queries: Queries): Promise<void>;
}

/** What a follower is made of. */
export interface EventFollowerOptions {
  readonly database: Database;
  readonly reader: Pick<EventReader, 'since'>;
  readonly recorders: readonly EventRecorder[];
}

/**
 * Gives the events of final transactions to all recorders, each once and in order. What they write and how far it reaches
 * is one database transaction, so that a restart goes on where it was. Started on an empty database it goes back to the
 * first transaction that the network remembers.
 */
export class EventFollower {
  readonly #options: EventFollowerOptions;
  readonly #cursors = new Map<string, Cursor>();
  /** Whether memory is what is written: what was recorded and not written would be recorded twice. */
  #isLoaded = false;

  private constructor(options: EventFollowerOptions) {
    this.#options = options;
  }

  static async open(options: EventFollowerOptions): Promise<EventFollower> {
    await migrate(options.database, 'events', [
      {
        id: 1,
        name: 'how far events are recorded',
        statements: [
          'CREATE TABLE event_cursors (program text PRIMARY KEY, signature text NOT NULL, slot bigint NOT NULL)',
        ],
      },
    ]);
    const follower = new EventFollower(options);
    await follower.#load();
    return follower;
  }

  async #load(): Promise<void> {
    const { database, recorders } = this.#options;
    const rows = await database.query<{ program: string; signature: string; slot: bigint }>(
      'SELECT program, signature, slot FROM event_cursors',
    );
    this.#cursors.clear();
    for (const { program, signature, slot } of rows) {
      this.#cursors.set(program, { signature, slot: Number(slot) });
    }
    for (const recorder of recorders) await recorder.load(database);
    this.#isLoaded = true;
  }

  /** Records what has become final since the last time. Gives how many events there were. */
  async follow(): Promise<number> {
    if (!this.#isLoaded) await this.#load();
    let count = 0;
    for await (const batch of this.#options.reader.since(this.#cursors)) {
      await this.#record(batch);
      count += batch.events.length;
    }
    return count;
  }

  async #record({ events, cursors }: EventBatch): Promise<void> {
    const { database, recorders } = this.#options;
    this.#isLoaded = false;
    await database.transaction(async (queries) => {
      for (const recorder of recorders) await recorder.record(events, queries);
      for (const [program, { signature, slot }] of cursors) {
        await queries.query(
          `INSERT INTO event_cursors (program, signature, slot) VALUES ($1, $2, $3)
           ON CONFLICT (program) DO UPDATE SET signature = excluded.signature, slot = excluded.slot`,
          [program, signature, BigInt(slot)],
        );
      }
    });
    this.#isLoaded = true;
    for (const [program, cursor] of cursors) this.#cursors.set(program, cursor);
  }
}
