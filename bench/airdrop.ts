/**
 * An airdrop of 1,000,000 wallets: from the points file to leaves, root and files, and what its claims cost on chain,
 * beside the same claims of a program that keeps an account for each.
 *
 *   npm run bench:airdrop              prints the tables
 *   npm run bench:airdrop -- --write   writes them into docs/performance.md
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComputeBudgetProgram, PublicKey, TransactionMessage } from '@solana/web3.js';
import {
  airdrop,
  airdropLeaves,
  type Call,
  createTokenAccountInstruction,
  decodeAddress,
  MerkleTree,
  parseIo,
  pda,
  shardCount,
  tokenAddress,
} from '@ionet/sdk';
import { createMarket, type Market, readPrograms, tokenBalance } from '@ionet/sdk/testing';
import { buildAirdrop } from '../scripts/lib/airdrop/build.js';
import type { AirdropManifest } from '../scripts/lib/airdrop/manifest.js';
import { type AirdropProofs, loadProofs } from '../scripts/lib/airdrop/proofs.js';
import { writeTextFile } from '../scripts/lib/text-file.js';
import { openAllShards } from '../tests/harness/airdrop.js';
import {
  claimFromDistributor,
  distributorOf,
  installPerClaim,
  openDistributor,
  PER_CLAIM,
  receiptOf,
} from '../tests/harness/per-claim.js';
import { measure, peakMegabytes, publish } from './lib/measure.js';
import { benchWallet, randomFrom } from './points-events.js';

const SEED = 20_240_501;
const WALLETS = 1_000_000;
const SEASON = 3;
/** Claims that are sent, spread over the whole tree. */
const CLAIMS = 64;

const grouped = (count: number | bigint): string => count.toLocaleString('en-US');
const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

/** What one way to claim takes. */
interface Cost {
  readonly units: readonly number[];
  /** Of the largest transaction, with compute limit and price. */
  readonly bytes: number;
  /** The same where it creates the wallet's token account. */
  readonly bytesCreating: number;
  /** Lamports that lie in accounts when all wallets have claimed. */
  readonly rent: bigint;
}

function sizeOf(call: Call, payer: PublicKey): number {
  const instructions = [
    ComputeBudgetProgram.setComputeUnitLimit({ units: 60_000 }),
    ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 1_000 }),
    ...call.instructions,
  ];
  const recentBlockhash = PublicKey.default.toBase58();
  const message = new TransactionMessage({ payerKey: payer, recentBlockhash, instructions });
  const { staticAccountKeys, compiledInstructions } = message.compileToV0Message();
  // What is too long for a packet cannot be serialized. A version, a header of three bytes, the block's hash, lists
  // whose lengths take a byte each, or two from 128 on; one signature.
  const lengths = compiledInstructions.map(({ accountKeyIndexes, data }) => {
    return 1 + 1 + accountKeyIndexes.length + (data.length < 128 ? 1 : 2) + data.length;
  });
  const keys = 1 + 32 * staticAccountKeys.length;
  return 1 + 64 + 1 + 3 + keys + 32 + 1 + lengths.reduce((sum, length) => sum + length, 0) + 1;
}

/** Claims of leaves all over the tree, each made anew by what is measured. */
async function measureClaims(
  market: Market,
  indices: readonly number[],
  wallets: readonly PublicKey[],
  claim: (at: number, createTokenAccount: boolean) => Call,
): Promise<Omit<Cost, 'rent'>> {
  const { anyone, deployment, network } = market;
  const units: number[] = [];
  let [bytes, bytesCreating] = [0, 0];
  for (const [at, wallet] of wallets.entries()) {
    const before = tokenBalance(network, tokenAddress(deployment.ioMint, wallet));
    const call = claim(at, false);
    bytes = Math.max(bytes, sizeOf(call, anyone.payer));
    bytesCreating = Math.max(bytesCreating, sizeOf(claim(at, true), anyone.payer));
    const { unitsConsumed } = await anyone.send(call);
    units.push(Number(unitsConsumed ?? 0n));
    if (tokenBalance(network, tokenAddress(deployment.ioMint, wallet)) === before) {
      throw new Error(`leaf ${indices[at] ?? -1} was not paid`);
    }
  }
  return { units, bytes, bytesCreating };
}

async function measureBoth(
  manifest: AirdropManifest,
  proofs: AirdropProofs,
): Promise<{ readonly shards: Cost; readonly accounts: Cost }> {
  const { market } = await createMarket({ programs: await readPrograms('artifacts') });
  await installPerClaim(market.network);
  const { admin, anyone, deployment, network } = market;
  const rentOf = (...addresses: readonly PublicKey[]): bigint =>
    addresses.reduce((sum, address) => sum + (network.getAccount(address)?.lamports ?? 0n), 0n);
  const count = manifest.leaves;
  const indices = Array.from({ length: CLAIMS }, (_, at) => Math.floor((at * (count - 1)) / (CLAIMS - 1)));
  const leaves = indices.map((index) => proofs.at(index));
  const wallets = leaves.map(({ wallet }) => new PublicKey(wallet));
  for (const wallet of wallets) await market.fund(wallet, {});

  const amount = BigInt(manifest.pool);
  await market.fund(admin.payer, { io: amount });
  const startsAt = network.now();
  const { accounts } = await admin.airdrop.createSeason({
    id: SEASON,
    kind: 'gpu',
    name: 'Season 2 GPU',
    amount,
    totalPoints: BigInt(manifest.points),
    root: Buffer.from(manifest.root, 'hex'),
    leaves: count,
    formulaHash: Buffer.from(manifest.formula.hash, 'hex'),
    inputsHash: Buffer.from(manifest.inputsHash, 'hex'),
    startsAt,
    endsAt: startsAt + 86_400n,
    refundWallet: admin.payer,
  });
  const { season, seasonVault } = accounts;
  await openAllShards(market, season, count);
  const shards = await measureClaims(market, indices, wallets, (at, createTokenAccount) => {
    const { index, amount: due, proof } = leaves[at] ?? proofs.at(0);
    const wallet = wallets[at] ?? PublicKey.default;
    return airdrop.claim.call(anyone, { season, index, amount: due, wallet, proof, createTokenAccount });
  });
  const opened = Array.from({ length: shardCount(count) }, (_, index) =>
    pda.airdrop.shard(deployment, season, index),
  );

  // The same leaves, in the name of the other program.
  const distributor = distributorOf(SEASON);
  const all = proofs.leaves.map((leaf) => ({ ...leaf, wallet: decoded(leaf.wallet) }));
  const tree = await MerkleTree.build(airdropLeaves(PER_CLAIM, distributor, all));
  await market.fund(distributor, { io: amount });
  const open = openDistributor(deployment, anyone.payer, { id: SEASON, root: tree.root, amount });
  await anyone.send({ instructions: [open], signers: [], accounts: {} });
  const perClaim = await measureClaims(market, indices, wallets, (at, createTokenAccount) => {
    const { index, amount: due } = leaves[at] ?? proofs.at(0);
    const wallet = wallets[at] ?? PublicKey.default;
    const args = { id: SEASON, index, wallet, amount: due, proof: tree.proof(index) };
    const claim = claimFromDistributor(deployment, anyone.payer, args);
    const create = createTokenAccountInstruction(anyone.payer, deployment.ioMint, wallet);
    return { instructions: createTokenAccount ? [create, claim] : [claim], signers: [], accounts: {} };
  });
  const receipts = rentOf(...indices.map((index) => receiptOf(distributor, index)));
  const vault = tokenAddress(deployment.ioMint, distributor);
  return {
    shards: { ...shards, rent: rentOf(season, seasonVault, ...opened) },
    // All receipts have one size.
    accounts: { ...perClaim, rent: rentOf(distributor, vault) + (receipts / BigInt(CLAIMS)) * BigInt(count) },
  };
}

function decoded(wallet: string): Uint8Array {
  const bytes = new Uint8Array(32);
  const text = Buffer.from(wallet, 'latin1');
  decodeAddress(text, 0, text.length, bytes, 0);
  return bytes;
}

function* lines(random: (below: number) => number): Generator<string> {
  for (let index = 0; index < WALLETS; index += 1) yield `${benchWallet(random)},${1 + random(100_000)}\n`;
}

const directory = mkdtempSync(join(tmpdir(), 'ionet-bench-'));
try {
  const points = join(directory, 'points.csv');
  const out = join(directory, 'airdrop');
  writeTextFile(points, lines(randomFrom(SEED)));
  const built = await measure(() => buildAirdrop({ pool: parseIo('7125000'), points, season: SEASON, out }));
  const peak = peakMegabytes();
  const { shards, accounts } = await measureBoth(built.value, await loadProofs(out));
  publish('An airdrop of a million wallets', 'bench:airdrop', [
    `${grouped(built.value.leaves)} lines of wallet,points (${grouped(Math.round(statSync(points).size / 1e6))} MB) to leaves, shards, root,`,
    `manifest and report: ${seconds(built.wall)} seconds, ${seconds(built.processor)} of a processor, at most ${peak} MB. Seed ${SEED}.`,
    '',
    `Then ${CLAIMS} of its leaves, all over the tree of ${built.value.depth} levels, claimed on litesvm into token accounts that`,
    'exist, and the same leaves from `tests/programs/per_claim`, which checks and pays as the airdrop does and keeps an account',
    'of 48 bytes for each claim. Bytes are of a transaction with compute limit and price; one has room for 1,232. Rent is what',
    `lies in accounts when all ${grouped(built.value.leaves)} have claimed, season and vault included. Published of peers: a claim of Jito's`,
    "distributor and its forks keeps an account of 64 bytes, 1,336,320 lamports of rent; one of Marinade's validator bonds a",
    'bit, 870.',
    '',
    '| a claim | units, mean | units, most | bytes | creating the token account | lamports of rent |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    rowOf('a bit in a shard: ours', shards, built.value.leaves),
    rowOf('an account per claim', accounts, built.value.leaves),
  ]);
} finally {
  rmSync(directory, { recursive: true });
}

function rowOf(name: string, { units, bytes, bytesCreating, rent }: Cost, leaves: number): string {
  const mean = Math.round(units.reduce((sum, one) => sum + one, 0) / units.length);
  const each = (Number(rent) / leaves).toFixed(0);
  const cells = [name, mean, Math.max(...units), bytes, bytesCreating, Number(each)];
  return `| ${cells.map((cell) => (typeof cell === 'number' ? grouped(cell) : cell)).join(' | ')} |`;
}
