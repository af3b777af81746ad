import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../dev/process.js';
import { mocha, startServer, type ExternalSuite } from './suite.js';

const RAY = { package: 'ray[default]', version: '2.60.0' } as const;
/** A head imports all of its dashboard before it is ready. */
const READY_SECONDS = 300;

/** Where Ray is installed once for all runs: its wheels are large. `undefined` where Python or pip cannot. */
function install(): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const home = join(cache, 'ionet', `ray-${RAY.version}`);
  const programs = join(home, 'bin');
  const whole = join(home, 'installed');
  if (existsSync(whole)) return programs;
  mkdirSync(home, { recursive: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', '--clear', home]],
    [
      join(programs, 'python'),
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${RAY.package}==${RAY.version}`],
    ],
  ];
  for (const [program, args] of steps) {
    if (spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return undefined;
  }
  writeFileSync(whole, '');
  return programs;
}

/** The node agent's executor against the head of a Ray cluster that is started for it. */
export const ray: ExternalSuite = {
  skipped: `jobs on a real Ray cluster: python3 and pip cannot install ${RAY.package} ${RAY.version} here`,

  async run(directory) {
    const programs = install();
    if (programs === undefined) return null;
    const [port = 0, dashboard = 0, clients = 0] = await freePorts(3);
    const token = randomBytes(32).toString('hex');
    const options = {
      'node-ip-address': '127.0.0.1',
      port,
      'dashboard-host': '127.0.0.1',
      'dashboard-port': dashboard,
      'dashboard-agent-listen-port': 0,
      'dashboard-agent-grpc-port': 0,
      'ray-client-server-port': clients,
      'num-cpus': 1,
      'num-gpus': 0,
      'object-store-memory': 80_000_000,
      // Sockets lie in it, whose paths must be short.
      'temp-dir': join(directory, 'ray'),
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const head = await startServer(
      join(programs, 'ray'),
      ['start', '--head', '--block', '--no-monitor', '--disable-usage-stats', ...args],
      {
        tells: 'stdout',
        ready: /Ray runtime started/,
        readyMs: READY_SECONDS * 1_000,
        env: {
          ...process.env,
          RAY_USAGE_STATS_ENABLED: '0',
          // Whoever reaches a head may run anything on it.
          RAY_AUTH_MODE: 'token',
          RAY_AUTH_TOKEN: token,
          RAY_raylet_start_wait_time_s: String(READY_SECONDS),
          RAY_DASHBOARD_STARTUP_TIMEOUT_S: String(READY_SECONDS),
          RAY_DASHBOARD_SUBPROCESS_MODULE_WAIT_READY_TIMEOUT: String(READY_SECONDS),
        },
      },
    );
    try {
      return mocha(['tests/external/ray.ts', 'tests/external/ray-hire.ts'], {
        RAY_ADDRESS: `http://127.0.0.1:${dashboard}`,
        RAY_AUTH_TOKEN: token,
      });
    } finally {
      // It ends all of its processes before it ends itself.
      head.kill();
      await once(head, 'close');
    }
  },
};
