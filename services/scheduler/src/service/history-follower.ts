import type { Client } from '@ionet/sdk';
import { migrate, type Database, type Queries } from '@ionet/service-kit';
import type { Connection } from '@solana/web3.js';
import {
  emptyHistories,
  foldEvent,
  NEW_NODE,
  NEW_REQUESTER,
  reliabilityOf,
  reputationOf,
  type Histories,
  type HistoryChange,
  type JobHistory,
  type NodeHistory,
  type RequesterRecord,
} from '../reputation/index.js';
import { EventReader, type EventBatch } from './event-reader.js';

const PROGRAMS = ['staking', 'escrow'] as const;

/**
 * Folds the events of all final transactions of the staking and escrow programs, each once and in order: what was
 * folded and how far is written together, so that a restart goes on where it was.
 */
export class HistoryFollower {
  readonly #database: Database;
  readonly #reader: EventReader;
  #histories: Histories = emptyHistories();
  #cursors = new Map<string, string>();

  private constructor(database: Database, reader: EventReader) {
    this.#database = database;
    this.#reader = reader;
  }

  static async open(database: Database, connection: Connection, client: Client): Promise<HistoryFollower> {
    await migrate(database, 'histories', [
      {
        id: 1,
        name: 'histories and cursors',
        statements: [
          `CREATE TABLE histories (kind text NOT NULL, id text NOT NULL, content text NOT NULL,
             PRIMARY KEY (kind, id))`,
          'CREATE TABLE history_cursors (program text PRIMARY KEY, signature text NOT NULL)',
        ],
      },
    ]);
    const { deployment } = client;
    const reader = new EventReader({ connection, deployment, programs: PROGRAMS });
    const follower = new HistoryFollower(database, reader);
    await follower.#load();
    return follower;
  }

  async #load(): Promise<void> {
    const histories = emptyHistories();
    const rows = await this.#database.query<{ kind: string; id: string; content: string }>(
      'SELECT kind, id, content FROM histories',
    );
    for (const { kind, id, content } of rows) {
      // What is read here was written by this class.
      const value: unknown = JSON.parse(content);
      if (kind === 'nodes') histories.nodes.set(id, value as NodeHistory);
      else if (kind === 'requesters') histories.requesters.set(id, value as RequesterRecord);
      else histories.jobs.set(id, value as JobHistory);
    }
    const cursors = await this.#database.query<{ program: string; signature: string }>(
      'SELECT program, signature FROM history_cursors',
    );
    this.#histories = histories;
    this.#cursors = new Map(cursors.map(({ program, signature }) => [program, signature]));
  }

  /** The reliability of a node, in basis points. */
  reliability(node: string): number {
    return reliabilityOf(this.#histories.nodes.get(node) ?? NEW_NODE);
  }

  /** The reputation of a buyer, in basis points. */
  reputation(buyer: string): number {
    return reputationOf(this.#histories.requesters.get(buyer) ?? NEW_REQUESTER);
  }

  node(id: string): NodeHistory | undefined {
    return this.#histories.nodes.get(id);
  }

  /** Folds what has become final since the last time. Gives how many events there were. */
  async follow(): Promise<number> {
    let count = 0;
    for await (const batch of this.#reader.since(this.#cursors)) {
      await this.#fold(batch);
      count += batch.events.length;
    }
    return count;
  }

  async #fold({ events, cursors }: EventBatch): Promise<void> {
    try {
      const changes = events.flatMap(({ event }) => foldEvent(this.#histories, event));
      await this.#database.transaction((queries) => this.#write(queries, changes, cursors));
    } catch (error) {
      // What was folded and not written would be folded twice.
      await this.#load();
      throw error;
    }
    for (const [program, signature] of cursors) this.#cursors.set(program, signature);
  }

  async #write(
    queries: Queries,
    changes: readonly HistoryChange[],
    cursors: ReadonlyMap<string, string>,
  ): Promise<void> {
    for (const [program, signature] of cursors) {
      await queries.query(
        `INSERT INTO history_cursors (program, signature) VALUES ($1, $2)
         ON CONFLICT (program) DO UPDATE SET signature = excluded.signature`,
        [program, signature],
      );
    }
    for (const { kind, id } of changes) {
      const content = this.#histories[kind].get(id);
      if (content === undefined) {
        await queries.query('DELETE FROM histories WHERE kind = $1 AND id = $2', [kind, id]);
      } else {
        await queries.query(
          `INSERT INTO histories (kind, id, content) VALUES ($1, $2, $3)
           ON CONFLICT (kind, id) DO UPDATE SET content = excluded.content`,
          [kind, id, JSON.stringify(content)],
        );
      }
    }
  }
}
