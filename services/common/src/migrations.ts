import type { Database } from './database.js';

/** One numbered step of a schema. Steps are only ever appended. */
export interface Migration {
  /** 1, 2, 3, … */
  readonly id: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** A database that this version of a service cannot use. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/**
 * Brings the tables of a component up to date: each step once, all or nothing, also where several processes start at
 * once.
 *
 * @throws {@link SchemaError} where a newer version of the component has used the database
 */
export async function migrate(
  database: Database,
  component: string,
  migrations: readonly Migration[],
): Promise<void> {
  await database.transaction(
    async (queries) => {
      await queries.query(
        `CREATE TABLE IF NOT EXISTS migrations (
           component text NOT NULL, id bigint NOT NULL, name text NOT NULL, PRIMARY KEY (component, id)
         )`,
      );
      const [row] = await queries.query<{ newest: bigint }>(
        'SELECT COALESCE(MAX(id), 0) AS newest FROM migrations WHERE component = $1',
        [component],
      );
      const done = Number(row?.newest ?? 0n);
      if (done > migrations.length) {
        throw new SchemaError(
          `the database has version ${done} of ${component}, this program knows ${migrations.length}: use a newer one`,
        );
      }
      for (const { id, name, statements } of migrations.slice(done)) {
        for (const statement of statements) await queries.query(statement);
        await queries.query('INSERT INTO migrations (component, id, name) VALUES ($1, $2, $3)', [
          component,
          BigInt(id),
          name,
        ]);
      }
    },
    { exclusive: true },
  );
}
