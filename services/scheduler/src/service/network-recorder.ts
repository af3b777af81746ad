import type { IonetEvent } from '@ionet/sdk';
import { migrate, type Database, type Queries, type SqlValue } from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';
import {
  countersSchema,
  emptyNetwork,
  foldNetwork,
  jobStateSchema,
  nodeStateSchema,
  offerStateSchema,
  totalsOf,
  totalsSchema,
  type NetworkState,
  type StateChange,
  type Totals,
} from '../network/totals.js';
import { tellJob, type JobStory, type StoredEvent } from '../network/job-story.js';
import type { EventRecorder } from './event-follower.js';
import type { ChainEvent } from './event-reader.js';

/** How long the buckets of a history are, in seconds. */
export const BUCKET_SECONDS = { hour: 3_600, day: 86_400 } as const;
export type Bucket = keyof typeof BUCKET_SECONDS;
export const BUCKETS = ['hour', 'day'] as const satisfies readonly Bucket[];

const DAY = 86_400;
/** Days are kept for the time that IO is emitted. */
const MOST_DAYS = 7_305;
/** The one row of its kind. */
const COUNTERS = 'counters';

/** A bucket of the network's history: how things stood at its last event. */
export interface HistoryPoint extends Totals {
  readonly start: number;
  /** When its last event was, in unix seconds. */
  readonly at: number;
}

/** An event of a node or of a job, with the place that it has among all events. */
export interface RecordedEvent extends StoredEvent {
  readonly subject: string;
  readonly position: number;
}

/** What a recorder is made of. */
export interface NetworkRecorderOptions {
  readonly database: Database;
  /** For how many days hours, and events of nodes and of jobs that are over, are kept. */
  readonly historyDays: number;
}

interface EventRow extends Record<string, SqlValue> {
  readonly subject: string;
  readonly position: bigint;
  readonly at: bigint;
  readonly signature: string;
  readonly name: string;
  readonly content: string;
}

const STATES = { nodes: nodeStateSchema, offers: offerStateSchema, jobs: jobStateSchema } as const;

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}` : part));

/** Keeps the history of the network, of its nodes and of its jobs. */
export class NetworkRecorder implements EventRecorder {
  readonly #options: NetworkRecorderOptions;
  #state: NetworkState = emptyNetwork();
  #position = 0;
  #lastAt = 0;

  private constructor(options: NetworkRecorderOptions) {
    this.#options = options;
  }

  static async open(options: NetworkRecorderOptions): Promise<NetworkRecorder> {
    await migrate(options.database, 'network', [
      {
        id: 1,
        name: 'network history and events',
        statements: [
          'CREATE TABLE network_state (kind text NOT NULL, id text NOT NULL, content text NOT NULL, PRIMARY KEY (kind, id))',
          'CREATE TABLE network_cursors (program text PRIMARY KEY, signature text NOT NULL)',
          `CREATE TABLE network_history (bucket text NOT NULL, start bigint NOT NULL, at bigint NOT NULL,
             content text NOT NULL, PRIMARY KEY (bucket, start))`,
          `CREATE TABLE network_events (position bigint PRIMARY KEY, subject text NOT NULL, node text NOT NULL,
             at bigint NOT NULL, signature text NOT NULL, name text NOT NULL, content text NOT NULL)`,
          'CREATE INDEX network_events_by_subject ON network_events (subject, position)',
          'CREATE INDEX network_events_by_name ON network_events (name, node, position)',
        ],
      },
      {
        // All recorders now reach equally far, and begin anew together.
        id: 2,
        name: 'no cursors of its own',
        statements: [
          'DROP TABLE network_cursors',
          'DELETE FROM network_state',
          'DELETE FROM network_history',
          'DELETE FROM network_events',
        ],
      },
    ]);
    return new NetworkRecorder(options);
  }

  async load(queries: Queries): Promise<void> {
    const state = emptyNetwork();
    const rows = await queries.query<{ kind: string; id: string; content: string }>(
      'SELECT kind, id, content FROM network_state',
    );
    for (const { kind, id, content } of rows) {
      const value: unknown = JSON.parse(content);
      if (kind === 'nodes') state.nodes.set(id, STATES.nodes.parse(value));
      else if (kind === 'offers') state.offers.set(id, STATES.offers.parse(value));
      else if (kind === 'jobs') state.jobs.set(id, STATES.jobs.parse(value));
      else state.counters = countersSchema.parse(value);
    }
    const [last] = await queries.query<{ position: bigint; at: bigint }>(
      `SELECT COALESCE((SELECT MAX(position) FROM network_events), 0) AS position,
              COALESCE((SELECT MAX(at) FROM network_history), 0) AS at`,
    );
    this.#state = state;
    this.#position = Number(last?.position ?? 0n);
    this.#lastAt = Number(last?.at ?? 0n);
  }

  /** What has been counted so far. */
  get totals(): Totals {
    return totalsOf(this.#state);
  }

  async record(events: readonly ChainEvent[], queries: Queries): Promise<void> {
    if (events.length === 0) return;
    const changes = new Map<string, StateChange>();
    for (const event of events) {
      // A bucket is closed by the first event after it.
      if (this.#lastAt !== 0 && startOf(event.at, 'hour') > startOf(this.#lastAt, 'hour')) {
        await this.#writePoint(queries);
      }
      this.#lastAt = Math.max(this.#lastAt, event.at);
      await this.#writeEvent(queries, event);
      for (const change of foldNetwork(this.#state, event.event)) {
        changes.set(`${change.kind} ${change.id}`, change);
      }
    }
    await this.#writePoint(queries);
    await this.#writeState(queries, changes.values());
    await this.#forget(queries);
  }

  async #writePoint(queries: Queries): Promise<void> {
    const content = toJson(totalsOf(this.#state));
    for (const bucket of BUCKETS) {
      await queries.query(
        `INSERT INTO network_history (bucket, start, at, content) VALUES ($1, $2, $3, $4)
         ON CONFLICT (bucket, start) DO UPDATE SET at = excluded.at, content = excluded.content`,
        [bucket, BigInt(startOf(this.#lastAt, bucket)), BigInt(this.#lastAt), content],
      );
    }
  }

  async #writeEvent(queries: Queries, { event, at, signature }: ChainEvent): Promise<void> {
    const subject = subjectOf(event);
    if (subject === undefined) return;
    this.#position += 1;
    const node = subject.node ?? this.#state.jobs.get(subject.id)?.node ?? '';
    const values = [subject.id, node, BigInt(at), signature, event.name, toJson(event.data)];
    await queries.query(
      `INSERT INTO network_events (position, subject, node, at, signature, name, content)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [BigInt(this.#position), ...values],
    );
  }

  async #writeState(queries: Queries, changes: Iterable<StateChange>): Promise<void> {
    const write = (kind: string, id: string, content: unknown): Promise<unknown> =>
      queries.query(
        `INSERT INTO network_state (kind, id, content) VALUES ($1, $2, $3)
         ON CONFLICT (kind, id) DO UPDATE SET content = excluded.content`,
        [kind, id, toJson(content)],
      );
    for (const { kind, id } of changes) {
      const content = this.#state[kind].get(id);
      if (content !== undefined) await write(kind, id, content);
      else await queries.query('DELETE FROM network_state WHERE kind = $1 AND id = $2', [kind, id]);
    }
    await write(COUNTERS, '', this.#state.counters);
  }

  /** What is older than is kept; jobs that are not over keep all of theirs. */
  async #forget(queries: Queries): Promise<void> {
    const oldest = this.#lastAt - this.#options.historyDays * DAY;
    const firstDay = this.#lastAt - MOST_DAYS * DAY;
    await queries.query(
      `DELETE FROM network_history WHERE (bucket = 'hour' AND start < $1) OR (bucket = 'day' AND start < $2)`,
      [BigInt(oldest), BigInt(firstDay)],
    );
    // The last one stays: it says which number comes next.
    await queries.query(
      `DELETE FROM network_events WHERE at < $1 AND position < $2
         AND subject NOT IN (SELECT id FROM network_state WHERE kind = 'jobs')`,
      [BigInt(oldest), BigInt(this.#position)],
    );
  }

  /** The newest buckets, the oldest of them first. */
  async history(bucket: Bucket, limit: number): Promise<HistoryPoint[]> {
    const rows = await this.#options.database.query<{ start: bigint; at: bigint; content: string }>(
      'SELECT start, at, content FROM network_history WHERE bucket = $1 ORDER BY start DESC LIMIT $2',
      [bucket, BigInt(limit)],
    );
    return rows.reverse().map(({ start, at, content }) => ({
      start: Number(start),
      at: Number(at),
      ...totalsSchema.parse(JSON.parse(content)),
    }));
  }

  /** The newest events of a node itself, the newest first. */
  async nodeEvents(node: string, limit: number): Promise<RecordedEvent[]> {
    return this.#events('subject = $1 ORDER BY position DESC LIMIT $2', [node, BigInt(limit)]);
  }

  /** Events of a node by their name, the newest first. */
  async nodeEventsNamed(node: string, name: string, limit: number): Promise<RecordedEvent[]> {
    return this.#events('name = $1 AND node = $2 ORDER BY position DESC LIMIT $3', [
      name,
      node,
      BigInt(limit),
    ]);
  }

  /** The events of a job, the oldest first. */
  async jobEvents(job: string): Promise<RecordedEvent[]> {
    return this.#events('subject = $1 ORDER BY position', [job]);
  }

  /** A job as its events tell of it; `null` where its booking is not known. */
  async job(job: string): Promise<JobStory | null> {
    return tellJob(await this.jobEvents(job));
  }

  /** The jobs that were booked last, of one node or of all, the newest first. */
  async newestJobs(limit: number, node?: string): Promise<{ id: string; story: JobStory }[]> {
    const ofNode = node === undefined ? '' : 'AND node = $3';
    const bookings = await this.#events(`name = $1 ${ofNode} ORDER BY position DESC LIMIT $2`, [
      'jobBooked',
      BigInt(limit),
      ...(node === undefined ? [] : [node]),
    ]);
    const found = await Promise.all(
      bookings.map(async ({ subject }) => ({ id: subject, story: await this.job(subject) })),
    );
    return found.flatMap(({ id, story }) => (story === null ? [] : [{ id, story }]));
  }

  async #events(where: string, values: readonly SqlValue[]): Promise<RecordedEvent[]> {
    const rows = await this.#options.database.query<EventRow>(
      `SELECT subject, position, at, signature, name, content FROM network_events WHERE ${where}`,
      values,
    );
    return rows.map(({ position, at, content, ...rest }) => ({
      ...rest,
      position: Number(position),
      at: Number(at),
      data: JSON.parse(content) as unknown,
    }));
  }
}

function startOf(at: number, bucket: Bucket): number {
  return at - (at % BUCKET_SECONDS[bucket]);
}

/** Whose event it is: a job's, or else a node's; `undefined` where it is neither's. */
function subjectOf({ data }: IonetEvent): { readonly id: string; readonly node?: string } | undefined {
  const keyOf = (name: string): string | undefined => {
    const value: unknown = (data as Readonly<Record<string, unknown>>)[name];
    return value instanceof PublicKey ? value.toBase58() : undefined;
  };
  const node = keyOf('node');
  const id = keyOf('job') ?? node;
  return id === undefined ? undefined : { id, ...(node === undefined ? {} : { node }) };
}
