import { signMessage, type Deployment } from '@ionet/sdk';
import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519';
import { PublicKey, type Signer } from '@solana/web3.js';
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/**
 * What nodes and oracles say to each other. Every message of a node is signed by its operator over bytes of fixed
 * layout: tag, cluster, node, sequence, time, and what it says; integers are little endian.
 */
export const NODE_TAGS = {
  heartbeat: 'ionet:heartbeat:',
  answer: 'ionet:answer:v1:',
  speed: 'ionet:speed:v1::',
  hours: 'ionet:job-hours:',
} as const;

/** The kinds of a node's messages. */
export type NodeMessageKind = keyof typeof NODE_TAGS;

/** Who says something, and when: the same in every message of a node. */
export interface NodeStamp {
  readonly node: string;
  /** Grows from message to message of a kind: one that was taken is never taken again. */
  readonly sequence: number;
  /** Unix seconds by the chain's clock. */
  readonly sentAt: number;
}

/** What each kind of message says. */
export interface NodeMessages {
  readonly heartbeat: { readonly jobs: readonly string[] };
  readonly answer: { readonly challenge: string; readonly root: string };
  readonly speed: object;
  readonly hours: { readonly job: string; readonly from: number; readonly to: number };
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const keyBytes = (address: string): Uint8Array => new PublicKey(address).toBytes();

const BODIES: { readonly [K in NodeMessageKind]: (message: NodeMessages[K]) => readonly Uint8Array[] } = {
  heartbeat: ({ jobs }) => [Buffer.of(jobs.length), ...jobs.map(keyBytes)],
  answer: ({ challenge, root }) => [Buffer.from(challenge, 'hex'), Buffer.from(root, 'hex')],
  speed: () => [],
  hours: ({ job, from, to }) => [keyBytes(job), u64(from), u64(to)],
};

/** The bytes that a node's operator signs. */
export function nodeMessage<K extends NodeMessageKind>(
  deployment: Deployment,
  kind: K,
  message: NodeStamp & NodeMessages[K],
): Uint8Array {
  const { node, sequence, sentAt } = message;
  return Buffer.concat([
    Buffer.from(NODE_TAGS[kind]),
    deployment.clusterTag,
    keyBytes(node),
    u64(sequence),
    u64(sentAt),
    ...BODIES[kind](message),
  ]);
}

/** A message with its operator's signature, as it is sent. */
export type SignedNodeMessage<K extends NodeMessageKind> = NodeStamp &
  NodeMessages[K] & {
    /** 128 hexadecimal digits. */
    readonly signature: string;
  };

/** Signs a message of a node. */
export function signNodeMessage<K extends NodeMessageKind>(
  deployment: Deployment,
  kind: K,
  message: NodeStamp & NodeMessages[K],
  operator: Signer,
): SignedNodeMessage<K> {
  const { signature } = signMessage(nodeMessage(deployment, kind, message), operator);
  return { ...message, signature: Buffer.from(signature).toString('hex') };
}

/** What DER puts before the 32 bytes of an ed25519 key (RFC 8410). */
const KEY_HEADER = Buffer.from('302a300506032b6570032100', 'hex');
/** As many keys are kept decoded: of all nodes of a large network. */
const MOST_KEYS = 16_384;
const decodedKeys = new Map<string, KeyObject | null>();

/** A key as the runtime takes it, `null` where it is none. A node signs with the same one every minute. */
function decodedKey(key: PublicKey): KeyObject | null {
  const bytes = key.toBytes();
  const name = Buffer.from(bytes).toString('latin1');
  const known = decodedKeys.get(name);
  if (known !== undefined) return known;
  const decoded = isStrictPoint(bytes)
    ? createPublicKey({ key: Buffer.concat([KEY_HEADER, bytes]), format: 'der', type: 'spki' })
    : null;
  if (decodedKeys.size >= MOST_KEYS) decodedKeys.clear();
  decodedKeys.set(name, decoded);
  return decoded;
}

/** Whether it is the one encoding of a point, and not of one for which anybody can sign. */
function isStrictPoint(bytes: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromHex(bytes, false).isSmallOrder();
  } catch {
    return false;
  }
}

const SMALL_ORDER = new Set(ED25519_TORSION_SUBGROUP);
const POINT_DIGITS = 64;

/**
 * Whether a key signed these bytes, as the chain would say: a signature has one encoding, and neither the key nor the
 * point in the signature is of small order. What an oracle took here and the chain refused would keep it from posting.
 * The runtime's own code does it: it takes a tenth of the time of one in JavaScript, and nothing else costs an oracle as
 * much of a heartbeat.
 */
export function isSignedBy(message: Uint8Array, signature: string, key: PublicKey): boolean {
  const decoded = decodedKey(key);
  const bytes = Buffer.from(signature, 'hex');
  const point = bytes.toString('hex').slice(0, POINT_DIGITS);
  return decoded !== null && !SMALL_ORDER.has(point) && verify(null, message, decoded, bytes);
}

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** An address in base58, as text. */
export const addressText = z.string().refine((text) => {
  try {
    return new PublicKey(text).toBase58() === text;
  } catch {
    return false;
  }
}, 'must be an address in base58');
const hex = (bytes: number): z.ZodString =>
  z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `must be ${2 * bytes} hexadecimal digits`);
const seconds = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);

const stamp = {
  node: addressText,
  sequence: z.int().min(1),
  sentAt: seconds,
  signature: hex(64),
};

/** Jobs that a heartbeat may name: a node has eight devices. */
const MAX_JOBS = 8;

export const heartbeatSchema = z.strictObject({ ...stamp, jobs: z.array(addressText).max(MAX_JOBS) });
export const hoursSchema = z.strictObject({ ...stamp, job: addressText, from: seconds, to: seconds });
export const speedSchema = z.strictObject(stamp);

/** How many places of the memory an answer opens. */
export const OPENINGS = 24;
const MAX_LEVELS = 26;
const opening = z.strictObject({
  index: z.int().min(0),
  block: hex(32),
  path: z.array(hex(32)).max(MAX_LEVELS),
});

/** An answer to a challenge: the root of the memory, and the places that the root itself picks. */
export const proofSchema = z.strictObject({
  root: hex(32),
  openings: z.array(z.strictObject({ block: opening, previous: opening, other: opening })).max(OPENINGS),
});
export const answerSchema = z.strictObject({
  ...stamp,
  challenge: hex(32),
  root: hex(32),
  openings: proofSchema.shape.openings,
});

/** The work that an oracle asks of a device. */
export interface Challenge {
  /** 64 hexadecimal digits: seed and name of the challenge. */
  readonly id: string;
  readonly device: number;
  /** The memory to fill has 2^levels blocks of 32 bytes. */
  readonly levels: number;
  /** Until when the answer must be there, unix seconds. */
  readonly deadline: number;
}

/** What an oracle answers to a heartbeat. */
export interface HeartbeatReply {
  readonly minute: number;
  readonly challenges: readonly Challenge[];
}

export const heartbeatReplySchema = z.object({
  minute: z.int(),
  challenges: z.array(
    z.object({ id: hex(32), device: z.int(), levels: z.int().min(4).max(MAX_LEVELS), deadline: seconds }),
  ),
});

export const rewardClaimSchema = z.object({
  version: z.string().regex(/^\d+$/).transform(BigInt),
  cumulative: z.string().regex(/^\d+$/).transform(BigInt),
  destination: addressText,
  proof: z.string().regex(/^([0-9a-f]{64})*$/),
});
