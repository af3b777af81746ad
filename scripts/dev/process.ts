import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DevError, urlOf, type DevProcess, type DevState, type Place } from './state.js';

const HOST = '127.0.0.1';
const POLL_MS = 50;
/** How long a process may take to answer, on a machine that does much else. */
const READY_MS = 60_000;
const STOP_MS = 15_000;
const HEALTH_MS = 2_000;
const LOG_LINES = 5;
const FIRST_FREE_PORT = 20_000;
const LAST_FREE_PORT = 32_000;

/** A process that was started: its number, and how it ended once it has, as far as this process lives to see it. */
export type Launched = ChildProcess & { readonly pid: number };

/** Starts a process that goes on when this one ends; its output is appended to its log. */
export function begin(place: Place, { kind, args, env, log }: DevProcess): Launched {
  mkdirSync(place.logs, { recursive: true });
  const output = openSync(log, 'a');
  try {
    const child = spawn(process.execPath, [join(place.programs, `${kind}.mjs`), ...args], {
      cwd: place.directory,
      detached: true,
      stdio: ['ignore', output, output],
      // Nothing of this environment but what Node and the programs of jobs need.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    });
    // A process that cannot be started has no number; that it did not is what is thrown.
    child.once('error', () => undefined);
    child.unref();
    const { pid } = child;
    if (pid === undefined) throw new DevError(`${process.execPath} cannot be started`);
    return Object.assign(child, { pid });
  } finally {
    closeSync(output);
  }
}

/** The same; gives its number. */
export function launch(place: Place, one: DevProcess): number {
  return begin(place, one).pid;
}

/** Whether a process runs and is the one that was started here, and not another that got its number since. */
export function isRunning(place: Place, { pid, kind }: DevProcess): boolean {
  return pid !== null && commandOf(pid).includes(join(place.programs, `${kind}.mjs`));
}

/** Throws where anything that was brought up does not run. */
export function requireRunning(place: Place, { processes }: DevState): void {
  const dead = processes.filter((one) => !isRunning(place, one)).map(({ name }) => name);
  if (dead.length > 0) throw new DevError(`not running: ${dead.join(', ')}; io dev up starts them`);
}

/** The command line of a process; empty where there is none. */
function commandOf(pid: number): string {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** How a process is: `green` answers that it does its work, `red` that it does not, or not at all. */
export type Health = 'green' | 'red' | 'dead';

export async function healthOf(place: Place, one: DevProcess): Promise<Health> {
  if (!isRunning(place, one)) return 'dead';
  const path = one.kind === 'network' ? '/health' : '/healthz';
  try {
    const response = await fetch(`${urlOf(one)}${path}`, { signal: AbortSignal.timeout(HEALTH_MS) });
    await response.body?.cancel();
    return response.ok ? 'green' : 'red';
  } catch {
    return 'red';
  }
}

/** Waits until a process that was started is green. */
export async function waitUntilReady(place: Place, one: DevProcess, signal?: AbortSignal): Promise<void> {
  const began = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const health = await healthOf(place, one);
    if (health === 'green') return;
    const ended =
      health === 'dead' ? 'has ended' : performance.now() - began > READY_MS ? 'is not ready' : '';
    if (ended !== '') {
      const tail = readFileSync(one.log, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
      throw new DevError(`${one.name} ${ended}; its log ${one.log} ends with\n${tail}`);
    }
    await sleep(POLL_MS);
  }
}

/** Ends a process: asks it to stop, and kills it where it does not in time. Says which it was; null where it did not run. */
export async function stop(place: Place, one: DevProcess): Promise<'stopped' | 'killed' | null> {
  if (one.pid === null || !isRunning(place, one)) return null;
  signalTo(one.pid, 'SIGTERM');
  const began = performance.now();
  while (performance.now() - began < STOP_MS) {
    if (!isRunning(place, one)) return 'stopped';
    await sleep(POLL_MS);
  }
  signalTo(one.pid, 'SIGKILL');
  while (isRunning(place, one)) await sleep(POLL_MS);
  return 'killed';
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    // It has just ended by itself.
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}

/** Throws where a port that a process needs is taken by somebody else. */
export async function requirePorts(processes: readonly DevProcess[]): Promise<void> {
  for (const { name, ports } of processes) {
    for (const port of ports) {
      const server = await listening(port).catch((cause: unknown) => {
        throw new DevError(
          `port ${port} of ${HOST}, which ${name} needs, is in use: end what uses it, or name others with --port`,
          { cause },
        );
      });
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

/**
 * A port that nobody uses, below those that a system gives to outgoing connections: whoever is started again must find
 * his port free still.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_FREE_PORT, LAST_FREE_PORT);
    const server = await listening(port).catch(() => null);
    if (server === null) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Several such ports. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) found.add(await freePort());
  return [...found];
}

function listening(port: number): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, HOST, () => {
      resolve(server);
    });
  });
}
