import {
  computeEpochRewards,
  countLeaves,
  decodeLeaves,
  encodeLeaves,
  MerkleTree,
  pda,
  poolBudget,
  readEpochEvents,
  releasedBy,
  type AccountData,
  type Deployment,
  type EpochRewards,
  type LeafRecords,
  type RewardPoolKind,
} from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  openSync,
  fsyncSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { carry, merge, NOTHING_CARRIED, pointsEvents, rewardEvents, type Carried } from './merge.js';
import { EPOCH_SECONDS } from './observation.js';
import { isSignedBy, sha256 } from './protocol.js';

export const POOLS = ['gpu', 'cpu'] as const satisfies readonly RewardPoolKind[];

/** What one oracle says of an epoch, signed by it. */
export const observationSchema = z.strictObject({
  member: z.string(),
  lines: z.array(z.string().max(512)).max(5_000_000),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
export type SignedObservation = z.output<typeof observationSchema>;

/** A member's signature of an epoch's digest. */
export const voteSchema = z.strictObject({
  member: z.string(),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
export type Vote = z.output<typeof voteSchema>;

/** An epoch that enough oracles signed: all that is needed to compute it again. */
export const certifiedSchema = z.strictObject({
  epoch: z.int().min(1),
  observations: z.array(observationSchema),
  votes: z.array(voteSchema),
});
export type CertifiedEpoch = z.output<typeof certifiedSchema>;

type Schedule = AccountData<'emission', 'schedule'>;

const ZERO_HASH = Buffer.alloc(32);
const OBSERVATION_TAG = 'ionet:observed::';
const EPOCH_TAG = 'ionet:epoch:v1::';

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** The bytes that an oracle signs about what it observed. */
export function observationMessage(
  deployment: Deployment,
  epoch: bigint,
  lines: readonly string[],
): Uint8Array {
  return Buffer.concat([
    Buffer.from(OBSERVATION_TAG),
    sha256(deployment.clusterTag, u64(epoch), lines.map((line) => `${line}\n`).join('')),
  ]);
}

/** The rewards of both pools after an epoch, and what the next one needs of it. */
export interface ComputedEpoch {
  readonly epoch: bigint;
  readonly start: number;
  readonly rewards: Readonly<Record<RewardPoolKind, EpochRewards>>;
  readonly events: Readonly<Record<RewardPoolKind, string>>;
  readonly points: string;
  readonly carried: Carried;
  /** What members sign: it holds everything above, and the epoch before it. */
  readonly digest: Uint8Array;
}

/** What the computation of an epoch begins with. */
export interface EpochState {
  readonly epoch: bigint;
  readonly carried: Carried;
  readonly leaves: Readonly<Partial<Record<RewardPoolKind, LeafRecords>>>;
  readonly totals: Readonly<Record<RewardPoolKind, bigint>>;
  readonly digest: Uint8Array;
}

export const BEGINNING: EpochState = {
  epoch: 0n,
  carried: NOTHING_CARRIED,
  leaves: {},
  totals: { gpu: 0n, cpu: 0n },
  digest: ZERO_HASH,
};

/** When an epoch begins, in unix seconds. */
export function epochStart(schedule: Pick<Schedule, 'startsAt'>, epoch: bigint): number {
  return Number(schedule.startsAt + (epoch - 1n) * BigInt(EPOCH_SECONDS));
}

/** Computes an epoch from observations: a pure function, the same bytes on every oracle. */
export async function computeEpoch(
  deployment: Deployment,
  schedule: Schedule,
  before: EpochState,
  epoch: bigint,
  observations: readonly (readonly string[])[],
): Promise<ComputedEpoch> {
  const start = epochStart(schedule, epoch);
  const facts = merge(observations, schedule.oracles.threshold);
  const carried = carry(before.carried, facts, start);
  const ofPool = async (kind: RewardPoolKind): Promise<{ events: string; rewards: EpochRewards }> => {
    const earlier = releasedBy(schedule, kind, epoch - 1n);
    const reserve = earlier - before.totals[kind];
    const budget = poolBudget(releasedBy(schedule, kind, epoch) - earlier, reserve, 1n);
    const place = {
      clusterTag: deployment.clusterTag,
      program: deployment.programs.emission.toBase58(),
      pool: pda.emission.pool(deployment, kind).toBase58(),
      kind,
      epoch,
      start,
      budget,
    };
    const events = rewardEvents(place, facts, carried, before.leaves[kind]);
    const parts = [new TextEncoder().encode(events)];
    return { events, rewards: await computeEpochRewards(await readEpochEvents([{ name: kind, parts }])) };
  };
  const gpu = await ofPool('gpu');
  const cpu = await ofPool('cpu');
  const digest = Buffer.concat([
    Buffer.from(EPOCH_TAG),
    sha256(
      deployment.clusterTag,
      deployment.programs.emission.toBytes(),
      u64(epoch),
      before.digest,
      ...[gpu, cpu].flatMap(({ rewards }) => [
        rewards.inputHash,
        rewards.tree?.root ?? ZERO_HASH,
        u64(rewards.total),
      ]),
    ),
  ]);
  return {
    epoch,
    start,
    carried,
    digest,
    rewards: { gpu: gpu.rewards, cpu: cpu.rewards },
    events: { gpu: gpu.events, cpu: cpu.events },
    points: pointsEvents(facts, start),
  };
}

export function stateAfter({ epoch, carried, rewards, digest }: ComputedEpoch): EpochState {
  return {
    epoch,
    carried,
    digest,
    leaves: { gpu: rewards.gpu.leaves, cpu: rewards.cpu.leaves },
    totals: { gpu: rewards.gpu.total, cpu: rewards.cpu.total },
  };
}

/** The observations whose signatures are right, one of each member; others are left out. */
export function validObservations(
  deployment: Deployment,
  epoch: bigint,
  members: readonly PublicKey[],
  given: readonly SignedObservation[],
): SignedObservation[] {
  return members.flatMap((member) => {
    const found = given.find((one) => one.member === member.toBase58());
    if (found === undefined) return [];
    const message = observationMessage(deployment, epoch, found.lines);
    return isSignedBy(message, found.signature, member) ? [found] : [];
  });
}

/** How many different members signed a digest. */
export function countVotes(
  digest: Uint8Array,
  members: readonly PublicKey[],
  votes: readonly Vote[],
): number {
  return members.filter((member) =>
    votes.some((vote) => vote.member === member.toBase58() && isSignedBy(digest, vote.signature, member)),
  ).length;
}

const CERTIFIED = 'epoch.json';
const FOLDER = /^\d{6}$/;

function writeDurably(path: string, parts: Iterable<Uint8Array | string>): void {
  const file = openSync(path, 'w');
  for (const part of parts) writeFileSync(file, part);
  fsyncSync(file);
  closeSync(file);
}

/**
 * The epochs that are certified: a folder each, with the event files, leaves and points that `io` reads, and
 * `epoch.json` with the signed observations that they follow from. A folder is written aside and then renamed.
 */
export class EpochStore {
  readonly #directory: string;
  /** In their order. */
  readonly #epochs: bigint[];

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    this.#epochs = readdirSync(directory)
      .filter((name) => FOLDER.test(name))
      .sort()
      .map(BigInt);
  }

  folder(epoch: bigint): string {
    return join(this.#directory, epoch.toString().padStart(6, '0'));
  }

  /** Their numbers, in their order. */
  list(): readonly bigint[] {
    return this.#epochs;
  }

  /** The last one; 0 where there is none. */
  get last(): bigint {
    return this.#epochs.at(-1) ?? 0n;
  }

  has(epoch: bigint): boolean {
    return this.before(epoch + 1n) === epoch;
  }

  /** The last one before an epoch; 0 where there is none. */
  before(epoch: bigint): bigint {
    return this.#epochs.findLast((one) => one < epoch) ?? 0n;
  }

  /** The first one after an epoch. */
  after(epoch: bigint): bigint | undefined {
    return this.#epochs[this.#epochs.findLastIndex((one) => one <= epoch) + 1];
  }

  certified(epoch: bigint): CertifiedEpoch | undefined {
    const path = join(this.folder(epoch), CERTIFIED);
    return existsSync(path) ? certifiedSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
  }

  write(computed: ComputedEpoch, certified: CertifiedEpoch): void {
    const folder = this.folder(computed.epoch);
    const aside = `${folder}.tmp`;
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside);
    for (const kind of POOLS) {
      writeDurably(join(aside, `${kind}.csv`), [computed.events[kind]]);
      writeDurably(join(aside, `${kind}.leaves.bin`), encodeLeaves(computed.rewards[kind].leaves));
    }
    writeDurably(join(aside, 'points.csv'), [computed.points]);
    writeDurably(join(aside, 'carried.json'), [JSON.stringify(computed.carried)]);
    writeDurably(join(aside, 'digest.bin'), [computed.digest]);
    writeDurably(join(aside, CERTIFIED), [JSON.stringify(certified)]);
    renameSync(aside, folder);
    this.#epochs.push(computed.epoch);
  }

  /** The root of a pool after an epoch; undefined where the epoch is not there or nothing was ever earned. */
  async root(epoch: bigint, kind: RewardPoolKind): Promise<Uint8Array | undefined> {
    if (!this.has(epoch)) return undefined;
    const leaves = await decodeLeaves([readFileSync(join(this.folder(epoch), `${kind}.leaves.bin`))]);
    return countLeaves(leaves) === 0 ? undefined : (await MerkleTree.build(leaves)).root;
  }

  /** Where the computation of the next epoch begins. */
  async state(epoch: bigint): Promise<EpochState> {
    if (epoch === 0n) return BEGINNING;
    const folder = this.folder(epoch);
    const [gpu, cpu] = await Promise.all(
      POOLS.map((kind) => decodeLeaves([readFileSync(join(folder, `${kind}.leaves.bin`))])),
    );
    const carried = JSON.parse(readFileSync(join(folder, 'carried.json'), 'utf8')) as Carried;
    const digest = Uint8Array.from(readFileSync(join(folder, 'digest.bin')));
    const leaves = { ...(gpu === undefined ? {} : { gpu }), ...(cpu === undefined ? {} : { cpu }) };
    return { epoch, carried, digest, leaves, totals: { gpu: totalOf(gpu), cpu: totalOf(cpu) } };
  }
}

function totalOf(leaves: LeafRecords | undefined): bigint {
  if (leaves === undefined) return 0n;
  const view = new DataView(leaves.records.buffer, leaves.records.byteOffset, leaves.records.byteLength);
  let total = 0n;
  for (let end = leaves.width; end <= leaves.records.length; end += leaves.width) {
    total += view.getBigUint64(end - 8, true);
  }
  return total;
}
