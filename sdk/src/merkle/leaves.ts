import { PublicKey } from '@solana/web3.js';
import { MerkleError } from './error.js';
import { hashLeaf, HASH_BYTES } from './hash.js';
import { U32_MAX, u64, within } from '../math/range.js';

/**
 * What the leaves of reward roots begin with.
 *
 * @example
 * ```ts
 * import { leafPrefix, pda, REWARD_TAG, rewardLeaves } from '@ionet/sdk';
 *
 * const { emission } = deployment.programs;
 * const pool = pda.emission.pool(deployment, 'gpu');
 * rewardLeaves(emission, pool, []).prefix; // leafPrefix(REWARD_TAG, emission, pool)
 * ```
 */
export const REWARD_TAG = 'ionet:reward:v1';
/**
 * What the leaves of airdrop seasons begin with.
 *
 * @see {@link leafPrefix}
 */
export const AIRDROP_TAG = 'ionet:airdrop:v1';

/**
 * Bytes of the record of a reward: node, destination, cumulative.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { decodeLeaves, REWARD_RECORD_BYTES } from '@ionet/sdk';
 *
 * const { width } = await decodeLeaves(createReadStream('leaves.bin'));
 * width === REWARD_RECORD_BYTES; // true
 * ```
 */
export const REWARD_RECORD_BYTES = 72;
/**
 * Bytes of the record of an airdrop claim: index, wallet, amount.
 *
 * @see {@link leafPrefix}
 */
export const AIRDROP_RECORD_BYTES = 44;

/**
 * An address, or its 32 bytes.
 *
 * @see {@link leafPrefix}
 */
export type AddressBytes = PublicKey | Uint8Array;

/**
 * The leaves of a tree before they are hashed, on one flat array. A leaf is the hash of `0x00`, the prefix that all
 * of them share, and its record.
 *
 * @see {@link rewardLeaves}
 */
export interface LeafRecords {
  /** Domain tag, program and distributor. */
  readonly prefix: Uint8Array;
  /** Bytes of each record. */
  readonly width: number;
  /** The records, one after the other. */
  readonly records: Uint8Array;
}

/**
 * What a node has earned in a reward pool since the first epoch.
 *
 * @see {@link rewardLeaves}
 */
export interface RewardLeaf {
  readonly node: AddressBytes;
  /** The token account that is paid. */
  readonly destination: AddressBytes;
  /** Base units of IO, of all epochs together. */
  readonly cumulative: bigint;
}

/**
 * One claim of an airdrop season.
 *
 * @see {@link airdropLeaves}
 */
export interface AirdropLeaf {
  /** Its bit in the season's shards. */
  readonly index: number;
  readonly wallet: AddressBytes;
  /** Base units of IO. */
  readonly amount: bigint;
}

const encoder = new TextEncoder();

function addressBytes(address: AddressBytes, what: string): Uint8Array {
  const bytes = address instanceof PublicKey ? address.toBytes() : address;
  if (bytes.length !== HASH_BYTES) {
    throw new MerkleError('LeafLength', `${what} has ${bytes.length} bytes instead of ${HASH_BYTES}`);
  }
  return bytes;
}

/**
 * What all leaves of a tree begin with after `0x00`: domain tag, program, distributor. Whoever fills the records of
 * a large tree himself needs no more than this.
 *
 * @example
 * ```ts
 * import { AIRDROP_RECORD_BYTES, AIRDROP_TAG, airdropLeaves, leafPrefix } from '@ionet/sdk';
 *
 * const { airdrop } = deployment.programs;
 * const records = new Uint8Array(AIRDROP_RECORD_BYTES * 1_000); // to be filled
 * const empty = { prefix: leafPrefix(AIRDROP_TAG, airdrop, season), width: AIRDROP_RECORD_BYTES, records };
 * empty.prefix; // airdropLeaves(airdrop, season, []).prefix
 * ```
 */
export function leafPrefix(tag: string, program: AddressBytes, distributor: AddressBytes): Uint8Array {
  const tagBytes = encoder.encode(tag);
  const prefix = new Uint8Array(tagBytes.length + 2 * HASH_BYTES);
  prefix.set(tagBytes);
  prefix.set(addressBytes(program, 'the program'), tagBytes.length);
  prefix.set(addressBytes(distributor, 'the distributor'), tagBytes.length + HASH_BYTES);
  return prefix;
}

function encodeAll<T>(
  entries: readonly T[],
  width: number,
  encode: (entry: T, record: Uint8Array, view: DataView) => void,
): Uint8Array {
  const records = new Uint8Array(entries.length * width);
  entries.forEach((entry, index) => {
    const record = records.subarray(index * width, (index + 1) * width);
    encode(entry, record, new DataView(record.buffer, record.byteOffset, width));
  });
  return records;
}

/**
 * The leaves of a reward pool, for {@link MerkleTree.build}.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { MerkleTree, pda, rewardLeaves } from '@ionet/sdk';
 *
 * const pool = pda.emission.pool(deployment, 'gpu');
 * const rewards = rewardLeaves(deployment.programs.emission, pool, [{ node, destination, cumulative: 5n }]);
 * const { root } = await MerkleTree.build(rewards);
 * root.length; // 32
 * ```
 */
export function rewardLeaves(
  program: AddressBytes,
  pool: AddressBytes,
  leaves: readonly RewardLeaf[],
): LeafRecords {
  return {
    prefix: leafPrefix(REWARD_TAG, program, pool),
    width: REWARD_RECORD_BYTES,
    records: encodeAll(leaves, REWARD_RECORD_BYTES, ({ node, destination, cumulative }, record, view) => {
      record.set(addressBytes(node, 'the node'));
      record.set(addressBytes(destination, 'the destination'), HASH_BYTES);
      view.setBigUint64(2 * HASH_BYTES, u64(cumulative, 'cumulative'), true);
    }),
  };
}

/**
 * The leaves of an airdrop season, for {@link MerkleTree.build}. A leaf's place in the tree is its index.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { airdropLeaves, MerkleTree, parseIo } from '@ionet/sdk';
 *
 * const claims = [{ index: 0, wallet, amount: parseIo('1') }];
 * const built = await MerkleTree.build(airdropLeaves(deployment.programs.airdrop, season, claims));
 * built.proof(0).length; // 0: the only leaf is the root
 * ```
 */
export function airdropLeaves(
  program: AddressBytes,
  season: AddressBytes,
  leaves: readonly AirdropLeaf[],
): LeafRecords {
  return {
    prefix: leafPrefix(AIRDROP_TAG, program, season),
    width: AIRDROP_RECORD_BYTES,
    records: encodeAll(leaves, AIRDROP_RECORD_BYTES, ({ index, wallet, amount }, record, view) => {
      view.setUint32(0, Number(within(BigInt(index), 0n, U32_MAX, 'index')), true);
      record.set(addressBytes(wallet, 'the wallet'), 4);
      view.setBigUint64(4 + HASH_BYTES, u64(amount, 'amount'), true);
    }),
  };
}

/**
 * The hash of one reward leaf, as the program computes it.
 *
 * @example
 * ```ts
 * import { pda, rewardLeaf, verifyProof } from '@ionet/sdk';
 *
 * const leaf = rewardLeaf(deployment.programs.emission, pda.emission.pool(deployment, 'gpu'), {
 *   node,
 *   destination,
 *   cumulative,
 * });
 * verifyProof(leaf, leaf, new Uint8Array(0)); // true: a tree of one leaf
 * ```
 */
export function rewardLeaf(program: AddressBytes, pool: AddressBytes, leaf: RewardLeaf): Uint8Array {
  const { prefix, records } = rewardLeaves(program, pool, [leaf]);
  return hashLeaf(prefix, records);
}

/**
 * The hash of one airdrop leaf, as the program computes it.
 *
 * @example
 * ```ts
 * import { airdropLeaf, verifyProof } from '@ionet/sdk';
 *
 * const leaf = airdropLeaf(deployment.programs.airdrop, season, { index: 1, wallet, amount: 1_001n });
 * verifyProof(tree.root, leaf, tree.proof(1)); // true
 * ```
 */
export function airdropLeaf(program: AddressBytes, season: AddressBytes, leaf: AirdropLeaf): Uint8Array {
  const { prefix, records } = airdropLeaves(program, season, [leaf]);
  return hashLeaf(prefix, records);
}

/**
 * How many leaves there are; refuses a last record that is cut off.
 *
 * @example
 * ```ts
 * import { countLeaves } from '@ionet/sdk';
 *
 * countLeaves(leaves); // 4
 * ```
 */
export function countLeaves({ width, records }: LeafRecords): number {
  if (!Number.isSafeInteger(width) || width < 1 || records.length % width !== 0) {
    throw new MerkleError('LeafLength');
  }
  return records.length / width;
}

function recordAt(leaves: LeafRecords, index: number, width: number): DataView {
  if (leaves.width !== width)
    throw new MerkleError('LeafLength', `these leaves have no records of ${width} bytes`);
  if (!Number.isInteger(index) || index < 0 || index >= countLeaves(leaves)) {
    throw new MerkleError('NoSuchLeaf', `there is no leaf ${index}`);
  }
  return new DataView(leaves.records.buffer, leaves.records.byteOffset + index * width, width);
}

function bytesAt(view: DataView, at: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, HASH_BYTES).slice();
}

/**
 * The leaf of an index, of leaves that {@link rewardLeaves} encoded.
 *
 * @throws {@link MerkleError} `LeafLength`, `NoSuchLeaf`
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { decodeLeaves, rewardLeafAt } from '@ionet/sdk';
 *
 * const rewards = await decodeLeaves(createReadStream('leaves.bin'));
 * rewardLeafAt(rewards, 0).cumulative; // 1_000_000n
 * ```
 */
export function rewardLeafAt(
  leaves: LeafRecords,
  index: number,
): RewardLeaf & { readonly node: PublicKey; readonly destination: PublicKey } {
  const record = recordAt(leaves, index, REWARD_RECORD_BYTES);
  return {
    node: new PublicKey(bytesAt(record, 0)),
    destination: new PublicKey(bytesAt(record, HASH_BYTES)),
    cumulative: record.getBigUint64(2 * HASH_BYTES, true),
  };
}

/**
 * The leaf of an index, of leaves that {@link airdropLeaves} encoded.
 *
 * @throws {@link MerkleError} `LeafLength`, `NoSuchLeaf`
 * @example
 * ```ts
 * import { airdropLeafAt } from '@ionet/sdk';
 *
 * const { index, amount } = airdropLeafAt(leaves, 1);
 * console.log(index, amount); // 1 1001n
 * ```
 */
export function airdropLeafAt(
  leaves: LeafRecords,
  index: number,
): AirdropLeaf & { readonly wallet: PublicKey } {
  const record = recordAt(leaves, index, AIRDROP_RECORD_BYTES);
  return {
    index: record.getUint32(0, true),
    wallet: new PublicKey(bytesAt(record, 4)),
    amount: record.getBigUint64(4 + HASH_BYTES, true),
  };
}
