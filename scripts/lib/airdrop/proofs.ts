import { decodeAddress } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import { type AirdropLeaf, readLeaves, readManifest } from './manifest.js';
import { FlatTree, LeafHasher } from './tree.js';

const HASH_BYTES = 32;

/** A leaf with what proves it: the siblings from the leaf up, 32 bytes each. */
export interface AirdropProof extends AirdropLeaf {
  readonly proof: Uint8Array;
}

/** Makes the proofs of a build's leaves when they are asked for. */
export interface AirdropProofs {
  readonly leaves: readonly AirdropLeaf[];
  /** The leaf of a wallet, or undefined where it has none. */
  find(wallet: string): AirdropProof | undefined;
  /** The leaf of an index. */
  at(index: number): AirdropProof;
}

/** Loads the leaves of a build and its tree; fails where they do not lead to its root. */
export async function loadProofs(directory: string): Promise<AirdropProofs> {
  const { root, program, season, leaves: count } = readManifest(directory);
  const hasher = new LeafHasher(new PublicKey(program).toBytes(), new PublicKey(season.address).toBytes());
  const hashes = new Uint8Array(count * HASH_BYTES);
  const leaves: AirdropLeaf[] = [];
  const byWallet = new Map<string, number>();
  const wallet = new Uint8Array(HASH_BYTES);
  for await (const leaf of readLeaves(directory)) {
    const text = Buffer.from(leaf.wallet, 'latin1');
    if (!decodeAddress(text, 0, text.length, wallet, 0)) {
      throw new Error(`${directory}: the wallet of leaf ${leaf.index} is not an address`);
    }
    if (leaf.index !== leaves.length || leaf.index >= count) {
      throw new Error(`${directory}: leaf ${leaves.length} of ${count} is missing, or one is too many`);
    }
    hashes.set(hasher.leaf(leaf.index, wallet, leaf.amount), leaf.index * HASH_BYTES);
    byWallet.set(leaf.wallet, leaf.index);
    leaves.push(leaf);
  }
  if (leaves.length !== count) throw new Error(`${directory} has ${leaves.length} leaves, not ${count}`);
  const tree = FlatTree.build(hashes);
  if (Buffer.from(tree.root).toString('hex') !== root) {
    throw new Error(
      `${directory}: the leaves do not lead to the root: run io airdrop verify to find which differs`,
    );
  }
  const at = (index: number): AirdropProof => {
    const leaf = leaves[index];
    if (leaf === undefined) throw new Error(`${directory} has no leaf ${index}`);
    return { ...leaf, proof: tree.proof(index) };
  };
  return {
    leaves,
    at,
    find: (wallet) => {
      const index = byWallet.get(wallet);
      return index === undefined ? undefined : at(index);
    },
  };
}
