import {
  certifiedSchema,
  merge,
  validObservations,
  type AgreedFacts,
  type CertifiedEpoch,
} from '@ionet/oracle';
import { epochAt, HEARTBEATS_PER_EPOCH, type AccountData, type Deployment } from '@ionet/sdk';
import { migrate, type Database } from '@ionet/service-kit';

type Schedule = AccountData<'emission', 'schedule'>;

/** Hours of uptime that are kept and shown: thirty days. */
export const UPTIME_HOURS = 720;
const EPOCH_SECONDS = 3_600;
const TIMEOUT_MS = 10_000;
const MINUTES = Number(HEARTBEATS_PER_EPOCH);

/** An hour of a node that oracles have agreed on. */
export interface UptimeHour {
  /** When it began, in unix seconds. */
  readonly start: number;
  /** Minutes in which enough oracles heard the node, 0 to 60. */
  readonly heartbeats: number;
  /** Seconds on hire, summed over its devices. */
  readonly hiredSeconds: number;
}

/** What is known of a node's uptime. Hours that are agreed on and not listed had no heartbeat. */
export interface Uptime {
  /** The end of the last hour that is agreed on; `null` where there is none. */
  readonly agreedUntil: number | null;
  readonly hours: readonly UptimeHour[];
}

/** What an uptime follower is made of. */
export interface UptimeFollowerOptions {
  readonly database: Database;
  readonly deployment: Deployment;
  /** HTTP addresses of oracles. */
  readonly oracles: readonly string[];
  /** Defaults to the global one. */
  readonly fetch?: typeof fetch;
}

/**
 * Keeps what the oracles have agreed on about the uptime of nodes. It believes no oracle: what counts is what at least
 * the threshold of members has signed.
 */
export class UptimeFollower {
  readonly #options: UptimeFollowerOptions;
  #polling: Promise<void> | undefined;

  private constructor(options: UptimeFollowerOptions) {
    this.#options = options;
  }

  static async open(options: UptimeFollowerOptions): Promise<UptimeFollower> {
    await migrate(options.database, 'uptime', [
      {
        id: 1,
        name: 'uptime of nodes by hours',
        statements: [
          'CREATE TABLE uptime_epochs (epoch bigint PRIMARY KEY, start bigint NOT NULL)',
          `CREATE TABLE uptime_hours (node text NOT NULL, epoch bigint NOT NULL, heartbeats bigint NOT NULL,
             hired_seconds bigint NOT NULL, PRIMARY KEY (node, epoch))`,
        ],
      },
    ]);
    return new UptimeFollower(options);
  }

  /** Looks for new hours beside the loop, which oracles that are slow must not hold; one look at a time. */
  poll(schedule: Schedule | null, now: number, onError: (error: unknown) => void): void {
    if (schedule === null || schedule.sealedAt === 0n || this.#polling !== undefined) return;
    this.#polling = this.follow(schedule, now)
      .then(() => undefined, onError)
      .finally(() => {
        this.#polling = undefined;
      });
  }

  /** Waits for a look that is under way. */
  async idle(): Promise<void> {
    await this.#polling;
  }

  /** Takes over all hours that are agreed on by now. Gives how many. */
  async follow(schedule: Schedule, now: number): Promise<number> {
    const newest = await this.#newest();
    const first = epochAt(schedule, BigInt(now)) - BigInt(UPTIME_HOURS);
    let after = newest ?? (first > 0n ? first : 0n);
    for (let count = 0; ; count += 1) {
      const found = await this.#next(schedule, after);
      if (found === undefined) return count;
      await this.#write(schedule, found.epoch, found.facts);
      after = found.epoch;
    }
  }

  async #newest(): Promise<bigint | undefined> {
    const [row] = await this.#options.database.query<{ epoch: bigint | null }>(
      'SELECT MAX(epoch) AS epoch FROM uptime_epochs',
    );
    return row?.epoch ?? undefined;
  }

  /** The first epoch after another of which an oracle shows what enough members have signed. */
  async #next(schedule: Schedule, after: bigint): Promise<{ epoch: bigint; facts: AgreedFacts } | undefined> {
    const { oracles, deployment } = this.#options;
    const { members, threshold } = schedule.oracles;
    const answers = await Promise.all(oracles.map((url) => this.#ask(url, after).catch(() => undefined)));
    let next: { epoch: bigint; facts: AgreedFacts } | undefined;
    for (const answer of answers) {
      if (answer === undefined || answer.epoch <= after) continue;
      const epoch = BigInt(answer.epoch);
      const observations = validObservations(deployment, epoch, members, answer.observations);
      if (observations.length < threshold || (next !== undefined && next.epoch <= epoch)) continue;
      const lines = observations.map((one) => one.lines);
      next = { epoch, facts: merge(lines, threshold) };
    }
    return next;
  }

  async #ask(url: string, after: bigint): Promise<CertifiedEpoch | undefined> {
    const response = await (this.#options.fetch ?? fetch)(`${url}/v1/peer/epochs/after/${after}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? certifiedSchema.parse(await response.json()) : undefined;
  }

  async #write({ startsAt }: Schedule, epoch: bigint, { beats, hired }: AgreedFacts): Promise<void> {
    const hiredSeconds = new Map<string, number>();
    for (const { node, from, to } of hired) {
      hiredSeconds.set(node, (hiredSeconds.get(node) ?? 0) + (to - from));
    }
    await this.#options.database.transaction(async ({ query }) => {
      const start = startsAt + (epoch - 1n) * BigInt(EPOCH_SECONDS);
      await query('INSERT INTO uptime_epochs (epoch, start) VALUES ($1, $2)', [epoch, start]);
      for (const node of new Set([...beats.keys(), ...hiredSeconds.keys()])) {
        const bits = beats.get(node) ?? 0n;
        await query(
          'INSERT INTO uptime_hours (node, epoch, heartbeats, hired_seconds) VALUES ($1, $2, $3, $4)',
          [node, epoch, BigInt(countBits(bits)), BigInt(hiredSeconds.get(node) ?? 0)],
        );
      }
      const oldest = epoch - BigInt(UPTIME_HOURS);
      await query('DELETE FROM uptime_epochs WHERE epoch <= $1', [oldest]);
      await query('DELETE FROM uptime_hours WHERE epoch <= $1', [oldest]);
    });
  }

  /** What is known of a node, the oldest hour first. */
  async uptime(node: string): Promise<Uptime> {
    const { database } = this.#options;
    const [last] = await database.query<{ start: bigint }>(
      'SELECT start FROM uptime_epochs ORDER BY epoch DESC LIMIT 1',
    );
    const rows = await database.query<{ start: bigint; heartbeats: bigint; hired: bigint }>(
      `SELECT start, heartbeats, hired_seconds AS hired FROM uptime_hours
         JOIN uptime_epochs ON uptime_epochs.epoch = uptime_hours.epoch
         WHERE node = $1 ORDER BY uptime_hours.epoch`,
      [node],
    );
    return {
      agreedUntil: last === undefined ? null : Number(last.start) + EPOCH_SECONDS,
      hours: rows.map(({ start, heartbeats, hired }) => ({
        start: Number(start),
        heartbeats: Number(heartbeats),
        hiredSeconds: Number(hired),
      })),
    };
  }
}

function countBits(bits: bigint): number {
  let count = 0;
  for (let minute = 0; minute < MINUTES; minute += 1) count += Number((bits >> BigInt(minute)) & 1n);
  return count;
}
