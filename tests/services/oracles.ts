import { openOracle, type Observe, type OracleParts, type Peers } from '@ionet/oracle';
import type { Client } from '@ionet/sdk';
import type { Market, TestNetwork } from '@ionet/sdk/testing';
import {
  createLogger,
  Metrics,
  type Chain,
  type ChainHistory,
  type EndpointView,
  type OutboxChain,
  type PastTransaction,
  type RunningService,
} from '@ionet/service-kit';
import { VersionedTransaction, type Keypair } from '@solana/web3.js';
import { fastify, type FastifyInstance } from 'fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseKind, type DatabasePlace } from './databases.js';

const SOL = 1_000_000_000n;

/** What a litesvm network has done, as a JSON-RPC endpoint would tell it. */
export class RecordedHistory implements ChainHistory {
  readonly #transactions: { signature: string; failed: boolean; keys: string[]; past: PastTransaction }[] =
    [];
  /** How often each question was asked. */
  readonly asked = { signatures: 0, transactions: 0 };
  /** The statuses of what was sent. */
  readonly statuses = new Map<string, EndpointView>();

  constructor(network: TestNetwork) {
    network.observe((transaction, { signature, failure, logs }) => {
      const { message } = transaction;
      this.#transactions.unshift({
        signature,
        failed: failure !== null,
        keys: message.staticAccountKeys.map((key) => key.toBase58()),
        past: {
          written: message.staticAccountKeys.filter((_, index) => message.isAccountWritable(index)),
          logs,
        },
      });
      this.statuses.set(signature, {
        finalizedHeight: 1,
        status: { confirmation: 'finalized', failure },
      });
    });
  }

  signatures(...[address, { until, before, limit }]: Parameters<ChainHistory['signatures']>) {
    this.asked.signatures += 1;
    const all = this.#transactions.filter(({ keys }) => keys.includes(address.toBase58()));
    const from = before === undefined ? 0 : all.findIndex(({ signature }) => signature === before) + 1;
    const end = all.findIndex(({ signature }) => signature === until);
    const found = all.slice(from, end === -1 ? undefined : end).slice(0, limit);
    return Promise.resolve(found.map(({ signature, failed }) => ({ signature, slot: 0, failed })));
  }

  transactions(signatures: readonly string[]) {
    this.asked.transactions += signatures.length;
    return Promise.resolve(
      signatures.map(
        (wanted) => this.#transactions.find(({ signature }) => signature === wanted)?.past ?? null,
      ),
    );
  }
}

/** The outbox's port on a litesvm network: what is sent is final at once. */
function outboxChain(client: Client, network: TestNetwork, history: RecordedHistory): OutboxChain {
  const { transport } = client;
  return {
    latestBlockhash: () => transport.getLatestBlockhash(),
    simulate: (transaction) => Promise.resolve(network.simulate(transaction)),
    async send(bytes) {
      const transaction = VersionedTransaction.deserialize(bytes);
      await transport.execute(transaction, await transport.getLatestBlockhash());
    },
    observe: (signatures) =>
      Promise.resolve(
        signatures.map((signature) => [
          history.statuses.get(signature) ?? { finalizedHeight: 1, status: null },
        ]),
      ),
    logs: async (signature) => (await history.transactions([signature]))[0]?.logs ?? [],
  };
}

/** The settings of an oracle in a test: everything at once, and small. */
export const ORACLE_SETTINGS = {
  EPOCH_SETTLE_SECONDS: 60,
  ABSENCE_SECONDS: 240,
  REPORT_SECONDS: 60,
  TURN_SECONDS: 20,
  CHALLENGE_SECONDS: 600,
  CHALLENGE_LEVELS: 6,
  SPEED_BYTES: 65_536,
  SCAN_SECONDS: 900,
  RESUME_AFTER_GPU_VERSION: 0,
  RESUME_AFTER_CPU_VERSION: 0,
} as const;

type Settings = { readonly [K in keyof typeof ORACLE_SETTINGS]: number };

/** An oracle of a test, in this process. */
export interface TestOracle {
  readonly member: Keypair;
  readonly directory: string;
  readonly http: FastifyInstance;
  readonly metrics: Metrics;
  readonly service: RunningService;
}

/** How an oracle of a test differs from the usual one. */
export interface TestOracleOptions {
  readonly settings?: Partial<Settings>;
  readonly observe?: Observe;
  readonly chain?: Partial<Pick<Chain, 'clock' | 'history' | 'outbox'>>;
}

/** Oracles in this process over a market on litesvm, who speak to each other without a port. */
export class Oracles {
  readonly market: Market;
  readonly history: RecordedHistory;
  readonly running = new Map<number, TestOracle>();
  readonly #places: (DatabasePlace | undefined)[] = [];
  readonly #kind: DatabaseKind;
  readonly #directory = mkdtempSync(join(tmpdir(), 'oracles-'));

  constructor(market: Market, kind: DatabaseKind) {
    this.market = market;
    this.history = new RecordedHistory(market.network);
    this.#kind = kind;
  }

  /** The network as a service of this key has it. */
  chainOf(payer: Keypair): Chain {
    const { network } = this.market;
    const client = network.client(payer);
    return {
      client,
      clock: { now: () => Promise.resolve(network.now()) },
      history: this.history,
      outbox: outboxChain(client, network, this.history),
    };
  }

  directory(index: number): string {
    return join(this.#directory, `oracle-${index}`);
  }

  /** Starts a member; its directory and database are those of its life before. */
  async start(index: number, { settings, observe, chain }: TestOracleOptions = {}): Promise<TestOracle> {
    const { network, deployment, oracles } = this.market;
    const member = oracles[index]!;
    if (this.#places[index] === undefined) network.airdrop(member.publicKey, SOL);
    const place = (this.#places[index] ??= await this.#kind.make());
    const directory = this.directory(index);
    const metrics = new Metrics('oracle');
    const parts: OracleParts = {
      settings: {
        ...ORACLE_SETTINGS,
        ...settings,
        DEPLOYMENT: deployment,
        KEYPAIR: member,
        DATA_DIR: directory,
      },
      chain: { ...this.chainOf(member), ...chain },
      database: await place.open(),
      peers: this.#peersOf(index),
      logger: createLogger('oracle', 'silent'),
      metrics,
      dryRun: false,
      observe,
    };
    const service = await openOracle(parts);
    const http = fastify();
    service.routes?.(http);
    const oracle = { member, directory, http, metrics, service };
    this.running.set(index, oracle);
    return oracle;
  }

  async stop(index: number): Promise<void> {
    const oracle = this.running.get(index);
    this.running.delete(index);
    await oracle?.http.close();
    await oracle?.service.stop();
  }

  /** Every oracle that runs has a turn of its loop, so often. */
  async loop(times = 1): Promise<void> {
    const { signal } = new AbortController();
    for (let time = 0; time < times; time += 1) {
      for (const { service } of this.running.values()) await service.tick(signal);
    }
  }

  async remove(): Promise<void> {
    for (const index of [...this.running.keys()]) await this.stop(index);
    for (const place of this.#places) await place?.remove();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #peersOf(own: number): Peers {
    return {
      ask: async (path, body) => {
        const others = [...this.running].filter(([index]) => index !== own);
        const answers = await Promise.all(
          others.map(async ([, { http }]) => {
            const request =
              body === undefined ? { method: 'GET' as const } : { method: 'POST' as const, payload: body };
            const response = await http.inject({ ...request, url: path });
            return response.statusCode === 200 ? [response.json<unknown>()] : [];
          }),
        );
        return answers.flat();
      },
    };
  }
}
