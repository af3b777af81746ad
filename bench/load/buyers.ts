import { formatPrice, pda, type Client, type Fetched, type Price } from '@ionet/sdk';
import { PublicKey, type Connection, type Keypair } from '@solana/web3.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { classIdOf } from '../../scripts/dev/market.js';
import { clientOf, connectionTo } from '../../scripts/dev/network.js';
import { processesOf, urlOf, type DevState } from '../../scripts/dev/state.js';
import type { Fleet } from '../../scripts/start/fleet.js';
import { SchedulerClient, type Order } from '../../scripts/start/live/scheduler.js';
import type { Random } from '../../tests/invariants/random.js';

const POLL_MS = 500;
const CONFIRM_MS = 100;
/** After so long a booking that is not on chain has failed: its blockhash is no longer valid. */
const GIVE_UP_MS = 60_000;
/** Seconds after its start in which a buyer ends his job. */
const LEAST_SECONDS = 120;
const MOST_SECONDS = 1_200;
const IO_PERCENT = 25;
const CAUTION_PERCENT = 99n;
const OVER = ['cancelled', 'ended', 'expired'];

/** What became of an order. Times are unix seconds by the chain's clock, or milliseconds where the name says so. */
export interface LoadJob {
  readonly address: string;
  readonly buyer: Keypair;
  readonly lastsSeconds: number;
  readonly bookedAt: number;
  /** From the request to the confirmed booking. */
  readonly bookingMs: number;
  startedAt: number | null;
  state: Fetched<'escrow', 'job'>['state'];
  isEnding: boolean;
}

/** What the buyers are made of. */
export interface BuyersOptions {
  readonly state: DevState;
  readonly fleet: Fleet;
  readonly keys: readonly Keypair[];
  readonly random: Random;
  /** Unix seconds by the chain's clock. */
  readonly now: () => number;
}

/** Buyers who hire through the scheduler's interface, sign what it gives them, and end their jobs after a while. */
export class Buyers {
  readonly jobs: LoadJob[] = [];
  requested = 0;
  /** Orders that came to nothing, and calls that failed, by what was wrong. */
  readonly failures = new Map<string, number>();
  readonly #options: BuyersOptions;
  readonly #scheduler: SchedulerClient;
  readonly #connection: Connection;
  readonly #clients = new Map<string, Client>();
  readonly #pending = new Set<Promise<void>>();
  #isWindingDown = false;

  constructor(options: BuyersOptions) {
    this.#options = options;
    const [scheduler] = processesOf(options.state, 'scheduler');
    if (scheduler === undefined) throw new RangeError('there is no scheduler');
    this.#scheduler = new SchedulerClient(urlOf(scheduler));
    this.#connection = connectionTo(options.state);
    for (const key of options.keys) this.#clients.set(key.publicKey.toBase58(), clientOf(options.state, key));
  }

  /** Orders so many jobs between two times, and follows them; returns when the second has come. */
  async run(count: number, from: number, until: number, signal: AbortSignal): Promise<void> {
    const { random, now } = this.#options;
    const length = until - from;
    const due = Array.from({ length: count }, () => from + random.int(0, length - 1)).sort((a, b) => a - b);
    while (now() < until && !signal.aborted) {
      while (due[0] !== undefined && due[0] <= now()) {
        due.shift();
        this.#beside(this.#order());
      }
      await this.follow();
      await sleep(POLL_MS);
    }
  }

  /** Has all jobs end as soon as they can. */
  windDown(): void {
    this.#isWindingDown = true;
  }

  /** Jobs that are not over. */
  get open(): LoadJob[] {
    return this.jobs.filter(({ state }) => !OVER.includes(state));
  }

  #beside(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        const what = sentenceOf(error);
        this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
      })
      .finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  async idle(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #order(): Promise<void> {
    const { random, keys, fleet, now } = this.#options;
    const { deployment } = [...this.#clients.values()][0] ?? {};
    const buyer = keys[this.requested % keys.length];
    const model = random.pick(fleet.hardware);
    if (buyer === undefined || model === undefined || deployment === undefined) return;
    this.requested += 1;
    const common = {
      hardwareClass: pda.staking.class(deployment, classIdOf(fleet, model.name)).toBase58(),
      devices: 1,
      hours: 1,
    };
    const order: Order = random.chance(IO_PERCENT)
      ? { ...common, payment: 'io', ioPrice: cautious(fleet.ioPrice) }
      : { ...common, payment: 'usdc' };
    const lastsSeconds = random.int(LEAST_SECONDS, MOST_SECONDS);
    const began = performance.now();
    const { job, transaction } = await this.#scheduler.request(buyer, order);
    transaction.sign([buyer]);
    const signature = await this.#connection.sendRawTransaction(transaction.serialize());
    for (;;) {
      const { value } = await this.#connection.getSignatureStatuses([signature]);
      const [status] = value;
      if (status?.err != null) throw new Error(`booking failed: ${JSON.stringify(status.err)}`);
      if (status?.confirmationStatus === 'confirmed' || status?.confirmationStatus === 'finalized') break;
      if (performance.now() - began > GIVE_UP_MS) throw new Error('a booking did not land');
      await sleep(CONFIRM_MS);
    }
    this.jobs.push({
      address: job,
      buyer,
      lastsSeconds,
      bookedAt: now(),
      bookingMs: performance.now() - began,
      startedAt: null,
      state: 'booked',
      isEnding: false,
    });
  }

  /** Looks at the jobs that are not over, and ends those that have lasted long enough. */
  async follow(): Promise<void> {
    const [client] = this.#clients.values();
    const open = this.open;
    if (client === undefined || open.length === 0) return;
    const found = await client.accounts.escrow.job.fetchMany(
      open.map(({ address }) => new PublicKey(address)),
    );
    for (const [index, job] of open.entries()) {
      const account = found[index];
      if (account == null) continue;
      job.state = account.state;
      if (account.startedAt === 0n) continue;
      job.startedAt = Number(account.startedAt);
      const isDue = this.#isWindingDown || this.#options.now() >= job.startedAt + job.lastsSeconds;
      if (account.state === 'running' && isDue && !job.isEnding) {
        job.isEnding = true;
        this.#beside(this.#end(job));
      }
    }
  }

  async #end(job: LoadJob): Promise<void> {
    try {
      const client = this.#clients.get(job.buyer.publicKey.toBase58());
      await client?.escrow.endJob({ job: new PublicKey(job.address) });
    } catch (error) {
      job.isEnding = false;
      throw error;
    }
  }
}

/** The price at which a buyer has his order quoted: the chain takes one below the published, for its uncertainty. */
function cautious(price: Price): string {
  return formatPrice({ ...price, price: (price.price * CAUTION_PERCENT) / 100n });
}

/** The error of a program by its name, or else the first line. */
function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /Error Code: (\w+)/.exec(text)?.[1] ?? text.split('\n', 1)[0] ?? text;
}
