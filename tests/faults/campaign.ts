import { stopLeftovers } from '@ionet/node-agent';
import type { Client } from '@ionet/sdk';
import type { Connection, PublicKey } from '@solana/web3.js';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { audit } from '../../scripts/audit/audit.js';
import { loopsOf, openIntentsOf, samplesOf, total } from '../../scripts/dev/metrics.js';
import { clientOf, connectionTo, readKey, warp } from '../../scripts/dev/network.js';
import { begin, freePorts, isRunning, stop, type Launched } from '../../scripts/dev/process.js';
import { urlOf, type DevProcess, type DevState, type Place } from '../../scripts/dev/state.js';
import { down, portsFrom, up } from '../../scripts/dev/up.js';
import { parseFleet } from '../../scripts/start/fleet.js';
import { rpcCall } from '../harness/rpc-node.js';
import { Random } from '../invariants/random.js';
import { buy } from './buyers.js';
import { embeddedDatabase, postgresqlDatabase, type FragileDatabase } from './databases.js';
import { CALM, RpcProxy, type FaultRates } from './rpc-proxy.js';
import { scheduleOf, type Fault, type Weather } from './schedule.js';

export interface CampaignOptions {
  readonly place: Place;
  /** The same seed does the same to the same services at the same steps. */
  readonly seed: bigint;
  /** How often a service is killed. */
  readonly kills: number;
  readonly fleetFile: string;
  /** PostgreSQL for the services, a schema each; the embedded database where it is not given. */
  readonly databaseUrl?: string | undefined;
  readonly tell: (line: string) => void;
  /** Ends the campaign, with all that it has begun. */
  readonly signal: AbortSignal;
}

/** What a campaign came to. */
export interface Outcome {
  readonly steps: number;
  readonly jobs: Readonly<Record<string, number>>;
  /** Jobs whose work was verified and paid, and for how many seconds. */
  readonly worked: { readonly jobs: number; readonly seconds: number };
  readonly calls: RpcProxy['counts'];
  readonly forked: number;
  /** How often a database was gone, and how often a service refused to begin or to go on, with an error that says why. */
  readonly outages: number;
  readonly refusals: number;
  readonly payments: number;
  readonly problems: readonly string[];
}

const PACE = { slotMs: 40, loopMs: 300 };
const POLL_MS = 100;
/** Longer than any loop on any machine: who makes none in that time hangs. */
const HANGS_MS = 180_000;
/** Seconds that pass in a step; now and then many more. */
const STEP_SECONDS = 30;
const LONG_STEP_SECONDS = 600;
/** Oracles take reports of work of the last ten minutes. */
const WIND_DOWN_SECONDS = 500;
/** A day of silence closes what nobody reports; the rest takes hours. */
const MOST_WIND_DOWN_STEPS = 300;
/** So often there is a breath of calm, in which a job comes further, and for how many steps it is waited for that. */
const BREATH_STEPS = 8;
const MOST_BREATHS = 15;
/** What is found wrong so often is wrong. */
const AUDITS = 3;
/** What a service says that ends by itself, as the kit has it say. */
const LAST_WORDS = 'the service cannot run';

const WEATHER: Readonly<Record<Weather, FaultRates>> = {
  storm: { lostCall: 5, lostAnswer: 30, doubled: 10, delayed: 20, refused: 5, staleBlockhash: 0 },
  slow: { ...CALM, delayed: 90, doubled: 20 },
  stale: { ...CALM, lostAnswer: 10, staleBlockhash: 60 },
};

/**
 * An economy of real processes to which everything happens that happens to services: they are killed, their endpoints
 * lose, double and delay calls, their databases are gone for a while, their clocks are wrong, the chain forks. A step
 * waits for loops of the services and not for a time, so that a slow machine does the same as a fast one. Then it winds
 * down in calm, and its books are read: every payment was made exactly once, every job has come to an end, some of them
 * were worked and paid, and every identity of `io audit` holds.
 */
export async function runCampaign(options: CampaignOptions): Promise<Outcome> {
  const { place, seed, kills, fleetFile, tell, signal } = options;
  const fleet = parseFleet(readFileSync(fleetFile, 'utf8'), fleetFile);
  const ports = await freePorts(portsFrom(0, fleet).length);
  const { state } = await up(place, { fleet, fleetFile, ledger: false, pace: PACE, ports, signal });
  const campaign = new Campaign(options, state);
  try {
    await campaign.open();
    const schedule = scheduleOf(seed, kills, campaign.services.length);
    for (const [index, faults] of schedule.entries()) {
      await campaign.step(faults);
      if (index % BREATH_STEPS === BREATH_STEPS - 1) await campaign.breathe();
      if (index % 20 === 19) tell(`step ${index + 1} of ${schedule.length}: ${await campaign.describe()}`);
    }
    tell(`wind down after ${schedule.length} steps: ${await campaign.describe()}`);
    await campaign.windDown();
    return await campaign.judge(schedule.length);
  } finally {
    await campaign.close();
    await down(place);
    // Of agents that were killed and not started again.
    for (const { address } of state.nodes) stopLeftovers(address);
  }
}

class Campaign {
  readonly services: readonly DevProcess[];
  readonly #options: CampaignOptions;
  readonly #state: DevState;
  readonly #random: Random;
  readonly #connection: Connection;
  readonly #buyer: Client;
  readonly #proxies: RpcProxy[] = [];
  readonly #databases = new Map<string, FragileDatabase>();
  /** Steps until a service is started again, by its name. */
  readonly #down = new Map<string, number>();
  /** Steps until the database of a service is there again, by its name. */
  readonly #gone = new Map<string, number>();
  /** By name: the process of a service, and where its part of the log begins. */
  readonly #lives = new Map<string, { readonly child: Launched; readonly logFrom: number }>();
  readonly #before = new Map<string, Set<string>>();
  readonly #orders = new Map<string, number>();
  readonly #problems: string[] = [];
  #weatherSteps = 0;
  #forked = 0;
  #kills = 0;
  #outages = 0;
  #refusals = 0;

  constructor(options: CampaignOptions, state: DevState) {
    this.#options = options;
    this.#state = state;
    this.#random = new Random(options.seed + 1n);
    this.services = state.processes.filter(({ kind }) => kind !== 'network');
    this.#connection = connectionTo(state);
    this.#buyer = clientOf(state, readKey(options.place.keypair('buyer')));
  }

  /** Puts an endpoint and a database that can fail between each service and the real ones. */
  async open(): Promise<void> {
    const { place, seed, databaseUrl } = this.#options;
    for (const [index, one] of this.services.entries()) {
      // What it was at must be over: with PostgreSQL it begins with an empty outbox.
      while ((await openIntents(one)) > 0) await sleep(POLL_MS);
      await stop(place, one);
      const proxy = await RpcProxy.open(this.#state.rpcUrl, seed * 100n + BigInt(index));
      this.#proxies.push(proxy);
      const database =
        databaseUrl === undefined
          ? embeddedDatabase(one.env['DATA_DIR'] ?? '')
          : await postgresqlDatabase(databaseUrl, `faults_${index}`);
      this.#databases.set(one.name, database);
      this.#before.set(one.name, new Set(await this.#paidBy(payerOf(one))));
      Object.assign(one.env, { RPC_URLS: proxy.url }, database.env);
      this.#launch(one);
    }
  }

  async step(faults: readonly Fault[]): Promise<void> {
    if (this.#weatherSteps > 0 && --this.#weatherSteps === 0) this.#setWeather(CALM);
    for (const [name, steps] of this.#gone) {
      if (steps > 0) this.#gone.set(name, steps - 1);
      else await this.#giveBack(name);
    }
    for (const [name, steps] of this.#down) {
      if (steps > 0) this.#down.set(name, steps - 1);
      else this.#down.delete(name);
    }
    this.#supervise();
    for (const fault of faults) {
      if (fault.kind === 'weather') {
        this.#weatherSteps = fault.steps;
        this.#setWeather(WEATHER[fault.weather]);
      } else if (fault.kind === 'database') await this.#takeAway(fault.service, fault.steps);
    }
    const offers = this.#state.nodes.map(({ offer }) => offer);
    const what = await buy(this.#buyer, offers, this.#random);
    this.#orders.set(what, (this.#orders.get(what) ?? 0) + 1);
    await warp(this.#state.rpcUrl, this.#random.chance(10) ? LONG_STEP_SECONDS : STEP_SECONDS);
    for (const fault of faults) if (fault.kind === 'kill') await this.#kill(fault);
    await this.#settle();
    // Now the newest blocks hold what services have sent.
    for (const fault of faults) if (fault.kind === 'fork') await this.#fork(fault.blocks);
  }

  /** In calm, with everything there: until a job has come further, or there is none. */
  async breathe(): Promise<void> {
    await this.#calm();
    const before = await this.#progress();
    for (let breath = 0; breath < MOST_BREATHS; breath += 1) {
      this.#supervise();
      await warp(this.#state.rpcUrl, STEP_SECONDS);
      await this.#settle();
      if ((await this.#openJobs()).length === 0 || (await this.#progress()) > before) return;
    }
  }

  /** How often a job was started, was settled, or came to its end. */
  async #progress(): Promise<number> {
    const jobs = await this.#buyer.accounts.escrow.job.findAll();
    return jobs.reduce(
      (sum, { startedAt, endedAt, billedSeconds }) =>
        sum + Number(startedAt > 0n) + Number(endedAt > 0n) + Number(billedSeconds),
      0,
    );
  }

  async #calm(): Promise<void> {
    this.#weatherSteps = 0;
    this.#setWeather(CALM);
    for (const name of [...this.#gone.keys()]) await this.#giveBack(name);
    this.#down.clear();
  }

  /** Starts what ought to run and does not. What has ended by itself must have said why, and with a code that says so. */
  #supervise(): void {
    for (const one of this.services) {
      if (this.#down.has(one.name) || isRunning(this.#options.place, one)) continue;
      const { child } = this.#lives.get(one.name) ?? {};
      // Its end has not been told yet: it is its turn in the next step.
      if (child?.exitCode === null && child.signalCode === null) continue;
      this.#readEnd(one);
      this.#launch(one);
    }
  }

  #readEnd({ name, log }: DevProcess): void {
    const life = this.#lives.get(name);
    if (life === undefined || life.child.signalCode === 'SIGKILL') return;
    const said = readFileSync(log).subarray(life.logFrom).toString();
    const { exitCode, signalCode } = life.child;
    const database = this.#databases.get(name);
    const isClear = said.includes(LAST_WORDS) && (database?.isGone !== true || said.includes(database.name));
    if (exitCode === 1 && isClear) this.#refusals += 1;
    else {
      const tail = said.trimEnd().split('\n').slice(-3).join('\n');
      this.#problems.push(`${name} has ended by itself (${exitCode ?? signalCode ?? 'unknown'}):\n${tail}`);
    }
  }

  #launch(one: DevProcess): void {
    const logFrom = existsSync(one.log) ? statSync(one.log).size : 0;
    const child = begin(this.#options.place, one);
    one.pid = child.pid;
    this.#lives.set(one.name, { child, logFrom });
  }

  /** Until every service that runs has done two loops, by the new time that is, or has ended. */
  async #settle(): Promise<void> {
    const { place, signal } = this.#options;
    const running = this.services.filter((one) => isRunning(place, one));
    const before = await Promise.all(running.map(loops));
    const began = performance.now();
    for (const [index, one] of running.entries()) {
      const known = before[index] ?? 0;
      // The loop that runs may have begun at the old time; the first of a process has not.
      const wanted = known === 0 ? 1 : known + 2;
      while ((await loops(one)) < wanted && isRunning(place, one)) {
        signal.throwIfAborted();
        if (performance.now() - began > HANGS_MS) {
          this.#problems.push(`${one.name} has made no loop for ${HANGS_MS / 1_000} s`);
          break;
        }
        await sleep(POLL_MS);
      }
    }
  }

  async describe(): Promise<string> {
    const jobs = await this.#buyer.accounts.escrow.job.findAll();
    const paid = jobs.filter(({ paidToNode }) => paidToNode > 0n).length;
    const orders = [...this.#orders].map(([what, count]) => `${what} ${count}`).join(', ');
    const faults = `${this.#kills} kills, ${this.#outages} databases gone, ${this.#refusals} refusals to run`;
    return `${faults}, ${this.#forked} transactions taken back by forks, ${paid} jobs paid of ${jobs.length}; ${orders}`;
  }

  async #kill(fault: Fault & { readonly kind: 'kill' }): Promise<void> {
    const service = this.services[fault.service];
    if (service === undefined) return;
    await sleep(fault.afterMs);
    this.#kills += 1;
    kill(this.#options.place, service);
    setSkew(service, fault.skewMs);
    this.#down.set(service.name, fault.downFor);
  }

  async #fork(blocks: number): Promise<void> {
    const [newest, final] = await Promise.all([
      this.#connection.getBlockHeight('processed'),
      this.#connection.getBlockHeight('finalized'),
    ]);
    // Soon after another fork there are few that are not final.
    const most = Math.min(blocks, newest - final);
    if (most < 1) return;
    const { dropped } = (await rpcCall(this.#state.rpcUrl, 'ionet_fork', [{ blocks: most }])) as {
      readonly dropped: readonly string[];
    };
    this.#forked += dropped.length;
  }

  async #takeAway(index: number, steps: number): Promise<void> {
    const service = this.services[index];
    const database = this.#databases.get(service?.name ?? '');
    if (service === undefined || database === undefined || database.isGone) return;
    if (database.goesUnnoticed) await this.#killAndWait(service);
    await database.takeAway();
    this.#outages += 1;
    this.#gone.set(service.name, steps);
    this.#supervise();
  }

  async #giveBack(name: string): Promise<void> {
    this.#gone.delete(name);
    const database = this.#databases.get(name);
    const service = this.services.find((one) => one.name === name);
    if (database === undefined || service === undefined) return;
    // One that is about to refuse must not find it half there.
    while (database.goesUnnoticed && isRunning(this.#options.place, service)) await sleep(POLL_MS);
    await database.giveBack();
  }

  async #killAndWait(one: DevProcess): Promise<void> {
    kill(this.#options.place, one);
    while (isRunning(this.#options.place, one)) await sleep(POLL_MS);
  }

  #setWeather(rates: FaultRates): void {
    for (const proxy of this.#proxies) proxy.rates = rates;
  }

  /** In calm, with everything up, time goes on until every job has ended and every payment is final. */
  async windDown(): Promise<void> {
    await this.#calm();
    for (const one of this.services) {
      if (!isSkewed(one)) continue;
      await this.#killAndWait(one);
      setSkew(one, 0);
    }
    for (let step = 0; step < MOST_WIND_DOWN_STEPS; step += 1) {
      this.#supervise();
      await this.#settle();
      const left = (await this.#openJobs()).length;
      const open = await Promise.all(this.services.map(openIntents));
      if (left === 0 && open.every((count) => count === 0)) break;
      await warp(this.#state.rpcUrl, left === 0 ? 1 : WIND_DOWN_SECONDS);
    }
    for (const one of this.services.filter(({ kind }) => kind === 'node-agent')) {
      if ((await takenBeats(one)) === 0)
        this.#problems.push(`${one.name}: no oracle takes its heartbeats any more`);
    }
  }

  async #openJobs() {
    const jobs = await this.#buyer.accounts.escrow.job.findAll();
    return jobs.filter(({ state }) => !['ended', 'cancelled', 'expired'].includes(state));
  }

  /** Reads the books of the services and of the chain. */
  async judge(steps: number): Promise<Outcome> {
    const { place } = this.#options;
    const problems = [...this.#problems];
    for (const job of await this.#openJobs()) {
      problems.push(`job ${job.address.toBase58()} is ${job.state} still`);
    }
    let payments = 0;
    for (const one of this.services) {
      await stop(place, one);
      payments += await this.#judgePayments(one, problems);
    }
    const left = this.#state.nodes.reduce((sum, { address }) => sum + stopLeftovers(address), 0);
    if (left > 0) problems.push(`${left} programs of jobs are left behind`);
    for (const { identity, findings } of await audit(this.#buyer, null, AUDITS)) {
      for (const { account, what, expected, found } of findings) {
        problems.push(`${identity.name}: ${what} of ${account} should be ${expected}, and is ${found}`);
      }
    }
    const jobs: Record<string, number> = {};
    const worked = { jobs: 0, seconds: 0 };
    for (const { state, paidToNode, billedSeconds } of await this.#buyer.accounts.escrow.job.findAll()) {
      jobs[state] = (jobs[state] ?? 0) + 1;
      if (paidToNode === 0n) continue;
      worked.jobs += 1;
      worked.seconds += Number(billedSeconds);
    }
    if (worked.jobs === 0) problems.push('no job was worked and paid: this campaign has shown nothing');
    const calls = { ...CALM, calls: 0 };
    for (const proxy of this.#proxies) {
      for (const what of Object.keys(calls) as (keyof typeof calls)[]) calls[what] += proxy.counts[what];
    }
    const [forked, outages, refusals] = [this.#forked, this.#outages, this.#refusals];
    return { steps, jobs, worked, calls, forked, outages, refusals, payments, problems };
  }

  /** What a service wrote down as landed is what landed, each once and nothing else. */
  async #judgePayments(one: DevProcess, problems: string[]): Promise<number> {
    const database = await this.#databases.get(one.name)?.open();
    if (database === undefined) return 0;
    const intents = await database.query<{
      kind: string;
      subject: string;
      period: string;
      state: string;
      signature: string | null;
    }>('SELECT kind, subject, period, state, signature FROM outbox_intents');
    await database.close();
    const before = this.#before.get(one.name) ?? new Set();
    const landed = new Set((await this.#paidBy(payerOf(one))).filter((signature) => !before.has(signature)));
    for (const { kind, subject, period, state, signature } of intents) {
      const name = `${one.name}: ${kind} ${subject} ${period}`;
      if (state !== 'finalized' && state !== 'failed') problems.push(`${name} is ${state} still`);
      if (state !== 'finalized' || signature === null || before.has(signature)) continue;
      if (!landed.delete(signature)) problems.push(`${name} is written down as paid, and is not on chain`);
    }
    for (const signature of landed)
      problems.push(`${one.name}: ${signature} landed, and is not written down`);
    return intents.filter(({ state }) => state === 'finalized').length;
  }

  /** The transactions that a key paid for and that succeeded. */
  async #paidBy(payer: PublicKey): Promise<string[]> {
    const found: string[] = [];
    for (let before: string | undefined; ;) {
      const page = await this.#connection.getSignaturesForAddress(
        payer,
        before === undefined ? {} : { before },
        'confirmed',
      );
      if (page.length === 0) return found;
      before = page.at(-1)?.signature;
      for (const { signature, err } of page) {
        if (err !== null) continue;
        const transaction = await this.#connection.getTransaction(signature, {
          maxSupportedTransactionVersion: 0,
          commitment: 'confirmed',
        });
        if (transaction?.transaction.message.staticAccountKeys[0]?.equals(payer) === true)
          found.push(signature);
      }
    }
  }

  async close(): Promise<void> {
    // What is written down of them is how they were brought up: most have another number since.
    await Promise.all(this.services.map((one) => stop(this.#options.place, one)));
    for (const name of [...this.#gone.keys()]) await this.#giveBack(name);
    const databases = [...this.#databases.values()];
    await Promise.all([...this.#proxies, ...databases].map((one) => one.close()));
  }
}

function kill(place: Place, one: DevProcess): void {
  if (one.pid !== null && isRunning(place, one)) process.kill(one.pid, 'SIGKILL');
}

/** A process whose machine's clock is wrong. */
function setSkew(one: DevProcess, skewMs: number): void {
  const skew = `const now=Date.now;Date.now=()=>now()+(${skewMs});`;
  if (skewMs === 0) delete one.env['NODE_OPTIONS'];
  else one.env['NODE_OPTIONS'] = `--import=data:text/javascript,${encodeURIComponent(skew)}`;
}

function isSkewed(one: DevProcess): boolean {
  return one.env['NODE_OPTIONS'] !== undefined;
}

function payerOf(one: DevProcess): PublicKey {
  return readKey(one.env['KEYPAIR'] ?? '').publicKey;
}

/** How many loops a service has ended; zero where it does not answer. */
function loops(one: DevProcess): Promise<number> {
  return loopsOf(urlOf(one)).catch(() => 0);
}

/** The intents of a service that are not at their end: endless ones where it does not answer. */
function openIntents(one: DevProcess): Promise<number> {
  return openIntentsOf(urlOf(one)).catch(() => Infinity);
}

/** How many heartbeats the oracles have taken of an agent since it was started. */
async function takenBeats(one: DevProcess): Promise<number> {
  const samples = await samplesOf(urlOf(one), 'ionet_agent_messages_total').catch(() => []);
  return total(
    samples.filter(({ labels }) => labels['kind'] === 'heartbeat' && labels['result'] === 'taken'),
  );
}
