import { MathError } from '../math/error.js';
import { BandwidthTier, MEGABYTE } from '../math/points.js';
import { U64_MAX } from '../math/range.js';
import { idleReward, idleWeight, isEarning, NEVER_PASSED, PROOFS_COUNTED } from '../math/idle-rewards.js';
import { HASH_BYTES } from '../merkle/hash.js';
import { leafPrefix, type LeafRecords, REWARD_RECORD_BYTES, REWARD_TAG } from '../merkle/leaves.js';
import { type BuildTreeOptions, MerkleTree } from '../merkle/tree.js';
import { ADDRESS_BYTES, decodeAddress } from '../points/base58.js';
import { streamingSha256 } from '../sha256.js';
import { RewardsError } from './error.js';
import { type EpochEvents, type EpochHeader, FACT, type Facts, MAX_DEVICES } from './events.js';
import { IDLE_REWARD_FORMULA_HASH } from './formula.js';
import { copyAddress } from './node-table.js';

const EPOCH_SECONDS = 3_600;
/** Nodes after which the event loop gets its turn. */
const TURN_NODES = 32_768;
const BUFFER_BYTES = 1 << 20;
/** More facts of one node than this are sorted by the engine. */
const FEW_FACTS = 48;

/** The rewards of a pool after an epoch. */
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

/** What the facts of a node come to. */
interface NodeFacts {
  readonly heartbeats: number;
  readonly earningDevices: number;
  /** Down and up in MB/s, in 16 bits each. */
  readonly speed: number;
  readonly staked: boolean;
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
  options: BuildTreeOptions = {},
): Promise<EpochRewards> {
  const { header } = events;
  if (header === undefined) events.report(1, "no file has the line 'epoch'");
  if (header === undefined || events.problems.length > 0) throw new RewardsError(events.problems);

  const order = events.nodes.sorted();
  const { weights, inputHash } = await weigh(events, header, order, options.signal);
  if (events.problems.length > 0) throw new RewardsError(events.problems);

  const { leaves, total, added, earning } = await pay(events, header, order, weights, options.signal);
  const tree = leaves.records.length === 0 ? undefined : await MerkleTree.build(leaves, options);
  const formulaHash = Uint8Array.from(IDLE_REWARD_FORMULA_HASH.match(/../g) ?? [], (hex) =>
    parseInt(hex, 16),
  );
  return { header, leaves, tree, total, added, earning, inputHash, formulaHash };
}

async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/** The weights of nodes, of which few differ. */
interface Weights {
  /** Those that occur; the first is zero. */
  readonly known: readonly bigint[];
  /** Which of them each node has, in the order given. */
  readonly ranked: Uint32Array;
  readonly total: bigint;
}

/** What each node weighs, in the order given, and the hash of what that comes from. */
async function weigh(
  events: EpochEvents,
  header: EpochHeader,
  order: Uint32Array,
  signal: AbortSignal | undefined,
): Promise<{ weights: Weights; inputHash: Uint8Array }> {
  const grouped = groupByNode(events);
  const canonical = new CanonicalForm(events);
  const cache = new WeightCache();
  const ranked = new Uint32Array(order.length);
  let total = 0n;
  for (let rank = 0; rank < order.length; rank++) {
    if (rank % TURN_NODES === TURN_NODES - 1) await turn(signal);
    const node = at(order, rank);
    const facts = fold(events, header, node, grouped, canonical);
    if (facts === undefined) continue;
    const weight = cache.numberOf(facts, at(events.multipliers.values, node));
    ranked[rank] = weight;
    total += cache.known[weight] ?? 0n;
  }
  return { weights: { known: cache.known, ranked, total }, inputHash: canonical.digest() };
}

/** The leaves after this epoch. */
async function pay(
  events: EpochEvents,
  header: EpochHeader,
  order: Uint32Array,
  weights: Weights,
  signal: AbortSignal | undefined,
): Promise<Pick<EpochRewards, 'leaves' | 'total' | 'added' | 'earning'>> {
  const records = new Uint8Array(order.length * REWARD_RECORD_BYTES);
  const view = new DataView(records.buffer);
  const rewards = weights.known.map((weight) => idleReward(header.budget, weight, weights.total));
  const { nodes, paid, paidTo, destinations, registeredAt } = events;
  let [filled, total, added, earning] = [0, 0n, 0n, 0];
  for (let rank = 0; rank < order.length; rank++) {
    if (rank % TURN_NODES === TURN_NODES - 1) await turn(signal);
    const node = at(order, rank);
    const reward = rewards[at(weights.ranked, rank)] ?? 0n;
    const cumulative = (paid.values[node] ?? 0n) + reward;
    if (cumulative > U64_MAX)
      throw new MathError('Overflow', 'a node has earned more than an account can hold');
    if (reward > 0n) earning++;
    added += reward;
    total += cumulative;
    // Whoever was ever paid stays; whoever never was has nothing to claim.
    if (cumulative === 0n) continue;
    const registered = at(registeredAt.values, node) !== 0;
    const { values: payees } = registered ? destinations : paidTo;
    copyAddress(nodes.addresses, node * ADDRESS_BYTES, records, filled);
    copyAddress(payees, node * ADDRESS_BYTES, records, filled + ADDRESS_BYTES);
    view.setBigUint64(filled + 2 * ADDRESS_BYTES, cumulative, true);
    filled += REWARD_RECORD_BYTES;
  }
  if (total > U64_MAX) throw new MathError('Overflow', 'the pool has paid more than an account can hold');
  const prefix = leafPrefix(REWARD_TAG, decoded(header.program), decoded(header.pool));
  const leaves = { prefix, width: REWARD_RECORD_BYTES, records: records.subarray(0, filled) };
  return { leaves, total, added, earning };
}

function decoded(address: string): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES);
  const text = new TextEncoder().encode(address);
  decodeAddress(text, 0, text.length, bytes, 0);
  return bytes;
}

/** An entry of a column; what is beyond it was never said. */
function at(column: Uint8Array | Uint32Array | Float64Array, index: number): number {
  return column[index] ?? 0;
}

/** The numbers of the facts, node by node. */
interface GroupedFacts {
  readonly members: Uint32Array;
  /** Where the facts of each node begin, and the end. */
  readonly starts: Uint32Array;
}

function groupByNode({ facts, nodes }: EpochEvents): GroupedFacts {
  // Where the facts of each node begin; as they are put in place, where the next one goes.
  const next = new Uint32Array(nodes.count + 1);
  for (let fact = 0; fact < facts.count; fact++)
    next[at(facts.nodes, fact) + 1] = at(next, at(facts.nodes, fact) + 1) + 1;
  for (let node = 0; node < nodes.count; node++) next[node + 1] = at(next, node + 1) + at(next, node);
  const starts = next.slice();
  const members = new Uint32Array(facts.count);
  for (let fact = 0; fact < facts.count; fact++) {
    const node = at(facts.nodes, fact);
    const place = at(next, node);
    members[place] = fact;
    next[node] = place + 1;
  }
  return { members, starts };
}

function compareFacts({ kinds, firsts, seconds }: Facts, a: number, b: number): number {
  return at(kinds, a) - at(kinds, b) || at(firsts, a) - at(firsts, b) || at(seconds, a) - at(seconds, b);
}

/** Sorts facts of one node by kind and device, then by both numbers. */
function sortFacts(facts: Facts, members: Uint32Array, from: number, end: number): void {
  if (end - from > FEW_FACTS) {
    members.subarray(from, end).sort((a, b) => compareFacts(facts, a, b));
    return;
  }
  for (let sorted = from + 1; sorted < end; sorted++) {
    const fact = at(members, sorted);
    let to = sorted;
    for (; to > from && compareFacts(facts, at(members, to - 1), fact) > 0; to--)
      members[to] = at(members, to - 1);
    members[to] = fact;
  }
}

// Of each device of the node at hand, the last four results in the low bits, and when it last passed.
const results = new Uint8Array(MAX_DEVICES);
const passedAt = new Float64Array(MAX_DEVICES);

/** Folds the facts of a node; undefined for one that is not registered. */
function fold(
  events: EpochEvents,
  header: EpochHeader,
  node: number,
  { members, starts }: GroupedFacts,
  canonical: CanonicalForm,
): NodeFacts | undefined {
  const { kinds, firsts, seconds, lines } = events.facts;
  const devices = at(events.devices.values, node);
  const from = at(starts, node);
  const stop = at(starts, node + 1);
  if (devices === 0 && stop > from) {
    events.report(at(lines, at(members, from)), 'the node is not registered');
    return undefined;
  }
  sortFacts(events.facts, members, from, stop);
  canonical.node(node, devices);

  const start = header.startsAt;
  const end = start + EPOCH_SECONDS;
  results.fill(0);
  passedAt.fill(-1);
  let [later, earlier, speed, hired, staked] = [0, 0, 0, 0, true];
  for (let position = from; position < stop; position++) {
    const fact = at(members, position);
    const kindOf = at(kinds, fact);
    const [kind, device, first, second] = [kindOf >> 8, kindOf & 0xff, at(firsts, fact), at(seconds, fact)];
    if (device >= devices) {
      events.report(at(lines, fact), `the node has no device ${device}: it has ${devices}`);
      continue;
    }
    if (kind === FACT.beats) {
      later |= first;
      earlier |= second;
      continue;
    }
    if (kind === FACT.hired || kind === FACT.understaked) {
      // Intervals come by their beginning: those that touch or overlap are one.
      let to = second;
      for (; position + 1 < stop; position++) {
        const next = at(members, position + 1);
        if (at(kinds, next) !== kindOf || at(firsts, next) > to) break;
        to = Math.max(to, at(seconds, next));
      }
      canonical.fact(kindOf, first, to);
      if (first >= end || to <= start) continue;
      if (kind === FACT.hired) hired |= 1 << device;
      else staked = false;
      continue;
    }
    if (first >= end) {
      events.report(at(lines, fact), 'the time is after the epoch');
      continue;
    }
    const before = position > from ? at(members, position - 1) : fact;
    if (before !== fact && at(kinds, before) === kindOf && at(firsts, before) === first) {
      if (at(seconds, before) === second) continue;
      const [one, other] = [at(lines, before), at(lines, fact)];
      const where = events.where(Math.min(one, other));
      events.report(Math.max(one, other), `another result of the same second stands ${where}`);
      continue;
    }
    canonical.fact(kindOf, first, second);
    if (kind === FACT.speed) {
      speed = second;
    } else {
      results[device] = ((at(results, device) << 1) | second) & RESULTS_MASK;
      if (second === 1) passedAt[device] = first;
    }
  }
  canonical.beats(later, earlier);

  let earningDevices = 0;
  for (let device = 0; device < devices; device++) {
    const last = at(passedAt, device);
    const state = {
      hired: (hired & (1 << device)) !== 0,
      proofsPassed: BigInt(bitCount(at(results, device))),
      sincePass: last < 0 ? NEVER_PASSED : BigInt(end - last),
    };
    if (isEarning(state)) earningDevices++;
  }
  return { heartbeats: bitCount(later) + bitCount(earlier), earningDevices, speed, staked };
}

/** As many bits as there are proofs that count. */
const RESULTS_MASK = 2 ** Number(PROOFS_COUNTED) - 1;

function bitCount(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Numbers the weights that occur: few differ among many nodes. */
class WeightCache {
  readonly known = [0n];
  private readonly numbers = new Map<number, number>();

  numberOf({ heartbeats, earningDevices, speed, staked }: NodeFacts, multiplier: number): number {
    if (!staked || earningDevices === 0) return 0;
    const tier = this.tierOf(speed);
    // Up to 60 heartbeats, 8 devices, a factor below 256, and a multiplier of 20 bits: one number below 2^53.
    const key = ((multiplier * 256 + Number(tier)) * 16 + earningDevices) * 64 + heartbeats;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.known.length;
      this.numbers.set(key, number);
      this.known.push(
        idleWeight({
          earningDevices: BigInt(earningDevices),
          multiplierX100: BigInt(multiplier),
          bandwidthX100: tier,
          heartbeats: BigInt(heartbeats),
          staked,
        }),
      );
    }
    return number;
  }

  private readonly tiers = new Map<number, bigint>();

  /** The factor of a bandwidth, x100. */
  private tierOf(speed: number): bigint {
    let factorX100 = this.tiers.get(speed);
    if (factorX100 === undefined) {
      const [down, up] = [Math.floor(speed / 65_536), speed % 65_536];
      factorX100 = BandwidthTier.factorX100(BandwidthTier.of(BigInt(down) * MEGABYTE, BigInt(up) * MEGABYTE));
      this.tiers.set(speed, factorX100);
    }
    return factorX100;
  }
}

/** Most bytes that a node takes before its facts, and one fact. */
const NODE_BYTES = 128;
const FACT_BYTES = 9;

/** The facts in one order, each once: what the input hash is of. `docs/rewards.md` has the layout. */
class CanonicalForm {
  private readonly hash = streamingSha256();
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private readonly view = new DataView(this.buffer.buffer);
  private at = 0;

  constructor(private readonly events: EpochEvents) {
    this.hash.update(new TextEncoder().encode(`${events.headerText}\n`));
  }

  /** Begins a node. */
  node(node: number, devices: number): void {
    this.room(NODE_BYTES);
    const { events, buffer, view } = this;
    const cumulative = events.paid.values[node] ?? 0n;
    const from = node * ADDRESS_BYTES;
    copyAddress(events.nodes.addresses, from, buffer, this.at);
    buffer[this.at + ADDRESS_BYTES] = devices;
    this.at += ADDRESS_BYTES + 1;
    if (devices > 0) {
      copyAddress(events.destinations.values, from, buffer, this.at);
      view.setUint32(this.at + ADDRESS_BYTES, events.multipliers.values[node] ?? 0, true);
      this.at += ADDRESS_BYTES + 4;
    }
    view.setBigUint64(this.at, cumulative, true);
    this.at += 8;
    if (cumulative > 0n) {
      copyAddress(events.paidTo.values, from, buffer, this.at);
      this.at += ADDRESS_BYTES;
    }
  }

  /** A fact of the node that was begun; numbers are little endian. */
  fact(kind: number, first: number, second: number): void {
    this.room(FACT_BYTES);
    this.buffer[this.at] = ((kind >> 8) << 4) | (kind & 0xff);
    this.view.setUint32(this.at + 1, first, true);
    this.view.setUint32(this.at + 5, second, true);
    this.at += FACT_BYTES;
  }

  /** The heartbeats of the first and of the second half of the hour, which end a node. */
  beats(later: number, earlier: number): void {
    this.fact(FACT.beats << 8, earlier, later);
  }

  digest(): Uint8Array {
    this.flush();
    return Uint8Array.from(this.hash.digest());
  }

  private room(bytes: number): void {
    if (this.at + bytes > BUFFER_BYTES) this.flush();
  }

  private flush(): void {
    this.hash.update(this.buffer.subarray(0, this.at));
    this.at = 0;
  }
}
