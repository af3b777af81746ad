import { sha256 } from '@noble/hashes/sha2.js';
import { hashPair, HASH_BYTES } from './hash.js';
import { KERNEL_CODE } from './kernel-code.js';

/** Leaves of a chunk: what the kernel reduces to one node at a time. */
export const CHUNK_LEAVES = 4096;
/** Levels above the leaves of a chunk. */
export const CHUNK_LEVELS = 12;

/** Where the kernel keeps the messages of four leaves, and the room of each. */
const MESSAGES_AT = 0x800;
const MESSAGE_BYTES = 512;
/** Where the hashes of a chunk are. */
const NODES_AT = 0x1000;
/** Where the records of a chunk are. */
const RECORDS_AT = 0x42000;
const MEMORY_BYTES = 37 * 65_536;

const BLOCK_BYTES = 64;
/** Padding of a message: one byte and its length in bits. */
const PADDING_BYTES = 9;

/** Bytes of the longest leaf, first byte included. */
export const MAX_LEAF_BYTES = MESSAGE_BYTES - PADDING_BYTES;

/** Hashes chunks of a tree inside a memory of its own. */
export interface Kernel {
  readonly memory: Uint8Array;
  /** Hashes `count` records of `width` bytes, each behind `offset` bytes of the message that the memory holds. */
  hashRecords(count: number, width: number, offset: number, blocks: number): void;
  /** Computes the levels above `count` hashes. */
  reduce(count: number): void;
}

/** How records become leaves: the arguments of {@link Kernel.hashRecords} after the count, and the message. */
export interface LeafMessage {
  readonly width: number;
  readonly offset: number;
  readonly blocks: number;
  /** What lies at {@link MESSAGES_AT}: four messages with prefix and padding. */
  readonly template: Uint8Array;
}

/** A chunk of work: what goes into the kernel's memory, and what goes out of it. */
export interface Chunk {
  readonly input: Uint8Array<ArrayBuffer>;
  readonly inputAt: number;
  readonly count: number;
  /** From where in the memory to where in the tree, and how many bytes. */
  readonly copies: readonly (readonly [from: number, to: number, bytes: number])[];
}

/** The message of leaves with this prefix and width. */
export function leafMessage(prefix: Uint8Array, width: number): LeafMessage {
  // The first byte, 0x00, is the prefix of every leaf.
  const offset = 1 + prefix.length;
  const length = offset + width;
  const blocks = Math.ceil((length + PADDING_BYTES) / BLOCK_BYTES);
  const template = new Uint8Array(4 * MESSAGE_BYTES);
  for (let at = 0; at < template.length; at += MESSAGE_BYTES) {
    template.set(prefix, at + 1);
    template[at + length] = 0x80;
    new DataView(template.buffer, at).setUint16(blocks * BLOCK_BYTES - 2, length * 8);
  }
  return { width, offset, blocks, template };
}

/** Where a level of a chunk begins in the kernel's memory: each has room for three hashes more than a full one. */
export function levelAt(level: number): number {
  let at = NODES_AT;
  for (let below = 0; below < level; below++) at += (CHUNK_LEAVES >> below) * HASH_BYTES + 96;
  return at;
}

export const KERNEL_LAYOUT = { messagesAt: MESSAGES_AT, nodesAt: NODES_AT, recordsAt: RECORDS_AT } as const;

/** The part of WebAssembly's interface that is used: it has no types without those of a browser. */
interface WebAssemblyApi {
  compile(code: Uint8Array): Promise<object>;
  Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

let compiled: Promise<object | undefined> | undefined;

/** The kernel's module, compiled once; `undefined` where WebAssembly with vectors is missing or forbidden. */
export function compileKernel(): Promise<object | undefined> {
  const api = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;
  const code = Uint8Array.from(atob(KERNEL_CODE), (byte) => byte.charCodeAt(0));
  // A content security policy or an old engine refuses it: the plain kernel computes the same.
  compiled ??= api?.compile(code).catch(() => undefined) ?? Promise.resolve(undefined);
  return compiled;
}

/** A kernel of a compiled module. */
export function wasmKernel(module: object): Kernel {
  const { Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
  const exports = new Instance(module).exports as unknown as Omit<Kernel, 'memory'> & {
    readonly memory: { readonly buffer: ArrayBuffer };
  };
  const { memory, hashRecords, reduce } = exports;
  return { memory: new Uint8Array(memory.buffer), hashRecords, reduce };
}

/** The same without WebAssembly, some ten times slower. */
export function plainKernel(): Kernel {
  const memory = new Uint8Array(MEMORY_BYTES);
  return {
    memory,
    hashRecords(count, width, offset) {
      const message = memory.subarray(MESSAGES_AT, MESSAGES_AT + offset + width);
      for (let index = 0; index < count; index++) {
        const record = RECORDS_AT + index * width;
        message.set(memory.subarray(record, record + width), offset);
        memory.set(sha256(message), NODES_AT + index * HASH_BYTES);
      }
    },
    reduce(count) {
      const node = (level: number, index: number): Uint8Array => {
        const at = levelAt(level) + index * HASH_BYTES;
        return memory.subarray(at, at + HASH_BYTES);
      };
      let length = count;
      for (let level = 0; level < CHUNK_LEVELS; level++) {
        const pairs = length >> 1;
        for (let pair = 0; pair < pairs; pair++) {
          node(level + 1, pair).set(hashPair(node(level, 2 * pair), node(level, 2 * pair + 1)));
        }
        if (length % 2 === 1) node(level + 1, pairs).set(node(level, length - 1));
        length = (length + 1) >> 1;
      }
    },
  };
}

/** Runs a chunk: the workers' code in workers.ts does the same. */
export function runChunk(
  kernel: Kernel,
  chunk: Chunk,
  message: LeafMessage | undefined,
  nodes: Uint8Array,
): void {
  const { memory } = kernel;
  memory.set(chunk.input, chunk.inputAt);
  if (message !== undefined) {
    kernel.hashRecords(chunk.count, message.width, message.offset, message.blocks);
  }
  kernel.reduce(chunk.count);
  for (const [from, to, bytes] of chunk.copies) nodes.set(memory.subarray(from, from + bytes), to);
}
