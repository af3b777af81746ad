import {
  epochAt,
  jobUsageMessage,
  pda,
  rewardRootMessage,
  signMessage,
  type Deployment,
  type JobUsageReport,
  type MemberSignature,
  type RewardPoolKind,
  type RewardRoot,
} from '@ionet/sdk';
import type { ChainHistory, Logger, Metrics } from '@ionet/service-kit';
import { PublicKey, type Signer } from '@solana/web3.js';
import type { FastifyInstance } from 'fastify';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Gauge } from 'prom-client';
import { z } from 'zod';
import { endOf, type ChainView } from './chain-view.js';
import {
  certifiedSchema,
  computeEpoch,
  countVotes,
  epochStart,
  observationMessage,
  observationSchema,
  stateAfter,
  validObservations,
  voteSchema,
  type CertifiedEpoch,
  type ComputedEpoch,
  type EpochState,
  type EpochStore,
  type SignedObservation,
  type Vote,
} from './epochs.js';
import { CancelledRoots, type CancelledRoot } from './cancelled-roots.js';
import type { Intake } from './intake.js';
import { reachedBy } from './merge.js';
import { EPOCH_SECONDS, observe, verifiedSeconds } from './observation.js';
import { isSignedBy } from './protocol.js';
import type { Peers } from './peers.js';
import type { RawEntry, RawLog } from './raw-log.js';
import { Refusal } from './refusal.js';
import type { OracleSettings } from './settings.js';

/** Of a minute. */
const LAST_SECOND = 59;
const BUNDLE_BYTES = 256 * 1024 * 1024;
/** So many epochs are taken over at once by a member that was away. */
const LEARNED_A_LOOP = 24;
/** How far ahead the signatures of a peer may hold. */
const MAX_EXPIRY_SECONDS = 3_600;

const count = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt);
const usageSchema = z.strictObject({
  job: z.string(),
  sequence: count,
  verifiedSeconds: count,
  asOf: count,
  expiresAt: count,
});
const rootSchema = z.strictObject({
  kind: z.enum(['gpu', 'cpu']),
  version: count,
  epoch: count,
  expiresAt: count,
});
const signatureSchema = z.object({ member: z.string(), signature: z.string().regex(/^[0-9a-f]{128}$/) });

/** How an oracle comes to its observation. */
export type Observe = (entries: readonly RawEntry[], start: number, settled: number) => string[];

/** What the council is made of. */
export interface CouncilOptions {
  readonly settings: OracleSettings;
  readonly deployment: Deployment;
  readonly member: Signer;
  readonly log: RawLog;
  readonly epochs: EpochStore;
  readonly intake: Intake;
  readonly peers: Peers;
  readonly history: ChainHistory;
  readonly directory: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly dryRun: boolean;
  /** Default: what the log says. */
  readonly observe?: Observe;
}

/** The oracles among themselves: they agree on epochs, and sign what is posted. */
export class Council {
  readonly #options: CouncilOptions;
  readonly #gauge: Gauge;
  readonly #held: Gauge<'pool'>;
  readonly #cancelled: CancelledRoots;
  /** Signed observations of the epoch at hand, of peers too. */
  #heard = new Map<string, SignedObservation>();
  #heardEpoch = 0n;
  #view: ChainView | undefined;
  #state: EpochState | undefined;
  /** The last certified epoch with all that it gave, where it was computed since the start. */
  #computed: ComputedEpoch | undefined;
  /** By pool: the cancelled root because of which nothing is posted. */
  readonly #heldBy = new Map<RewardPoolKind, CancelledRoot>();

  constructor(options: CouncilOptions) {
    this.#options = options;
    this.#cancelled = new CancelledRoots(options.deployment, options.history);
    this.#held = options.metrics.gauge(
      'ionet_oracle_root_held',
      'The version of a cancelled root that this oracle computes itself, for which nothing is posted; 0: none',
      ['pool'],
    );
    this.#gauge = options.metrics.gauge(
      'ionet_oracle_certified_epoch',
      'The last epoch that enough oracles signed',
    );
    mkdirSync(options.directory, { recursive: true });
  }

  /** The last certified epoch, and what the next one begins with. */
  async state(): Promise<EpochState> {
    this.#state ??= await this.#options.epochs.state(this.#options.epochs.last);
    return this.#state;
  }

  /** Whether it is this member's turn to propose and to post. */
  isMyTurn({ now, schedule }: ChainView): boolean {
    const { members } = schedule.oracles;
    const turn = Math.floor(now / this.#options.settings.TURN_SECONDS) % members.length;
    return members[turn]?.equals(this.#options.member.publicKey) === true;
  }

  /** Learns what peers certified; looks for the next epoch, and proposes it when it is this member's turn. */
  async tick(view: ChainView): Promise<void> {
    this.#view = view;
    if (view.schedule.sealedAt === 0n) return;
    await this.#learn(view);
    const epoch = await this.#nextEpoch(view);
    this.#gauge.set(Number((await this.state()).epoch));
    if (epoch === undefined || this.#options.dryRun) return;
    await this.#hear(view, epoch);
    if (this.isMyTurn(view)) await this.#propose(view, epoch);
  }

  /** The first epoch after the last certified one that is over and in which a heartbeat came. */
  async #nextEpoch({ now, schedule }: ChainView): Promise<bigint | undefined> {
    const { epoch: last } = await this.state();
    const over = epochAt(schedule, BigInt(now - this.#options.settings.EPOCH_SETTLE_SECONDS));
    const from = epochStart(schedule, last + 1n);
    const until = epochStart(schedule, over + 1n);
    const { beatTimes } = this.#options.intake;
    let first = Infinity;
    for (const minute of beatTimes) {
      const time = minute + LAST_SECOND;
      if (time < from) beatTimes.delete(minute);
      else if (time < until) first = Math.min(first, time);
    }
    return Number.isFinite(first) ? epochAt(schedule, BigInt(first)) + 1n : undefined;
  }

  /** This member's observation of an epoch: made once, and then always the same. */
  #own(view: ChainView, epoch: bigint): SignedObservation {
    const { directory, member, deployment, log, settings } = this.#options;
    const path = join(directory, `${epoch}.json`);
    if (existsSync(path)) return observationSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const start = epochStart(view.schedule, epoch);
    const settled = start + EPOCH_SECONDS + settings.EPOCH_SETTLE_SECONDS;
    log.flush();
    const entries = [...log.entries(start - EPOCH_SECONDS, settled)].filter(({ at }) => at <= settled);
    const lines = (this.#options.observe ?? observe)(entries, start, settled);
    const { signature } = signMessage(observationMessage(deployment, epoch, lines), member);
    const own = {
      member: member.publicKey.toBase58(),
      lines,
      signature: Buffer.from(signature).toString('hex'),
    };
    writeFileSync(`${path}.tmp`, JSON.stringify(own), { flush: true });
    renameSync(`${path}.tmp`, path);
    return own;
  }

  /** Asks peers that were not heard for their observations. */
  async #hear(view: ChainView, epoch: bigint): Promise<void> {
    if (this.#heardEpoch !== epoch) {
      this.#heardEpoch = epoch;
      this.#heard = new Map();
    }
    const own = this.#own(view, epoch);
    this.#heard.set(own.member, own);
    const { members } = view.schedule.oracles;
    if (members.every((member) => this.#heard.has(member.toBase58()))) return;
    const answers = await this.#ask(`/v1/peer/observations/${epoch}`, undefined, observationSchema);
    for (const answer of validObservations(this.#options.deployment, epoch, members, answers)) {
      this.#heard.set(answer.member, answer);
    }
  }

  /**
   * How many observations an epoch is computed from: those of all members, until one that is silent has had its time.
   * With fewer, one that lies could take the place of one that is only slower.
   */
  #needed({ now, schedule }: ChainView, epoch: bigint): number {
    const { EPOCH_SETTLE_SECONDS, ABSENCE_SECONDS } = this.#options.settings;
    const { members, threshold } = schedule.oracles;
    const given = epochStart(schedule, epoch) + EPOCH_SECONDS + EPOCH_SETTLE_SECONDS + ABSENCE_SECONDS;
    return now < given ? members.length : threshold;
  }

  async #propose(view: ChainView, epoch: bigint): Promise<void> {
    const { deployment, epochs, logger } = this.#options;
    const { members, threshold } = view.schedule.oracles;
    const observations = validObservations(deployment, epoch, members, [...this.#heard.values()]);
    if (observations.length < this.#needed(view, epoch)) return;
    const before = await this.state();
    const lines = observations.map((one) => one.lines);
    const computed = await computeEpoch(deployment, view.schedule, before, epoch, lines);
    const own = this.#vote(computed.digest);
    const asked = await this.#ask(
      '/v1/peer/proposals',
      { epoch: Number(epoch), observations, votes: [own] },
      voteSchema,
    );
    const votes = [own, ...asked];
    if (countVotes(computed.digest, members, votes) < threshold) {
      logger.warn({ epoch, answers: asked.length }, 'too few oracles signed the epoch');
      return;
    }
    const valid = votes.filter((vote) =>
      isSignedBy(computed.digest, vote.signature, new PublicKey(vote.member)),
    );
    epochs.write(computed, { epoch: Number(epoch), observations, votes: valid });
    this.#certified(computed);
    logger.info({ epoch, total: computed.rewards.gpu.total + computed.rewards.cpu.total }, 'epoch certified');
  }

  #certified(computed: ComputedEpoch): void {
    this.#state = stateAfter(computed);
    this.#computed = computed;
  }

  #vote(digest: Uint8Array): Vote {
    const { signature } = signMessage(digest, this.#options.member);
    return {
      member: this.#options.member.publicKey.toBase58(),
      signature: Buffer.from(signature).toString('hex'),
    };
  }

  /** Takes epochs that peers have certified and this member does not have. Each is computed anew. */
  async #learn(view: ChainView): Promise<void> {
    for (let learned = 0; learned < LEARNED_A_LOOP; learned += 1) {
      const { epoch: last } = await this.state();
      const [found] = await this.#ask(`/v1/peer/epochs/after/${last}`, undefined, certifiedSchema);
      if (found === undefined || !(await this.#adopt(view, found))) return;
    }
  }

  async #adopt(view: ChainView, found: CertifiedEpoch): Promise<boolean> {
    const { deployment, epochs, logger } = this.#options;
    const { members, threshold } = view.schedule.oracles;
    const before = await this.state();
    const epoch = BigInt(found.epoch);
    const observations = validObservations(deployment, epoch, members, found.observations);
    if (epoch <= before.epoch || observations.length < threshold) return false;
    const lines = observations.map((one) => one.lines);
    const computed = await computeEpoch(deployment, view.schedule, before, epoch, lines);
    if (countVotes(computed.digest, members, found.votes) < threshold) {
      logger.warn({ epoch }, 'a peer shows an epoch that too few oracles signed');
      return false;
    }
    epochs.write(computed, { ...found, observations });
    this.#certified(computed);
    logger.info({ epoch }, 'epoch learned');
    return true;
  }

  /** Signs a peer's proposal of an epoch, if everything in it follows. */
  async #judge({ epoch: number, observations: given }: CertifiedEpoch): Promise<Vote> {
    const view = this.#seen();
    const epoch = BigInt(number);
    const { deployment } = this.#options;
    const { members } = view.schedule.oracles;
    const before = await this.state();
    if (epoch <= before.epoch) throw new Refusal('NotAgreed', 'the epoch is certified already');
    const over = epochAt(view.schedule, BigInt(view.now - this.#options.settings.EPOCH_SETTLE_SECONDS));
    if (epoch > over) throw new Refusal('NotAgreed', 'the epoch is not over');
    const next = await this.#nextEpoch(view);
    if (next !== undefined && next < epoch)
      throw new Refusal('NotAgreed', `epoch ${next} comes first: there were heartbeats in it`);
    const observations = validObservations(deployment, epoch, members, given);
    if (observations.length < this.#needed(view, epoch)) {
      throw new Refusal(
        'NotAgreed',
        'too few oracles have said what they observed: the others have time still',
      );
    }
    const own = this.#own(view, epoch);
    const included = observations.find(({ member }) => member === own.member);
    if (included?.signature !== own.signature) throw new Refusal('NotAgreed', 'my observation is not in it');
    for (const heard of this.#heardEpoch === epoch ? this.#heard.values() : []) {
      if (!observations.some(({ member }) => member === heard.member)) {
        throw new Refusal('NotAgreed', `the observation of ${heard.member} is not in it`);
      }
    }
    const lines = observations.map((one) => one.lines);
    const { digest } = await computeEpoch(deployment, view.schedule, before, epoch, lines);
    return this.#vote(digest);
  }

  /** The root of the last certified epoch, as this member would post it. */
  async root(kind: RewardPoolKind, version: bigint, expiresAt: bigint): Promise<RewardRoot | undefined> {
    const { epoch } = await this.state();
    if (epoch === 0n) return undefined;
    if (this.#computed?.epoch !== epoch) this.#computed = await this.#again(epoch);
    const { tree, total, inputHash, formulaHash } = this.#computed.rewards[kind];
    if (tree === undefined) return undefined;
    return { version, epoch, root: tree.root, total, inputHash, formulaId: formulaHash, expiresAt };
  }

  /** Computes a certified epoch anew, from what was signed. */
  async #again(epoch: bigint): Promise<ComputedEpoch> {
    const { epochs, deployment } = this.#options;
    const before = await epochs.state(epochs.before(epoch));
    const lines = epochs.certified(epoch)?.observations.map((one) => one.lines) ?? [];
    return computeEpoch(deployment, this.#seen().schedule, before, epoch, lines);
  }

  /**
   * Whether a root may be posted now: none is pending, and the guardian has cancelled none that this member computes
   * itself. One that was cancelled and is not what is computed here was a mistake or a lie of others: the right one
   * follows at once. One that is was cancelled for a reason that a person has to look at, because every later root
   * holds what it held.
   */
  async mayPost(kind: RewardPoolKind): Promise<boolean> {
    const { settings, logger, epochs } = this.#options;
    const pool = this.#seen().pools[kind];
    if (pool.pendingRoot !== null) return false;
    const cancelled = await this.#cancelled.since(kind, pool);
    if (cancelled === undefined) return false;
    const looked = kind === 'gpu' ? settings.RESUME_AFTER_GPU_VERSION : settings.RESUME_AFTER_CPU_VERSION;
    const { epoch: last } = await this.state();
    let held: CancelledRoot | undefined;
    for (const one of cancelled.filter(({ version }) => version > BigInt(looked))) {
      // Before that epoch is agreed on here nobody can say whether it was right.
      if (one.epoch > last) return false;
      const own = await epochs.root(one.epoch, kind);
      if (own !== undefined && Buffer.compare(own, one.root) === 0) held = one;
    }
    this.#held.set({ pool: kind }, Number(held?.version ?? 0n));
    if (held !== undefined && held.version !== this.#heldBy.get(kind)?.version) {
      const { version, epoch } = held;
      logger.error(
        { pool: kind, version, epoch },
        'the guardian has cancelled a root that is computed here too',
      );
    }
    if (held === undefined) this.#heldBy.delete(kind);
    else this.#heldBy.set(kind, held);
    return held === undefined;
  }

  async #signRoot({
    kind,
    version,
    epoch,
    expiresAt,
  }: z.output<typeof rootSchema>): Promise<MemberSignature> {
    const view = this.#seen();
    if (version !== view.pools[kind].lastVersion + 1n)
      throw new Refusal('NotAgreed', 'the version is not the next one');
    if (!(await this.mayPost(kind)))
      throw new Refusal(
        'NotAgreed',
        'a root is pending, or the guardian has cancelled one that I compute too',
      );
    if (expiresAt > BigInt(view.now + MAX_EXPIRY_SECONDS))
      throw new Refusal('NotAgreed', 'the signature would hold too long');
    const own = await this.root(kind, version, expiresAt);
    // Never a root of others: what is signed is what this member has computed itself.
    if (own?.epoch !== epoch)
      throw new Refusal('NotAgreed', 'that is not the last epoch that is certified here');
    return this.#signature(this.#rootMessage(kind, own));
  }

  #rootMessage(kind: RewardPoolKind, root: RewardRoot): Uint8Array {
    const { deployment } = this.#options;
    const setVersion = this.#seen().schedule.oracles.version;
    return rewardRootMessage(deployment, { ...root, pool: pda.emission.pool(deployment, kind), setVersion });
  }

  /** The signatures of this member and of peers for a root; undefined while they are too few. */
  async signaturesOfRoot(kind: RewardPoolKind, root: RewardRoot): Promise<MemberSignature[] | undefined> {
    const { version, epoch, expiresAt } = root;
    const body = { kind, version: String(version), epoch: String(epoch), expiresAt: String(expiresAt) };
    const message = this.#rootMessage(kind, root);
    return this.#collect(message, '/v1/peer/roots', body, this.#seen().schedule.oracles);
  }

  /** What this member has verified of a job up to a time. */
  verified(job: string, asOf: number): number {
    const entry = this.#seen().jobs.get(job);
    return entry === undefined ? 0 : verifiedSeconds(this.#options.intake.work(job), entry, asOf);
  }

  /** What enough oracles have verified of a job: no less than `threshold` of them say at least that. */
  async agreedSeconds(job: string, asOf: number): Promise<number | undefined> {
    const schema = z.object({ member: z.string(), verifiedSeconds: z.int().min(0) });
    const peers = await this.#ask(`/v1/peer/usage/${job}/${asOf}`, undefined, schema);
    const values = [this.verified(job, asOf), ...peers.map((one) => one.verifiedSeconds)];
    return reachedBy(values, this.#seen().oracleSet.set.threshold);
  }

  async signaturesOfUsage(report: JobUsageReport): Promise<MemberSignature[] | undefined> {
    const { job, sequence, verifiedSeconds: seconds, asOf, expiresAt } = report;
    const body = {
      job: job.toBase58(),
      sequence: String(sequence),
      verifiedSeconds: String(seconds),
      asOf: String(asOf),
      expiresAt: String(expiresAt),
    };
    const message = jobUsageMessage(this.#options.deployment, report);
    return this.#collect(message, '/v1/peer/usage', body, this.#seen().oracleSet.set);
  }

  #signUsage({
    job,
    sequence,
    verifiedSeconds: seconds,
    asOf,
    expiresAt,
  }: z.output<typeof usageSchema>): MemberSignature {
    const view = this.#seen();
    const open = view.openJobs.find(({ address }) => address.toBase58() === job);
    if (open === undefined) throw new Refusal('NotAgreed', 'the job does not run');
    const end = endOf(open);
    const settled = view.now >= end + this.#options.settings.EPOCH_SETTLE_SECONDS;
    if (asOf > BigInt(end) || (asOf === BigInt(end) && !settled))
      throw new Refusal('NotAgreed', 'the job is not over');
    // The clocks of two oracles are read at different moments.
    if (asOf > BigInt(view.now + this.#options.settings.EPOCH_SETTLE_SECONDS))
      throw new Refusal('NotAgreed', 'that is the future');
    if (expiresAt > BigInt(view.now + MAX_EXPIRY_SECONDS))
      throw new Refusal('NotAgreed', 'the signature would hold too long');
    if (seconds > BigInt(this.verified(job, Number(asOf))))
      throw new Refusal('NotAgreed', 'I have verified less');
    const setVersion = view.oracleSet.set.version;
    const report = { job: open.address, setVersion, sequence, verifiedSeconds: seconds, asOf, expiresAt };
    return this.#signature(jobUsageMessage(this.#options.deployment, report));
  }

  #signature(message: Uint8Array): MemberSignature {
    return signMessage(message, this.#options.member);
  }

  async #collect(
    message: Uint8Array,
    path: string,
    body: object,
    { members, threshold }: { readonly members: readonly PublicKey[]; readonly threshold: number },
  ): Promise<MemberSignature[] | undefined> {
    if (this.#options.dryRun) return undefined;
    const answers = await this.#ask(path, body, signatureSchema);
    const signatures = [this.#signature(message)];
    for (const { member: address, signature } of answers) {
      const member = members.find((one) => one.toBase58() === address);
      const known = signatures.some((one) => member !== undefined && one.member.equals(member));
      if (member === undefined || known || !isSignedBy(message, signature, member)) continue;
      signatures.push({ member, signature: Uint8Array.from(Buffer.from(signature, 'hex')) });
    }
    return signatures.length < threshold ? undefined : signatures;
  }

  /** Asks all peers at once; those that do not answer, or answer otherwise, are left out. */
  async #ask<S extends z.ZodType>(path: string, body: object | undefined, schema: S): Promise<z.output<S>[]> {
    const answers = await this.#options.peers.ask(path, body);
    return answers.flatMap((answer) => {
      const parsed = schema.safeParse(answer);
      return parsed.success ? [parsed.data] : [];
    });
  }

  #seen(): ChainView {
    if (this.#view === undefined) throw new Refusal('NotAgreed', 'the oracle has just started');
    return this.#view;
  }

  routes(http: FastifyInstance): void {
    const answer = async <T>(work: () => T | Promise<T>): Promise<T> => {
      if (this.#options.dryRun) throw new Refusal('NotAgreed', 'this oracle runs dry');
      return work();
    };
    const hexOf = ({ member, signature }: MemberSignature): z.output<typeof signatureSchema> => ({
      member: member.toBase58(),
      signature: Buffer.from(signature).toString('hex'),
    });
    const epochOf = (params: unknown): bigint => z.object({ epoch: count }).parse(params).epoch;

    http.get('/v1/peer/observations/:epoch', (request) =>
      answer(() => {
        const epoch = epochOf(request.params);
        const view = this.#seen();
        const over = epochAt(view.schedule, BigInt(view.now - this.#options.settings.EPOCH_SETTLE_SECONDS));
        if (epoch === 0n || epoch > over) throw new Refusal('NotAgreed', 'the epoch is not over');
        return this.#own(view, epoch);
      }),
    );
    http.post('/v1/peer/proposals', { bodyLimit: BUNDLE_BYTES }, (request) =>
      answer(() => this.#judge(certifiedSchema.parse(request.body))),
    );
    http.get('/v1/peer/epochs/after/:epoch', (request) =>
      answer(() => {
        const after = epochOf(request.params);
        const next = this.#options.epochs.after(after);
        const found = next === undefined ? undefined : this.#options.epochs.certified(next);
        if (found === undefined) throw new Refusal('NotAgreed', 'there is none yet');
        return found;
      }),
    );
    http.post('/v1/peer/roots', (request) =>
      answer(async () => hexOf(await this.#signRoot(rootSchema.parse(request.body)))),
    );
    http.get('/v1/peer/usage/:job/:asOf', (request) =>
      answer(() => {
        const { job, asOf } = z.object({ job: z.string(), asOf: count }).parse(request.params);
        const member = this.#options.member.publicKey.toBase58();
        return { member, verifiedSeconds: this.verified(job, Number(asOf)) };
      }),
    );
    http.post('/v1/peer/usage', (request) =>
      answer(() => hexOf(this.#signUsage(usageSchema.parse(request.body)))),
    );
  }
}
