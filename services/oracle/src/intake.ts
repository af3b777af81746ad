import {
  countLeaves,
  decodeLeaves,
  findRewardLeaf,
  MerkleTree,
  rewardLeafAt,
  type Client,
  type Deployment,
  type LeafRecords,
  type RewardPoolKind,
} from '@ionet/sdk';
import type { Logger, Metrics } from '@ionet/service-kit';
import { PublicKey, SYSVAR_SLOT_HASHES_PUBKEY } from '@solana/web3.js';
import type { FastifyInstance } from 'fastify';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Counter, Gauge } from 'prom-client';
import { z } from 'zod';
import type { ChainView, SharedClock } from './chain-view.js';
import type { EpochStore } from './epochs.js';
import { IntakeState, type OpenChallenge } from './intake-state.js';
import type { Span } from './observation.js';
import { verify } from './proof-of-work.js';
import {
  addressText,
  answerSchema,
  heartbeatSchema,
  hoursSchema,
  isSignedBy,
  nodeMessage,
  sha256,
  speedSchema,
  type HeartbeatReply,
  type NodeMessageKind,
  type SignedNodeMessage,
} from './protocol.js';
import type { RawEntryOf, RawLog } from './raw-log.js';
import { Refusal } from './refusal.js';
import type { OracleSettings } from './settings.js';

/** How far a message's time may be from the chain's. */
const CLOCK_SECONDS = 90;
/** How far back a node may report work, and how much at once. */
const HOURS_BACK_SECONDS = 600;
/** What a device on hire must pass once a day is asked for an hour before. */
const DAILY_SECONDS = 23 * 3_600;
const HOUR = 3_600;
const MEGABYTE = 1_000_000;
const MOST_SPEED = 65_535;
const SPEED_TEST_MS = 60_000;
/** So many speed tests are under way at most: the line that they measure is shared, and so is the memory. */
const MOST_SPEED_TESTS = 8;
const CHUNK_BYTES = 65_536;
/** So many requests are worked on at once: where the network is slow, nodes are sent away instead of being kept. */
const MOST_REQUESTS = 2_048;
/** In how many pieces the work on a job may come. */
const MOST_SPANS = 1_000;

/** A speed test that is going on. */
interface SpeedTest {
  readonly node: string;
  readonly sequence: number;
  readonly begunAt: number;
  /** What is being received or sent; it ends with the test's time. */
  stream: Readable;
  up: number;
  sentAt: number;
  /** Of what was sent; undefined until all of it is. */
  hash: string | undefined;
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
  /** Where what is held in memory is written down from hour to hour. */
  readonly stateFile: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Takes what nodes say and prove, and writes it into the raw log. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #messages: Counter<'kind' | 'result'>;
  readonly #pending: Gauge<'what'>;
  readonly #state: IntakeState;
  readonly #speedTests = new Map<string, SpeedTest>();
  /** The tree of each pool's newest final root, for claims. */
  readonly #trees = new Map<RewardPoolKind, RewardLeaves>();
  #requests = 0;
  #view: ChainView | undefined;
  /** By node: how many of its devices are on hire. */
  #busy = new Map<string, number>();
  /** A slot hash that nobody knew before this loop; read when it is needed. */
  #newestSlotHash: Promise<Uint8Array> | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#messages = options.metrics.counter(
      'ionet_oracle_messages_total',
      'Messages of nodes by kind, and whether they were taken or refused',
      ['kind', 'result'],
    );
    this.#pending = options.metrics.gauge(
      'ionet_oracle_pending',
      'What is not done: requests, speed tests and challenges',
      ['what'],
    );
    const { stateFile, log, settings, epochs } = options;
    this.#state = IntakeState.open(stateFile, log, {
      certified: epochs.last,
      challengeSeconds: settings.CHALLENGE_SECONDS,
    });
  }

  /** Minutes in which a heartbeat came, of epochs that are not certified. */
  get beatTimes(): Set<number> {
    return this.#state.beatTimes;
  }

  /** The spans in which a job was worked on. */
  work(job: string): readonly Span[] {
    return this.#state.work(job);
  }

  /** Takes note of the chain, and forgets what is over. */
  tick(view: ChainView): void {
    this.#view = view;
    this.#newestSlotHash = undefined;
    const { now } = view;
    this.#state.forget(view);
    this.#state.save(now, this.#options.epochs.last);
    for (const [id, { begunAt, stream }] of this.#speedTests) {
      if (performance.now() - begunAt <= SPEED_TEST_MS) continue;
      this.#speedTests.delete(id);
      stream.destroy();
    }
    this.#busy = new Map();
    for (const { node, devices, startedAt, endsAt } of view.jobs.values()) {
      if (startedAt <= now && endsAt > now) this.#busy.set(node, (this.#busy.get(node) ?? 0) + devices);
    }
    this.#pending.set({ what: 'requests' }, this.#requests);
    this.#pending.set({ what: 'speed tests' }, this.#speedTests.size);
    this.#pending.set({ what: 'challenges' }, this.#state.open.size);
  }

  /**
   * Asks the devices of a node that has just been heard for work that is due. The answer to its heartbeat says so: the
   * time to do it begins when the node hears of it, not up to a minute before.
   */
  async #ask(entry: RawEntryOf<'node'>, view: ChainView, now: number): Promise<void> {
    if (this.#dueDevices(entry, view, now).length === 0) return;
    this.#newestSlotHash ??= this.#slotHash();
    const slotHash = await this.#newestSlotHash.catch((error: unknown) => {
      this.#newestSlotHash = undefined;
      throw error;
    });
    const { settings, member, log } = this.#options;
    const { node } = entry;
    // Another heartbeat may have come meanwhile.
    for (const device of this.#dueDevices(entry, view, now)) {
      // Nobody knew the slot hash before it was, and no other oracle asks the same.
      const id = sha256(
        slotHash,
        member.toBytes(),
        new PublicKey(node).toBytes(),
        Buffer.of(device),
      ).toString('hex');
      if (this.#state.open.has(id)) continue;
      const levels = settings.CHALLENGE_LEVELS;
      log.append({ kind: 'challenge', at: now, node, device, id, levels });
      this.#state.ask({ id, node, device, levels, deadline: now + settings.CHALLENGE_SECONDS }, now);
    }
  }

  /** Each device once an hour; one on hire only when its last pass is nearly a day old. */
  #dueDevices({ node, devices }: RawEntryOf<'node'>, { schedule }: ChainView, now: number): number[] {
    const known = this.#state.node(node);
    const busy = this.#busy.get(node) ?? 0;
    // The hours of reward epochs.
    const hour = now - ((now - Number(schedule.startsAt)) % HOUR);
    return Array.from({ length: devices }, (_, device) => device).filter((device) => {
      if ((known?.asked[device] ?? -Infinity) >= hour) return false;
      // Jobs take the lowest devices that are free.
      return device >= busy || now - (known?.passed[device] ?? -Infinity) >= DAILY_SECONDS;
    });
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
  ): Promise<{ now: number; view: ChainView; entry: RawEntryOf<'node'> }> {
    const view = this.#view;
    const entry = view?.nodes.get(message.node);
    if (view === undefined || entry === undefined) {
      throw new Refusal('NodeUnknown', 'the node is not registered');
    }
    const now = await this.#options.clock.now();
    if (Math.abs(now - message.sentAt) > CLOCK_SECONDS) {
      throw new Refusal('ClockSkew', `the message is of ${message.sentAt}, it is ${now} now: send it anew`);
    }
    if (!this.#state.isNew(kind, message.node, message.sequence)) {
      throw new Refusal('Replayed', 'the sequence was taken already: use a higher one');
    }
    // The dear check comes last.
    const bytes = nodeMessage<K>(this.#options.deployment, kind, message);
    if (!isSignedBy(bytes, message.signature, new PublicKey(entry.operator))) {
      throw new Refusal('WrongSignature', "the signature is not that of the node's operator");
    }
    this.#state.take(kind, message.node, message.sequence);
    return { now, view, entry };
  }

  async heartbeat(message: SignedNodeMessage<'heartbeat'>): Promise<HeartbeatReply> {
    const { now, view, entry } = await this.#admit('heartbeat', message);
    const { node, sequence, sentAt, jobs, signature } = message;
    this.#options.log.append({ kind: 'beat', at: now, node, sequence, sentAt, jobs: [...jobs], signature });
    this.#state.beat(node, now);
    // It was heard, whether it can be asked or not: the next heartbeat asks.
    await this.#ask(entry, view, now).catch((error: unknown) => {
      this.#options.logger.warn({ node, err: error }, 'a node was not asked for work');
    });
    const challenges = this.#openOf(node).filter((one) => one.deadline >= now);
    return {
      minute: Math.floor(now / 60),
      challenges: challenges.map(({ id, device, levels, deadline }) => ({ id, device, levels, deadline })),
    };
  }

  #openOf(node: string): OpenChallenge[] {
    return [...(this.#state.node(node)?.open ?? [])].flatMap((id) => this.#state.open.get(id) ?? []);
  }

  async answer({ openings, ...message }: z.output<typeof answerSchema>): Promise<{ passed: boolean }> {
    const { now } = await this.#admit('answer', message);
    const challenge = this.#state.open.get(message.challenge);
    if (challenge === undefined || challenge.node !== message.node) {
      throw new Refusal('ChallengeUnknown', 'the challenge is over, answered, or of another node');
    }
    if (now > challenge.deadline) throw new Refusal('AnswerLate', 'the answer is late');
    const passed = verify(challenge.id, challenge.levels, { root: message.root, openings });
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
    this.#state.answered(challenge.id, passed, now);
    return { passed };
  }

  async hours(message: SignedNodeMessage<'hours'>): Promise<{ taken: boolean }> {
    const { now, view } = await this.#admit('hours', message);
    const { node, sequence, sentAt, job, from, to, signature } = message;
    const known = view.jobs.get(job);
    if (known === undefined || known.node !== node) {
      throw new Refusal('JobUnknown', 'the job is not one that the node runs');
    }
    const inTime = from < to && to <= now + CLOCK_SECONDS && from >= now - HOURS_BACK_SECONDS;
    if (!inTime) {
      throw new Refusal('HoursOutOfRange', `report work of the last ${HOURS_BACK_SECONDS} seconds`);
    }
    if (this.#state.work(job).length >= MOST_SPANS) {
      throw new Refusal('HoursOutOfRange', `the work comes in more than ${MOST_SPANS} pieces`);
    }
    // Time that has not been is not worked yet.
    const until = Math.min(to, now);
    this.#options.log.append({
      kind: 'hours',
      at: now,
      node,
      sequence,
      sentAt,
      job,
      from,
      to: until,
      signature,
    });
    this.#state.worked({ job, from, to: until });
    return { taken: true };
  }

  /** What a claim of the newest final root needs. */
  async claim(
    kind: RewardPoolKind,
    node: PublicKey,
  ): Promise<Record<'version' | 'cumulative' | 'destination' | 'proof', string>> {
    const [root] = this.#view?.pools[kind].finalRoots ?? [];
    if (root === undefined || !this.#options.epochs.has(root.epoch)) {
      throw new Refusal('NothingToClaim', 'there is no final root yet');
    }
    const { leaves, tree } = await this.#leavesOf(kind, root.epoch);
    const index = tree === undefined ? undefined : findRewardLeaf(leaves, node);
    if (tree === undefined || index === undefined) {
      throw new Refusal('NothingToClaim', 'the node has earned nothing yet');
    }
    const { cumulative, destination } = rewardLeafAt(leaves, index);
    return {
      version: root.version.toString(),
      cumulative: cumulative.toString(),
      destination: new PublicKey(destination).toBase58(),
      proof: Buffer.from(tree.proof(index)).toString('hex'),
    };
  }

  /** The leaves of a pool's epoch with their tree: built once for all who claim. */
  async #leavesOf(kind: RewardPoolKind, epoch: bigint): Promise<RewardLeaves> {
    const known = this.#trees.get(kind);
    if (known?.epoch === epoch) return known;
    const path = join(this.#options.epochs.folder(epoch), `${kind}.leaves.bin`);
    const leaves = await decodeLeaves(createReadStream(path) as AsyncIterable<Uint8Array>);
    const tree = countLeaves(leaves) === 0 ? undefined : await MerkleTree.build(leaves);
    const built = { epoch, leaves, tree };
    this.#trees.set(kind, built);
    return built;
  }

  /** Counts a request, and sends it away where too many are at work. */
  async #taken<T>(kind: string, work: () => Promise<T>): Promise<T> {
    this.#requests += 1;
    try {
      if (this.#requests > MOST_REQUESTS)
        throw new Refusal('Busy', 'too much is going on: send it again later');
      const result = await work();
      this.#messages.inc({ kind, result: 'taken' });
      return result;
    } catch (error) {
      this.#messages.inc({ kind, result: 'refused' });
      throw error;
    } finally {
      this.#requests -= 1;
    }
  }

  routes(http: FastifyInstance): void {
    http.post('/v1/heartbeats', (request) =>
      this.#taken('heartbeat', async () => this.heartbeat(heartbeatSchema.parse(request.body))),
    );
    http.post('/v1/answers', (request) =>
      this.#taken('answer', async () => this.answer(answerSchema.parse(request.body))),
    );
    http.post('/v1/job-hours', (request) =>
      this.#taken('hours', async () => this.hours(hoursSchema.parse(request.body))),
    );
    const claimParams = z.object({ kind: z.enum(['gpu', 'cpu']), node: addressText });
    http.get('/v1/rewards/:kind/:node', (request) =>
      this.#taken('claim', async () => {
        const { kind, node } = claimParams.parse(request.params);
        return this.claim(kind, new PublicKey(node));
      }),
    );
    http.get('/v1/nodes/:node', (request) =>
      this.#taken('node', async () => {
        const { node } = z.object({ node: z.string() }).parse(request.params);
        if (this.#view?.nodes.has(node) !== true) {
          throw new Refusal('NodeUnknown', 'the node is not registered');
        }
        const lastHeartbeatAt = this.#state.node(node)?.beatAt ?? null;
        return Promise.resolve({ lastHeartbeatAt, openChallenges: this.#openOf(node).length });
      }),
    );
    this.#speedRoutes(http, this.#options.settings.SPEED_BYTES);
  }

  /**
   * A speed test: the node sends so many bytes, which gives the speed up; the answer is as many, whose hash it sends
   * back, which gives the speed down. Neither is ever held as a whole.
   */
  #speedRoutes(http: FastifyInstance, size: number): void {
    http.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
      done(null, payload);
    });
    http.get('/v1/speed-tests', () => ({ bytes: size }));
    http.post('/v1/speed-tests', { bodyLimit: size }, (request, reply) =>
      this.#taken('speed', async () => {
        const message = speedSchema.parse(speedMessage(request.headers['x-ionet-message']));
        const body = z
          .instanceof(Readable, { error: 'send bytes as application/octet-stream' })
          .parse(request.body);
        const { node, sequence } = message;
        await this.#admit('speed', message);
        const isUnderWay = [...this.#speedTests.values()].some((test) => test.node === node);
        if (isUnderWay || this.#speedTests.size >= MOST_SPEED_TESTS) {
          throw new Refusal('Busy', 'speed tests are under way: try again in a minute');
        }
        const id = randomBytes(16).toString('hex');
        const begunAt = performance.now();
        const test: SpeedTest = { node, sequence, begunAt, stream: body, up: 0, sentAt: 0, hash: undefined };
        this.#speedTests.set(id, test);
        try {
          test.up = await receive(body, size);
        } catch (error) {
          this.#speedTests.delete(id);
          throw error;
        }
        test.stream = Readable.from(noise(size, test), { objectMode: false });
        void reply
          .header('x-ionet-speed-test', id)
          .header('content-length', size)
          .type('application/octet-stream');
        return test.stream;
      }),
    );
    http.post('/v1/speed-tests/:id', (request) =>
      this.#taken('speed', async () => {
        const arrived = performance.now();
        const { id } = z.object({ id: z.string() }).parse(request.params);
        const { hash } = z.object({ hash: z.string() }).parse(request.body);
        const test = this.#speedTests.get(id);
        if (test?.hash === undefined) throw new Refusal('SpeedTestUnknown', 'there is no such speed test');
        this.#speedTests.delete(id);
        if (test.hash !== hash) {
          throw new Refusal('WrongHash', 'the hash is not that of the bytes that were sent');
        }
        const down = speedOf(size, arrived - test.sentAt);
        const at = await this.#options.clock.now();
        const { node, sequence, up } = test;
        this.#options.log.append({ kind: 'speed', at, node, sequence, down, up });
        return { down, up };
      }),
    );
  }
}

/** The leaves of a pool after an epoch; no tree where there are none. */
interface RewardLeaves {
  readonly epoch: bigint;
  readonly leaves: LeafRecords;
  readonly tree: MerkleTree | undefined;
}

/** The message of a speed test comes in a header: its body are the bytes. */
function speedMessage(header: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(z.string().parse(header), 'base64url').toString());
  } catch {
    throw new Refusal('Malformed', 'x-ionet-message must hold the signed message, JSON in base64url');
  }
}

/** Takes exactly so many bytes. Gives their speed. */
async function receive(body: Readable, size: number): Promise<number> {
  let received = 0;
  let begun = 0;
  try {
    for await (const part of body as AsyncIterable<Uint8Array>) {
      if (received === 0) begun = performance.now();
      received += part.length;
      if (received > size) break;
    }
  } catch {
    // It was cut off: by the sender, or because its time was over.
    received = -1;
  }
  if (received !== size) throw new Refusal('WrongSize', `send ${size} bytes`);
  return speedOf(size, performance.now() - begun);
}

/** Bytes that nobody can know before they have come, made as fast as they are read. */
function* noise(size: number, test: SpeedTest): Generator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  test.sentAt = performance.now();
  for (let left = size; left > 0; left -= CHUNK_BYTES) {
    const part = randomBytes(Math.min(left, CHUNK_BYTES));
    hash.update(part);
    // Known before the last byte is gone: who has it may ask at once.
    if (left <= CHUNK_BYTES) test.hash = hash.digest('hex');
    yield part;
  }
}

function speedOf(bytes: number, milliseconds: number): number {
  return Math.min(MOST_SPEED, Math.floor(bytes / MEGABYTE / (Math.max(milliseconds, 0.001) / 1_000)));
}
