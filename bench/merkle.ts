/**
 * Trees of claims beside those of others, in the same run on the same leaves.
 *
 *   npm run bench:merkle              prints the tables
 *   npm run bench:merkle -- --write   writes them into docs/performance.md
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { SimpleMerkleTree } from '@openzeppelin/merkle-tree';
import {
  type LeafRecords,
  MerkleTree,
  REWARD_RECORD_BYTES,
  REWARD_TAG,
  leafPrefix,
  verifyProof,
} from '@ionet/sdk';
import { MerkleTree as PeerTree } from 'merkletreejs';
import { type Measured, measure, peakMegabytes, publish } from './lib/measure.js';

const MILLION = 1_000_000;
const HUNDRED_THOUSAND = 100_000;
const PROOFS = 100_000;

function sha256(prefix: number, data: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(prefix)).update(data).digest();
}

/** Bytes that look random, the same in each run. */
function filler(length: number): Uint8Array {
  const data = new Uint8Array(length);
  const words = new Uint32Array(data.buffer, 0, length >> 2);
  let state = 1;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[index] = state ^ (state >>> 15);
  }
  return data;
}

function hashesOf(tree: MerkleTree): Uint8Array {
  const flat = new Uint8Array(tree.leafCount * 32);
  for (let index = 0; index < tree.leafCount; index++) flat.set(tree.leaf(index), index * 32);
  return flat;
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);
const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
const timed = (name: string, leaves: string, { wall, processor }: Measured<unknown>, note: string): string =>
  row(name, leaves, seconds(wall), seconds(processor), note);

const prefix = leafPrefix(REWARD_TAG, new Uint8Array(32), new Uint8Array(32));
const leaves: LeafRecords = {
  prefix,
  width: REWARD_RECORD_BYTES,
  records: filler(MILLION * REWARD_RECORD_BYTES),
};
const cores = availableParallelism();

// Not counted: engines compile what runs often, and workers load their first code from disk.
await MerkleTree.build(filler(8192 * 32), { workers: 1 });

const whole = await measure(() => MerkleTree.build(leaves));
const peak = peakMegabytes();
const alone = await measure(() => MerkleTree.build(leaves, { workers: 0 }));
const tree = whole.value;
const proofs = await measure(() => {
  let length = 0;
  for (let index = 0; index < PROOFS; index++) length += tree.proof((index * 7919) % MILLION).length;
  return length;
});
for (const index of [0, 4_096, MILLION - 1]) {
  if (!verifyProof(tree.root, tree.leaf(index), tree.proof(index)))
    throw new Error(`proof ${index} is wrong`);
}

const flat = hashesOf(tree).subarray(0, HUNDRED_THOUSAND * 32);
const hashes = Array.from({ length: HUNDRED_THOUSAND }, (_, i) =>
  Buffer.from(flat.subarray(i * 32, i * 32 + 32)),
);
const ours = await measure(() => MerkleTree.build(flat));
const oursAlone = await measure(() => MerkleTree.build(flat, { workers: 0 }));
const peer = await measure(
  () => new PeerTree(hashes, (data: Buffer) => sha256(1, data), { sortPairs: true }),
);
const openZeppelin = await measure(() =>
  SimpleMerkleTree.of(
    hashes.map((hash) => `0x${hash.toString('hex')}`),
    {
      sortLeaves: false,
      nodeHash: (a, b) => {
        const pair = [a, b].map((node) => Buffer.from(String(node).slice(2), 'hex'));
        return `0x${sha256(1, Buffer.concat(pair.sort((x, y) => Buffer.compare(x, y)))).toString('hex')}`;
      },
    },
  ),
);
if (peer.value.getHexRoot() !== `0x${Buffer.from(ours.value.root).toString('hex')}`) {
  throw new Error('merkletreejs has another root');
}

const times = (other: Measured<unknown>, own: Measured<unknown>): string =>
  `${(other.wall / own.wall).toFixed(0)} times ours (${(other.processor / own.processor).toFixed(0)} in processor time)`;

publish('Merkle trees', 'bench:merkle', [
  `SHA-256 on ${cores} cores. Leaves of 1,000,000 are hashed from their records of 72 bytes behind a prefix of 79;`,
  'those of 100,000 are hashes already, for all alike. merkletreejs and @openzeppelin/merkle-tree hash by node:crypto.',
  '',
  row('tree', 'leaves', 'seconds', 'processor seconds', ''),
  row('---', '---:', '---:', '---:', '---'),
  timed(
    'ours, with workers',
    '1,000,000',
    whole,
    `process at its peak ${peak} MB, 72 MB of records included`,
  ),
  timed('ours, without workers', '1,000,000', alone, ''),
  timed('ours, with workers', '100,000', ours, ''),
  timed('ours, without workers', '100,000', oursAlone, ''),
  timed('merkletreejs 0.6.0', '100,000', peer, `${times(peer, oursAlone)} without workers; same root`),
  timed(
    '@openzeppelin/merkle-tree 1.0.8',
    '100,000',
    openZeppelin,
    `${times(openZeppelin, oursAlone)} without workers`,
  ),
  '',
  `A proof of the tree of 1,000,000 takes ${((proofs.processor * 1000) / PROOFS).toFixed(1)} microseconds of processor time.`,
]);
