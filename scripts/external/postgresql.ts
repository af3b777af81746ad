import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from '../dev/process.js';
import { mocha, startServer, type ExternalSuite } from './suite.js';

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

/** The services' tests against a PostgreSQL that is started for them. */
export const postgresql: ExternalSuite = {
  skipped: "the services' tests on PostgreSQL: there is no initdb and postgres",

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
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', home],
      { tells: 'stderr', ready: /ready to accept connections/, cwd: home, ...owner },
    );
    try {
      const ofScheduler = ['scheduler-devices', 'scheduler-events', 'scheduler-network', 'scheduler-kill'];
      const suites = ['database', 'outbox', 'oracle-state', ...ofScheduler];
      const files = suites.map((name) => `tests/services/${name}.test.ts`);
      return mocha(files, {
        TEST_DATABASE_URL: `postgresql://ionet@127.0.0.1:${port}/postgres`,
      });
    } finally {
      // SIGINT: closes connections and ends at once, without waiting for clients.
      server.kill('SIGINT');
      await once(server, 'close');
    }
  },
};
