import {
  emission,
  epochAt,
  oracle,
  pda,
  type Call,
  type CallContext,
  type Client,
  type MemberSignature,
  type RewardPoolKind,
} from '@ionet/sdk';
import type { Intent, IntentKind, Outbox } from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { endOf, type ChainView, type OpenJob } from './chain-view.js';
import type { Council } from './council.js';
import { POOLS } from './epochs.js';
import type { OracleSettings } from './settings.js';

/** The most seconds that the oracle program takes in one report. */
const MAX_SECONDS_PER_REPORT = 86_400n;
/** How long signatures hold: long enough for an outbox that was killed. */
const SIGNATURES_SECONDS = 300n;
/** Each report asks all peers twice: these many at once, in every loop of this oracle's turn. */
const REPORTS_A_LOOP = 32;
/** What was tried is tried again after so long, if it is due then still: others come first. */
const RETRY_SECONDS = 2;
const FINALIZATION_DELAY_SECONDS = 6n * 3_600n;

const whole = z.string().transform(BigInt);
const bytes = z.string().transform((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
const key = z.string().transform((text) => new PublicKey(text));
const signatures = z.array(z.object({ member: key, signature: bytes }));
const signedBy = { members: z.array(key), setVersion: z.int(), signatures };

const rootPayload = z.object({
  version: whole,
  epoch: whole,
  root: bytes,
  total: whole,
  inputHash: bytes,
  formulaId: bytes,
  expiresAt: whole,
  ...signedBy,
});
const usagePayload = z.object({
  sequence: whole,
  verifiedSeconds: whole,
  asOf: whole,
  expiresAt: whole,
  ...signedBy,
});

/** Values as a payload holds them: bigints in decimals, bytes in hexadecimal digits, keys in base58. */
function encode(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, name: string, plain: unknown) {
    const original = this[name];
    if (typeof original === 'bigint') return original.toString();
    if (original instanceof PublicKey) return original.toBase58();
    if (original instanceof Uint8Array) return Buffer.from(original).toString('hex');
    return plain;
  });
}

const poolOf = ({ subject }: Intent): RewardPoolKind => (subject === 'cpu' ? 'cpu' : 'gpu');

/**
 * What the oracle sends: how the transaction of each kind of intent is built. The programs take an epoch, a version and a
 * sequence once, in their order.
 */
export function oracleIntents(context: CallContext): Record<string, IntentKind> {
  return {
    'advance-epoch': { build: (): Call => emission.advanceEpoch.call(context), onceBy: 'chain' },
    'finalize-root': {
      build: (intent): Call => emission.finalizeRoot.call(context, { kind: poolOf(intent) }),
      onceBy: 'chain',
    },
    'post-root': {
      build: (intent): Call =>
        emission.postRoot.call(context, {
          ...rootPayload.parse(JSON.parse(intent.payload)),
          kind: poolOf(intent),
        }),
      onceBy: 'chain',
    },
    'report-job': {
      build: (intent): Call => {
        const job = new PublicKey(intent.subject);
        return oracle.reportJob.call(context, { ...usagePayload.parse(JSON.parse(intent.payload)), job });
      },
      onceBy: 'chain',
    },
  };
}

/** Plans what is due on chain: cranks, roots and reports. The outbox sends it. */
export class Poster {
  readonly #settings: OracleSettings;
  readonly #client: Client;
  readonly #council: Council;
  readonly #outbox: Outbox;
  /** By job: up to when it is reported at least, as the chain said when it was last tried, and when that was. */
  readonly #tried = new Map<string, { readonly asOf: bigint; readonly at: number }>();

  constructor(settings: OracleSettings, client: Client, council: Council, outbox: Outbox) {
    this.#settings = settings;
    this.#client = client;
    this.#council = council;
    this.#outbox = outbox;
  }

  async tick(view: ChainView): Promise<void> {
    if (!this.#council.isMyTurn(view)) return;
    if (view.schedule.sealedAt !== 0n) {
      await this.#crank(view);
      for (const kind of POOLS) await this.#postRoot(view, kind);
    }
    await this.#reportJobs(view);
  }

  async #plan(kind: string, subject: string, period: bigint, payload: object = {}): Promise<void> {
    await this.#outbox.plan({ kind, subject, period: period.toString() }, encode(payload), { again: true });
  }

  /** Cranks that anybody may turn: what is due, when it is due. */
  async #crank({ now, schedule, pools }: ChainView): Promise<void> {
    const epoch = epochAt(schedule, BigInt(now));
    if (epoch > schedule.epoch) await this.#plan('advance-epoch', 'schedule', epoch);
    for (const kind of POOLS) {
      const { pendingRoot } = pools[kind];
      if (pendingRoot === null || BigInt(now) < pendingRoot.postedAt + FINALIZATION_DELAY_SECONDS) continue;
      await this.#plan('finalize-root', kind, pendingRoot.version);
    }
  }

  /** Posts the newest certified epoch of a pool, when it says more than the last final root. */
  async #postRoot({ now, pools, schedule }: ChainView, kind: RewardPoolKind): Promise<void> {
    const { lastVersion, finalRoots } = pools[kind];
    const [last] = finalRoots;
    const { epoch, totals } = await this.#council.state();
    const adds = totals[kind] > (last?.total ?? 0n) && epoch > (last?.epoch ?? 0n);
    if (!adds || epoch > schedule.epoch || !(await this.#council.mayPost(kind))) return;
    const root = await this.#council.root(kind, lastVersion + 1n, BigInt(now) + SIGNATURES_SECONDS);
    const signed = root === undefined ? undefined : await this.#council.signaturesOfRoot(kind, root);
    if (root === undefined || signed === undefined) return;
    const { members, version: setVersion } = schedule.oracles;
    await this.#plan('post-root', kind, root.version, { ...root, members, setVersion, signatures: signed });
  }

  /** Reports what is due, the longest due first, and no more than a loop has time for. */
  async #reportJobs(view: ChainView): Promise<void> {
    const open = new Map(view.openJobs.map((job) => [job.address.toBase58(), job]));
    for (const job of this.#tried.keys()) if (!open.has(job)) this.#tried.delete(job);
    const due = [...open]
      .map(([name, job]) => ({
        name,
        job,
        ...(this.#tried.get(name) ?? { asOf: job.startedAt, at: -Infinity }),
      }))
      .filter(({ job, asOf, at }) => {
        return view.now - at >= RETRY_SECONDS && this.#dueAsOf(view.now, job, asOf) !== undefined;
      })
      .sort((a, b) => Number(a.asOf - b.asOf))
      .slice(0, REPORTS_A_LOOP);
    if (due.length === 0) return;
    const { deployment } = this.#client;
    const usages = await this.#client.accounts.oracle.jobUsage.fetchMany(
      due.map(({ job }) => pda.oracle.jobUsage(deployment, job.address)),
    );
    await Promise.all(
      due.map(async ({ name, job }, index) => {
        const usage = usages[index] ?? { sequence: 0n, verifiedSeconds: 0n, asOf: job.startedAt };
        this.#tried.set(name, { asOf: usage.asOf, at: view.now });
        await this.#report(view, job, usage);
      }),
    );
  }

  /** Up to when a job is to be reported now that was reported up to `asOf`; undefined where nothing is due. */
  #dueAsOf(now: number, job: OpenJob, asOf: bigint): bigint | undefined {
    const end = BigInt(endOf(job));
    if (BigInt(now) >= end + BigInt(this.#settings.EPOCH_SETTLE_SECONDS)) return asOf < end ? end : undefined;
    const isDue = BigInt(now) < end && BigInt(now) - asOf >= BigInt(this.#settings.REPORT_SECONDS);
    return isDue ? BigInt(now) : undefined;
  }

  async #report(
    { now, oracleSet }: ChainView,
    job: OpenJob,
    usage: { readonly sequence: bigint; readonly verifiedSeconds: bigint; readonly asOf: bigint },
  ): Promise<void> {
    const end = BigInt(endOf(job));
    const asOf = this.#dueAsOf(now, job, usage.asOf);
    if (asOf === undefined) return;
    const agreed = await this.#council.agreedSeconds(job.address.toBase58(), Number(asOf));
    if (agreed === undefined || BigInt(agreed) < usage.verifiedSeconds) return;
    const most = usage.verifiedSeconds + MAX_SECONDS_PER_REPORT;
    const capped = BigInt(agreed) > most;
    const report = {
      job: job.address,
      setVersion: oracleSet.set.version,
      sequence: usage.sequence + 1n,
      verifiedSeconds: capped ? most : BigInt(agreed),
      // The last report is the one that reaches the end: not before everything is in it.
      asOf: capped && asOf === end ? end - 1n : asOf,
      expiresAt: BigInt(now) + SIGNATURES_SECONDS,
    };
    const signed: MemberSignature[] | undefined = await this.#council.signaturesOfUsage(report);
    if (signed === undefined) return;
    const { job: address, ...rest } = report;
    await this.#plan('report-job', address.toBase58(), report.sequence, {
      ...rest,
      members: oracleSet.set.members,
      signatures: signed,
    });
  }
}
