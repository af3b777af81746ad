import { migrate, type Database, type Queries } from '@ionet/service-kit';
import {
  emptyHistories,
  foldEvent,
  NEW_NODE,
  NEW_REQUESTER,
  reliabilityOf,
  reputationOf,
  type Histories,
  type JobHistory,
  type NodeHistory,
  type RequesterRecord,
} from '../reputation/index.js';
import type { EventRecorder } from './event-follower.js';
import type { ChainEvent } from './event-reader.js';

/** Keeps the histories of nodes and buyers, from which their scores follow. */
export class HistoryRecorder implements EventRecorder {
  #histories: Histories = emptyHistories();

  static async open(database: Database): Promise<HistoryRecorder> {
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
      {
        // All recorders now reach equally far, and begin anew together.
        id: 2,
        name: 'no cursors of their own',
        statements: ['DROP TABLE history_cursors', 'DELETE FROM histories'],
      },
    ]);
    return new HistoryRecorder();
  }

  async load(queries: Queries): Promise<void> {
    const histories = emptyHistories();
    const rows = await queries.query<{ kind: string; id: string; content: string }>(
      'SELECT kind, id, content FROM histories',
    );
    for (const { kind, id, content } of rows) {
      // What is read here was written by this class.
      const value: unknown = JSON.parse(content);
      if (kind === 'nodes') histories.nodes.set(id, value as NodeHistory);
      else if (kind === 'requesters') histories.requesters.set(id, value as RequesterRecord);
      else histories.jobs.set(id, value as JobHistory);
    }
    this.#histories = histories;
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

  async record(events: readonly ChainEvent[], queries: Queries): Promise<void> {
    const changes = events.flatMap(({ event }) => foldEvent(this.#histories, event));
    const unique = new Map(changes.map((change) => [`${change.kind} ${change.id}`, change]));
    for (const { kind, id } of unique.values()) {
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
