import { openDatabase } from '@ionet/service-kit';
import type { Client } from '@ionet/sdk';
import type { Connection, PublicKey } from '@solana/web3.js';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { audit } from '../../scripts/audit/audit.js';
import { loopsOf, openIntentsOf } from '../../scripts/dev/metrics.js';
import { clientOf, connectionTo, readKey, warp } from '../../scripts/dev/network.js';
import { freePorts, isRunning, launch, stop } from '../../scripts/dev/process.js';
import { urlOf, type DevProcess, type DevState, type Place } from '../../scripts/dev/state.js';
import { down, portsFrom, up } from '../../scripts/dev/up.js';
import { parseFleet } from '../../scripts/start/fleet.js';
import { rpcCall } from '../harness/rpc-node.js';
import { Random } from '../invariants/random.js';
import { buy } from './buyers.js';
import { CALM, RpcProxy, type FaultRates } from './rpc-proxy.js';
import { scheduleOf, type Fault, type Weather } from './schedule.js';

export interface CampaignOptions {
  readonly place: Place;
  /** The same seed does the same to the same services at the same steps. */
  readonly seed: bigint;
  /** How often a service is killed. */
  readonly kills: number;
  readonly fleetFile: string;
  readonly tell: (line: string) => void;
}

/** What a campaign came to. */
export interface Outcome {
  readonly steps: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly calls: RpcProxy['counts'];
  readonly forked: number;
  readonly payments: number;
  readonly problems: readonly string[];
}

const PACE = { slotMs: 40, loopMs: 150 };
const SETTLE_MS = 3_000;
const POLL_MS = 20;
/** Seconds that pass in a step; now and then many more. */
const STEP_SECONDS = 30;
const LONG_STEP_SECONDS = 600;
const WIND_DOWN_MS = 180_000;
/** What is found wrong so often is wrong. */
const AUDITS = 3;

const WEATHER: Readonly<Record<Weather, FaultRates>> = {
  storm: { lostCall: 15, lostAnswer: 15, doubled: 10, delayed: 20, refused: 5, staleBlockhash: 0 },
  slow: { ...CALM, delayed: 90, doubled: 20 },
  stale: { ...CALM, lostAnswer: 10, staleBlockhash: 60 },
};

/**
 * An economy of real processes to which everything happens that happens to services: they are killed, their endpoints
 * lose, double and delay calls, their clocks are wrong, the chain forks. Then it winds down in calm, and its books are
 * read: every payment was made exactly once, every job has come to an end, and every identity of `io audit` holds.
 */
export async function runCampaign(options: CampaignOptions): Promise<Outcome> {
  const { place, seed, kills, fleetFile, tell } = options;
  const fleet = parseFleet(readFileSync(fleetFile, 'utf8'), fleetFile);
  const ports = await freePorts(portsFrom(0, fleet).length);
  const { state } = await up(place, { fleet, fleetFile, ledger: false, pace: PACE, ports });
  const campaign = new Campaign(options, state);
  try {
    await campaign.open();
    const schedule = scheduleOf(seed, kills, campaign.services.length);
    for (const [index, faults] of schedule.entries()) {
      await campaign.step(faults);
      if (index % 20 === 19) tell(`step ${index + 1} of ${schedule.length}: ${campaign.describe()}`);
    }
    tell(`wind down after ${schedule.length} steps: ${campaign.describe()}`);
    await campaign.windDown();
    return await campaign.judge(schedule.length);
  } finally {
    await campaign.close();
    await down(place);
  }
}

class Campaign {
  readonly services: readonly DevProcess[];
  readonly #place: Place;
  readonly #state: DevState;
  readonly #random: Random;
  readonly #seed: bigint;
  readonly #connection: Connection;
  readonly #buyer: Client;
  readonly #proxies: RpcProxy[] = [];
  /** Steps until a service is started again, by its name. */
  readonly #down = new Map<string, number>();
  readonly #before = new Map<string, Set<string>>();
  readonly #orders = new Map<string, number>();
  #weatherSteps = 0;
  #forked = 0;
  #kills = 0;

  constructor({ place, seed }: CampaignOptions, state: DevState) {
    this.#place = place;
    this.#state = state;
    this.#seed = seed;
    this.#random = new Random(seed + 1n);
    this.services = state.processes.filter(({ kind }) => kind !== 'network');
    this.#connection = connectionTo(state);
    this.#buyer = clientOf(state, readKey(place.keypair('buyer')));
  }

  /** Puts an endpoint that can fail between each service and the network. */
  async open(): Promise<void> {
    for (const [index, one] of this.services.entries()) {
      const proxy = await RpcProxy.open(this.#state.rpcUrl, this.#seed * 100n + BigInt(index));
      this.#proxies.push(proxy);
      this.#before.set(one.name, new Set(await this.#paidBy(payerOf(one))));
      await stop(this.#place, one);
      one.env['RPC_URLS'] = proxy.url;
      one.pid = launch(this.#place, one);
    }
  }

  async step(faults: readonly Fault[]): Promise<void> {
    if (this.#weatherSteps > 0 && --this.#weatherSteps === 0) this.#setWeather(CALM);
    for (const fault of faults) await this.#inflict(fault);
    for (const [name, steps] of this.#down) {
      if (steps > 0) this.#down.set(name, steps - 1);
      else this.#revive(name);
    }
    const offers = this.#state.nodes.map(({ offer }) => offer);
    const what = await buy(this.#buyer, offers, this.#random);
    this.#orders.set(what, (this.#orders.get(what) ?? 0) + 1);
    await warp(this.#state.rpcUrl, this.#random.chance(10) ? LONG_STEP_SECONDS : STEP_SECONDS);
    await this.#settle();
  }

  /** Until every service that is not down has done a loop by the new time, or for a while: what hangs may be killed. */
  async #settle(): Promise<void> {
    const up = this.services.filter(({ name }) => !this.#down.has(name));
    const before = await Promise.all(up.map(loops));
    const began = performance.now();
    for (const [index, one] of up.entries()) {
      while (performance.now() - began < SETTLE_MS) {
        const now = await loops(one);
        // A process that has just begun counts anew.
        if (now >= (before[index] ?? 0) + 2 || (now > 0 && now < (before[index] ?? 0))) break;
        await sleep(POLL_MS);
      }
    }
  }

  describe(): string {
    return `${this.#kills} kills, ${this.#forked} transactions taken back by forks, ${[...this.#orders]
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}`;
  }

  async #inflict(fault: Fault): Promise<void> {
    if (fault.kind === 'weather') {
      this.#weatherSteps = fault.steps;
      this.#setWeather(WEATHER[fault.weather]);
      return;
    }
    if (fault.kind === 'fork') {
      const { dropped } = (await rpcCall(this.#state.rpcUrl, 'ionet_fork', [{ blocks: fault.blocks }])) as {
        readonly dropped: readonly string[];
      };
      this.#forked += dropped.length;
      return;
    }
    const service = this.services[fault.service];
    if (service === undefined) return;
    this.#kills += 1;
    kill(this.#place, service);
    setSkew(service, fault.skewMs);
    this.#down.set(service.name, fault.downFor);
  }

  #setWeather(rates: FaultRates): void {
    for (const proxy of this.#proxies) proxy.rates = rates;
  }

  #revive(name: string): void {
    this.#down.delete(name);
    const service = this.services.find((one) => one.name === name);
    if (service !== undefined && !isRunning(this.#place, service)) {
      service.pid = launch(this.#place, service);
    }
  }

  /** In calm, with everything up, time goes on until every job has ended and every payment is final. */
  async windDown(): Promise<void> {
    this.#setWeather(CALM);
    for (const one of this.services) {
      kill(this.#place, one);
      setSkew(one, 0);
      while (isRunning(this.#place, one)) await sleep(POLL_MS);
      one.pid = launch(this.#place, one);
    }
    this.#down.clear();
    const began = performance.now();
    while (performance.now() - began < WIND_DOWN_MS) {
      const left = (await this.#openJobs()).length;
      const open = await Promise.all(this.services.map((one) => openIntents(one)));
      if (left === 0 && open.every((count) => count === 0)) return;
      await warp(this.#state.rpcUrl, left === 0 ? 1 : STEP_SECONDS * 10);
      await this.#settle();
    }
  }

  async #openJobs() {
    const jobs = await this.#buyer.accounts.escrow.job.findAll();
    return jobs.filter(({ state }) => !['ended', 'cancelled', 'expired'].includes(state));
  }

  /** Reads the books of the services and of the chain. */
  async judge(steps: number): Promise<Outcome> {
    const problems: string[] = [];
    for (const job of await this.#openJobs()) {
      problems.push(`job ${job.address.toBase58()} is ${job.state} still`);
    }
    let payments = 0;
    for (const one of this.services) {
      await stop(this.#place, one);
      payments += await this.#judgePayments(one, problems);
    }
    for (const { identity, findings } of await audit(this.#buyer, null, AUDITS)) {
      for (const { account, what, expected, found } of findings) {
        problems.push(`${identity.name}: ${what} of ${account} should be ${expected}, and is ${found}`);
      }
    }
    const jobs: Record<string, number> = {};
    for (const { state } of await this.#buyer.accounts.escrow.job.findAll())
      jobs[state] = (jobs[state] ?? 0) + 1;
    const calls = { ...CALM, calls: 0 };
    for (const proxy of this.#proxies) {
      for (const what of Object.keys(calls) as (keyof typeof calls)[]) calls[what] += proxy.counts[what];
    }
    return { steps, jobs, calls, forked: this.#forked, payments, problems };
  }

  /** What a service wrote down as landed is what landed, each once and nothing else. */
  async #judgePayments(one: DevProcess, problems: string[]): Promise<number> {
    const database = await openDatabase({ directory: one.env['DATA_DIR'] ?? '' });
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
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
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
