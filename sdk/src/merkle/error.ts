import { IonetError } from '../errors.js';

/**
 * Why there is no tree, root or file of leaves.
 *
 * @see {@link MerkleError}
 */
export type MerkleErrorCode =
  | 'HashLength'
  | 'ProofLength'
  | 'ProofTooLong'
  | 'NoLeaves'
  | 'TooManyLeaves'
  | 'LeafLength'
  | 'NoSuchLeaf'
  | 'NotALeavesFile';

const SENTENCES: Record<MerkleErrorCode, string> = {
  HashLength: 'a hash has 32 bytes',
  ProofLength: 'a proof is whole hashes of 32 bytes: pass it as it was made',
  ProofTooLong: 'a proof has at most 20 hashes',
  NoLeaves: 'a tree has at least one leaf',
  TooManyLeaves: 'a tree has at most 1,048,576 leaves: split it',
  LeafLength: 'leaves are whole records of their width, prefix and record at most 502 bytes',
  NoSuchLeaf: 'the tree has no leaf of this index',
  NotALeavesFile: 'this is not a file of leaves, or it is damaged: make it anew',
};

/**
 * What is wrong with leaves, a proof or a file of them: told apart by `code`.
 *
 * @example
 * ```ts
 * import { MerkleError, rootOf } from '@ionet/sdk';
 *
 * try {
 *   rootOf(new Uint8Array(32), new Uint8Array(33));
 * } catch (error) {
 *   if (error instanceof MerkleError) console.log(error.code); // ProofLength
 * }
 * ```
 */
export class MerkleError extends IonetError {
  override readonly name = 'MerkleError';

  readonly code: MerkleErrorCode;

  constructor(code: MerkleErrorCode, message: string = SENTENCES[code], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
