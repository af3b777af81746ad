import { PublicKey } from '@solana/web3.js';
import { type Deployment, localnet } from '../deployment.js';
import { MathError } from '../math/error.js';
import { idleReward } from '../math/idle-rewards.js';
import { U64_MAX } from '../math/range.js';
import { leafPrefix, type LeafRecords, REWARD_RECORD_BYTES, REWARD_TAG } from '../merkle/leaves.js';
import { type BuildTreeOptions, MerkleTree } from '../merkle/tree.js';
import { pda } from '../pda.js';
import { ADDRESS_BYTES, decodeAddress } from '../points/base58.js';
import { streamingSha256 } from '../sha256.js';
import type { CanonicalNodes } from './canonical.js';
import { RewardsError } from './error.js';
import type { EpochEvents } from './events.js';
import { IDLE_REWARD_FORMULA_HASH } from './formula.js';
import type { EpochHeader } from './reader.js';
import { WeightReader } from './weights.js';

/** Where the amount stands in the record of a leaf, behind node and destination. */
const AMOUNT_AT = 2 * ADDRESS_BYTES;
const AMOUNT_BYTES = 8;
/** Nodes after which the event loop gets its turn, and addresses that were searched. */
const TURN_NODES = 32_768;
const TURN_DERIVATIONS = 64;

/**
 * The rewards of a pool after an epoch.
 *
 * @see {@link computeEpochRewards}
 */
export interface EpochRewards {
  readonly header: EpochHeader;
  /** What each node has earned so far, by the bytes of its address. */
  readonly leaves: LeafRecords;
  /** Its root is what the oracles post. Absent where nobody has ever earned anything. */
  readonly tree: MerkleTree | undefined;
  /** The sum of all leaves, in base units of IO: the total of the root. */
  readonly total: bigint;
  /** The part of it that this epoch added; at most the budget. */
  readonly added: bigint;
  /** Nodes that earned something in this epoch. */
  readonly earning: number;
  /** SHA-256 of the canonical form of the events: 32 bytes. */
  readonly inputHash: Uint8Array;
  /** SHA-256 of the formula: 32 bytes. */
  readonly formulaHash: Uint8Array;
}

/**
 * How rewards are computed.
 *
 * @see {@link computeEpochRewards}
 */
export interface ComputeRewardsOptions extends BuildTreeOptions {
  /** Whose staking program keeps the nodes' reward vaults. Default: program ids are the same everywhere. */
  readonly deployment?: Deployment;
}

/**
 * Computes the rewards of an epoch from its events. Pure: the same facts give the same bytes, in whichever order the
 * lines were read.
 *
 * @throws {@link RewardsError} where a line is wrong or lines contradict each other; {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { computeEpochRewards, readEpochEvents } from '@ionet/sdk';
 *
 * const events = await readEpochEvents([{ name: 'epoch-7.csv', parts: createReadStream('epoch-7.csv') }]);
 * const { tree, total, inputHash } = await computeEpochRewards(events);
 * ```
 */
export async function computeEpochRewards(
  events: EpochEvents,
  options: ComputeRewardsOptions = {},
): Promise<EpochRewards> {
  const { header, problems, canonical } = events;
  if (header === undefined || problems.length > 0) throw new RewardsError(problems);
  const inputHash = hashOf(header, canonical);
  const weighed = await weigh(header, canonical, options.signal);
  const { leaves, ...sums } = await pay(header, weighed, options);
  const tree = leaves.records.length === 0 ? undefined : await MerkleTree.build(leaves, options);
  const formulaHash = Uint8Array.from(IDLE_REWARD_FORMULA_HASH.match(/../g) ?? [], (hex) =>
    parseInt(hex, 16),
  );
  return { header, leaves, tree, ...sums, inputHash, formulaHash };
}

function hashOf(header: EpochHeader, canonical: readonly CanonicalNodes[]): Uint8Array {
  const hash = streamingSha256();
  hash.update(new TextEncoder().encode(`${header.text}\n`));
  for (const { bytes } of canonical) hash.update(bytes);
  return Uint8Array.from(hash.digest());
}

async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/** The nodes before the epoch is paid. */
interface WeighedNodes {
  /** Their leaves, with what the last root said. */
  readonly records: Uint8Array;
  /** Which of the weights that occur each has. */
  readonly numbers: Uint32Array;
  readonly weights: readonly bigint[];
  readonly totalWeight: bigint;
}

async function weigh(
  header: EpochHeader,
  canonical: readonly CanonicalNodes[],
  signal: AbortSignal | undefined,
): Promise<WeighedNodes> {
  const reader = new WeightReader(header.startsAt);
  const nodes = canonical.reduce((sum, { count }) => sum + count, 0);
  const records = new Uint8Array(nodes * REWARD_RECORD_BYTES);
  const numbers = new Uint32Array(nodes);
  const occurrences: number[] = [];
  let rank = 0;
  for (const { bytes } of canonical) {
    const form = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let start = 0; start < bytes.length; rank++) {
      if (rank % TURN_NODES === TURN_NODES - 1) await turn(signal);
      const node = reader.read(form, start);
      const record = rank * REWARD_RECORD_BYTES;
      // Whoever is no longer registered is paid where the last root paid it.
      const destination = node.destinationAt > 0 ? node.destinationAt : node.paidAt + AMOUNT_BYTES;
      copyBytes(bytes, start, records, record, ADDRESS_BYTES);
      copyBytes(bytes, destination, records, record + ADDRESS_BYTES, ADDRESS_BYTES);
      copyBytes(bytes, node.paidAt, records, record + AMOUNT_AT, AMOUNT_BYTES);
      numbers[rank] = node.weight;
      occurrences[node.weight] = (occurrences[node.weight] ?? 0) + 1;
      start = node.end;
    }
  }
  const weights = reader.known;
  const totalWeight = weights.reduce(
    (sum, weight, index) => sum + weight * BigInt(occurrences[index] ?? 0),
    0n,
  );
  return { records, numbers, weights, totalWeight };
}

/** For so few bytes, views of them would take longer than the copy. */
function copyBytes(from: Uint8Array, start: number, into: Uint8Array, at: number, length: number): void {
  for (let byte = 0; byte < length; byte++) into[at + byte] = from[start + byte] ?? 0;
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let byte = 0; byte < ADDRESS_BYTES; byte++) if (bytes[at + byte] !== 0) return false;
  return true;
}

/** The leaves after this epoch. */
async function pay(
  header: EpochHeader,
  { records, numbers, weights, totalWeight }: WeighedNodes,
  { signal, deployment = localnet() }: ComputeRewardsOptions,
): Promise<Pick<EpochRewards, 'leaves' | 'total' | 'added' | 'earning'>> {
  const rewards = weights.map((weight) => idleReward(header.budget, weight, totalWeight));
  const view = new DataView(records.buffer);
  let [filled, derived, total, added, earning] = [0, 0, 0n, 0n, 0];
  for (let rank = 0; rank < numbers.length; rank++) {
    if (rank % TURN_NODES === TURN_NODES - 1) await turn(signal);
    const record = rank * REWARD_RECORD_BYTES;
    const reward = rewards[numbers[rank] ?? 0] ?? 0n;
    const cumulative = view.getBigUint64(record + AMOUNT_AT, true) + reward;
    if (cumulative > U64_MAX)
      throw new MathError('Overflow', 'a node has earned more than an account can hold');
    if (reward > 0n) earning++;
    added += reward;
    total += cumulative;
    // Whoever was ever paid stays; whoever never was has nothing to claim.
    if (cumulative === 0n) continue;
    view.setBigUint64(record + AMOUNT_AT, cumulative, true);
    if (isZero(records, record + ADDRESS_BYTES)) {
      const node = new PublicKey(records.slice(record, record + ADDRESS_BYTES));
      records.set(pda.staking.rewardVault(deployment, node).toBytes(), record + ADDRESS_BYTES);
      if (++derived % TURN_DERIVATIONS === 0) await turn(signal);
    }
    if (filled < record) records.copyWithin(filled, record, record + REWARD_RECORD_BYTES);
    filled += REWARD_RECORD_BYTES;
  }
  if (total > U64_MAX) throw new MathError('Overflow', 'the pool has paid more than an account can hold');
  const prefix = leafPrefix(REWARD_TAG, decoded(header.program), decoded(header.pool));
  const leaves = { prefix, width: REWARD_RECORD_BYTES, records: records.subarray(0, filled) };
  return { leaves, total, added, earning };
}

function decoded(address: string): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  const text = new TextEncoder().encode(address);
  decodeAddress(text, 0, text.length, bytes, 0);
  return bytes;
}
