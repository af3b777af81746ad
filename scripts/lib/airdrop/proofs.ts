import { AIRDROP_RECORD_BYTES, AIRDROP_TAG, decodeAddress, leafPrefix, MerkleTree } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import { type AirdropLeaf, readLeaves, readManifest } from './manifest.js';

const WALLET_BYTES = 32;

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
  const prefix = leafPrefix(AIRDROP_TAG, new PublicKey(program), new PublicKey(season.address));
  const records = new Uint8Array(count * AIRDROP_RECORD_BYTES);
  const view = new DataView(records.buffer);
  const leaves: AirdropLeaf[] = [];
  const byWallet = new Map<string, number>();
  for await (const leaf of readLeaves(directory)) {
    if (leaf.index !== leaves.length || leaf.index >= count) {
      throw new Error(`${directory}: leaf ${leaves.length} of ${count} is missing, or one is too many`);
    }
    const at = leaf.index * AIRDROP_RECORD_BYTES;
    const text = Buffer.from(leaf.wallet, 'latin1');
    if (!decodeAddress(text, 0, text.length, records, at + 4)) {
      throw new Error(`${directory}: the wallet of leaf ${leaf.index} is not an address`);
    }
    view.setUint32(at, leaf.index, true);
    view.setBigUint64(at + 4 + WALLET_BYTES, leaf.amount, true);
    byWallet.set(leaf.wallet, leaf.index);
    leaves.push(leaf);
  }
  if (leaves.length !== count) throw new Error(`${directory} has ${leaves.length} leaves, not ${count}`);
  const tree = await MerkleTree.build({ prefix, width: AIRDROP_RECORD_BYTES, records });
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
