import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Tests against something that is not on every machine. */
export interface ExternalSuite {
  /** What is left out where that is not there, and why. */
  readonly skipped: string;
  /**
   * Runs the tests; `directory` is for files that they need only now.
   *
   * @returns mocha's exit code, `null` where what the tests need is not there
   */
  run(directory: string): Promise<number | null>;
}

const READY_MS = 20_000;

/** How a server is started. */
export interface ServerOptions {
  /** Which of its outputs tells that it is ready, and the words. */
  readonly tells: 'stderr' | 'stdout';
  readonly ready: RegExp;
  /** How long it may take. */
  readonly readyMs?: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a server and waits until it says that it is ready. */
export async function startServer(
  program: string,
  args: readonly string[],
  { tells, ready, readyMs = READY_MS, ...options }: ServerOptions,
): Promise<ChildProcess> {
  const quiet = tells === 'stderr' ? 'ignore' : 'inherit';
  const child = spawn(program, args, {
    ...options,
    stdio: tells === 'stdout' ? ['ignore', 'pipe', quiet] : ['ignore', quiet, 'pipe'],
  });
  const timer = setTimeout(() => child.kill(), readyMs);
  const output = child[tells] as Readable;
  for await (const line of createInterface({ input: output })) {
    if (!ready.test(line)) continue;
    clearTimeout(timer);
    // Nobody reads the rest, and a pipe that is full would stop the server.
    output.resume();
    return child;
  }
  throw new Error(`${program} did not start`);
}

/** Runs test files, or mocha with more arguments, with settings in their environment. Gives the exit code. */
export function mocha(args: readonly string[], environment: Readonly<Record<string, string>>): number {
  const { status } = spawnSync('npx', ['mocha', '--timeout', '120000', '--exit', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status ?? 1;
}

/** Runs a campaign of faults with options of `npm run faults`. Gives the exit code. */
export function faults(options: Readonly<Record<string, string | number>>): number {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = ['tsx', '--conditions=ionet-source', 'tests/faults/main.ts'];
  return spawnSync('npx', [...program, ...args], { stdio: 'inherit' }).status ?? 1;
}
