import { solve, type Challenge } from '@ionet/oracle';
import { pda, type Client, type Fetched, type RewardPoolKind } from '@ionet/sdk';
import {
  openChain,
  openDatabase,
  Outbox,
  type Logger,
  type Metrics,
  type RunningService,
  type ServiceDefinition,
} from '@ionet/service-kit';
import type { PublicKey } from '@solana/web3.js';
import type { Counter } from 'prom-client';
import { ProcessExecutor, stopLeftovers, type Executor, type RunningWork } from './executor.js';
import { agentIntents } from './intents.js';
import { OracleClient } from './oracle-client.js';
import { SchedulerClient, SchedulerRefusal } from './scheduler-client.js';
import { agentSettings, type AgentSettings } from './settings.js';

const MINUTE = 60;
const SECONDS_AN_HOUR = 3_600;
const CLIENT_POLL_MS = 100;
/** Oracles take reports of the last ten minutes; what is older is lost. */
const HOURS_BACK_SECONDS = 540;
const POOLS = ['gpu', 'cpu'] as const satisfies readonly RewardPoolKind[];

type Job = Fetched<'escrow', 'job'>;

/** A job that the agent works on. */
interface Work {
  readonly running: RunningWork;
  /** Which devices it has; `null` where nobody says. */
  readonly deviceIds: readonly number[] | null;
  /** Since when it runs, unix seconds, and until when it has run, as far as is known. */
  readonly since: number;
  until: number;
  /** When the scheduler was told of it last; `Infinity` once it knows the end. */
  toldAt: number;
  /** Up to when each oracle knows of it. */
  readonly reportedTo: Map<OracleClient, number>;
}

/** What an agent is made of. */
interface AgentOptions {
  readonly settings: AgentSettings;
  readonly client: Client;
  readonly node: PublicKey;
  readonly oracles: readonly OracleClient[];
  /** Says which devices a job has, and is told how far its work is. */
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
  /** By oracle: the minute of the last heartbeat that it took. */
  readonly #beats = new Map<OracleClient, number>();
  readonly #speedTests = new Map<OracleClient, number>();
  readonly #speaking = new Map<OracleClient, Promise<void>>();
  readonly #solving = new Map<string, Promise<void>>();
  readonly #work = new Map<string, Work>();
  /** Work of jobs that are over, of whose end the scheduler was not told. */
  readonly #ended = new Map<string, Work>();
  #telling: Promise<void> | null = null;
  #claimedAt = -Infinity;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#sent = options.metrics.counter(
      'ionet_agent_messages_total',
      'Messages to oracles by kind, and whether they were taken or refused',
      ['kind', 'result'],
    );
  }

  async tick(signal: AbortSignal): Promise<void> {
    const { client, node, outbox, oracles, dryRun, settings } = this.#options;
    const now = Number(await client.now());
    const account = await client.accounts.staking.node.fetchMaybe(node);
    if (account === null) {
      if (settings.OWNER_KEYPAIR === undefined) {
        throw new Error(`node ${node.toBase58()} is not registered: register it, or set OWNER_KEYPAIR`);
      }
      await outbox.plan({ kind: 'register', subject: node.toBase58(), period: '0' }, '', { again: true });
      await outbox.step();
      return;
    }
    await this.#runJobs(now);
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
    const minute = Math.floor(now / MINUTE);
    if (this.#beats.get(oracle) !== minute) {
      const reply = await this.#say('heartbeat', oracle, () => oracle.heartbeat(now, [...this.#work.keys()]));
      if (reply === undefined) return;
      this.#beats.set(oracle, minute);
      for (const challenge of reply.challenges) this.#answer(oracle, challenge, signal);
    }
    for (const [job, work] of this.#work) await this.#reportHours(oracle, job, work, now);
    const tested = this.#speedTests.get(oracle) ?? -Infinity;
    if (now - tested >= this.#options.settings.SPEED_TEST_SECONDS) {
      this.#speedTests.set(oracle, now);
      await this.#say('speed', oracle, () => oracle.speedTest(now, this.#options.logger));
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
      const proof = await solve(id, levels, signal);
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
    const to = work.running.alive ? now : undefined;
    const known = work.reportedTo.get(oracle) ?? work.since;
    if (to === undefined || to - known < this.#options.settings.HOURS_SECONDS) return;
    const from = Math.max(known, to - HOURS_BACK_SECONDS);
    const taken = await this.#say('hours', oracle, async () => {
      await oracle.hours(now, job, from, to);
      return true;
    });
    if (taken === true) work.reportedTo.set(oracle, to);
  }

  /** Starts the work of jobs that run, ends that of jobs that are over, and starts booked jobs when it is time. */
  async #runJobs(now: number): Promise<void> {
    const { client, node, executor, outbox, settings, dryRun } = this.#options;
    if (executor === null) return;
    const jobs = await client.accounts.escrow.job.findAll({ node });
    const runs = new Map<string, Job>();
    for (const job of jobs) {
      const address = job.address.toBase58();
      const due = job.state === 'booked' && job.startAt <= BigInt(now) && settings.START_JOBS === 1;
      if (due) await outbox.plan({ kind: 'start-job', subject: address, period: '0' });
      const endsAt = Number(job.startedAt) + job.hours * SECONDS_AN_HOUR;
      if (job.state === 'running' && endsAt > now) runs.set(address, job);
    }
    for (const [address, work] of this.#work) {
      if (work.running.alive) work.until = now;
      if (runs.has(address)) continue;
      await work.running.stop();
      this.#work.delete(address);
      if (work.toldAt !== Infinity) this.#ended.set(address, work);
    }
    const waiting = [...runs].filter(([address]) => !this.#work.has(address));
    if (waiting.length === 0 || dryRun) return;
    const assigned = await this.#assignedDevices();
    for (const [address, { startedAt, hours, devices }] of waiting) {
      const deviceIds = assigned === null ? null : assigned.get(address);
      // The scheduler learns of a start a little later than the chain.
      if (deviceIds === undefined) continue;
      if (deviceIds !== null && !this.#areFree(deviceIds, devices)) {
        this.#options.logger.warn({ job: address, deviceIds }, 'these devices cannot be given to a job');
        continue;
      }
      const endsAt = Number(startedAt) + hours * SECONDS_AN_HOUR;
      const work = { job: address, node: node.toBase58(), devices, deviceIds, endsAt };
      const running = executor.start(work);
      const times = { since: now, until: now, toldAt: -Infinity };
      this.#work.set(address, { running, deviceIds, ...times, reportedTo: new Map() });
      this.#options.logger.info({ job: address, deviceIds }, 'work begun');
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
    const taken = [...this.#work.values()].flatMap((work) => work.deviceIds ?? []);
    return new Set([...deviceIds, ...taken]).size === taken.length + devices && deviceIds.length === devices;
  }

  /** Tells the scheduler how far the work of each job is, from time to time and when it has ended. */
  async #tellScheduler(now: number): Promise<void> {
    const { scheduler, settings, logger } = this.#options;
    if (scheduler === null) return;
    for (const [job, work] of [...this.#work, ...this.#ended]) {
      const { since, until, toldAt } = work;
      const { exitCode } = work.running;
      if (exitCode === null ? now - toldAt < settings.HOURS_SECONDS : toldAt === Infinity) continue;
      try {
        await scheduler.report({ job, seconds: until - since, asOf: now, exitCode });
        work.toldAt = exitCode === null ? now : Infinity;
      } catch (error) {
        logger.warn({ job, err: error }, 'the scheduler did not take a report');
        if (!(error instanceof SchedulerRefusal)) continue;
        work.toldAt = exitCode === null ? now : Infinity;
      }
      if (work.toldAt === Infinity) this.#ended.delete(job);
    }
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
    await Promise.all([...this.#work.values()].map(({ running }) => running.stop()));
    await Promise.all([...this.#speaking.values(), ...this.#solving.values(), this.#telling]);
  }
}

/** The node agent. `executor` is how it runs jobs: by COMMAND, unless an embedder says otherwise. */
export function agentService(executor?: Executor): ServiceDefinition<typeof agentSettings.shape> {
  return {
    name: 'node-agent',
    purpose: 'Registers a node, proves that it is there and works, runs its jobs and claims its rewards.',
    settings: agentSettings,
    async start({ settings, logger, metrics, dryRun }): Promise<RunningService> {
      const { RPC_URLS: urls, DEPLOYMENT: deployment, KEYPAIR: operator } = settings;
      const chain = openChain({ urls, deployment, payer: operator, pollIntervalMs: CLIENT_POLL_MS });
      const { client } = chain;
      const node = pda.staking.node(deployment, settings.OWNER, settings.NODE_ID);
      const database = await openDatabase({ url: settings.DATABASE_URL, directory: settings.DATA_DIR });
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
      const left = dryRun ? 0 : stopLeftovers(node.toBase58());
      if (left > 0) logger.warn({ programs: left }, 'stopped what an agent before this one had left behind');
      const byCommand = settings.COMMAND === '' ? null : new ProcessExecutor(settings.COMMAND, logger);
      const agent = new Agent({
        settings,
        client,
        node,
        oracles: settings.ORACLE_URLS.map(
          (url) => new OracleClient(url, deployment, node.toBase58(), operator),
        ),
        scheduler:
          settings.SCHEDULER_URL === undefined
            ? null
            : new SchedulerClient(settings.SCHEDULER_URL, deployment, node.toBase58(), operator),
        outbox,
        executor: executor ?? byCommand,
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
    },
  };
}
