import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside node_modules, where the packages that cannot be bundled are found. */
const BUNDLES = join(ROOT, 'node_modules/.cache/service-tests', String(process.pid));
const bundles = new Map<string, string>();

/** A script in one file with all that it imports: it starts in a quarter of the time that tsx takes. */
function bundled(script: string): string {
  const known = bundles.get(script);
  if (known !== undefined) return known;
  if (bundles.size === 0) {
    process.once('exit', () => {
      rmSync(BUNDLES, { recursive: true, force: true });
    });
  }
  const outfile = join(BUNDLES, script.replaceAll('/', '-').replace(/ts$/, 'mjs'));
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['ionet-source'],
    // They load files that lie beside them, or are not installed at all.
    external: ['node-sqlite3-wasm', 'litesvm', 'pg-native', 'bufferutil', 'utf-8-validate'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  bundles.set(script, outfile);
  return outfile;
}

/** A line of a service's log, as far as tests look at it. */
export interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly url?: string;
  readonly state?: string;
  readonly [name: string]: unknown;
}

/** A process of a test. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly lines: readonly LogLine[];
  readonly stderr: () => string;
  /** The first line of the log, past ones included, for which `test` holds. */
  line(test: (line: LogLine) => boolean): Promise<LogLine>;
  /** Waits for the end of the process; gives its exit code, `null` where a signal ended it. */
  ended(): Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a script of the repository. Nothing of this process' environment reaches it but what Node needs. */
export function spawnScript(
  script: string,
  options: {
    readonly args?: readonly string[];
    readonly env?: Record<string, string>;
    readonly input?: string;
  } = {},
): Spawned {
  const child = spawn(process.execPath, [bundled(script), ...(options.args ?? [])], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env },
  });
  child.stdin.end(options.input ?? '');
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const one of waiting) one();
  };
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(text.startsWith('{') ? (JSON.parse(text) as LogLine) : { msg: text });
    wake();
  });
  let errors = '';
  child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
  const exit = once(child, 'close').then(([code]) => {
    wake();
    return code as number | null;
  });
  return {
    child,
    lines,
    stderr: () => errors,
    line: (test) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(test);
          if (found !== undefined) {
            waiting.delete(look);
            resolve(found);
          } else if (child.exitCode !== null || child.signalCode !== null) {
            waiting.delete(look);
            const log = lines.map((line) => JSON.stringify(line)).join('\n');
            reject(new Error(`the process ended before it said that\n${log}\n${errors}`));
          }
        };
        waiting.add(look);
        look();
      }),
    ended: () => exit,
    kill: (signal) => {
      child.kill(signal);
      return exit;
    },
  };
}
