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

/** Where a service of a test keeps its state. */
export interface DatabasePlace {
  readonly directory: string;
  readonly url: string | undefined;
  /** The settings by which a service that is a process of its own keeps its state here. */
  readonly settings: Readonly<Record<string, string>>;
  open(): Promise<Database>;
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
      settings: { DATA_DIR: directory },
      open: () => openDatabase({ directory }),
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
      settings: { DATA_DIR: directory, DATABASE_URL: url },
      open: () => openDatabase({ directory, url }),
      remove: async () => {
        await server(`DROP SCHEMA ${schema} CASCADE`);
        rmSync(directory, { recursive: true });
      },
    };
  },
};

/** Runs a suite on each kind of database; names the kind that it leaves out. */
export function onEachDatabase(title: string, suite: (this: Mocha.Suite, kind: DatabaseKind) => void): void {
  for (const kind of [embedded, postgresql]) {
    describe(`${title}, ${kind.name}`, function () {
      if (kind.missing === null) suite.call(this, kind);
      else it(`skipped: ${kind.missing}`);
    });
  }
}
