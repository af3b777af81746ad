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
import type { Logger, Metrics } from '@ionet/service-kit';
import { PublicKey, type Signer } from '@solana/web3.js';
import type { FastifyInstance, FastifyReply } from 'fastify';
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
  type EpochState,
  type EpochStore,
  type SignedObservation,
  type Vote,
} from './epochs.js';
import type { Intake } from './intake.js';
import { reachedBy } from './merge.js';
import { EPOCH_SECONDS, observe, verifiedSeconds } from './observation.js';
import { isSignedBy } from './protocol.js';
import type { RawEntry, RawLog } from './raw-log.js';
import type { OracleSettings } from './settings.js';

/** What the council says no to, with the reason for the peer. */
class Refusal extends Error {}

/** Of a minute. */
const LAST_SECOND = 59;
const PEER_TIMEOUT_MS = 5_000;
const BUNDLE_BYTES = 256 * 1024 * 1024;
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
  readonly #peers: readonly string[];
  readonly #gauge: Gauge;
  /** Signed observations of the epoch at hand, of peers too. */
  #heard = new Map<string, SignedObservation>();
  #heardEpoch = 0n;
  #view: ChainView | undefined;
  #state: EpochState | undefined;

  constructor(options: CouncilOptions) {
    this.#options = options;
    this.#peers = options.settings.PEER_URLS ?? [];
    this.#gauge = options.metrics.gauge(
      'ionet_oracle_certified_epoch',
      'The last epoch that enough oracles signed',
    );
    mkdirSync(options.directory, { recursive: true });
  }

  /** The last certified epoch, and what the next one begins with. */
  async state(): Promise<EpochState> {
    this.#state ??= await this.#options.epochs.state(this.#options.epochs.list().at(-1) ?? 0n);
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
    const entries = log.read(start - EPOCH_SECONDS).filter(({ at }) => at <= settled);
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
    this.#state = stateAfter(computed);
    logger.info({ epoch, total: computed.rewards.gpu.total + computed.rewards.cpu.total }, 'epoch certified');
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
    for (;;) {
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
    this.#state = stateAfter(computed);
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
    if (epoch <= before.epoch) throw new Refusal('the epoch is certified already');
    const over = epochAt(view.schedule, BigInt(view.now - this.#options.settings.EPOCH_SETTLE_SECONDS));
    if (epoch > over) throw new Refusal('the epoch is not over');
    const next = await this.#nextEpoch(view);
    if (next !== undefined && next < epoch)
      throw new Refusal(`epoch ${next} comes first: there were heartbeats in it`);
    const observations = validObservations(deployment, epoch, members, given);
    if (observations.length < this.#needed(view, epoch)) {
      throw new Refusal('too few oracles have said what they observed: the others have time still');
    }
    const own = this.#own(view, epoch);
    const included = observations.find(({ member }) => member === own.member);
    if (included?.signature !== own.signature) throw new Refusal('my observation is not in it');
    for (const heard of this.#heardEpoch === epoch ? this.#heard.values() : []) {
      if (!observations.some(({ member }) => member === heard.member)) {
        throw new Refusal(`the observation of ${heard.member} is not in it`);
      }
    }
    const lines = observations.map((one) => one.lines);
    const { digest } = await computeEpoch(deployment, view.schedule, before, epoch, lines);
    return this.#vote(digest);
  }

  /** The root of the last certified epoch, as this member would post it. */
  async root(kind: RewardPoolKind, version: bigint, expiresAt: bigint): Promise<RewardRoot | undefined> {
    const { epochs, deployment } = this.#options;
    const view = this.#seen();
    const { epoch } = await this.state();
    const certified = epoch === 0n ? undefined : epochs.certified(epoch);
    if (certified === undefined) return undefined;
    const before = await epochs.state(epochs.list().at(-2) ?? 0n);
    const lines = certified.observations.map((one) => one.lines);
    const { rewards } = await computeEpoch(deployment, view.schedule, before, epoch, lines);
    const { tree, total, inputHash, formulaHash } = rewards[kind];
    if (tree === undefined) return undefined;
    return { version, epoch, root: tree.root, total, inputHash, formulaId: formulaHash, expiresAt };
  }

  /** Whether a root may be posted now: the next version, nothing pending, and the last one not cancelled. */
  mayPost(kind: RewardPoolKind): boolean {
    const { pendingRoot, lastVersion, finalRoots } = this.#seen().pools[kind];
    const cancelled = lastVersion > (finalRoots[0]?.version ?? 0n);
    return (
      pendingRoot === null &&
      (!cancelled || lastVersion <= BigInt(this.#options.settings.RESUME_AFTER_VERSION))
    );
  }

  async #signRoot({
    kind,
    version,
    epoch,
    expiresAt,
  }: z.output<typeof rootSchema>): Promise<MemberSignature> {
    const view = this.#seen();
    if (version !== view.pools[kind].lastVersion + 1n) throw new Refusal('the version is not the next one');
    if (!this.mayPost(kind))
      throw new Refusal('a root is pending, or the guardian has cancelled the last one');
    if (expiresAt > BigInt(view.now + MAX_EXPIRY_SECONDS))
      throw new Refusal('the signature would hold too long');
    const own = await this.root(kind, version, expiresAt);
    // Never a root of others: what is signed is what this member has computed itself.
    if (own?.epoch !== epoch) throw new Refusal('that is not the last epoch that is certified here');
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
    if (open === undefined) throw new Refusal('the job does not run');
    const end = endOf(open);
    const settled = view.now >= end + this.#options.settings.EPOCH_SETTLE_SECONDS;
    if (asOf > BigInt(end) || (asOf === BigInt(end) && !settled)) throw new Refusal('the job is not over');
    // The clocks of two oracles are read at different moments.
    if (asOf > BigInt(view.now + this.#options.settings.EPOCH_SETTLE_SECONDS))
      throw new Refusal('that is the future');
    if (expiresAt > BigInt(view.now + MAX_EXPIRY_SECONDS))
      throw new Refusal('the signature would hold too long');
    if (seconds > BigInt(this.verified(job, Number(asOf)))) throw new Refusal('I have verified less');
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
    const request =
      body === undefined
        ? { method: 'GET' }
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answers = await Promise.all(
      this.#peers.map(async (url) => {
        try {
          const response = await fetch(`${url}${path}`, {
            ...request,
            signal: AbortSignal.timeout(PEER_TIMEOUT_MS),
          });
          const answer: unknown = await response.json();
          const parsed = response.ok ? schema.safeParse(answer) : undefined;
          if (parsed?.success === true) return [parsed.data];
          this.#options.logger.debug({ url, path, answer }, 'a peer refuses');
        } catch (error) {
          this.#options.logger.debug({ url, path, err: error }, 'a peer does not answer');
        }
        return [];
      }),
    );
    return answers.flat();
  }

  #seen(): ChainView {
    if (this.#view === undefined) throw new Refusal('the oracle has just started');
    return this.#view;
  }

  routes(http: FastifyInstance): void {
    const answer = async <T>(
      reply: FastifyReply,
      work: () => T | Promise<T>,
    ): Promise<T | { error: string }> => {
      try {
        if (this.#options.dryRun) throw new Refusal('this oracle runs dry');
        return await work();
      } catch (error) {
        if (!(error instanceof Refusal) && !(error instanceof z.ZodError)) throw error;
        void reply.code(error instanceof Refusal ? 409 : 400);
        return { error: error instanceof Refusal ? error.message : z.prettifyError(error) };
      }
    };
    const hexOf = ({ member, signature }: MemberSignature): z.output<typeof signatureSchema> => ({
      member: member.toBase58(),
      signature: Buffer.from(signature).toString('hex'),
    });
    const epochOf = (params: unknown): bigint => z.object({ epoch: count }).parse(params).epoch;

    http.get('/v1/peer/observations/:epoch', (request, reply) =>
      answer(reply, () => {
        const epoch = epochOf(request.params);
        const view = this.#seen();
        const over = epochAt(view.schedule, BigInt(view.now - this.#options.settings.EPOCH_SETTLE_SECONDS));
        if (epoch === 0n || epoch > over) throw new Refusal('the epoch is not over');
        return this.#own(view, epoch);
      }),
    );
    http.post('/v1/peer/proposals', { bodyLimit: BUNDLE_BYTES }, (request, reply) =>
      answer(reply, () => this.#judge(certifiedSchema.parse(request.body))),
    );
    http.get('/v1/peer/epochs/after/:epoch', (request, reply) =>
      answer(reply, () => {
        const after = epochOf(request.params);
        const next = this.#options.epochs.list().find((epoch) => epoch > after);
        const found = next === undefined ? undefined : this.#options.epochs.certified(next);
        if (found === undefined) throw new Refusal('there is none yet');
        return found;
      }),
    );
    http.post('/v1/peer/roots', (request, reply) =>
      answer(reply, async () => hexOf(await this.#signRoot(rootSchema.parse(request.body)))),
    );
    http.get('/v1/peer/usage/:job/:asOf', (request, reply) =>
      answer(reply, () => {
        const { job, asOf } = z.object({ job: z.string(), asOf: count }).parse(request.params);
        const member = this.#options.member.publicKey.toBase58();
        return { member, verifiedSeconds: this.verified(job, Number(asOf)) };
      }),
    );
    http.post('/v1/peer/usage', (request, reply) =>
      answer(reply, () => hexOf(this.#signUsage(usageSchema.parse(request.body)))),
    );
  }
}
