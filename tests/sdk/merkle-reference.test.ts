import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { airdropLeaves, type LeafRecords, localnet, MerkleTree, pda, rewardLeaves } from '@ionet/sdk';
import { type Hash, leafHash, ReferenceTree } from '../harness/merkle.js';
import { rewardLeafHash } from '../harness/reward-tree.js';

const deployment = localnet();
const { airdrop, emission } = deployment.programs;

/** An address of a number: what it is of does not matter. */
function addressOf(seed: number, index: number): PublicKey {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, seed);
  view.setUint32(28, index);
  return new PublicKey(bytes);
}

/** Leaves as the SDK has them, and their hashes as the documents say. */
interface Leaves {
  readonly records: LeafRecords;
  readonly hashes: readonly Hash[];
}

const KINDS: readonly (readonly [
  name: string,
  make: (seed: number, amounts: readonly bigint[]) => Leaves,
])[] = [
  [
    'an airdrop',
    (seed, amounts) => {
      const season = pda.airdrop.season(deployment, 7);
      const leaves = amounts.map((amount, index) => ({ index, wallet: addressOf(seed, index), amount }));
      return {
        records: airdropLeaves(airdrop, season, leaves),
        hashes: leaves.map((leaf) => leafHash(airdrop, season, leaf)),
      };
    },
  ],
  [
    'rewards',
    (seed, amounts) => {
      const leaves = amounts.map((cumulative, index) => ({
        node: addressOf(seed, index),
        destination: addressOf(index, seed),
        cumulative,
      }));
      return {
        records: rewardLeaves(emission, pda.emission.pool(deployment, 'cpu'), leaves),
        hashes: leaves.map((leaf) => rewardLeafHash(deployment, 'cpu', leaf)),
      };
    },
  ],
];

/** Sizes at which a level begins or ends with a node of its own, and any others. */
const BORDERS = [2, 4, 8, 16, 32, 64, 128, 256].flatMap((power) => [power - 1, power, power + 1]);
const sizes = fc.oneof(fc.constantFrom(...BORDERS), fc.integer({ min: 1, max: 300 }));
const amounts = sizes.chain((length) =>
  fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: length, maxLength: length }),
);

describe('merkle: the tree of the SDK and one written apart from it', () => {
  async function expectSame({ records, hashes }: Leaves, workers: number): Promise<void> {
    const tree = await MerkleTree.build(records, { workers });
    const reference = new ReferenceTree(hashes);
    expect(tree.leafCount).to.equal(hashes.length);
    expect(tree.root).to.deep.equal(reference.root);
    for (const index of hashes.keys()) {
      expect(tree.leaf(index)).to.deep.equal(reference.node(0, index));
      expect(tree.proof(index)).to.deep.equal(reference.proof(index));
    }
  }

  for (const [name, make] of KINDS) {
    it(`have the same leaves, root and proofs for ${name} of any size`, async () => {
      const property = fc.asyncProperty(fc.nat(2 ** 32 - 1), amounts, (seed, all) =>
        expectSame(make(seed, all), 0),
      );
      await fc.assert(property, { numRuns: 40 });
    });

    it(`and for ${name} of each size at a border, on a worker too`, async () => {
      for (const size of [1, ...BORDERS]) {
        await expectSame(
          make(
            size,
            Array.from({ length: size }, (_, index) => BigInt(index)),
          ),
          0,
        );
      }
      await expectSame(
        make(
          1,
          Array.from({ length: 257 }, () => 1n),
        ),
        1,
      );
    });
  }
});
