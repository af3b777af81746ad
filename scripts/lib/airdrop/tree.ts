import { hash } from 'node:crypto';

const HASH_BYTES = 32;
/** Leaves of the largest tree. */
export const MAX_LEAVES = 2 ** 20;

const TAG = new TextEncoder().encode('ionet:airdrop:v1');

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/**
 * Hashes leaves of a season: SHA-256 over `0x00`, the tag `ionet:airdrop:v1`, program, season, index (u32), wallet and
 * amount (u64), integers little endian. The bytes that all leaves share are written once.
 */
export class LeafHasher {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly index: number;

  constructor(program: Uint8Array, season: Uint8Array) {
    this.index = 1 + TAG.length + 2 * HASH_BYTES;
    this.bytes = new Uint8Array(this.index + 4 + HASH_BYTES + 8);
    this.bytes.set(TAG, 1);
    this.bytes.set(program, 1 + TAG.length);
    this.bytes.set(season, 1 + TAG.length + HASH_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }

  leaf(index: number, wallet: Uint8Array, amount: bigint): Uint8Array {
    this.view.setUint32(this.index, index, true);
    this.bytes.set(wallet, this.index + 4);
    this.view.setBigUint64(this.index + 4 + HASH_BYTES, amount, true);
    return sha256(this.bytes);
  }
}

/**
 * A Merkle tree in one flat array: the leaves, then each level above. An inner node is SHA-256 over `0x01` and its
 * children, the lesser first; the last node of a level of odd length moves up as it is.
 */
export class FlatTree {
  /** Where each level starts, in nodes. */
  private readonly levels: readonly number[];

  private constructor(
    private readonly nodes: Uint8Array,
    readonly leafCount: number,
  ) {
    const levels = [0];
    let start = 0;
    for (let count = leafCount; count > 1; count = Math.ceil(count / 2)) {
      start += count;
      levels.push(start);
    }
    this.levels = levels;
  }

  /** Builds the tree over leaf hashes of 32 bytes each. */
  static build(leaves: Uint8Array): FlatTree {
    const count = leaves.length / HASH_BYTES;
    let total = count;
    for (let level = count; level > 1;) {
      level = Math.ceil(level / 2);
      total += level;
    }
    const nodes = new Uint8Array(total * HASH_BYTES);
    nodes.set(leaves);
    const pair = new Uint8Array(1 + 2 * HASH_BYTES);
    pair[0] = 1;
    let from = 0;
    for (let level = count; level > 1; level = Math.ceil(level / 2)) {
      const to = from + level;
      for (let node = 0; node < level; node += 2) {
        const left = nodes.subarray((from + node) * HASH_BYTES, (from + node + 1) * HASH_BYTES);
        const target = (to + node / 2) * HASH_BYTES;
        if (node + 1 === level) {
          nodes.set(left, target);
          continue;
        }
        const right = nodes.subarray((from + node + 1) * HASH_BYTES, (from + node + 2) * HASH_BYTES);
        const ordered = Buffer.compare(left, right) <= 0;
        pair.set(ordered ? left : right, 1);
        pair.set(ordered ? right : left, 1 + HASH_BYTES);
        nodes.set(sha256(pair), target);
      }
      from = to;
    }
    return new FlatTree(nodes, count);
  }

  get root(): Uint8Array {
    return this.nodes.subarray(-HASH_BYTES);
  }

  /** Hashes of the longest proof. */
  get depth(): number {
    return this.levels.length - 1;
  }

  /** The siblings from a leaf up, 32 bytes each. */
  proof(index: number): Uint8Array {
    const siblings: Uint8Array[] = [];
    let node = index;
    let count = this.leafCount;
    for (let level = 0; level < this.depth; level += 1) {
      const sibling = node ^ 1;
      if (sibling < count) {
        const at = ((this.levels[level] ?? 0) + sibling) * HASH_BYTES;
        siblings.push(this.nodes.subarray(at, at + HASH_BYTES));
      }
      node >>>= 1;
      count = Math.ceil(count / 2);
    }
    return Buffer.concat(siblings);
  }
}
