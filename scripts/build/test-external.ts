/**
 * The suites that need what is not on every machine: names what it found, what it ran and what it skipped.
 *
 *   npm run test:external
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SURFNODE = '../shared/surfnode/surfnode.xz';
const SUITE = 'tests/localnet/*.test.ts';
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

/** A crate that carries real programs' binaries, the token metadata program among them. */
const CRATE = { name: 'trident-svm', version: '0.3.0-rc.4' } as const;
const METADATA_PROGRAM = 'src/solana-program-library/metaplex-token-metadata.so';

/** The binary of the token metadata program, `null` where cargo is not there or cannot fetch it. */
function metadataProgram(directory: string): string | null {
  // Cargo fetches the crate, and then finds nothing to install in it: the sources are what is wanted.
  const options = ['--version', CRATE.version, '--root', directory];
  const { error } = spawnSync('cargo', ['install', CRATE.name, ...options], { stdio: 'ignore' });
  if (error !== undefined) return null;
  const sources = join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'registry/src');
  const registries = existsSync(sources) ? readdirSync(sources) : [];
  const files = registries.map((registry) =>
    join(sources, registry, `${CRATE.name}-${CRATE.version}`, METADATA_PROGRAM),
  );
  return files.find((file) => existsSync(file)) ?? null;
}

/** The suite of the migrations with the real token metadata program. Gives the exit code. */
function withMetadataProgram(file: string): number {
  const { status } = spawnSync('npx', ['mocha', '--timeout', '120000', 'tests/migrations/*.test.ts'], {
    stdio: 'inherit',
    env: { ...process.env, TOKEN_METADATA_PROGRAM: file },
  });
  return status ?? 1;
}

const skipped: string[] = [];
const directory = mkdtempSync(join(tmpdir(), 'external-'));
try {
  if (existsSync(SURFNODE)) process.exitCode = await againstSurfpool(directory);
  else skipped.push(`the local network's suite against a Surfpool node: there is no ${SURFNODE}`);
  const metadata = metadataProgram(directory);
  if (metadata !== null) process.exitCode = Number(process.exitCode ?? 0) || withMetadataProgram(metadata);
  else skipped.push('the migrations with the real token metadata program: cargo cannot fetch it here');
} finally {
  rmSync(directory, { recursive: true });
}
for (const what of skipped) console.log(`skipped: ${what}`);
