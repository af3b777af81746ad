import { agentSettings, openAgent, type Executor, type RunningWork } from '@ionet/node-agent';
import { localnet } from '@ionet/sdk';
import {
  createLogger,
  Metrics,
  openChain,
  openDatabase,
  readConfig,
  type Chain,
  type RunningService,
} from '@ionet/service-kit';
import { setMaxListeners } from 'node:events';
import { Counter, Gauge } from 'prom-client';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { processesOf, urlOf, type DevState } from '../../scripts/dev/state.js';
import type { EconomyClock } from './clock.js';
import type { LoadNode } from './market.js';
import { RpcBatches } from './rpc-batches.js';

/** Counts of all agents together: each of them asks for the same ones. */
class SharedMetrics extends Metrics {
  override counter<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> {
    const known = this.registry.getSingleMetric(name);
    return known instanceof Counter ? known : super.counter(name, help, labelNames);
  }

  override gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Gauge<L> {
    const known = this.registry.getSingleMetric(name);
    return known instanceof Gauge ? known : super.gauge(name, help, labelNames);
  }
}

/** Work that needs no program: it runs until it is stopped. The agent cuts what it reports at the end of the job. */
const runsByItself: Executor = {
  start(_work, from): RunningWork {
    let exitCode: number | null = null;
    return {
      get alive() {
        return exitCode === null;
      },
      get exitCode() {
        return exitCode;
      },
      span: (now) => ({ from, to: now }),
      stop: () => {
        exitCode = 0;
        return Promise.resolve();
      },
      leave: () => Promise.resolve(),
    };
  },
};

/** Milliseconds between the starts of two agents. */
const START_MS = 50;

const listedSchema = z.array(z.object({ signature: z.string(), slot: z.int(), err: z.unknown() }));

/** A network as an agent has it, but for what all of them ask all the time: the time, and what is new of their nodes. */
function sharing(chain: Chain, batches: RpcBatches, clock: EconomyClock): Chain {
  const now = (): Promise<bigint> => Promise.resolve(BigInt(clock.now));
  return {
    ...chain,
    client: { ...chain.client, now },
    history: {
      ...chain.history,
      signatures: async (address, range) => {
        const options = { ...range, commitment: 'confirmed' };
        const listed = await batches.call('getSignaturesForAddress', [address.toBase58(), options]);
        return listedSchema
          .parse(listed)
          .map(({ signature, slot, err }) => ({ signature, slot, failed: err !== null }));
      },
    },
  };
}

/** How the nodes are simulated. */
export interface NodesOptions {
  readonly state: DevState;
  readonly nodes: readonly LoadNode[];
  /** Read once for all. */
  readonly clock: EconomyClock;
  /** Where the agents' databases are. */
  readonly directory: string;
  /** Milliseconds between two loops of an agent. */
  readonly loopMs: number;
}

/**
 * The agents of all nodes, in this process: the real ones, each with its key, its database and its oracles. Only their
 * calls to the network go together, the time is read once for all, and the programs of jobs are none.
 */
export class SimulatedNodes {
  readonly metrics = new SharedMetrics('node-agent');
  readonly #agents: RunningService[] = [];
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #loopMs: number;
  #stopped: Promise<void> | undefined;
  /** Loops that failed, by what was wrong. */
  readonly failures = new Map<string, number>();

  private constructor(loopMs: number) {
    this.#loopMs = loopMs;
  }

  static async open({ state, nodes, directory, loopMs, clock }: NodesOptions): Promise<SimulatedNodes> {
    const all = new SimulatedNodes(loopMs);
    // Every agent waits for it.
    setMaxListeners(0, all.#stopping.signal);
    const deployment = localnet();
    const logger = createLogger('node-agent', 'error');
    const batches = new RpcBatches(state.rpcUrl);
    const [scheduler] = processesOf(state, 'scheduler');
    for (const { address, owner, id, operator } of nodes) {
      const settings = readConfig(agentSettings, {
        ORACLE_URLS: processesOf(state, 'oracle').map(urlOf).join(','),
        ...(scheduler === undefined ? {} : { SCHEDULER_URL: urlOf(scheduler) }),
        OWNER: owner.toBase58(),
        NODE_ID: String(id),
        START_JOBS: '0',
      });
      const agent = await openAgent({
        settings: { ...settings, DEPLOYMENT: deployment, KEYPAIR: operator },
        chain: sharing(
          openChain({ urls: [state.rpcUrl], deployment, payer: operator, fetch: batches.fetch }),
          batches,
          clock,
        ),
        database: await openDatabase({ directory: join(directory, address.toBase58()) }),
        executor: runsByItself,
        metrics: all.metrics,
        logger,
        dryRun: false,
      });
      all.#agents.push(agent);
    }
    return all;
  }

  /** Lets them run, one after the other: what an agent does first takes most. */
  start(): void {
    for (const [index, agent] of this.#agents.entries()) {
      this.#loops.push(this.#run(agent, index * START_MS));
    }
  }

  async #run(agent: RunningService, delayMs: number): Promise<void> {
    const { signal } = this.#stopping;
    let due = performance.now() + delayMs;
    // Asked anew each time: a loop may be what it is aborted in.
    const stopped = (): boolean => signal.aborted;
    for (;;) {
      await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined);
      if (stopped()) return;
      try {
        await agent.tick(signal);
      } catch (error) {
        const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (!stopped()) this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
      }
      // Where a loop took too long the next one does not try to make up for it.
      due = Math.max(due + this.#loopMs, performance.now());
    }
  }

  /** Once, however often it is called. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
    for (const agent of this.#agents) await agent.stop();
  }
}
