import { solve, type Challenge } from '@ionet/oracle';
import { LOG_PART_BYTES, type JobWorkload } from '@ionet/scheduler';
import { BandwidthTier, MEGABYTE, pda, type Client, type RewardPoolKind } from '@ionet/sdk';
import {
  DEFAULT_WORKLOAD,
  openChain,
  openDatabase,
  Outbox,
  type Chain,
  type Database,
  type Logger,
  type Metrics,
  type RunningService,
  type ServiceDefinition,
  type ServiceSettings,
} from '@ionet/service-kit';
import type { PublicKey } from '@solana/web3.js';
import type { Counter } from 'prom-client';
import {
  ExecutorByKind,
  ProcessExecutor,
  stopLeftovers,
  type Executor,
  type JobWork,
  type RunningWork,
} from './executor.js';
import { heartbeatSecond, isHeartbeatDue, type Heartbeat } from './heartbeats.js';
import { agentIntents } from './intents.js';
import { NodeFollower, type Job } from './node-follower.js';
import { OracleClient, type Speed } from './oracle-client.js';
import { RayJobApi } from './ray/job-api.js';
import { RayExecutor } from './ray/ray-executor.js';
import { SchedulerClient, SchedulerRefusal } from './scheduler-client.js';
import { agentSettings, type AgentSettings } from './settings.js';

const MINUTE = 60;
const SECONDS_AN_HOUR = 3_600;
const CLIENT_POLL_MS = 100;
/** Oracles take reports of the last ten minutes; what is older is lost. */
const HOURS_BACK_SECONDS = 540;
const SWEEP_SECONDS = 60;
/** How many parts of a log the scheduler is told with a report: Ray gives a log only as a whole. */
const LOG_PARTS = 8;
const POOLS = ['gpu', 'cpu'] as const satisfies readonly RewardPoolKind[];

/** A job that the agent works on, or has worked on. */
interface Work {
  readonly running: RunningWork;
  /** Which devices it has; `null` where nobody says. */
  readonly deviceIds: readonly number[] | null;
  /** When its job started on the chain, and when it ends at the latest: nothing else is paid. */
  readonly startedAt: number;
  endsAt: number;
  /** Whether nothing runs any more, so that its devices are free. */
  isStopped: boolean;
  /** When the scheduler was told of it last; `Infinity` once it knows the end. */
  toldAt: number;
  /** From which byte on the scheduler wants its log; `null` until it has said so. */
  loggedTo: number | null;
  /** Up to when each oracle knows of it. */
  readonly reportedTo: Map<OracleClient, number>;
}

/** What an agent is made of. */
interface AgentOptions {
  readonly settings: AgentSettings;
  readonly client: Client;
  readonly node: PublicKey;
  readonly follower: NodeFollower;
  readonly oracles: readonly OracleClient[];
  /** Says what a job runs and on which devices, and is told how far its work is. */
  readonly scheduler: SchedulerClient | null;
  readonly outbox: Outbox;
  readonly executor: Executor | null;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly dryRun: boolean;
}

/** A node's agent: says that it is there, proves its work, runs jobs, and fetches what it has earned. */
class Agent {
  readonly #options: AgentOptions;
  readonly #sent: Counter<'kind' | 'result'>;
  readonly #heartbeatSecond: number;
  /** By oracle: the last heartbeat that it took. */
  readonly #beats = new Map<OracleClient, Heartbeat>();
  /** By oracle: when its next speed test is due. */
  readonly #speedTests = new Map<OracleClient, number>();
  /** By oracle: after how many seconds a line that was too slow is measured again. */
  readonly #patience = new Map<OracleClient, number>();
  /** The speed test that runs: two at once would share the line that they measure. */
  #line: Promise<void> = Promise.resolve();
  readonly #speaking = new Map<OracleClient, Promise<void>>();
  readonly #solving = new Map<string, Promise<void>>();
  readonly #work = new Map<string, Work>();
  /** What is over, until the oracles take no more of it and the scheduler knows its end. */
  readonly #ended = new Map<string, Work>();
  readonly #stopping = new Set<Promise<void>>();
  /** Jobs that nothing here can run: said once. */
  readonly #notRun = new Set<string>();
  #sweeping: Promise<void> | null = null;
  #sweptAt = -Infinity;
  #telling: Promise<void> | null = null;
  #claimedAt = -Infinity;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#heartbeatSecond = heartbeatSecond(options.node.toBase58());
    this.#sent = options.metrics.counter(
      'ionet_agent_messages_total',
      'Messages to oracles by kind, and whether they were taken or refused',
      ['kind', 'result'],
    );
  }

  async tick(signal: AbortSignal): Promise<void> {
    const { client, node, follower, outbox, oracles, dryRun, settings } = this.#options;
    const now = Number(await client.now());
    const view = await follower.read(now);
    if (view.node === null) {
      if (settings.OWNER_KEYPAIR === undefined) {
        throw new Error(`node ${node.toBase58()} is not registered: register it, or set OWNER_KEYPAIR`);
      }
      await outbox.plan({ kind: 'register', subject: node.toBase58(), period: '0' }, '', { again: true });
      await outbox.step();
      return;
    }
    await this.#runJobs(now, view.jobs);
    // Beside the loop: an oracle that is slow keeps nobody waiting but itself.
    for (const oracle of dryRun ? [] : oracles) {
      if (this.#speaking.has(oracle)) continue;
      const done = this.#speak(oracle, now, signal).finally(() => this.#speaking.delete(oracle));
      this.#speaking.set(oracle, done);
    }
    if (!dryRun) {
      this.#telling ??= this.#tellScheduler(now).finally(() => {
        this.#telling = null;
      });
    }
    await this.#claim(now);
    await outbox.step();
  }

  /** What an oracle is told in every loop. */
  async #speak(oracle: OracleClient, now: number, signal: AbortSignal): Promise<void> {
    if (isHeartbeatDue(this.#beats.get(oracle), now, this.#heartbeatSecond)) {
      const reply = await this.#say('heartbeat', oracle, () => oracle.heartbeat(now, [...this.#work.keys()]));
      if (reply === undefined) return;
      this.#beats.set(oracle, { minute: reply.minute, at: now });
      for (const challenge of reply.challenges) this.#answer(oracle, challenge, signal);
    }
    for (const [job, work] of [...this.#work, ...this.#ended]) {
      await this.#reportHours(oracle, job, work, now);
    }
    if (now < (this.#speedTests.get(oracle) ?? -Infinity)) return;
    // Until it is over.
    this.#speedTests.set(oracle, Infinity);
    this.#line = this.#line.then(() => this.#measure(oracle, now, signal));
  }

  /** Has an oracle measure the line. What failed or is too slow to earn is measured again: soon at first, then later. */
  async #measure(oracle: OracleClient, due: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { client, logger, settings } = this.#options;
    const speed = await this.#say('speed', oracle, async () =>
      oracle.speedTest(Number(await client.now()), logger),
    );
    if (speed === undefined) {
      // It may be busy: to ask costs nothing.
      this.#speedTests.set(oracle, due + MINUTE);
    } else if (earns(speed)) {
      this.#patience.delete(oracle);
      this.#speedTests.set(oracle, due + settings.SPEED_TEST_SECONDS);
    } else {
      const patience = Math.min(this.#patience.get(oracle) ?? MINUTE, settings.SPEED_TEST_SECONDS);
      this.#patience.set(oracle, 2 * patience);
      this.#speedTests.set(oracle, due + patience);
    }
  }

  async #say<T>(kind: string, oracle: OracleClient, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      this.#sent.inc({ kind, result: 'taken' });
      return result;
    } catch (error) {
      this.#sent.inc({ kind, result: 'refused' });
      this.#options.logger.warn({ kind, oracle: oracle.url, err: error }, 'an oracle did not take it');
      return undefined;
    }
  }

  /** Does the work of a challenge beside the loop. */
  #answer(oracle: OracleClient, { id, levels, device }: Challenge, signal: AbortSignal): void {
    if (this.#solving.has(id)) return;
    const { client, logger } = this.#options;
    const work = async (): Promise<void> => {
      const proof = await solve(id, levels, { signal });
      const now = Number(await client.now());
      const passed = await this.#say('answer', oracle, () => oracle.answer(now, id, proof));
      logger.info({ oracle: oracle.url, device, passed: passed ?? false }, 'proof of work');
    };
    const done = work()
      .catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ err: error, device }, 'a proof of work was not made');
      })
      .finally(() => this.#solving.delete(id));
    this.#solving.set(id, done);
  }

  async #reportHours(oracle: OracleClient, job: string, work: Work, now: number): Promise<void> {
    const span = work.running.span(now);
    if (span === null) return;
    const to = Math.min(span.to, work.endsAt, now);
    const known = Math.max(span.from, work.startedAt, work.reportedTo.get(oracle) ?? 0);
    // While it runs not every second by itself; when it has ended, the rest.
    if (to - known < (work.running.alive ? this.#options.settings.HOURS_SECONDS : 1)) return;
    const from = Math.max(known, now - HOURS_BACK_SECONDS);
    if (from >= to) return;
    const taken = await this.#say('hours', oracle, async () => {
      await oracle.hours(now, job, from, to);
      return true;
    });
    if (taken === true) work.reportedTo.set(oracle, to);
  }

  /** Starts the work of jobs that run, ends that of jobs that are over, and starts booked jobs when it is time. */
  async #runJobs(now: number, jobs: readonly Job[]): Promise<void> {
    const { executor, outbox, settings, dryRun } = this.#options;
    if (executor === null) return;
    const runs = new Map<string, Job>();
    for (const job of jobs) {
      const address = job.address.toBase58();
      const due = job.state === 'booked' && job.startAt <= BigInt(now) && settings.START_JOBS === 1;
      if (due) await outbox.plan({ kind: 'start-job', subject: address, period: '0' });
      if (job.state === 'running' && bookedEnd(job) > now) runs.set(address, job);
    }
    for (const [address, work] of this.#work) {
      const job = runs.get(address);
      if (job === undefined) this.#end(address, work, now);
      else work.endsAt = bookedEnd(job);
    }
    this.#forget(now);
    if (dryRun) return;
    const waiting = [...runs].filter(([address]) => !this.#work.has(address) && !this.#notRun.has(address));
    const assigned = waiting.length === 0 ? null : await this.#assignedDevices();
    for (const [address, job] of waiting) {
      const deviceIds = assigned === null ? null : assigned.get(address);
      // The scheduler learns of a start a little later than the chain.
      if (deviceIds === undefined) continue;
      if (deviceIds !== null && !this.#areFree(deviceIds, job.devices)) {
        this.#options.logger.warn({ job: address, deviceIds }, 'these devices cannot be given to a job');
        continue;
      }
      await this.#begin(address, job, deviceIds, now);
    }
    this.#sweep(new Set(runs.keys()), now);
  }

  /** Forgets what is over when there is nothing to say of it any more. */
  #forget(now: number): void {
    for (const [job, { endsAt, toldAt, running }] of this.#ended) {
      const isTold = this.#options.scheduler === null || toldAt === Infinity || running.exitCode === null;
      if (isTold && now > endsAt + HOURS_BACK_SECONDS) this.#ended.delete(job);
    }
  }

  /** Which devices the jobs of the node have; `null` where there is no scheduler to say. */
  async #assignedDevices(): Promise<ReadonlyMap<string, readonly number[]> | null> {
    const { scheduler, logger } = this.#options;
    if (scheduler === null) return null;
    try {
      return await scheduler.devices();
    } catch (error) {
      logger.warn({ err: error }, 'the scheduler does not say which devices jobs have');
      return new Map();
    }
  }

  /** Whether a job can have these devices: as many as it hired, each once, and none that works for another. */
  #areFree(deviceIds: readonly number[], devices: number): boolean {
    const busy = [...this.#work.values(), ...this.#ended.values()].filter(({ isStopped }) => !isStopped);
    const taken = busy.flatMap((work) => work.deviceIds ?? []);
    return new Set([...deviceIds, ...taken]).size === taken.length + devices && deviceIds.length === devices;
  }

  /** Tells the scheduler how far the work of each job is, from time to time and when it has ended. */
  async #tellScheduler(now: number): Promise<void> {
    const { scheduler, settings, logger } = this.#options;
    if (scheduler === null) return;
    for (const [job, work] of [...this.#work, ...this.#ended]) {
      const { toldAt } = work;
      const { exitCode } = work.running;
      if (exitCode === null ? now - toldAt < settings.HOURS_SECONDS : toldAt === Infinity) continue;
      const span = work.running.span(now);
      const seconds = span === null ? 0 : Math.max(0, Math.min(span.to, work.endsAt) - span.from);
      try {
        await this.#handOnLog(scheduler, job, work, now);
        await scheduler.report({ job, seconds, asOf: now, exitCode });
        work.toldAt = exitCode === null ? now : Infinity;
      } catch (error) {
        logger.warn({ job, err: error }, 'the scheduler did not take a report');
        if (!(error instanceof SchedulerRefusal)) continue;
        work.toldAt = exitCode === null ? now : Infinity;
      }
    }
  }

  /** Hands on what a job has printed since, for its buyer to read: a few parts at a time. */
  async #handOnLog(scheduler: SchedulerClient, job: string, work: Work, now: number): Promise<void> {
    const { running } = work;
    if (running.log === undefined) return;
    for (let part = 0; part < LOG_PARTS; part += 1) {
      work.loggedTo ??= await scheduler.log({ job, from: 0, text: '', asOf: now });
      const page = await running.log(work.loggedTo, LOG_PART_BYTES).catch((error: unknown) => {
        this.#options.logger.warn({ job, err: error }, 'the log of a job cannot be read');
        return null;
      });
      if (page === null || page.text === '') return;
      // Where it is shorter than what was handed on, it was begun anew.
      const from = page.next - Buffer.byteLength(page.text);
      work.loggedTo = await scheduler.log({ job, from, text: page.text, asOf: now });
      if (!page.more) return;
    }
  }

  async #begin(address: string, job: Job, deviceIds: readonly number[] | null, now: number): Promise<void> {
    const { node, executor, logger } = this.#options;
    const ordered = await this.#workloadOf(address, now);
    if (ordered === null) return;
    const work: JobWork = {
      job: address,
      node: node.toBase58(),
      devices: job.devices,
      deviceIds,
      endsAt: bookedEnd(job),
      ...ordered,
    };
    const running = executor?.start(work, now) ?? null;
    const { kind } = work.workload;
    if (running !== null) {
      this.#work.set(address, {
        running,
        deviceIds,
        startedAt: Number(job.startedAt),
        endsAt: work.endsAt,
        isStopped: false,
        toldAt: -Infinity,
        loggedTo: null,
        reportedTo: new Map(),
      });
      logger.info({ job: address, kind, deviceIds }, 'work begun');
    } else {
      this.#notRun.add(address);
      logger.error({ job: address, kind }, 'nothing is set up here to run work of this kind');
    }
  }

  /** What a job runs; `null` where that is not known yet. */
  async #workloadOf(job: string, now: number): Promise<JobWorkload | null> {
    const { scheduler, logger } = this.#options;
    if (scheduler === null) return { workload: DEFAULT_WORKLOAD, leader: job };
    try {
      return await scheduler.workload(job, now);
    } catch (error) {
      // It learns of a start a little later than the chain.
      logger.warn({ job, err: error }, 'the scheduler does not say what a job runs');
      return null;
    }
  }

  /** Stops the work of a job that is over, beside the loop. */
  #end(job: string, work: Work, now: number): void {
    work.endsAt = Math.min(work.endsAt, now);
    this.#work.delete(job);
    this.#ended.set(job, work);
    const done = work.running
      .stop()
      .catch((error: unknown) => {
        this.#options.logger.error({ job, err: error }, 'the work of a job was not stopped');
      })
      .finally(() => {
        work.isStopped = true;
        this.#stopping.delete(done);
      });
    this.#stopping.add(done);
  }

  /** Has stopped what an agent that was killed has left behind, beside the loop. */
  #sweep(jobs: ReadonlySet<string>, now: number): void {
    const { node, executor, logger } = this.#options;
    if (executor?.sweep === undefined || this.#sweeping !== null || now - this.#sweptAt < SWEEP_SECONDS)
      return;
    this.#sweptAt = now;
    this.#sweeping = executor
      .sweep(node.toBase58(), jobs)
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'whether work is left of jobs that are over is not known');
      })
      .finally(() => (this.#sweeping = null));
  }

  /** Claims what the newest final roots name beyond what was paid. */
  async #claim(now: number): Promise<void> {
    const { client, node, outbox, oracles, settings } = this.#options;
    if (now - this.#claimedAt < settings.CLAIM_SECONDS) return;
    this.#claimedAt = now;
    for (const kind of POOLS) {
      const pool = pda.emission.pool(client.deployment, kind);
      const account = pda.emission.rewardAccount(client.deployment, pool, node);
      const paid = (await client.accounts.emission.rewardAccount.fetchMaybe(account))?.claimed ?? 0n;
      for (const oracle of oracles) {
        const claim = await this.#say('claim', oracle, () => oracle.claim(kind));
        if (claim === undefined || claim.cumulative <= paid) continue;
        const { version, cumulative, destination, proof } = claim;
        const payload = { version: String(version), cumulative: String(cumulative), destination, proof };
        const key = { kind: 'claim-reward', subject: kind, period: String(version) };
        // A lie fails when it is simulated, and the next oracle is asked when it is time again.
        await outbox.plan(key, JSON.stringify(payload), { again: true });
        break;
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#work.values()].map(({ running }) => running.leave()));
    await Promise.all([...this.#stopping, this.#sweeping, this.#telling]);
    await Promise.all([...this.#speaking.values(), ...this.#solving.values(), this.#line]);
  }
}

function earns({ down, up }: Speed): boolean {
  const tier = BandwidthTier.of(BigInt(down) * MEGABYTE, BigInt(up) * MEGABYTE);
  return BandwidthTier.factorX100(tier) > 0n;
}

/** When the booked time of a started job is over, in unix seconds. */
function bookedEnd({ startedAt, hours }: Pick<Job, 'hours' | 'startedAt'>): number {
  return Number(startedAt) + hours * SECONDS_AN_HOUR;
}

/** How an agent runs jobs, by its settings; `null` where it takes none. */
function executorOf(
  { COMMAND, RAY_ADDRESS, RAY_AUTH_TOKEN }: AgentSettings,
  logger: Logger,
): Executor | null {
  const executors: Executor[] = [];
  if (COMMAND !== '') executors.push(new ProcessExecutor(COMMAND, logger));
  if (RAY_ADDRESS !== undefined) {
    executors.push(new RayExecutor(new RayJobApi(RAY_ADDRESS, { token: RAY_AUTH_TOKEN }), logger));
  }
  return executors.length === 0 ? null : new ExecutorByKind(executors);
}

/** What an agent is made of beside its oracles: its settings, and its ports to the world. */
export interface AgentParts {
  readonly settings: AgentSettings & Pick<ServiceSettings, 'DEPLOYMENT' | 'KEYPAIR'>;
  readonly chain: Chain;
  readonly database: Database;
  /** How it runs jobs: as its settings say, unless an embedder says otherwise. */
  readonly executor?: Executor | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly dryRun: boolean;
}

/** Puts an agent together. It closes its database when it is stopped. */
export async function openAgent(parts: AgentParts): Promise<RunningService> {
  const { settings, chain, database, executor, metrics, logger, dryRun } = parts;
  const { DEPLOYMENT: deployment, KEYPAIR: operator } = settings;
  const { client, history } = chain;
  const node = pda.staking.node(deployment, settings.OWNER, settings.NODE_ID);
  const outbox = await Outbox.open({
    database,
    chain: chain.outbox,
    deployment,
    payer: operator,
    kinds: agentIntents(client, node, settings),
    metrics,
    logger,
    dryRun,
  });
  // What an embedder's executor has left behind is his own affair.
  const left = dryRun || executor !== undefined ? 0 : stopLeftovers(node.toBase58());
  if (left > 0) logger.warn({ programs: left }, 'stopped what an agent before this one had left behind');
  const agent = new Agent({
    settings,
    client,
    node,
    follower: new NodeFollower(client, history, node),
    oracles: settings.ORACLE_URLS.map((url) => new OracleClient(url, deployment, node.toBase58(), operator)),
    scheduler:
      settings.SCHEDULER_URL === undefined
        ? null
        : new SchedulerClient(settings.SCHEDULER_URL, deployment, node.toBase58(), operator),
    outbox,
    executor: executor ?? executorOf(settings, logger),
    metrics,
    logger,
    dryRun,
  });
  return {
    tick: (signal) => agent.tick(signal),
    async stop() {
      await agent.stop();
      await database.close();
    },
  };
}

/** The node agent. `executor` is how it runs jobs: as its settings say, unless an embedder says otherwise. */
export function agentService(executor?: Executor): ServiceDefinition<typeof agentSettings.shape> {
  return {
    name: 'node-agent',
    purpose: 'Registers a node, proves that it is there and works, runs its jobs and claims its rewards.',
    settings: agentSettings,
    async start({ settings, logger, metrics, dryRun }) {
      const { RPC_URLS: urls, DEPLOYMENT: deployment, KEYPAIR: payer, DATA_DIR: directory } = settings;
      return openAgent({
        settings,
        chain: openChain({ urls, deployment, payer, pollIntervalMs: CLIENT_POLL_MS }),
        database: await openDatabase({ url: settings.DATABASE_URL, directory }),
        executor,
        metrics,
        logger,
        dryRun,
      });
    },
  };
}
