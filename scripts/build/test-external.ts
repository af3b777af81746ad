/**
 * The suites that need what is not on every machine: names what it found, what it ran and what it skipped.
 *
 *   npm run test:external
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

const SURFNODE = '../shared/surfnode/surfnode.xz';
const SUITE = 'tests/localnet/*.test.ts';
const DATABASE_SUITES = ['tests/services/database.test.ts', 'tests/services/outbox.test.ts'];
const READY_MS = 20_000;
/** Every block of Surfpool takes this long; its helpers ask for 200 ms at least. */
const SLOT_MS = 200;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program and waits for a line of it. */
async function start(program: string, args: readonly string[], ready: RegExp): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const timer = setTimeout(() => child.kill(), READY_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!ready.test(line)) continue;
    clearTimeout(timer);
    return child;
  }
  throw new Error(`${program} did not start`);
}

/** The integration suite of the local network against a Surfpool node. Gives the exit code. */
async function againstSurfpool(directory: string): Promise<number> {
  const unpacked = spawnSync('xz', ['-dc', SURFNODE], { maxBuffer: 256 * 1024 * 1024 });
  if (unpacked.status !== 0) throw new Error(`${SURFNODE} cannot be unpacked: is xz installed?`);
  const program = join(directory, 'surfnode');
  writeFileSync(program, unpacked.stdout);
  chmodSync(program, 0o755);
  const port = await freePort();
  const wsPort = await freePort();
  const options = ['--port', port, '--ws-port', wsPort, '--slot-time', SLOT_MS].map(String);
  const node = await start(program, options, /^READY/);
  try {
    const { status } = spawnSync('npx', ['mocha', '--timeout', '120000', '--exit', SUITE], {
      stdio: 'inherit',
      env: {
        ...process.env,
        RPC_URL: `http://127.0.0.1:${port}`,
        WS_URL: `ws://127.0.0.1:${wsPort}`,
        SLOT_MS: String(SLOT_MS),
      },
    });
    return status ?? 1;
  } finally {
    node.kill();
  }
}

/** Where Debian puts PostgreSQL's programs, the newest version; elsewhere they are on the path, or nowhere. */
function postgresqlPrograms(): string | undefined {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed) ? readdirSync(installed).map(Number) : [];
  const folders = versions.sort((a, b) => b - a).map((version) => join(installed, String(version), 'bin'));
  const path = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, ...path].find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}

/** The user that PostgreSQL runs as: it refuses to be root. */
function postgresqlUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string): number => Number(spawnSync('id', [option, 'postgres']).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The services' tests against a PostgreSQL that is started for them. Gives the exit code. */
async function againstPostgresql(programs: string, directory: string): Promise<number> {
  const user = postgresqlUser();
  const home = join(directory, 'postgresql');
  mkdirSync(home);
  if (user !== undefined) {
    chownSync(home, user.uid, user.gid);
    chmodSync(directory, 0o755);
  }
  const data = join(home, 'data');
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '--username=ionet', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'],
    { ...user, encoding: 'utf8', cwd: home },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', home];
  const server = spawn(join(programs, 'postgres'), settings, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: home,
    ...user,
  });
  const timer = setTimeout(() => server.kill(), READY_MS);
  for await (const line of createInterface({ input: server.stderr })) {
    if (line.includes('ready to accept connections')) break;
  }
  clearTimeout(timer);
  if (server.exitCode !== null) throw new Error('PostgreSQL did not start');
  try {
    const { status } = spawnSync('npx', ['mocha', '--timeout', '120000', ...DATABASE_SUITES], {
      stdio: 'inherit',
      env: { ...process.env, TEST_DATABASE_URL: `postgresql://ionet@127.0.0.1:${port}/postgres` },
    });
    return status ?? 1;
  } finally {
    // SIGINT: closes connections and ends at once, without waiting for clients.
    server.kill('SIGINT');
    await once(server, 'close');
  }
}

const skipped: string[] = [];
const directory = mkdtempSync(join(tmpdir(), 'external-'));
try {
  const codes: number[] = [];
  if (existsSync(SURFNODE)) codes.push(await againstSurfpool(directory));
  else skipped.push(`the local network's suite against a Surfpool node: there is no ${SURFNODE}`);
  const programs = postgresqlPrograms();
  if (programs !== undefined) codes.push(await againstPostgresql(programs, directory));
  else skipped.push("the services' tests on PostgreSQL: there is no initdb and postgres");
  process.exitCode = codes.find((code) => code !== 0) ?? 0;
} finally {
  rmSync(directory, { recursive: true });
}
for (const what of skipped) console.log(`skipped: ${what}`);
