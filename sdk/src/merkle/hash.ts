import { sha256 } from '@noble/hashes/sha2.js';
import { MerkleError } from './error.js';

/** Bytes of a node of a tree. */
export const HASH_BYTES = 32;
/** Levels above the leaves of the largest tree. */
export const MAX_DEPTH = 20;
/**
 * Leaves of the largest tree.
 *
 * @example
 * ```ts
 * import { MAX_LEAVES } from '@ionet/sdk';
 *
 * MAX_LEAVES; // 2 ** 20
 * ```
 */
export const MAX_LEAVES = 2 ** MAX_DEPTH;

/** The first byte of what is hashed: a leaf cannot pass as an inner node, nor the reverse. */
export const LEAF_PREFIX = 0;
export const INNER_PREFIX = 1;

/** Orders bytes as the programs do: unsigned, from the first on. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function checkHash(bytes: Uint8Array, what: string): void {
  if (bytes.length !== HASH_BYTES) {
    throw new MerkleError('HashLength', `${what} has ${bytes.length} bytes instead of ${HASH_BYTES}`);
  }
}

/**
 * The hash of a leaf: SHA-256 of `0x00` and the parts, one after the other. Parts have fixed widths, or two leaves
 * could have the same bytes.
 *
 * @example
 * ```ts
 * import { hashLeaf } from '@ionet/sdk';
 *
 * hashLeaf(new TextEncoder().encode('ionet:example:v1'), new Uint8Array(32)).length; // 32
 * ```
 */
export function hashLeaf(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create().update(Uint8Array.of(LEAF_PREFIX));
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * The inner node over two nodes, in whichever order they are given: SHA-256 of `0x01`, the lesser and the greater.
 *
 * @throws {@link MerkleError} `HashLength`
 * @example
 * ```ts
 * import { hashLeaf, hashPair } from '@ionet/sdk';
 *
 * const [a, b] = [hashLeaf(Uint8Array.of(1)), hashLeaf(Uint8Array.of(2))];
 * hashPair(a, b); // hashPair(b, a): the lesser comes first
 * ```
 */
export function hashPair(a: Uint8Array, b: Uint8Array): Uint8Array {
  checkHash(a, 'the first node');
  checkHash(b, 'the second node');
  const [low, high] = compareBytes(a, b) <= 0 ? [a, b] : [b, a];
  return sha256.create().update(Uint8Array.of(INNER_PREFIX)).update(low).update(high).digest();
}

/**
 * The root that a proof leads to from the hash of a leaf. The proof is the siblings from the leaf up, 32 bytes each;
 * an empty one proves the only leaf of a tree.
 *
 * @throws {@link MerkleError} `HashLength`, `ProofLength`, `ProofTooLong`
 * @example
 * ```ts
 * import { hashLeaf, hashPair, rootOf } from '@ionet/sdk';
 *
 * const [a, b] = [hashLeaf(Uint8Array.of(1)), hashLeaf(Uint8Array.of(2))];
 * rootOf(a, b); // hashPair(a, b)
 * ```
 */
export function rootOf(leaf: Uint8Array, proof: Uint8Array): Uint8Array {
  checkHash(leaf, 'the hash of a leaf');
  if (proof.length % HASH_BYTES !== 0) throw new MerkleError('ProofLength');
  if (proof.length > MAX_DEPTH * HASH_BYTES) throw new MerkleError('ProofTooLong');
  let node = leaf;
  for (let at = 0; at < proof.length; at += HASH_BYTES) {
    node = hashPair(node, proof.subarray(at, at + HASH_BYTES));
  }
  return node;
}

/**
 * Whether a proof leads from the hash of a leaf to the root, as the programs check it.
 *
 * @example
 * ```ts
 * import { airdropLeaf, airdropLeafAt, verifyProof } from '@ionet/sdk';
 *
 * const leaf = airdropLeaf(deployment.programs.airdrop, season, airdropLeafAt(leaves, 1));
 * verifyProof(tree.root, leaf, tree.proof(1)); // true
 * verifyProof(tree.root, leaf, tree.proof(0)); // false
 * ```
 */
export function verifyProof(root: Uint8Array, leaf: Uint8Array, proof: Uint8Array): boolean {
  if (proof.length % HASH_BYTES !== 0 || proof.length > MAX_DEPTH * HASH_BYTES) return false;
  return compareBytes(rootOf(leaf, proof), root) === 0;
}
