import { parseEvents, type Client, type IonetEvent } from '@ionet/sdk';
import { migrate, type Database, type Queries } from '@ionet/service-kit';
import type { ConfirmedSignatureInfo, Connection, PublicKey } from '@solana/web3.js';
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

const PROGRAMS = ['staking', 'escrow'] as const;
const SIGNATURES_A_REQUEST = 1_000;
const TRANSACTIONS_A_REQUEST = 50;

/** A transaction of a program, as the network lists it. */
type Found = Pick<ConfirmedSignatureInfo, 'err' | 'signature' | 'slot'>;

/**
 * Folds the events of all final transactions of the staking and escrow programs, each once and in order: what was
 * folded and how far is written together, so that a restart goes on where it was.
 */
export class HistoryFollower {
  readonly #database: Database;
  readonly #connection: Connection;
  readonly #client: Client;
  #histories: Histories = emptyHistories();
  #cursors = new Map<string, string>();

  private constructor(database: Database, connection: Connection, client: Client) {
    this.#database = database;
    this.#connection = connection;
    this.#client = client;
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
    const follower = new HistoryFollower(database, connection, client);
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
    const found: Found[] = [];
    const cursors = new Map<string, string>();
    for (const program of PROGRAMS) {
      const address = this.#client.deployment.programs[program];
      const signatures = await this.#signaturesSince(address, this.#cursors.get(program));
      const newest = signatures.at(-1);
      if (newest !== undefined) cursors.set(program, newest.signature);
      found.push(...signatures);
    }
    if (found.length === 0) return 0;
    // A transaction of both programs is found twice.
    const unique = [...new Map(found.map((one) => [one.signature, one])).values()]
      .filter(({ err }) => err === null)
      .sort((a, b) => a.slot - b.slot);
    const events = await this.#eventsOf(unique.map(({ signature }) => signature));
    try {
      const changes = events.flatMap((event) => foldEvent(this.#histories, event));
      await this.#database.transaction((queries) => this.#write(queries, changes, cursors));
    } catch (error) {
      // What was folded and not written would be folded twice.
      await this.#load();
      throw error;
    }
    for (const [program, signature] of cursors) this.#cursors.set(program, signature);
    return events.length;
  }

  /** The oldest first. */
  async #signaturesSince(program: PublicKey, until: string | undefined): Promise<Found[]> {
    const all: Found[] = [];
    for (let before: string | undefined; ; before = all.at(-1)?.signature) {
      const page = await this.#connection.getSignaturesForAddress(
        program,
        {
          limit: SIGNATURES_A_REQUEST,
          ...(before === undefined ? {} : { before }),
          ...(until === undefined ? {} : { until }),
        },
        'finalized',
      );
      all.push(...page);
      if (page.length < SIGNATURES_A_REQUEST) return all.reverse();
    }
  }

  async #eventsOf(signatures: readonly string[]): Promise<IonetEvent[]> {
    const events: IonetEvent[] = [];
    for (let start = 0; start < signatures.length; start += TRANSACTIONS_A_REQUEST) {
      const part = signatures.slice(start, start + TRANSACTIONS_A_REQUEST);
      const transactions = await this.#connection.getTransactions(part, {
        commitment: 'finalized',
        maxSupportedTransactionVersion: 0,
      });
      transactions.forEach((transaction, index) => {
        if (transaction?.meta == null) throw new Error(`the logs of ${part[index] ?? ''} cannot be read yet`);
        events.push(...parseEvents(transaction.meta.logMessages ?? [], this.#client.deployment));
      });
    }
    return events;
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
