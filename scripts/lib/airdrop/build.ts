import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AIRDROP_RECORD_BYTES,
  AIRDROP_TAG,
  type Conversion,
  convertPool,
  encodeAddress,
  leafPrefix,
  type LeafRecords,
  localnet,
  MAX_LEAVES,
  MerkleTree,
  pda,
  POINTS_FORMULA_HASH,
  POINTS_FORMULA_ID,
  pointsHashText,
  type PointsFileProblem,
  type PointsTable,
  programConstant,
  readPoints,
} from '@ionet/sdk';
import { noProgress, type ProgressFactory } from '../progress.js';
import { writeTextFile } from '../text-file.js';
import { AIRDROP_FILES, type AirdropManifest, LEAVES_HEADER } from './manifest.js';
import { describeBuild } from './report.js';

/** What is built, and where. */
export interface BuildOptions {
  /** Base units of IO. */
  readonly pool: bigint;
  /** A file of `wallet,points`. */
  readonly points: string;
  /** The id of the season on chain. */
  readonly season: number;
  readonly out: string;
  readonly progress?: ProgressFactory;
}

/** A points file that cannot be built from, with everything that is wrong in it. */
export class PointsFileError extends Error {
  override readonly name = 'PointsFileError';

  constructor(
    readonly file: string,
    readonly problems: readonly PointsFileProblem[],
  ) {
    const shown = problems.slice(0, SHOWN_PROBLEMS).map(({ line, reason }) => `${file}:${line}: ${reason}`);
    const more = problems.length - shown.length;
    super([...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
  }
}

const SHOWN_PROBLEMS = 20;
const WALLET_BYTES = 32;

/** Converts a pool by points, and writes leaves, manifest and report into a directory. */
export async function buildAirdrop(options: BuildOptions): Promise<AirdropManifest> {
  const { table, problems } = readPoints(readFileSync(options.points));
  if (problems.length > 0) throw new PointsFileError(options.points, problems);
  const conversion = convertPool(options.pool, table);
  const leaves = conversion.rows.length;
  if (leaves === 0)
    throw new Error('nobody gets a whole base unit of IO: the pool is too small for its points');
  if (leaves > MAX_LEAVES) {
    throw new Error(
      `${leaves} wallets get IO and a season has at most ${MAX_LEAVES} leaves: divide the pool`,
    );
  }
  // The programs have the same addresses on every network.
  const deployment = localnet();
  const program = deployment.programs.airdrop;
  const season = pda.airdrop.season(deployment, options.season);
  const bar = (options.progress ?? noProgress)('leaves');
  const prefix = leafPrefix(AIRDROP_TAG, program, season);
  const tree = await MerkleTree.build(recordsOf(prefix, table, conversion), {
    onProgress: (done, total) => {
      bar.update(done / total);
    },
  }).finally(() => {
    bar.end();
  });
  const inputs = createHash('sha256');
  for (const piece of pointsHashText(options.pool, table)) inputs.update(piece);
  const manifest: AirdropManifest = {
    format: 'ionet:airdrop-build:v1',
    program: program.toBase58(),
    season: { id: options.season, address: season.toBase58() },
    pool: options.pool.toString(),
    total: conversion.total.toString(),
    remainder: conversion.remainder.toString(),
    points: conversion.totalPoints.toString(),
    ratio: conversion.ratio,
    formula: { id: POINTS_FORMULA_ID, hash: POINTS_FORMULA_HASH },
    inputsHash: inputs.digest('hex'),
    root: Buffer.from(tree.root).toString('hex'),
    leaves,
    depth: tree.depth,
    shards: shardsOf(conversion),
  };
  const path = (name: keyof typeof AIRDROP_FILES): string => join(options.out, AIRDROP_FILES[name]);
  mkdirSync(options.out, { recursive: true });
  // The manifest is taken away first and written last: while it is missing the directory is not complete.
  rmSync(path('manifest'), { force: true });
  writeTextFile(path('leaves'), leafLines(table, conversion));
  writeTextFile(path('report'), [describeBuild(manifest)]);
  writeTextFile(path('manifest'), [`${JSON.stringify(manifest, null, 2)}\n`]);
  return manifest;
}

/** The leaves, still to be hashed: index, wallet and amount of each. */
function recordsOf(prefix: Uint8Array, { wallets }: PointsTable, { rows, amounts }: Conversion): LeafRecords {
  const records = new Uint8Array(rows.length * AIRDROP_RECORD_BYTES);
  const view = new DataView(records.buffer);
  rows.forEach((row, index) => {
    const at = index * AIRDROP_RECORD_BYTES;
    view.setUint32(at, index, true);
    records.set(wallets.subarray(row * WALLET_BYTES, (row + 1) * WALLET_BYTES), at + 4);
    view.setBigUint64(at + 4 + WALLET_BYTES, amounts[index] ?? 0n, true);
  });
  return { prefix, width: AIRDROP_RECORD_BYTES, records };
}

function shardsOf({ amounts }: Conversion): AirdropManifest['shards'] {
  const size = programConstant('airdrop', 'CLAIMS_PER_SHARD');
  const shards: AirdropManifest['shards'] = [];
  for (let firstLeaf = 0; firstLeaf < amounts.length; firstLeaf += size) {
    const own = amounts.subarray(firstLeaf, firstLeaf + size);
    const total = own.reduce((sum, amount) => sum + amount, 0n);
    shards.push({ index: shards.length, firstLeaf, leaves: own.length, total: total.toString() });
  }
  return shards;
}

function* leafLines({ wallets }: PointsTable, { rows, amounts }: Conversion): Generator<string> {
  yield `${LEAVES_HEADER}\n`;
  for (const [index, row] of rows.entries()) {
    yield `${index},${encodeAddress(wallets, row * WALLET_BYTES)},${amounts[index] ?? 0n}\n`;
  }
}
