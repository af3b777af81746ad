import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import pg from 'pg';
import { DirectoryInUseError, lockDirectory } from './directory-lock.js';

/** What a column holds: whole numbers are `bigint`, whichever database it is. */
export type SqlValue = string | bigint | Uint8Array | null;

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, SqlValue>>;

/** Runs statements. */
export interface Queries {
  /**
   * Runs one statement with the values of `$1`, `$2`, … and gives its rows, as the caller knows them. Both databases
   * take the same statements: tables of `text`, `bigint` and `bytea`, `ON CONFLICT` and `RETURNING`.
   */
  query<R extends Row = Row>(this: void, sql: string, values?: readonly SqlValue[]): Promise<R[]>;
}

/** Where a service keeps its state. */
export interface Database extends Queries {
  readonly kind: 'embedded' | 'postgresql';
  /** Runs statements of which all or none take effect. `exclusive`: no other process is in one such at a time. */
  transaction<T>(work: (queries: Queries) => Promise<T>, options?: { exclusive?: boolean }): Promise<T>;
  close(): Promise<void>;
}

/** Where a database is: PostgreSQL at `url`, or else embedded, in a directory. */
export interface DatabaseOptions {
  readonly url?: string | undefined;
  readonly directory: string;
}

/** A database that is not there, or not now: a service that starts ends with this, and can be started again. */
export class DatabaseGoneError extends Error {
  override readonly name = 'DatabaseGoneError';

  constructor(where: string, cause: unknown) {
    const why = cause instanceof AggregateError ? (cause.errors as unknown[])[0] : cause;
    super(`the database ${where} cannot be opened: ${why instanceof Error ? why.message : String(why)}`, {
      cause,
    });
  }
}

/**
 * Opens the database of a service.
 *
 * @throws {@link DatabaseGoneError} where it is not there
 * @throws {@link DirectoryInUseError} where another process uses the directory
 * @example
 * ```ts
 * import { openDatabase } from '@ionet/service-kit';
 *
 * const database = await openDatabase({ directory: './data' });
 * const [row] = await database.query<{ one: bigint }>('SELECT 1 AS one');
 * await database.close();
 * ```
 */
export async function openDatabase({ url, directory }: DatabaseOptions): Promise<Database> {
  try {
    return url === undefined ? openEmbedded(directory) : await openPostgresql(url);
  } catch (cause) {
    if (cause instanceof DirectoryInUseError) throw cause;
    throw new DatabaseGoneError(url === undefined ? `in ${directory}` : `at ${new URL(url).host}`, cause);
  }
}

const FILE = 'database.sqlite';

/**
 * SQLite in WebAssembly, on a file. Every transaction is on the disk (fsync) before it is answered: what an outbox has
 * written down must survive a power cut too.
 */
function openEmbedded(directory: string): Database {
  const unlock = lockDirectory(directory);
  const path = join(directory, FILE);
  // SQLite's own lock outlives a process that is killed; this one holds the directory.
  rmSync(`${path}.lock`, { recursive: true, force: true });
  const file = new sqlite.Database(path);
  // One process, so no shared memory; with a write-ahead log a commit costs one fsync.
  file.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  // One connection: transactions, and statements outside of them, come one after the other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const run = <R extends Row>(sql: string, values: readonly SqlValue[] = []): R[] => {
    const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value] as const));
    const rows = file.all(sql, named) as Record<string, SqlValue | number>[];
    for (const row of rows) {
      for (const [name, value] of Object.entries(row)) {
        if (typeof value === 'number') row[name] = BigInt(value);
      }
    }
    return rows as unknown as R[];
  };
  // A statement is done when it is called; the promise is the interface's.
  const queries: Queries = {
    query: (sql, values) => Promise.resolve().then(() => run(sql, values)),
  };
  return {
    kind: 'embedded',
    query: (sql, values) => inTurn(() => queries.query(sql, values)),
    transaction: (work) =>
      inTurn(async () => {
        run('BEGIN IMMEDIATE');
        try {
          const result = await work(queries);
          run('COMMIT');
          return result;
        } catch (error) {
          if (file.inTransaction) run('ROLLBACK');
          throw error;
        }
      }),
    close: () =>
      inTurn(() => {
        file.close();
        unlock();
        return Promise.resolve();
      }),
  };
}

const CONNECTIONS = 4;
/** Any number that is the same in all services. */
const ADVISORY_LOCK = 1_768_910_117n;

async function openPostgresql(url: string): Promise<Database> {
  const toBigint = (text: string): bigint => BigInt(text);
  const parsers = new Map<number, (text: string) => unknown>([
    [pg.types.builtins.INT2, toBigint],
    [pg.types.builtins.INT4, toBigint],
    [pg.types.builtins.INT8, toBigint],
    [pg.types.builtins.NUMERIC, toBigint],
  ]);
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    types: {
      getTypeParser: (id: Parameters<typeof pg.types.getTypeParser>[0]) =>
        parsers.get(id) ?? (pg.types.getTypeParser(id) as (text: string) => unknown),
    },
  });
  // A connection that breaks while nobody uses it is replaced; who uses one hears of it.
  pool.on('error', () => undefined);
  const queriesOf = (connection: Pick<pg.PoolClient, 'query'>): Queries => ({
    async query<R extends Row>(sql: string, values: readonly SqlValue[] = []): Promise<R[]> {
      const bound = values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
      const { rows } = await connection.query<R>(sql, bound);
      return rows;
    },
  });
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kind: 'postgresql',
    query: (sql, values) => queriesOf(pool).query(sql, values),
    async transaction(work, { exclusive = false } = {}) {
      const connection = await pool.connect();
      let broken: Error | undefined;
      // One that breaks between two statements has nobody else to tell: without this, the process would end.
      const onBreak = (error: Error): void => {
        broken = error;
      };
      connection.on('error', onBreak);
      try {
        await connection.query('BEGIN');
        if (exclusive) await connection.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
        const result = await work(queriesOf(connection));
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        await connection.query('ROLLBACK').catch((cause: unknown) => {
          broken = cause instanceof Error ? cause : new Error(String(cause));
        });
        throw error;
      } finally {
        connection.off('error', onBreak);
        connection.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
