/**
 * The economy under load: many nodes that say every minute that they are there, and many orders an hour, against one
 * scheduler and three oracles.
 *
 *   npm run bench:load -- [--nodes 1000] [--jobs-per-hour 200] [--minutes 30] [--speed 1] [--seed 1]
 *                         [--profile DIRECTORY] [--write]
 *
 * Network, oracles and scheduler are processes, started as `io dev` starts them. This process is everybody else: the
 * agents of the nodes, the real ones, each with a key, a database and a registered and staked node of its own; and the
 * buyers, who hire through the scheduler's interface. The nodes are registered, and everybody is heard once, before the
 * measured minutes begin. An hour of the oracles ends within them, so that they ask every node for a proof of work and
 * agree on an epoch while they are under load.
 *
 * Time is compressed: the network's clock, by which services and agents go, is moved forward every second, so that so
 * many seconds of the economy pass in each of the machine's. Minutes and rates are those of the economy. What is not
 * compressed are the pauses between the loops of the services, the time that a slot takes, and latencies: these are
 * measured in milliseconds of the machine. Two things are made small, because one machine does the work of a thousand:
 * proofs of work have 2^8 blocks, and speed tests send 64 KiB.
 *
 * Exit 1 where a heartbeat of a minute is missing in the records of an oracle, a queue is not empty at the end, memory
 * goes on growing, or an identity of `io audit` does not hold.
 */
import { pda } from '@ionet/sdk';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { audit } from '../scripts/audit/audit.js';
import { metricsOf, samplesIn, samplesOf, total } from '../scripts/dev/metrics.js';
import { clientOf, readKey, warp } from '../scripts/dev/network.js';
import { freePorts, requireRunning } from '../scripts/dev/process.js';
import { Place, processesOf, urlOf, type DevState } from '../scripts/dev/state.js';
import { down, portsFrom, up } from '../scripts/dev/up.js';
import { parseFleet } from '../scripts/start/fleet.js';
import { Random } from '../tests/invariants/random.js';
import { publish } from './lib/measure.js';
import { Buyers } from './load/buyers.js';
import { EconomyClock } from './load/clock.js';
import { HttpMeter } from './load/http-meter.js';
import { openLoadMarket } from './load/market.js';
import { SimulatedNodes } from './load/nodes.js';
import { listed, problemsOf, refusalsOf, reportOf, type LoadRun } from './load/report.js';
import { Watch } from './load/watch.js';
import { readWindows } from './load/windows.js';

const FLEET = fileURLToPath(new URL('../examples/fleet.json', import.meta.url));
const PACE = { slotMs: 400, loopMs: 1_000 };
const SETTINGS = { reportSeconds: 300, settleSeconds: 300 };
/** Seconds of the economy between two loops of an agent. */
const AGENT_LOOP_SECONDS = 10;
const MINUTE = 60;
const HOUR = 3_600;
const LOOK_MS = 5_000;
const WARM_UP_MS = 900_000;
const WIND_DOWN_MS = 300_000;
/** Seconds of the economy, before the measured time begins, in which all goes its way. */
const LEAD_SECONDS = 180;
const AUDITS = 3;
const NODES = 'nodes and buyers';
/** What has to be empty in the end. */
const WAITING = ['open intents', 'reservations', 'requests', 'speed tests', 'challenges'];

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1000' },
    'jobs-per-hour': { type: 'string', default: '200' },
    minutes: { type: 'string', default: '30' },
    speed: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: 'jobs-per-hour' | 'minutes' | 'nodes' | 'seed' | 'speed', least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  process.stderr.write(`--${name} must be a whole number from ${least}\n`);
  process.exit(2);
}

// Whoever ends this ends its processes with it.
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    stopping.abort();
  });
}
const { signal } = stopping;
const began = performance.now();
const tell = (line: string): void => {
  process.stderr.write(`${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${line}\n`);
};

async function run(): Promise<LoadRun> {
  const asked = {
    nodes: wholeNumber('nodes', 1),
    jobsPerHour: wholeNumber('jobs-per-hour', 0),
    minutes: wholeNumber('minutes', 1),
    speed: wholeNumber('speed', 1),
    seed: wholeNumber('seed', 0),
  };
  const directory = mkdtempSync(join(tmpdir(), 'ionet-load-'));
  const place = new Place(directory);
  const fleet = { ...parseFleet(readFileSync(FLEET, 'utf8'), FLEET), nodes: [] };
  const ports = await freePorts(portsFrom(0, fleet).length);
  const profile = profileSettings();
  const started = up(place, {
    fleet,
    fleetFile: FLEET,
    ledger: false,
    pace: PACE,
    ports,
    settings: {
      network: profile,
      oracle: {
        ...profile,
        LOG_LEVEL: 'warn',
        REPORT_SECONDS: String(SETTINGS.reportSeconds),
        // As outside of a demo: there is time to answer, and turns are long enough to agree in.
        CHALLENGE_SECONDS: '60',
        TURN_SECONDS: '20',
      },
      scheduler: {
        ...profile,
        LOG_LEVEL: 'warn',
        MARKET_SECONDS: '5',
        SETTLE_SECONDS: String(SETTINGS.settleSeconds),
      },
    },
    tell,
    signal,
  });
  const { state } = await started.catch(async (error: unknown) => {
    await down(place);
    throw error;
  });
  const servers = [...processesOf(state, 'oracle'), ...processesOf(state, 'scheduler')];
  const meter = new HttpMeter(new Map(servers.map((one) => [urlOf(one), one.name])));
  const uninstall = meter.install();
  const clock = new EconomyClock(
    state.rpcUrl,
    clientOf(state, readKey(place.keypair('anyone'))),
    asked.speed,
  );
  let nodes: SimulatedNodes | undefined;
  try {
    const market = await openLoadMarket(place, state, fleet, asked.nodes, tell);
    tell(`${market.nodes.length} nodes are registered, staked and offered`);
    nodes = await SimulatedNodes.open({
      state,
      nodes: market.nodes,
      clock,
      directory: join(directory, 'agents'),
      loopMs: (AGENT_LOOP_SECONDS * 1_000) / asked.speed,
    });
    tell(`${market.nodes.length} agents are open`);
    await clock.start();
    nodes.start();
    await warmUp(state, asked.nodes);
    tell(`every oracle has heard every node; refused until now: ${listed(refusalsOf(meter.answers))}`);

    const random = new Random(BigInt(asked.seed));
    const buyers = new Buyers({ state, fleet, keys: market.buyers, random, now: () => clock.now });
    const from = windowStart(clock.now, asked.minutes);
    await warp(state.rpcUrl, from - LEAD_SECONDS - clock.now);
    while (clock.now < from) await sleep(50, undefined, { signal });
    const until = from + asked.minutes * MINUTE;

    meter.reset();
    const watch = new Watch(state, NODES);
    const calls = { before: await callsOf(state), after: new Map<string, number>() };
    const wall = performance.now();
    const over = new AbortController();
    const looking = (async () => {
      let told = 0;
      while (!over.signal.aborted) {
        await watch.look(clock.now - from);
        const minute = Math.floor((clock.now - from) / MINUTE);
        if (minute > told) {
          told = minute;
          tell(`minute ${minute} of ${asked.minutes}: ${buyers.requested} ordered, ${describe(buyers)}`);
        }
        await sleep(LOOK_MS, undefined, { signal: over.signal }).catch(() => undefined);
      }
    })();
    await buyers.run(Math.round((asked.jobsPerHour * asked.minutes) / 60), from, until, signal);
    signal.throwIfAborted();
    const wallSeconds = (performance.now() - wall) / 1_000;
    calls.after = await callsOf(state);
    const answers = meter.answers;
    meter.reset();
    over.abort();
    await looking;
    await watch.look(clock.now - from);

    tell(`the measured time is over after ${wallSeconds.toFixed(0)} s: ${describe(buyers)}`);
    await buyers.idle();
    buyers.windDown();
    // Nodes that are there go on asking for speed tests: what these leave behind is looked at when they are gone.
    await windDown(state, buyers, ['open intents', 'reservations']);
    tell(`all jobs are over: ${describe(buyers)}`);
    await nodes.stop();
    const left = await windDown(state, buyers, WAITING);
    tell(`nothing waits any more: ${[...left.keys()].join(', ') || 'no queue'}`);
    await clock.stop();

    const admin = clientOf(state, readKey(place.keypair('admin')));
    const schedule = await admin.accounts.emission.schedule.fetch(pda.emission.schedule(admin.deployment));
    const windows = await readWindows(
      state,
      market.nodes.map(({ address }) => address.toBase58()),
      {
        from,
        until,
        startsAt: Number(schedule.startsAt),
        threshold: schedule.oracles.threshold,
      },
    );
    const audited = await audit(admin, null, AUDITS);
    requireRunning(place, state);
    return {
      asked,
      wallSeconds,
      answers,
      windows,
      buyers,
      audited,
      left,
      calls,
      moments: watch.moments,
      failures: nodes.failures,
      judged: servers.map(({ name }) => name),
    };
  } finally {
    uninstall();
    await clock.stop();
    await nodes?.stop();
    await down(place);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Has the services write what they spend their time on, where that was asked for. */
function profileSettings(): Record<string, string> {
  if (values.profile === undefined) return {};
  const directory = resolve(values.profile);
  mkdirSync(directory, { recursive: true });
  // Node takes no --cpu-prof from its environment.
  const script = `
    import { Session } from 'node:inspector';
    import { writeFileSync } from 'node:fs';
    import { basename } from 'node:path';
    const session = new Session();
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.start');
    process.once('exit', () => session.post('Profiler.stop', (_error, { profile }) => {
      const name = basename(process.argv[1]) + '-' + process.pid + '.cpuprofile';
      writeFileSync(${JSON.stringify(directory)} + '/' + name, JSON.stringify(profile));
    }));`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** Waits until each oracle has taken as many heartbeats as there are nodes, and nobody owes it an answer. */
async function warmUp(state: DevState, nodes: number): Promise<void> {
  const start = performance.now();
  for (const oracle of processesOf(state, 'oracle')) {
    for (;;) {
      const text = await metricsOf(urlOf(oracle));
      const heartbeats = samplesIn(text, 'ionet_oracle_messages_total').filter(
        ({ labels }) => labels['kind'] === 'heartbeat' && labels['result'] === 'taken',
      );
      const open = samplesIn(text, 'ionet_oracle_pending').filter(
        ({ labels }) => labels['what'] === 'challenges',
      );
      if (total(heartbeats) >= nodes && total(open) === 0) break;
      if (performance.now() - start > WARM_UP_MS) throw new Error(`${oracle.name} does not hear all nodes`);
      await sleep(500, undefined, { signal });
    }
  }
}

/** When the measured time begins: an hour ends after two thirds of it. */
function windowStart(now: number, minutes: number): number {
  const before = Math.ceil((minutes * 2) / 3) * MINUTE;
  return Math.ceil((now + LEAD_SECONDS + MINUTE + before) / HOUR) * HOUR - before;
}

/** How often the network's methods were called. */
async function callsOf(state: DevState): Promise<Map<string, number>> {
  const samples = await samplesOf(state.rpcUrl, 'ionet_rpc_calls_total');
  return new Map(samples.map(({ labels, value }) => [labels['method'] ?? '', value]));
}

/** Follows the jobs to their end. Gives what is left then: jobs, and what waits in the services. */
async function windDown(
  state: DevState,
  buyers: Buyers,
  queues: readonly string[],
): Promise<Map<string, number>> {
  const start = performance.now();
  for (;;) {
    await buyers.follow();
    const watch = new Watch(state, NODES);
    await watch.look(0);
    const left = new Map<string, number>();
    for (const [name, [moment]] of watch.moments) {
      for (const queue of queues) {
        const count = moment?.queues.get(queue) ?? 0;
        if (count > 0) left.set(`${queue} of ${name}`, count);
      }
    }
    if (buyers.open.length > 0) left.set('jobs that are not over', buyers.open.length);
    if (left.size === 0 || performance.now() - start > WIND_DOWN_MS) return left;
    await sleep(1_000, undefined, { signal });
  }
}

function describe({ jobs, failures }: Buyers): string {
  const states = new Map<string, number>();
  for (const { state } of jobs) states.set(state, (states.get(state) ?? 0) + 1);
  const failed = [...failures].map(([what, count]) => `${count} x ${what}`);
  return [...[...states].map(([name, count]) => `${count} ${name}`), ...failed].join(', ');
}

const result = await run();
const problems = problemsOf(result);
publish('The economy under load', 'bench:load', reportOf(result, problems));
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
