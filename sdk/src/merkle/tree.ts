import { MerkleError } from './error.js';
import { HASH_BYTES, MAX_LEAVES } from './hash.js';
import {
  type Chunk,
  CHUNK_LEAVES,
  CHUNK_LEVELS,
  compileKernel,
  KERNEL_LAYOUT,
  leafMessage,
  type LeafMessage,
  levelAt,
  MAX_LEAF_BYTES,
  plainKernel,
  runChunk,
  wasmKernel,
} from './kernel.js';
import { countLeaves, type LeafRecords } from './leaves.js';
import { availableWorkers, runOnWorkers } from './workers.js';

/**
 * How a tree is built.
 *
 * @see {@link MerkleTree}
 */
export interface BuildTreeOptions {
  /** Called after each chunk of 4,096 leaves. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the work; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Worker threads, in Node: by default the cores, at most 4, for 65,536 leaves or more. 0 uses none. */
  readonly workers?: number;
}

const MOST_WORKERS = 4;
/** Starting workers takes longer than hashing fewer leaves than these. */
const LEAVES_FOR_WORKERS = 65_536;
/** Milliseconds after which the event loop gets its turn, where no workers are used. */
const TURN_MS = 12;

/**
 * A Merkle tree of up to 2^20 leaves on one flat array. A node is SHA-256 of `0x01` and its two children, the lesser
 * first; the last node of a level of odd length moves up as it is.
 *
 * @example
 * ```ts
 * import { airdropLeaf, MerkleTree, verifyProof } from '@ionet/sdk';
 *
 * const built = await MerkleTree.build(leaves, {
 *   onProgress: (done, total) => console.log(`${done} of ${total}`),
 * });
 * const leaf = airdropLeaf(deployment.programs.airdrop, season, { index: 1, wallet, amount: 1_001n });
 * verifyProof(built.root, leaf, built.proof(1)); // true
 * ```
 */
export class MerkleTree {
  private constructor(
    /** How many leaves there are. */
    readonly leafCount: number,
    /** All levels, the leaves first. */
    private readonly nodes: Uint8Array,
    /** Where each level begins, and the end. */
    private readonly offsets: readonly number[],
  ) {}

  /**
   * Builds the tree of leaves: records that are still to be hashed, or hashes one after the other.
   *
   * @throws {@link MerkleError} `NoLeaves`, `TooManyLeaves`, `LeafLength`; the reason of the signal
   */
  static async build(leaves: LeafRecords | Uint8Array, options: BuildTreeOptions = {}): Promise<MerkleTree> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const { prefix, width, records } =
      leaves instanceof Uint8Array ? { prefix: undefined, width: HASH_BYTES, records: leaves } : leaves;
    const count = countLeaves({ prefix: new Uint8Array(0), width, records });
    if (count === 0) throw new MerkleError('NoLeaves');
    if (count > MAX_LEAVES) throw new MerkleError('TooManyLeaves');
    if (prefix !== undefined && 1 + prefix.length + width > MAX_LEAF_BYTES)
      throw new MerkleError('LeafLength');
    const message = prefix === undefined ? undefined : leafMessage(prefix, width);

    const offsets = levelOffsets(count);
    const module = await compileKernel();
    const workers = module === undefined ? 0 : workerCount(count, options.workers);
    const size = offsets.at(-1) ?? 0;
    const nodes = new Uint8Array(workers === 0 ? new ArrayBuffer(size) : new SharedArrayBuffer(size));

    let done = 0;
    const onChunk = (hashed: number): void => {
      signal?.throwIfAborted();
      done += hashed;
      onProgress?.(done, count);
    };
    const chunks = leafChunks(records, width, message, offsets);
    const kernel = module === undefined ? plainKernel() : wasmKernel(module);
    if (module !== undefined && workers > 0) {
      await runOnWorkers({ workers, module, message, nodes, chunks, onChunk, signal });
    } else {
      if (message !== undefined) kernel.memory.set(message.template, KERNEL_LAYOUT.messagesAt);
      let turn = performance.now();
      for (const chunk of chunks) {
        runChunk(kernel, chunk, message, nodes);
        onChunk(chunk.count);
        if (performance.now() - turn > TURN_MS) {
          await new Promise((resolve) => setTimeout(resolve));
          turn = performance.now();
        }
      }
    }
    for (let level = CHUNK_LEVELS; level < offsets.length - 2; level += CHUNK_LEVELS) {
      const input = nodes.slice(offsets[level], offsets[level + 1]);
      runChunk(kernel, levelChunk(input, level, offsets), undefined, nodes);
    }
    return new MerkleTree(count, nodes, offsets);
  }

  /** The root: 32 bytes. */
  get root(): Uint8Array {
    return this.nodes.slice(-HASH_BYTES);
  }

  /** Levels above the leaves. */
  get depth(): number {
    return this.offsets.length - 2;
  }

  /**
   * The hash of a leaf: 32 bytes.
   *
   * @throws {@link MerkleError} `NoSuchLeaf`
   */
  leaf(index: number): Uint8Array {
    this.check(index);
    return this.nodes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }

  /**
   * The proof of a leaf: its siblings from the leaf up, 32 bytes each, at most as many as the depth.
   *
   * @throws {@link MerkleError} `NoSuchLeaf`
   */
  proof(index: number): Uint8Array {
    this.check(index);
    const proof = new Uint8Array(this.depth * HASH_BYTES);
    let length = 0;
    let position = index;
    for (let level = 0; level < this.depth; level++) {
      const at = (this.offsets[level] ?? 0) + (position ^ 1) * HASH_BYTES;
      if (at < (this.offsets[level + 1] ?? 0)) {
        proof.set(this.nodes.subarray(at, at + HASH_BYTES), length);
        length += HASH_BYTES;
      }
      position >>= 1;
    }
    return proof.slice(0, length);
  }

  private check(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.leafCount) return;
    throw new MerkleError('NoSuchLeaf', `there is no leaf ${index}: the tree has ${this.leafCount}`);
  }
}

/** Where each level of a tree begins, and where the last one ends. */
function levelOffsets(leaves: number): number[] {
  const offsets = [0];
  let at = 0;
  for (let length = leaves; ; length = (length + 1) >> 1) {
    at += length * HASH_BYTES;
    offsets.push(at);
    if (length === 1) return offsets;
  }
}

function workerCount(leaves: number, wanted: number | undefined): number {
  const available = availableWorkers();
  if (wanted !== undefined) return available === 0 ? 0 : Math.min(wanted, Math.ceil(leaves / CHUNK_LEAVES));
  return leaves < LEAVES_FOR_WORKERS ? 0 : Math.min(available, MOST_WORKERS);
}

/** What a chunk of `count` nodes of a level writes into the tree; `own` is the first of its levels that it writes. */
function copiesOf(
  level: number,
  start: number,
  count: number,
  own: number,
  offsets: readonly number[],
): Chunk['copies'] {
  const top = Math.min(CHUNK_LEVELS, offsets.length - 2 - level);
  return Array.from({ length: top + 1 - own }, (_, index) => {
    const above = own + index;
    const to = (offsets[level + above] ?? 0) + (start >> above) * HASH_BYTES;
    const length = Math.ceil(count / 2 ** above);
    return [levelAt(above), to, length * HASH_BYTES] as const;
  });
}

/** The leaves in chunks, copied, as they go to workers. */
function* leafChunks(
  records: Uint8Array,
  width: number,
  message: LeafMessage | undefined,
  offsets: readonly number[],
): Generator<Chunk, undefined> {
  const leaves = records.length / width;
  const inputAt = message === undefined ? KERNEL_LAYOUT.nodesAt : KERNEL_LAYOUT.recordsAt;
  for (let start = 0; start < leaves; start += CHUNK_LEAVES) {
    const count = Math.min(CHUNK_LEAVES, leaves - start);
    const input = Uint8Array.from(records.subarray(start * width, (start + count) * width));
    yield { input, inputAt, count, copies: copiesOf(0, start, count, 0, offsets) };
  }
  return undefined;
}

/** A level that holds the tops of all chunks, as one more chunk. */
function levelChunk(input: Uint8Array<ArrayBuffer>, level: number, offsets: readonly number[]): Chunk {
  const count = input.length / HASH_BYTES;
  return { input, inputAt: KERNEL_LAYOUT.nodesAt, count, copies: copiesOf(level, 0, count, 1, offsets) };
}
