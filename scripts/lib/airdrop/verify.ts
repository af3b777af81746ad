import { readLeaves, readManifest } from './manifest.js';
import { type ReferenceAirdrop, referenceAirdrop } from './reference.js';

/** Leaves whose bits stand in one account on chain, as docs/points.md says. */
const SHARD_LEAVES = 65_536;

/** Where a build departs from what its inputs come to; amounts in base units. */
export interface AirdropDifference {
  /** `leaf 17`, or what of the manifest. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/** What a check came to: no difference, or the first. */
export interface AirdropVerdict {
  readonly root: string;
  readonly leaves: number;
  readonly difference: AirdropDifference | null;
}

/** Computes a build again from the points of its wallets, by other code than built it, and compares. */
export async function verifyAirdrop(
  directory: string,
  wallets: ReadonlyMap<string, bigint>,
): Promise<AirdropVerdict> {
  const manifest = readManifest(directory);
  const { program, season } = manifest;
  const expected = referenceAirdrop(BigInt(manifest.pool), wallets, program, season.address);
  const difference =
    (await differentLeaf(directory, expected)) ??
    differentValue({
      'number of leaves': [expected.leaves.length, manifest.leaves],
      total: [expected.total, manifest.total],
      remainder: [expected.remainder, manifest.remainder],
      points: [expected.points, manifest.points],
      ratio: [(Number(expected.points) * 1e8) / Number(BigInt(manifest.pool)), manifest.ratio],
      'hash of the inputs': [expected.inputsHash, manifest.inputsHash],
      root: [expected.root, manifest.root],
      shards: [shardsText(expected), JSON.stringify(manifest.shards)],
    });
  return { root: expected.root, leaves: expected.leaves.length, difference };
}

async function differentLeaf(
  directory: string,
  { leaves }: ReferenceAirdrop,
): Promise<AirdropDifference | null> {
  const none = 'no leaf';
  let next = 0;
  for await (const { index, wallet, amount } of readLeaves(directory)) {
    const leaf = leaves[next];
    const expected = leaf === undefined ? none : `${next},${leaf.wallet},${leaf.amount}`;
    const found = `${index},${wallet},${amount}`;
    if (found !== expected) return { where: `leaf ${next}`, expected, found };
    next += 1;
  }
  const missing = leaves[next];
  if (missing === undefined) return null;
  return { where: `leaf ${next}`, expected: `${next},${missing.wallet},${missing.amount}`, found: none };
}

function differentValue(
  values: Readonly<Record<string, readonly [expected: unknown, found: unknown]>>,
): AirdropDifference | null {
  for (const [where, [expected, found]] of Object.entries(values)) {
    if (String(expected) !== String(found)) {
      return { where, expected: String(expected), found: String(found) };
    }
  }
  return null;
}

function shardsText({ leaves }: ReferenceAirdrop): string {
  const shards = Array.from({ length: Math.ceil(leaves.length / SHARD_LEAVES) }, (_, index) => {
    const own = leaves.slice(index * SHARD_LEAVES, (index + 1) * SHARD_LEAVES);
    const total = own.reduce((sum, { amount }) => sum + amount, 0n);
    return { index, firstLeaf: index * SHARD_LEAVES, leaves: own.length, total: total.toString() };
  });
  return JSON.stringify(shards);
}
