import { openDatabase, type Database } from '@ionet/service-kit';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { DatabaseProxy } from './database-proxy.js';

/** The database of a service, which can be gone for a while. */
export interface FragileDatabase {
  /** What its service is told of it. */
  readonly env: Readonly<Record<string, string>>;
  /** What of it an error names when it is not there. */
  readonly name: string;
  /** Whether a process that has it open does not notice that it goes: it is ended before. */
  readonly goesUnnoticed: boolean;
  readonly isGone: boolean;
  /** Nobody can use it any more, nothing of it is lost. */
  takeAway(): Promise<void>;
  giveBack(): Promise<void>;
  /** Opens it to read, past the fault. */
  open(): Promise<Database>;
  close(): Promise<void>;
}

/**
 * The embedded one is as near as its process, and goes with its directory: the volume is not mounted, a plain file lies in
 * its place. Linux lets a process go on that has files open; one that begins must refuse to, because an empty database
 * in the place of the right one would have forgotten what was signed.
 */
export function embeddedDatabase(directory: string): FragileDatabase {
  const aside = `${directory}.gone`;
  let isGone = false;
  return {
    env: {},
    name: directory,
    goesUnnoticed: true,
    get isGone() {
      return isGone;
    },
    takeAway() {
      renameSync(directory, aside);
      writeFileSync(directory, '');
      isGone = true;
      return Promise.resolve();
    },
    giveBack() {
      rmSync(directory);
      renameSync(aside, directory);
      isGone = false;
      return Promise.resolve();
    },
    open: () => openDatabase({ directory }),
    close: () => Promise.resolve(),
  };
}

/** A schema of its own on a PostgreSQL behind a port that can be cut: connections break, and new ones are refused. */
export async function postgresqlDatabase(url: string, schema: string): Promise<FragileDatabase> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.end();
  const direct = new URL(url);
  direct.searchParams.set('options', `-c search_path=${schema}`);
  const proxy = await DatabaseProxy.open({ host: direct.hostname, port: Number(direct.port || 5432) });
  const fragile = new URL(direct);
  fragile.host = `127.0.0.1:${proxy.port}`;
  let isGone = false;
  return {
    env: { DATABASE_URL: fragile.href },
    name: fragile.host,
    goesUnnoticed: false,
    get isGone() {
      return isGone;
    },
    async takeAway() {
      isGone = true;
      await proxy.cut();
    },
    async giveBack() {
      await proxy.restore();
      isGone = false;
    },
    open: () => openDatabase({ url: direct.href, directory: '' }),
    close: () => proxy.close(),
  };
}
