import { escrow, pda, type Call, type CallContext, type Client } from '@ionet/sdk';
import type { Intent, IntentKind, Outbox } from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { START_WINDOW_SECONDS, type MatchingEngine } from '../engine/index.js';
import type { ChainJob, MarketView } from './market-view.js';

type JobRef = escrow.JobRef;

const ORACLE_SILENCE_SECONDS = 86_400;

const key = z.string().transform((text) => new PublicKey(text));
/** What of a job building its transactions needs, as an intent keeps it. */
export const jobRefSchema = z.object({
  address: key,
  buyer: key,
  node: key,
  offer: key,
  payout: key,
  rentPayer: key,
  payment: z.enum(['io', 'usdc', 'credits']),
});

/** A job as an intent keeps it. */
export function payloadOf({ address, buyer, node, offer, payout, rentPayer, payment }: JobRef): string {
  return JSON.stringify({ address, buyer, node, offer, payout, rentPayer, payment });
}

/** The job of an intent. */
export const jobOf = ({ payload }: Intent): JobRef => jobRefSchema.parse(JSON.parse(payload));

/**
 * What the scheduler sends: how the transaction of each kind of intent is built. A job starts and expires once, and a
 * settlement pays what is due beyond what was paid: nothing the second time.
 */
export function schedulerIntents(context: CallContext): Record<string, IntentKind> {
  return {
    'start-job': {
      build: (intent): Call => escrow.startJob.call(context, { job: jobOf(intent) }),
      onceBy: 'chain',
    },
    'settle-job': {
      build: (intent): Call => escrow.settleJob.call(context, { job: jobOf(intent) }),
      onceBy: 'chain',
    },
    'expire-job': {
      build: (intent): Call => escrow.expireJob.call(context, { job: jobOf(intent) }),
      onceBy: 'chain',
    },
  };
}

/** What is due for a job. */
export interface DueStep {
  readonly kind: 'expire-job' | 'settle-job' | 'start-job';
  /** Each is done once. */
  readonly period: string;
}

/** What decides what is due for a job. */
export interface JobSituation {
  readonly job: Pick<ChainJob, 'endedAt' | 'hours' | 'startAt' | 'startedAt' | 'state'>;
  readonly now: number;
  /** Up to when the oracles have reported; 0 for never. */
  readonly reportedUntil: number;
  /** Seconds between two settlements. */
  readonly settleSeconds: number;
  /** Whether the node has the devices free. */
  readonly hasDevices: boolean;
}

/**
 * What is due for a job: its start, in its window and with the devices free; a settlement in each period while it runs,
 * when its time is over, and when its end is proved or was waited for long enough; its expiry, after its window.
 */
export function dueStep(situation: JobSituation): DueStep | null {
  const { job, now, reportedUntil, settleSeconds, hasDevices } = situation;
  const startedAt = Number(job.startedAt);
  switch (job.state) {
    case 'booked': {
      const startAt = Number(job.startAt);
      if (now > startAt + START_WINDOW_SECONDS) return { kind: 'expire-job', period: 'expiry' };
      return now >= startAt && hasDevices ? { kind: 'start-job', period: 'start' } : null;
    }
    case 'running': {
      if (now >= startedAt + job.hours * 3_600) return { kind: 'settle-job', period: `end-${job.hours}` };
      const period = Math.floor((now - startedAt) / settleSeconds);
      const reported = reportedUntil > startedAt + (period - 1) * settleSeconds;
      return period > 0 && reported ? { kind: 'settle-job', period: `${period}` } : null;
    }
    case 'ending': {
      const endedAt = Number(job.endedAt);
      if (reportedUntil >= endedAt) return { kind: 'settle-job', period: 'final' };
      return now >= endedAt + ORACLE_SILENCE_SECONDS ? { kind: 'settle-job', period: 'silence' } : null;
    }
    case 'cancelled':
    case 'ended':
    case 'expired':
      return null;
  }
}

/** Plans what is due for the jobs of nodes whose owners made this scheduler their delegate. The outbox sends it. */
export class JobKeeper {
  readonly #client: Client;
  readonly #view: MarketView;
  readonly #engine: MatchingEngine;
  readonly #outbox: Outbox;
  readonly #settleSeconds: number;
  readonly #isOfCluster: (job: string) => boolean;

  constructor(options: {
    readonly client: Client;
    readonly view: MarketView;
    readonly engine: MatchingEngine;
    readonly outbox: Outbox;
    readonly settleSeconds: number;
    /** Whether a job is one of a cluster's: those start together. */
    readonly isOfCluster: (job: string) => boolean;
  }) {
    this.#client = options.client;
    this.#view = options.view;
    this.#engine = options.engine;
    this.#outbox = options.outbox;
    this.#settleSeconds = options.settleSeconds;
    this.#isOfCluster = options.isOfCluster;
  }

  async tick(now: number): Promise<void> {
    const client = this.#client;
    const ours = [...this.#view.jobs.values()].filter(({ node }) => this.#isOurs(node));
    const usages = await client.accounts.oracle.jobUsage.fetchMany(
      ours.map(({ address }) => pda.oracle.jobUsage(client.deployment, address)),
    );
    // Who is due first gets the devices first.
    const order = ours.map((job, index) => ({ job, reportedUntil: Number(usages[index]?.asOf ?? 0n) }));
    order.sort((a, b) => Number(a.job.startAt - b.job.startAt) || Number(a.job.bookedAt - b.job.bookedAt));
    const promised = new Map<string, number>();
    for (const { job, reportedUntil } of order) {
      const node = job.node.toBase58();
      const taken = promised.get(node) ?? 0;
      const hasDevices = this.#engine.idleDevices(node) - taken >= job.devices;
      const due = dueStep({ job, now, reportedUntil, settleSeconds: this.#settleSeconds, hasDevices });
      if (due === null) continue;
      if (due.kind === 'start-job' && this.#isOfCluster(job.address.toBase58())) continue;
      if (due.kind === 'start-job') promised.set(node, taken + job.devices);
      const intent = { kind: due.kind, subject: job.address.toBase58(), period: due.period };
      await this.#outbox.plan(intent, payloadOf(job), { again: true });
    }
  }

  #isOurs(node: PublicKey): boolean {
    const { scheduler, operator } = this.#view.nodes.get(node.toBase58()) ?? {};
    const { payer } = this.#client;
    return scheduler?.equals(payer) === true || operator?.equals(payer) === true;
  }
}
