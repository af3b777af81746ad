import {
  countLeaves,
  decodeLeaves,
  findRewardLeaf,
  MerkleTree,
  rewardLeafAt,
  type Client,
  type Deployment,
  type RewardPoolKind,
} from '@ionet/sdk';
import type { Logger, Metrics } from '@ionet/service-kit';
import { PublicKey, SYSVAR_SLOT_HASHES_PUBKEY } from '@solana/web3.js';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Counter } from 'prom-client';
import { z } from 'zod';
import type { ChainView, SharedClock } from './chain-view.js';
import type { EpochStore } from './epochs.js';
import type { Span } from './observation.js';
import { verify } from './proof-of-work.js';
import {
  answerSchema,
  heartbeatSchema,
  hoursSchema,
  isSignedBy,
  nodeMessage,
  sha256,
  speedSchema,
  type Challenge,
  type HeartbeatReply,
  type NodeMessageKind,
  type SignedNodeMessage,
} from './protocol.js';
import type { RawEntryOf, RawLog } from './raw-log.js';
import type { OracleSettings } from './settings.js';

/** How far a message's time may be from the chain's. */
const CLOCK_SECONDS = 90;
/** How far back a node may report work, and how much at once. */
const HOURS_BACK_SECONDS = 600;
/** A heartbeat in so many seconds makes a node present: it is asked for work. */
const PRESENT_SECONDS = 180;
/** What a device on hire must pass once a day is asked for an hour before. */
const DAILY_SECONDS = 23 * 3_600;
const HOUR = 3_600;
const MEGABYTE = 1_000_000;
const MOST_SPEED = 65_535;
const SPEED_TEST_MS = 60_000;

/** A request that is refused: its status and why. */
class Refusal extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

interface OpenChallenge extends Challenge {
  readonly node: string;
}

interface SpeedTest {
  readonly node: string;
  readonly sequence: number;
  readonly up: number;
  readonly sentAt: number;
  readonly hash: string;
}

/** What the intake is made of. */
export interface IntakeOptions {
  readonly settings: OracleSettings;
  readonly client: Client;
  readonly deployment: Deployment;
  readonly clock: SharedClock;
  readonly log: RawLog;
  readonly epochs: EpochStore;
  readonly member: PublicKey;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Takes what nodes say and prove, and writes it into the raw log. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #messages: Counter<'kind' | 'result'>;
  /** By kind and node: the last sequence that was taken. */
  readonly #sequences = new Map<string, number>();
  readonly #open = new Map<string, OpenChallenge>();
  /** By node and device: when it was last asked, and when it last passed. */
  readonly #asked = new Map<string, number>();
  readonly #passed = new Map<string, number>();
  readonly #beats = new Map<string, number>();
  readonly #speedTests = new Map<string, SpeedTest>();
  /** What nodes said that they worked on a job. */
  readonly #work = new Map<string, Span[]>();
  /** Minutes in which a heartbeat came, of epochs that are not certified. */
  readonly beatTimes = new Set<number>();
  #view: ChainView | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#messages = options.metrics.counter(
      'ionet_oracle_messages_total',
      'Messages of nodes by kind, and whether they were taken or refused',
      ['kind', 'result'],
    );
    for (const entry of options.log.read()) this.#recall(entry);
  }

  /** Rebuilds from the log what is held in memory. */
  #recall(entry: ReturnType<RawLog['read']>[number]): void {
    const took = (kind: NodeMessageKind, node: string, sequence: number): void => {
      this.#sequences.set(`${kind},${node}`, sequence);
    };
    switch (entry.kind) {
      case 'beat':
        took('heartbeat', entry.node, entry.sequence);
        this.#beat(entry.node, entry.at);
        break;
      case 'challenge':
        this.#ask({ ...entry, deadline: entry.at + this.#options.settings.CHALLENGE_SECONDS }, entry.at);
        break;
      case 'answer': {
        took('answer', entry.node, entry.sequence);
        const challenge = this.#open.get(entry.id);
        if (challenge !== undefined && entry.passed) this.#passed.set(deviceName(challenge), entry.at);
        this.#open.delete(entry.id);
        break;
      }
      case 'speed':
        took('speed', entry.node, entry.sequence);
        break;
      case 'hours':
        took('hours', entry.node, entry.sequence);
        this.#worked(entry);
        break;
      case 'node':
      case 'gone':
      case 'job':
        break;
    }
  }

  #beat(node: string, at: number): void {
    this.#beats.set(node, at);
    this.beatTimes.add(at - (at % 60));
  }

  #ask(challenge: OpenChallenge, at: number): void {
    this.#open.set(challenge.id, challenge);
    this.#asked.set(deviceName(challenge), at);
  }

  #worked({ job, from, to }: Pick<RawEntryOf<'hours'>, 'job' | 'from' | 'to'>): void {
    const spans = this.#work.get(job) ?? [];
    const last = spans.at(-1);
    // The usual case: it goes on where it was.
    if (last !== undefined && from <= last.to && from >= last.from) {
      spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    } else spans.push({ from, to });
    this.#work.set(job, spans);
  }

  /** The spans in which a job was worked on. */
  work(job: string): readonly Span[] {
    return this.#work.get(job) ?? [];
  }

  /** Takes note of the chain, forgets challenges that are over, and asks devices for work that is due. */
  async tick(view: ChainView): Promise<void> {
    this.#view = view;
    const { now } = view;
    for (const [id, challenge] of this.#open) if (challenge.deadline < now) this.#open.delete(id);
    for (const [id, test] of this.#speedTests) {
      if (performance.now() - test.sentAt > SPEED_TEST_MS) this.#speedTests.delete(id);
    }
    const due = [...view.nodes.values()].flatMap((node) => this.#dueDevices(node, view));
    if (due.length === 0) return;
    const slotHash = await this.#slotHash();
    const { settings, member, log } = this.#options;
    for (const { node, device } of due) {
      // Nobody knew the slot hash before it was, and no other oracle asks the same.
      const id = sha256(
        slotHash,
        member.toBytes(),
        new PublicKey(node).toBytes(),
        Buffer.of(device),
      ).toString('hex');
      if (this.#open.has(id)) continue;
      const levels = settings.CHALLENGE_LEVELS;
      log.append({ kind: 'challenge', at: now, node, device, id, levels });
      this.#ask({ id, node, device, levels, deadline: now + settings.CHALLENGE_SECONDS }, now);
    }
  }

  /** Each device once an hour; one on hire only when its last pass is nearly a day old. */
  #dueDevices(
    node: RawEntryOf<'node'>,
    { now, jobs, schedule }: ChainView,
  ): { node: string; device: number }[] {
    if (now - (this.#beats.get(node.node) ?? -Infinity) > PRESENT_SECONDS) return [];
    const busy = [...jobs.values()]
      .filter((job) => job.node === node.node && job.startedAt <= now && job.endsAt > now)
      .reduce((sum, { devices }) => sum + devices, 0);
    // The hours of reward epochs.
    const hour = now - ((now - Number(schedule.startsAt)) % HOUR);
    return Array.from({ length: node.devices }, (_, device) => ({ node: node.node, device })).filter(
      (one) => {
        const name = deviceName(one);
        if ((this.#asked.get(name) ?? -Infinity) >= hour) return false;
        // Jobs take the lowest devices that are free.
        return one.device >= busy || now - (this.#passed.get(name) ?? -Infinity) >= DAILY_SECONDS;
      },
    );
  }

  async #slotHash(): Promise<Uint8Array> {
    const [account] = await this.#options.client.transport.getAccounts([SYSVAR_SLOT_HASHES_PUBKEY]);
    // A count of 8 bytes, then the newest slot (8 bytes) and its hash.
    const hash = account?.data.subarray(16, 48);
    if (hash?.length !== 32) throw new Error('the network has no slot hashes');
    return hash;
  }

  /** Checks who says it, when, and that it was not said before. */
  async #admit<K extends NodeMessageKind>(
    kind: K,
    message: SignedNodeMessage<K>,
  ): Promise<{ now: number; node: RawEntryOf<'node'>; view: ChainView }> {
    const view = this.#view;
    const node = view?.nodes.get(message.node);
    if (view === undefined || node === undefined) throw new Refusal(404, 'the node is not registered');
    const bytes = nodeMessage<K>(this.#options.deployment, kind, message);
    if (!isSignedBy(bytes, message.signature, new PublicKey(node.operator))) {
      throw new Refusal(403, "the signature is not that of the node's operator");
    }
    const now = await this.#options.clock.now();
    if (Math.abs(now - message.sentAt) > CLOCK_SECONDS) {
      throw new Refusal(409, `the message is of ${message.sentAt}, it is ${now} now: send it anew`);
    }
    const name = `${kind},${message.node}`;
    if (message.sequence <= (this.#sequences.get(name) ?? 0)) {
      throw new Refusal(409, 'the sequence was taken already: use a higher one');
    }
    this.#sequences.set(name, message.sequence);
    return { now, node, view };
  }

  async heartbeat(message: SignedNodeMessage<'heartbeat'>): Promise<HeartbeatReply> {
    const { now } = await this.#admit('heartbeat', message);
    const { node, sequence, sentAt, jobs, signature } = message;
    this.#options.log.append({ kind: 'beat', at: now, node, sequence, sentAt, jobs: [...jobs], signature });
    this.#beat(node, now);
    const challenges = [...this.#open.values()].filter((one) => one.node === node && one.deadline >= now);
    return {
      minute: Math.floor(now / 60),
      challenges: challenges.map(({ id, device, levels, deadline }) => ({ id, device, levels, deadline })),
    };
  }

  async answer({ openings, ...message }: z.output<typeof answerSchema>): Promise<{ passed: boolean }> {
    const { now } = await this.#admit('answer', message);
    const challenge = this.#open.get(message.challenge);
    if (challenge === undefined || challenge.node !== message.node) {
      throw new Refusal(404, 'the challenge is not open: it is over, answered, or of another node');
    }
    if (now > challenge.deadline) throw new Refusal(409, 'the answer is late');
    const passed = verify(challenge.id, challenge.levels, { root: message.root, openings });
    this.#open.delete(challenge.id);
    if (passed) this.#passed.set(deviceName(challenge), now);
    const { node, sequence, sentAt, root, signature } = message;
    const proof = sha256(JSON.stringify(openings)).toString('hex');
    this.#options.log.append({
      kind: 'answer',
      at: now,
      node,
      sequence,
      id: challenge.id,
      passed,
      root,
      proof,
      sentAt,
      signature,
    });
    return { passed };
  }

  async hours(message: SignedNodeMessage<'hours'>): Promise<{ taken: boolean }> {
    const { now, view } = await this.#admit('hours', message);
    const { node, sequence, sentAt, job, from, to, signature } = message;
    const known = view.jobs.get(job);
    if (known === undefined || known.node !== node) throw new Refusal(404, 'the job is not one of the node');
    const inTime = from < to && to <= now + CLOCK_SECONDS && from >= now - HOURS_BACK_SECONDS;
    if (!inTime) throw new Refusal(409, `report work of the last ${HOURS_BACK_SECONDS} seconds`);
    this.#options.log.append({
      kind: 'hours',
      at: now,
      node,
      sequence,
      sentAt,
      job,
      from,
      to: Math.min(to, now),
      signature,
    });
    this.#worked({ job, from, to: Math.min(to, now) });
    return { taken: true };
  }

  /** What a claim of the newest final root needs. */
  async claim(
    kind: RewardPoolKind,
    node: string,
  ): Promise<Record<'version' | 'cumulative' | 'destination' | 'proof', string>> {
    const [root] = this.#view?.pools[kind].finalRoots ?? [];
    if (root === undefined || !this.#options.epochs.list().includes(root.epoch)) {
      throw new Refusal(404, 'there is no final root yet');
    }
    const path = join(this.#options.epochs.folder(root.epoch), `${kind}.leaves.bin`);
    const leaves = await decodeLeaves(createReadStream(path) as AsyncIterable<Uint8Array>);
    const index = countLeaves(leaves) === 0 ? undefined : findRewardLeaf(leaves, new PublicKey(node));
    if (index === undefined) throw new Refusal(404, 'the node has earned nothing yet');
    const { cumulative, destination } = rewardLeafAt(leaves, index);
    const tree = await MerkleTree.build(leaves);
    return {
      version: root.version.toString(),
      cumulative: cumulative.toString(),
      destination: new PublicKey(destination).toBase58(),
      proof: Buffer.from(tree.proof(index)).toString('hex'),
    };
  }

  routes(http: FastifyInstance): void {
    const { settings } = this.#options;
    const taken = async <T>(
      kind: string,
      reply: FastifyReply,
      work: () => Promise<T>,
    ): Promise<T | { error: string }> => {
      try {
        const result = await work();
        this.#messages.inc({ kind, result: 'taken' });
        return result;
      } catch (error) {
        if (!(error instanceof Refusal) && !(error instanceof z.ZodError)) throw error;
        this.#messages.inc({ kind, result: 'refused' });
        void reply.code(error instanceof Refusal ? error.status : 400);
        return { error: error instanceof Refusal ? error.message : z.prettifyError(error) };
      }
    };
    http.post('/v1/heartbeats', (request, reply) =>
      taken('heartbeat', reply, () => this.heartbeat(heartbeatSchema.parse(request.body))),
    );
    http.post('/v1/answers', (request, reply) =>
      taken('answer', reply, () => this.answer(answerSchema.parse(request.body))),
    );
    http.post('/v1/job-hours', (request, reply) =>
      taken('hours', reply, () => this.hours(hoursSchema.parse(request.body))),
    );
    const claimParams = z.object({ kind: z.enum(['gpu', 'cpu']), node: z.string() });
    http.get('/v1/rewards/:kind/:node', (request, reply) =>
      taken('claim', reply, () => {
        const { kind, node } = claimParams.parse(request.params);
        return this.claim(kind, node);
      }),
    );
    http.get('/v1/nodes/:node', (request, reply) =>
      taken('node', reply, () => {
        const { node } = z.object({ node: z.string() }).parse(request.params);
        const at = this.#beats.get(node);
        if (this.#view?.nodes.has(node) !== true) throw new Refusal(404, 'the node is not registered');
        const open = [...this.#open.values()].filter((one) => one.node === node).length;
        return Promise.resolve({ lastHeartbeatAt: at ?? null, openChallenges: open });
      }),
    );
    this.#speedRoutes(http, settings.SPEED_BYTES, taken);
  }

  /**
   * A speed test: the node sends so many bytes, which gives the speed up; the answer is as many, whose hash it sends
   * back, which gives the speed down.
   */
  #speedRoutes(
    http: FastifyInstance,
    size: number,
    taken: <T>(kind: string, reply: FastifyReply, work: () => Promise<T>) => Promise<T | { error: string }>,
  ): void {
    http.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
      done(null, payload);
    });
    http.get('/v1/speed-tests', () => ({ bytes: size }));
    http.post('/v1/speed-tests', { bodyLimit: size }, (request, reply) =>
      taken('speed', reply, async () => {
        const header = z.string().parse(request.headers['x-ionet-message']);
        const message = speedSchema.parse(JSON.parse(Buffer.from(header, 'base64url').toString()));
        await this.#admit('speed', message);
        let received = 0;
        let begun = 0;
        for await (const part of request.body as AsyncIterable<Uint8Array>) {
          if (received === 0) begun = performance.now();
          received += part.length;
        }
        if (received !== size) throw new Refusal(400, `send ${size} bytes`);
        const up = speedOf(size, performance.now() - begun);
        const content = randomBytes(size);
        const id = randomBytes(16).toString('hex');
        const hash = sha256(content).toString('hex');
        const { node, sequence } = message;
        this.#speedTests.set(id, { node, sequence, up, hash, sentAt: performance.now() });
        void reply.header('x-ionet-speed-test', id).type('application/octet-stream');
        return content;
      }),
    );
    http.post('/v1/speed-tests/:id', (request, reply) =>
      taken('speed', reply, async () => {
        const arrived = performance.now();
        const { id } = z.object({ id: z.string() }).parse(request.params);
        const { hash } = z.object({ hash: z.string() }).parse(request.body);
        const test = this.#speedTests.get(id);
        this.#speedTests.delete(id);
        if (test === undefined) throw new Refusal(404, 'the speed test is over');
        if (test.hash !== hash) throw new Refusal(400, 'the hash is not that of the bytes that were sent');
        const down = speedOf(size, arrived - test.sentAt);
        const at = await this.#options.clock.now();
        const { node, sequence, up } = test;
        this.#options.log.append({ kind: 'speed', at, node, sequence, down, up });
        return { down, up };
      }),
    );
  }
}

function deviceName({ node, device }: { readonly node: string; readonly device: number }): string {
  return `${node},${device}`;
}

function speedOf(bytes: number, milliseconds: number): number {
  return Math.min(MOST_SPEED, Math.floor(bytes / MEGABYTE / (Math.max(milliseconds, 0.001) / 1_000)));
}
