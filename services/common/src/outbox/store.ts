import type { Database, Queries, Row } from '../database.js';
import { migrate, type Migration } from '../migrations.js';
import type { IntentState } from './decide.js';

/** What an intent is about: there is never a second one of the same three. */
export interface IntentKey {
  /** What is done, such as `post-root`. */
  readonly kind: string;
  /** To what or whom, such as an address. */
  readonly subject: string;
  /** For which time, version or sequence. */
  readonly period: string;
}

/** An intent as it is written down. */
export interface Intent extends IntentKey {
  /** What building the transaction needs, as its kind reads it. */
  readonly payload: string;
  readonly state: IntentState;
  /** How often it was signed. */
  readonly attempt: number;
  readonly signature: string | null;
  /** What was signed, until the intent is at its end. */
  readonly transaction: Uint8Array | null;
  /** Up to which height the last try can land, or could have. */
  readonly lastValidBlockHeight: number | null;
  /** Why it failed, or why the last try did not come further. */
  readonly error: string | null;
}

/** Of an intent that is at its end. The indices are on this very condition. */
const OVER = "(state IN ('finalized', 'failed'))";

const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'intents',
    statements: [
      `CREATE TABLE outbox_intents (
         kind text NOT NULL,
         subject text NOT NULL,
         period text NOT NULL,
         payload text NOT NULL,
         state text NOT NULL,
         attempt bigint NOT NULL,
         signature text,
         transaction_bytes bytea,
         last_valid_block_height bigint,
         error text,
         planned_order bigint NOT NULL,
         PRIMARY KEY (kind, subject, period)
       )`,
      'CREATE INDEX outbox_intents_open ON outbox_intents (state, planned_order)',
    ],
  },
  {
    id: 2,
    name: 'what is over is small, and found by its age',
    statements: [
      'DROP INDEX outbox_intents_open',
      `UPDATE outbox_intents SET transaction_bytes = NULL,
         last_valid_block_height = COALESCE(
           last_valid_block_height,
           (SELECT COALESCE(MAX(last_valid_block_height), 0) FROM outbox_intents)
         )
       WHERE ${OVER}`,
      `CREATE INDEX outbox_intents_open ON outbox_intents (planned_order, state) WHERE NOT ${OVER}`,
      `CREATE INDEX outbox_intents_over ON outbox_intents (kind, last_valid_block_height) WHERE ${OVER}`,
      'CREATE INDEX outbox_intents_order ON outbox_intents (planned_order)',
    ],
  },
];

const COLUMNS =
  'kind, subject, period, payload, state, attempt, signature, transaction_bytes, last_valid_block_height, error';

interface IntentRow extends Row {
  readonly kind: string;
  readonly subject: string;
  readonly period: string;
  readonly payload: string;
  readonly state: IntentState;
  readonly attempt: bigint;
  readonly signature: string | null;
  readonly transaction_bytes: Uint8Array | null;
  readonly last_valid_block_height: bigint | null;
  readonly error: string | null;
}

function intentOf(row: IntentRow): Intent {
  const { kind, subject, period, payload, state, signature, error } = row;
  return {
    kind,
    subject,
    period,
    payload,
    state,
    attempt: Number(row.attempt),
    signature,
    transaction: row.transaction_bytes,
    lastValidBlockHeight: row.last_valid_block_height === null ? null : Number(row.last_valid_block_height),
    error,
  };
}

/** The table of intents. Every change says from which state and attempt: of two writers only one comes through. */
export class IntentStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<IntentStore> {
    await migrate(database, 'outbox', MIGRATIONS);
    return new IntentStore(database);
  }

  /** Writes an intent down; false where there is one already. One that failed is begun anew where `again` says so. */
  async plan(
    key: IntentKey,
    payload: string,
    { again = false, queries = this.#database }: { again?: boolean; queries?: Queries } = {},
  ): Promise<boolean> {
    const rows = await queries.query(
      `INSERT INTO outbox_intents (kind, subject, period, payload, state, attempt, planned_order)
       VALUES ($1, $2, $3, $4, 'planned', 0, (SELECT COALESCE(MAX(planned_order), 0) + 1 FROM outbox_intents))
       ON CONFLICT (kind, subject, period) DO ${
         again
           ? `UPDATE SET payload = excluded.payload, state = 'planned', error = NULL
              WHERE outbox_intents.state = 'failed'`
           : 'NOTHING'
       } RETURNING kind`,
      [key.kind, key.subject, key.period, payload],
    );
    return rows.length > 0;
  }

  async find({ kind, subject, period }: IntentKey): Promise<Intent | undefined> {
    const [row] = await this.#database.query<IntentRow>(
      `SELECT ${COLUMNS} FROM outbox_intents WHERE kind = $1 AND subject = $2 AND period = $3`,
      [kind, subject, period],
    );
    return row === undefined ? undefined : intentOf(row);
  }

  /** Intents that are not at their end, the oldest first. */
  async open(limit: number): Promise<Intent[]> {
    const rows = await this.#database.query<IntentRow>(
      `SELECT ${COLUMNS} FROM outbox_intents WHERE NOT ${OVER}
       ORDER BY planned_order LIMIT $1`,
      [BigInt(limit)],
    );
    return rows.map(intentOf);
  }

  /** How many intents there are in each state that is not the end. */
  async countOpen(): Promise<Map<IntentState, number>> {
    const rows = await this.#database.query<{ state: IntentState; count: bigint }>(
      `SELECT state, COUNT(*) AS count FROM outbox_intents WHERE NOT ${OVER} GROUP BY state`,
    );
    return new Map(rows.map(({ state, count }) => [state, Number(count)]));
  }

  /**
   * Removes intents of a kind that are at their end and could not land above a height any more, so many at most. Gives
   * how many.
   */
  async forget(kind: string, height: number, limit: number): Promise<number> {
    // Asked of the row itself as well: it may be begun anew meanwhile.
    const old = `${OVER} AND kind = $1 AND last_valid_block_height < $2`;
    const rows = await this.#database.query(
      `DELETE FROM outbox_intents WHERE ${old} AND (kind, subject, period) IN (
         SELECT kind, subject, period FROM outbox_intents WHERE ${old} ORDER BY last_valid_block_height LIMIT $3
       ) RETURNING kind`,
      [kind, BigInt(height), BigInt(limit)],
    );
    return rows.length;
  }

  /** Writes a signature down; false where another writer was first. */
  async sign(
    intent: Intent,
    signed: Required<{ signature: string; transaction: Uint8Array; lastValidBlockHeight: number }>,
  ): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE outbox_intents SET state = 'signed', attempt = attempt + 1, signature = $6, transaction_bytes = $7,
         last_valid_block_height = $8, error = NULL
       WHERE kind = $1 AND subject = $2 AND period = $3 AND state = $4 AND attempt = $5 RETURNING kind`,
      [...placeOf(intent), signed.signature, signed.transaction, BigInt(signed.lastValidBlockHeight)],
    );
    return rows.length > 0;
  }

  /** Moves an intent on; false where another writer was first. At its end it gives up what was signed. */
  async move(intent: Intent, state: IntentState, error: string | null = null): Promise<boolean> {
    const { lastValidBlockHeight } = intent;
    const isOver = state === 'finalized' || state === 'failed';
    const rows = await this.#database.query(
      `UPDATE outbox_intents SET state = $6, error = $7, last_valid_block_height = $8
         ${isOver ? ', transaction_bytes = NULL' : ''}
       WHERE kind = $1 AND subject = $2 AND period = $3 AND state = $4 AND attempt = $5 RETURNING kind`,
      [...placeOf(intent), state, error, lastValidBlockHeight === null ? null : BigInt(lastValidBlockHeight)],
    );
    return rows.length > 0;
  }
}

function placeOf({
  kind,
  subject,
  period,
  state,
  attempt,
}: Intent): [string, string, string, string, bigint] {
  return [kind, subject, period, state, BigInt(attempt)];
}
