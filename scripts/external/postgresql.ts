import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from '../dev/process.js';
import { faults, mocha, startServer, type ExternalSuite } from './suite.js';

/** A short campaign: with it goes every other fault once. */
const KILLS = 3;

/** Where Debian puts PostgreSQL's programs, the newest version; elsewhere they are on the path, or nowhere. */
function findPrograms(): string | undefined {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed) ? readdirSync(installed).map(Number) : [];
  const folders = versions.sort((a, b) => b - a).map((version) => join(installed, String(version), 'bin'));
  const path = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, ...path].find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}

/** The user that PostgreSQL runs as: it refuses to be root. */
function user(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string): number => Number(spawnSync('id', [option, 'postgres']).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

const SERVICES = 'tests/services';
/** Takes minutes. Oracles and agents as processes have another suite, and no test of it is about what is stored. */
const LEFT_OUT = 'economy.test.ts';

/** The test files of the services that run on each database. */
function suites(): string[] {
  return readdirSync(SERVICES)
    .filter((name) => name !== LEFT_OUT)
    .map((name) => join(SERVICES, name))
    .filter((file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes('onEachDatabase('));
}

/** The services' tests, and a short campaign of faults, against a PostgreSQL that is started for them. */
export const postgresql: ExternalSuite = {
  skipped: "the services' tests and faults on PostgreSQL: there is no initdb and postgres",

  async run(directory) {
    const programs = findPrograms();
    if (programs === undefined) return null;
    const owner = user();
    const home = join(directory, 'postgresql');
    mkdirSync(home);
    if (owner !== undefined) {
      chownSync(home, owner.uid, owner.gid);
      chmodSync(directory, 0o755);
    }
    const data = join(home, 'data');
    const made = spawnSync(
      join(programs, 'initdb'),
      ['-D', data, '--username=ionet', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'],
      { ...owner, encoding: 'utf8', cwd: home },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    const port = await freePort();
    const server = await startServer(
      join(programs, 'postgres'),
      // What survives a power cut is PostgreSQL's own matter.
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', home, '-c', 'fsync=off'],
      { tells: 'stderr', ready: /ready to accept connections/, cwd: home, ...owner },
    );
    try {
      const url = `postgresql://ionet@127.0.0.1:${port}/postgres`;
      // On the embedded database they run with all other tests.
      const code = mocha([...suites(), '--grep', ', PostgreSQL '], { TEST_DATABASE_URL: url });
      return code === 0 ? faults({ seed: 1, kills: KILLS, 'database-url': url }) : code;
    } finally {
      // SIGINT: closes connections and ends at once, without waiting for clients.
      server.kill('SIGINT');
      await once(server, 'close');
    }
  },
};
