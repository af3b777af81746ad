import { openDatabase, type Database } from '@ionet/service-kit';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A kind of database that the tests run on. */
export interface DatabaseKind {
  readonly name: string;
  /** Why it is left out here, `null` where it is not. */
  readonly missing: string | null;
  /** A place for a new database, and how to remove it. */
  make(): Promise<DatabasePlace>;
}

/** Where a database of a test is. */
export interface DatabasePlace {
  readonly directory: string;
  readonly url: string | undefined;
  /** `directory`: of a service that has its own inside this place. */
  open(directory?: string): Promise<Database>;
  remove(): Promise<void>;
}

const SERVER = process.env['TEST_DATABASE_URL'];

/** The database that a service has by default. */
export const embedded: DatabaseKind = {
  name: 'embedded',
  missing: null,
  make: () => {
    const directory = mkdtempSync(join(tmpdir(), 'service-'));
    return Promise.resolve({
      directory,
      url: undefined,
      open: (inside = directory) => openDatabase({ directory: inside }),
      remove: () => {
        rmSync(directory, { recursive: true });
        return Promise.resolve();
      },
    });
  },
};

/** PostgreSQL, where `npm run test:external` has started one. */
const postgresql: DatabaseKind = {
  name: 'PostgreSQL',
  missing: SERVER === undefined ? 'TEST_DATABASE_URL names no PostgreSQL (npm run test:external)' : null,
  make: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'service-'));
    const schema = `test_${randomBytes(8).toString('hex')}`;
    const server = async (statement: string): Promise<void> => {
      const client = new pg.Client(SERVER);
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    await server(`CREATE SCHEMA ${schema}`);
    const url = `${SERVER ?? ''}?options=-c%20search_path%3D${schema}`;
    return {
      directory,
      url,
      open: (inside = directory) => openDatabase({ directory: inside, url }),
      remove: async () => {
        await server(`DROP SCHEMA ${schema} CASCADE`);
        rmSync(directory, { recursive: true });
      },
    };
  },
};

/** Runs a suite on each kind of database; names the kind that it leaves out. */
export function onEachDatabase(title: string, suite: (kind: DatabaseKind) => void): void {
  for (const kind of [embedded, postgresql]) {
    describe(`${title}, ${kind.name}`, () => {
      if (kind.missing === null) suite(kind);
      else it(`skipped: ${kind.missing}`);
    });
  }
}
