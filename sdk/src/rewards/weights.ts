import { idleWeight, isEarning, NEVER_PASSED, PROOFS_COUNTED } from '../math/idle-rewards.js';
import { BandwidthTier, MEGABYTE } from '../math/points.js';
import { ADDRESS_BYTES } from '../points/base58.js';
import { EPOCH_SECONDS, FACT_BYTES } from './canonical.js';
import { FACT } from './facts.js';
import { MAX_DEVICES } from './reader.js';

/** As many bits as there are proofs that count. */
const RESULTS_MASK = 2 ** Number(PROOFS_COUNTED) - 1;

/** What the facts of a node come to. */
interface NodeFacts {
  readonly multiplier: number;
  readonly heartbeats: number;
  readonly earningDevices: number;
  /** Down and up in MB/s, in 16 bits each. */
  readonly speed: number;
  readonly staked: boolean;
}

/** A node of the canonical form that was read last. */
interface CanonicalNode {
  /** Where its destination by its registration stands; 0 if it is not registered. */
  destinationAt: number;
  /** Where what the last root said stands: the cumulative amount, behind it its destination if that is not zero. */
  paidAt: number;
  /** The number of its weight among {@link WeightReader.known}. */
  weight: number;
  /** Where the next node begins. */
  end: number;
}

/** Reads the nodes of canonical forms one after the other, and what each weighs. */
export class WeightReader {
  /** The weights that occur, of which few differ among many nodes; the first is zero. */
  readonly known = [0n];
  private readonly numbers = new Map<number, number>();
  private readonly tiers = new Map<number, bigint>();
  private readonly node: CanonicalNode = { destinationAt: 0, paidAt: 0, weight: 0, end: 0 };
  // Of each device of the node at hand, the last results in the low bits, and when it last passed.
  private readonly results = new Uint8Array(MAX_DEVICES);
  private readonly passedAt = new Float64Array(MAX_DEVICES);

  constructor(private readonly startsAt: number) {}

  /** Reads the node at `start`; the same object each time. */
  read(form: DataView, start: number): CanonicalNode {
    const { node, results, passedAt, startsAt } = this;
    const end = startsAt + EPOCH_SECONDS;
    let at = start + ADDRESS_BYTES;
    const devices = form.getUint8(at++);
    let multiplier = 0;
    node.destinationAt = 0;
    if (devices > 0) {
      node.destinationAt = at;
      multiplier = form.getUint32(at + ADDRESS_BYTES, true);
      at += ADDRESS_BYTES + 4;
    }
    node.paidAt = at;
    const isPaid = form.getUint32(at, true) > 0 || form.getUint32(at + 4, true) > 0;
    at += isPaid ? 8 + ADDRESS_BYTES : 8;

    results.fill(0);
    passedAt.fill(-1);
    let [heartbeats, speed, hired, staked] = [0, 0, 0, true];
    for (let kind = -1; kind !== FACT.beats; at += FACT_BYTES) {
      const byte = form.getUint8(at);
      const device = byte & 15;
      const [first, second] = [form.getUint32(at + 1, true), form.getUint32(at + 5, true)];
      kind = byte >> 4;
      const isOfEpoch = first < end && second > startsAt;
      if (kind === FACT.proof) {
        results[device] = (((results[device] ?? 0) << 1) | second) & RESULTS_MASK;
        if (second === 1) passedAt[device] = first;
      } else if (kind === FACT.speed) {
        speed = second;
      } else if (kind === FACT.beats) {
        heartbeats = bitCount(first) + bitCount(second);
      } else if (isOfEpoch && kind === FACT.hired) {
        hired |= 1 << device;
      } else if (isOfEpoch) {
        staked = false;
      }
    }
    node.end = at;

    let earningDevices = 0;
    for (let device = 0; device < devices; device++) {
      const last = passedAt[device] ?? -1;
      const state = {
        hired: (hired & (1 << device)) !== 0,
        proofsPassed: BigInt(bitCount(results[device] ?? 0)),
        sincePass: last < 0 ? NEVER_PASSED : BigInt(end - last),
      };
      if (isEarning(state)) earningDevices++;
    }
    node.weight = this.numberOf({ multiplier, heartbeats, earningDevices, speed, staked });
    return node;
  }

  private numberOf({ multiplier, heartbeats, earningDevices, speed, staked }: NodeFacts): number {
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

function bitCount(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}
