import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { MerkleTree as PeerTree } from 'merkletreejs';
import { PublicKey } from '@solana/web3.js';
import {
  AIRDROP_RECORD_BYTES,
  airdropLeaf,
  airdropLeafAt,
  airdropLeaves,
  countLeaves,
  decodeLeaves,
  encodeLeaves,
  hashLeaf,
  hashPair,
  type LeafRecords,
  MAX_LEAVES,
  MerkleError,
  MerkleTree,
  REWARD_RECORD_BYTES,
  rewardLeaf,
  rewardLeafAt,
  rewardLeaves,
  rootOf,
  verifyProof,
} from '@ionet/sdk';
import {
  CHUNK_LEAVES,
  compileKernel,
  leafMessage,
  plainKernel,
  runChunk,
  wasmKernel,
} from '../../sdk/src/merkle/kernel.js';

interface VectorFunction {
  name: string;
  cases: [inputs: string[], outcome: string[] | string][];
}

const VECTORS = (
  JSON.parse(readFileSync(new URL('../vectors/merkle.json', import.meta.url), 'utf8')) as {
    functions: VectorFunction[];
  }
).functions;

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** Bytes that look random, the same at each call. */
function filler(length: number, seed = 'filler'): Uint8Array<ArrayBuffer> {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => sha256(Buffer.from(`${seed}${i}`)));
  return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
}

/** The root by recursion, of nothing but node:crypto. */
function referenceRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const pair = [referenceRoot(leaves.slice(0, half)), referenceRoot(leaves.slice(half))];
  return sha256(Buffer.of(1), ...pair.sort((a, b) => Buffer.compare(a, b)));
}

const split = (flat: Uint8Array, width = 32): Uint8Array[] =>
  Array.from({ length: flat.length / width }, (_, i) => flat.subarray(i * width, (i + 1) * width));

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MerkleError) return error.code;
    throw error;
  }
  return 'none';
}

function outcome(compute: () => string[]): string[] | string {
  try {
    return compute();
  } catch (error) {
    if (error instanceof MerkleError) return error.code;
    throw error;
  }
}

describe('merkle', () => {
  describe('gives the same bytes as the Rust crate', () => {
    const compute: Record<string, (inputs: string[]) => string[] | Promise<string[]>> = {
      leaf_hash: ([data]) => [hex(hashLeaf(bytes(data!)))],
      parent: ([a, b]) => [hex(hashPair(bytes(a!), bytes(b!)))],
      reward_leaf: ([program, pool, node, destination, cumulative]) => {
        const leaf = {
          node: bytes(node!),
          destination: bytes(destination!),
          cumulative: BigInt(cumulative!),
        };
        return [hex(rewardLeaf(bytes(program!), bytes(pool!), leaf))];
      },
      airdrop_leaf: ([program, season, index, wallet, amount]) => {
        const leaf = { index: Number(index), wallet: bytes(wallet!), amount: BigInt(amount!) };
        return [hex(airdropLeaf(bytes(program!), bytes(season!), leaf))];
      },
      root_of: ([leaf, proof]) => [hex(rootOf(bytes(leaf!), bytes(proof!)))],
      tree: async ([leaves, index]) => {
        const tree = await MerkleTree.build(bytes(leaves!));
        return [hex(tree.root), hex(tree.proof(Number(index)))];
      },
    };

    for (const { name, cases } of VECTORS) {
      it(`${name}: ${cases.length} cases`, async () => {
        for (const [inputs, expected] of cases) {
          if (typeof expected === 'string') {
            expect(outcome(() => compute[name]!(inputs) as string[])).to.equal(expected);
          } else {
            expect(await compute[name]!(inputs)).to.deep.equal(expected);
          }
        }
      });
    }

    it('covers each function', () => {
      expect(VECTORS.map(({ name }) => name)).to.have.members(Object.keys(compute));
    });
  });

  describe('trees', () => {
    const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 4095, 4096, 4097, 8191, 8193, 12_289];

    for (const count of counts) {
      it(`have the root of the definition with ${count} leaves, and prove each`, async () => {
        const flat = filler(count * 32);
        const leaves = split(flat);
        const tree = await MerkleTree.build(flat);
        expect(hex(tree.root)).to.equal(hex(referenceRoot(leaves)));
        expect(tree.leafCount).to.equal(count);
        expect(tree.depth).to.equal(Math.ceil(Math.log2(count)));
        for (let index = 0; index < count; index += Math.ceil(count / 40)) {
          expect(tree.leaf(index)).to.deep.equal(leaves[index]);
          expect(verifyProof(tree.root, leaves[index]!, tree.proof(index))).to.be.true;
        }
        expect(verifyProof(tree.root, leaves.at(-1)!, tree.proof(count - 1))).to.be.true;
      });
    }

    it('have the roots and proofs that merkletreejs computes with the same hashes', async () => {
      const pair = (data: Buffer): Buffer => sha256(Buffer.of(1), data);
      for (const count of [1, 2, 3, 5, 11, 64, 100, 513]) {
        const flat = filler(count * 32, 'peer');
        const leaves = split(flat).map((leaf) => Buffer.from(leaf));
        const peer = new PeerTree(leaves, pair, { sortPairs: true });
        const tree = await MerkleTree.build(flat);
        expect(hex(tree.root), `${count} leaves`).to.equal(peer.getHexRoot().slice(2));
        for (const index of [0, count >> 1, count - 1]) {
          const proof = peer.getProof(leaves[index]!, index).map(({ data }) => data);
          expect(hex(tree.proof(index))).to.equal(hex(Buffer.concat(proof)));
        }
      }
    });

    it('are the same on workers, without them, and without WebAssembly', async () => {
      const records = filler(9_001 * REWARD_RECORD_BYTES);
      const leaves: LeafRecords = { prefix: filler(79), width: REWARD_RECORD_BYTES, records };
      const tree = await MerkleTree.build(leaves, { workers: 0 });
      for (const workers of [1, 2, 3]) {
        const other = await MerkleTree.build(leaves, { workers });
        expect(hex(other.root)).to.equal(hex(tree.root));
        expect(hex(other.proof(9_000))).to.equal(hex(tree.proof(9_000)));
      }
      const hashed = split(records, REWARD_RECORD_BYTES).map((record) => hashLeaf(leaves.prefix, record));
      expect(hex(referenceRoot(hashed))).to.equal(hex(tree.root));
    });

    it('are reduced by the plain kernel as by WebAssembly', async () => {
      const module = await compileKernel();
      for (const count of [1, 2, 7, 1_000]) {
        const message = leafMessage(filler(30), 44);
        const input = filler(count * 44);
        const run = (kernel: ReturnType<typeof plainKernel>): string => {
          const nodes = new Uint8Array(count * 32 + 32);
          kernel.memory.set(message.template, 0x800);
          const copies = [[0x1000, 0, count * 32] as const, [267_328, count * 32, 32] as const];
          runChunk(kernel, { input, inputAt: 0x42000, count, copies }, message, nodes);
          return hex(nodes);
        };
        expect(run(plainKernel())).to.equal(run(wasmKernel(module!)));
      }
    });

    it('hash leaves of every length that fits', async () => {
      for (const width of [1, 22, 23, 24, 54, 55, 56, 63, 64, 65, 119, 120, 400, 470]) {
        const leaves = { prefix: filler(32), width, records: filler(5 * width) };
        const tree = await MerkleTree.build(leaves);
        for (const [index, record] of split(leaves.records, width).entries()) {
          expect(hex(tree.leaf(index)), `${width}`).to.equal(hex(hashLeaf(leaves.prefix, record)));
        }
      }
    });

    it('refuse what is no leaves', async () => {
      expect(await codeOf(() => MerkleTree.build(new Uint8Array(0)))).to.equal('NoLeaves');
      expect(await codeOf(() => MerkleTree.build(new Uint8Array(33)))).to.equal('LeafLength');
      const tooMany = new Uint8Array((MAX_LEAVES + 1) * 32);
      expect(await codeOf(() => MerkleTree.build(tooMany))).to.equal('TooManyLeaves');
      const long = { prefix: new Uint8Array(500), width: 3, records: new Uint8Array(3) };
      expect(await codeOf(() => MerkleTree.build(long))).to.equal('LeafLength');
      const none = { prefix: new Uint8Array(5), width: 0, records: new Uint8Array(0) };
      expect(await codeOf(() => MerkleTree.build(none))).to.equal('LeafLength');
      const tree = await MerkleTree.build(filler(96));
      for (const index of [-1, 3, 0.5, Number.NaN]) {
        expect(await codeOf(() => tree.proof(index))).to.equal('NoSuchLeaf');
        expect(await codeOf(() => tree.leaf(index))).to.equal('NoSuchLeaf');
      }
    });

    for (const workers of [0, 2]) {
      it(`report progress and stop when told, with ${workers} workers`, async () => {
        const flat = filler(6 * CHUNK_LEAVES * 32 + 32);
        const total = 6 * CHUNK_LEAVES + 1;
        const seen: number[] = [];
        await MerkleTree.build(flat, {
          workers,
          onProgress: (done, of) => {
            expect(of).to.equal(total);
            seen.push(done);
          },
        });
        expect(seen).to.have.length(7);
        expect(seen.at(-1)).to.equal(total);
        // Workers finish in any order; what is done only grows.
        expect(seen).to.deep.equal([...new Set(seen)].sort((a, b) => a - b));

        const stop = new AbortController();
        const reason = new Error('enough');
        const stopped = MerkleTree.build(flat, {
          workers,
          signal: stop.signal,
          onProgress: (done) => {
            if (done > CHUNK_LEAVES) stop.abort(reason);
          },
        });
        expect(await stopped.catch((error: unknown) => error)).to.equal(reason);
        const late = MerkleTree.build(flat, { workers, signal: AbortSignal.abort(reason) });
        expect(await late.catch((error: unknown) => error)).to.equal(reason);
      });
    }
  });

  describe('proofs', () => {
    it('prove their leaf and no other', async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), async (count, a, b) => {
          const flat = filler(count * 32);
          const tree = await MerkleTree.build(flat);
          const [index, other] = [a % count, b % count];
          const proof = tree.proof(index);
          expect(verifyProof(tree.root, tree.leaf(index), proof)).to.be.true;
          expect(verifyProof(tree.root, tree.leaf(other), proof)).to.equal(index === other);
          const flipped = proof.slice();
          flipped[b % flipped.length]! ^= 1 << (a % 8);
          expect(verifyProof(tree.root, tree.leaf(index), flipped)).to.be.false;
        }),
        { numRuns: 60 },
      );
    });

    it('do not pass an inner node as a leaf: what a leaf says is hashed behind another byte', async () => {
      const program = filler(32, 'program');
      const pool = filler(32, 'pool');
      const leaves = Array.from({ length: 4 }, (_, i) => ({
        node: filler(32, `node${i}`),
        destination: filler(32, `destination${i}`),
        cumulative: BigInt(i),
      }));
      const tree = await MerkleTree.build(rewardLeaves(program, pool, leaves));
      const pair = [tree.leaf(0), tree.leaf(1)].sort((a, b) => Buffer.compare(a, b));
      const sibling = hashPair(tree.leaf(2), tree.leaf(3));
      // As a node it leads to the root; a leaf of the same 64 bytes, or of the node itself, does not.
      expect(verifyProof(tree.root, hashPair(pair[0]!, pair[1]!), sibling)).to.be.true;
      expect(verifyProof(tree.root, hashLeaf(pair[0]!, pair[1]!), sibling)).to.be.false;
      expect(verifyProof(tree.root, hashLeaf(hashPair(pair[0]!, pair[1]!)), sibling)).to.be.false;
      expect(verifyProof(tree.root, hashLeaf(tree.root), new Uint8Array(0))).to.be.false;
    });

    it('that are short, empty, over-long or cut are refused', async () => {
      const tree = await MerkleTree.build(filler(16 * 32));
      const proof = tree.proof(3);
      const longer = new Uint8Array(proof.length + 32);
      longer.set(proof);
      for (const wrong of [proof.subarray(32), proof.subarray(0, 96), new Uint8Array(0), longer]) {
        expect(verifyProof(tree.root, tree.leaf(3), wrong)).to.be.false;
      }
      expect(verifyProof(tree.root, tree.leaf(3), proof.subarray(0, 127))).to.be.false;
      expect(verifyProof(tree.root, tree.leaf(3), new Uint8Array(21 * 32))).to.be.false;
      expect(await codeOf(() => rootOf(tree.leaf(3), new Uint8Array(21 * 32)))).to.equal('ProofTooLong');
      expect(await codeOf(() => rootOf(tree.leaf(3), new Uint8Array(31)))).to.equal('ProofLength');
      expect(await codeOf(() => rootOf(new Uint8Array(31), proof))).to.equal('HashLength');
    });

    it('hold for one program, one distributor and one kind of claim', () => {
      const [a, b, c] = ['a', 'b', 'c'].map((seed) => filler(32, seed)) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      const leaf = { node: a, destination: b, cumulative: 7n };
      const variants = [
        rewardLeaf(a, b, leaf),
        rewardLeaf(b, b, leaf),
        rewardLeaf(a, a, leaf),
        rewardLeaf(a, b, { ...leaf, node: c }),
        rewardLeaf(a, b, { ...leaf, destination: c }),
        rewardLeaf(a, b, { ...leaf, cumulative: 8n }),
        airdropLeaf(a, b, { index: 0, wallet: c, amount: 7n }),
        airdropLeaf(a, b, { index: 1, wallet: c, amount: 7n }),
        airdropLeaf(a, c, { index: 0, wallet: c, amount: 7n }),
      ];
      expect(new Set(variants.map(hex)).size).to.equal(variants.length);
    });
  });

  describe('records', () => {
    it('read back as they were written', () => {
      const key = (seed: string): PublicKey => new PublicKey(filler(32, seed));
      const reward = { node: key('n'), destination: key('d'), cumulative: 2n ** 64n - 1n };
      const airdrop = { index: 2 ** 32 - 1, wallet: key('w'), amount: 1n };
      const rewards = rewardLeaves(key('p'), key('q'), [{ ...reward, cumulative: 0n }, reward]);
      const airdrops = airdropLeaves(key('p'), key('q'), [airdrop]);
      expect(rewardLeafAt(rewards, 1)).to.deep.equal(reward);
      expect(airdropLeafAt(airdrops, 0)).to.deep.equal(airdrop);
      expect(() => rewardLeafAt(rewards, 2)).to.throw(MerkleError, 'no leaf 2');
      expect(() => rewardLeafAt(airdrops, 0)).to.throw(MerkleError, 'records of 72 bytes');
      expect(() => airdropLeaves(key('p'), key('q'), [{ ...airdrop, index: 2 ** 32 }])).to.throw('index');
      expect(() => rewardLeaf(key('p'), key('q'), { ...reward, cumulative: -1n })).to.throw('cumulative');
      expect(() => rewardLeaf(new Uint8Array(31), key('q'), reward)).to.throw(MerkleError, 'program');
    });

    it('survive a file, however its parts are cut', async () => {
      const widths = fc.constantFrom(1, AIRDROP_RECORD_BYTES, REWARD_RECORD_BYTES);
      await fc.assert(
        fc.asyncProperty(
          widths,
          fc.nat(40),
          fc.nat(90),
          fc.integer({ min: 1, max: 300 }),
          async (width, n, p, cut) => {
            const leaves = { prefix: filler(p), width, records: filler(n * width) };
            const file = Buffer.concat([...encodeLeaves(leaves)]);
            const parts = Array.from({ length: Math.ceil(file.length / cut) }, (_, i) =>
              file.subarray(i * cut, (i + 1) * cut),
            );
            expect(await decodeLeaves(parts)).to.deep.equal(leaves);
            expect(countLeaves(leaves)).to.equal(n);
            expect(await codeOf(() => decodeLeaves([file.subarray(0, -1)]))).to.equal('NotALeavesFile');
            expect(await codeOf(() => decodeLeaves([file, Uint8Array.of(0)]))).to.equal('NotALeavesFile');
          },
        ),
        { numRuns: 50 },
      );
    });

    it('refuse a file of something else', async () => {
      for (const file of ['', 'ionet', 'ionet:leaves:v2\n'.padEnd(200, '\0'), '\x7fELF'.padEnd(99, ' ')]) {
        expect(await codeOf(() => decodeLeaves([Buffer.from(file)]))).to.equal('NotALeavesFile');
      }
    });
  });
});
