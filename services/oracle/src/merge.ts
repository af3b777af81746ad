import {
  encodeAddress,
  IDLE_REWARD_FORMULA_ID,
  rewardLeafAt,
  countLeaves,
  type LeafRecords,
  type RewardPoolKind,
} from '@ionet/sdk';
import { EPOCH_SECONDS } from './observation.js';

/** A registration that enough oracles saw. */
export interface AgreedNode {
  readonly node: string;
  readonly pool: RewardPoolKind;
  readonly destination: string;
  readonly devices: number;
  readonly multiplier: number;
  readonly wallet: string;
  readonly joined: number;
}

/** What enough oracles saw in an epoch. */
export interface AgreedFacts {
  readonly nodes: readonly AgreedNode[];
  /** The minutes of each node, the lowest bit the first. */
  readonly beats: ReadonlyMap<string, bigint>;
  readonly proofs: readonly { readonly node: string; readonly device: number; readonly passed: boolean }[];
  readonly speeds: ReadonlyMap<string, { readonly down: number; readonly up: number }>;
  readonly understaked: ReadonlySet<string>;
  readonly hired: readonly {
    readonly node: string;
    readonly device: number;
    readonly from: number;
    readonly to: number;
    readonly price: number;
    readonly reference: number;
    readonly buyer: string;
  }[];
}

const MINUTES = 60n;

/** The greatest value that at least `threshold` of these reach: nobody alone can lift it. */
export function reachedBy(values: readonly number[], threshold: number): number | undefined {
  return [...values].sort((a, b) => b - a)[threshold - 1];
}

/**
 * Brings the observations of several oracles together. A fact counts when at least `threshold` of them say it, so that
 * less than that many can neither invent one nor, while the others saw it, hide one.
 */
export function merge(observations: readonly (readonly string[])[], threshold: number): AgreedFacts {
  const said = new Map<string, number>();
  const beatsOf = new Map<string, bigint[]>();
  const speedsOf = new Map<string, { down: number; up: number }[]>();
  for (const lines of observations) {
    for (const line of new Set(lines)) {
      const [kind = '', node = '', first = '', second = ''] = line.split(',');
      if (kind === 'beats') beatsOf.set(node, [...(beatsOf.get(node) ?? []), BigInt(`0x${first}`)]);
      else if (kind === 'speed') {
        speedsOf.set(node, [...(speedsOf.get(node) ?? []), { down: Number(first), up: Number(second) }]);
      } else said.set(line, (said.get(line) ?? 0) + 1);
    }
  }
  const agreed = [...said].filter(([, count]) => count >= threshold).map(([line]) => line.split(','));
  const linesOf = (kind: string): string[][] =>
    agreed.filter(([first]) => first === kind).map(([, ...fields]) => fields);

  const nodes = linesOf('node')
    .map(([node = '', pool, destination = '', devices, multiplier, wallet = '', joined]) => ({
      node,
      pool: pool === 'cpu' ? ('cpu' as const) : ('gpu' as const),
      destination,
      devices: Number(devices),
      multiplier: Number(multiplier),
      wallet,
      joined: Number(joined),
    }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
  const devicesOf = new Map(nodes.map(({ node, devices }) => [node, devices]));
  // What is said of a node or a device that is not registered means nothing.
  const exists = (node: string, device = 0): boolean => device < (devicesOf.get(node) ?? 0);

  const beats = new Map<string, bigint>();
  for (const [node, each] of beatsOf) {
    if (!exists(node)) continue;
    let bits = 0n;
    for (let minute = 0n; minute < MINUTES; minute += 1n) {
      const count = each.filter((one) => ((one >> minute) & 1n) === 1n).length;
      if (count >= threshold) bits |= 1n << minute;
    }
    if (bits > 0n) beats.set(node, bits);
  }
  const speeds = new Map<string, { down: number; up: number }>();
  for (const [node, each] of speedsOf) {
    const down = reachedBy(
      each.map((one) => one.down),
      threshold,
    );
    const up = reachedBy(
      each.map((one) => one.up),
      threshold,
    );
    if (exists(node) && down !== undefined && up !== undefined) speeds.set(node, { down, up });
  }
  return {
    nodes,
    beats,
    speeds,
    understaked: new Set(
      linesOf('understaked')
        .map(([node = '']) => node)
        .filter((node) => exists(node)),
    ),
    proofs: linesOf('proof')
      .map(([node = '', device, sign]) => ({ node, device: Number(device), passed: sign === '+' }))
      .filter(({ node, device }) => exists(node, device)),
    hired: linesOf('hired')
      .map(([node = '', device, from, to, price, reference, buyer = '']) => ({
        node,
        device: Number(device),
        from: Number(from),
        to: Number(to),
        price: Number(price),
        reference: Number(reference),
        buyer,
      }))
      .filter(({ node, device }) => exists(node, device)),
  };
}

/** What is carried from epoch to epoch: the last results of each device, and the last speed of each node. */
export interface Carried {
  /** By node and device: time and whether it passed, the oldest first. */
  readonly proofs: Readonly<
    Record<string, Readonly<Record<string, readonly (readonly [number, boolean])[]>>>
  >;
  readonly speeds: Readonly<Record<string, readonly [at: number, down: number, up: number]>>;
}

export const NOTHING_CARRIED: Carried = { proofs: {}, speeds: {} };

/** As many results count; the last pass counts for a day. */
const RESULTS_KEPT = 4;

/** What is carried after an epoch that begins at `start`. Results count as of the epoch's first second. */
export function carry(before: Carried, facts: AgreedFacts, start: number): Carried {
  const results = new Map(facts.proofs.map(({ node, device, passed }) => [`${node},${device}`, passed]));
  const proofs: Record<string, Record<string, (readonly [number, boolean])[]>> = {};
  const speeds: Record<string, readonly [number, number, number]> = {};
  for (const { node, devices } of facts.nodes) {
    for (let device = 0; device < devices; device += 1) {
      const known = [...(before.proofs[node]?.[device] ?? [])];
      const passed = results.get(`${node},${device}`);
      if (passed !== undefined) known.push([start, passed]);
      const lastPass = known.filter(([, passed]) => passed).slice(-1);
      const kept = known.slice(-RESULTS_KEPT);
      const all = lastPass.some((pass) => !kept.includes(pass)) ? [...lastPass, ...kept] : kept;
      if (all.length > 0) (proofs[node] ??= {})[device] = all;
    }
    const speed = facts.speeds.get(node);
    const carried = before.speeds[node];
    if (speed !== undefined) speeds[node] = [start, speed.down, speed.up];
    else if (carried !== undefined) speeds[node] = carried;
  }
  return { proofs, speeds };
}

/** Which epoch of which pool event lines are of. */
export interface EpochPlace {
  readonly clusterTag: Uint8Array;
  readonly program: string;
  readonly pool: string;
  readonly kind: RewardPoolKind;
  readonly epoch: bigint;
  readonly start: number;
  readonly budget: bigint;
}

/** The event file of a pool's epoch, as docs/rewards.md describes it. */
export function rewardEvents(
  place: EpochPlace,
  facts: AgreedFacts,
  carried: Carried,
  paid: LeafRecords | undefined,
): string {
  const { clusterTag, program, pool, epoch, start, budget } = place;
  const lines = [
    [
      'epoch',
      IDLE_REWARD_FORMULA_ID,
      Buffer.from(clusterTag).toString('hex'),
      program,
      pool,
      epoch,
      start,
      budget,
    ].join(),
  ];
  const members = facts.nodes.filter(({ pool: kind }) => kind === place.kind);
  for (const { node, destination, devices, multiplier } of members) {
    lines.push(['node', node, destination, devices, multiplier].join());
    const bits = facts.beats.get(node);
    if (bits !== undefined) lines.push(`beats,${node},${bits.toString(16).padStart(15, '0')}`);
    for (const [device, results] of Object.entries(carried.proofs[node] ?? {})) {
      lines.push(
        `proofs,${node},${device},${results.map(([at, passed]) => `${passed ? '+' : '-'}${at}`).join('')}`,
      );
    }
    const speed = carried.speeds[node];
    if (speed !== undefined) lines.push(['speed', node, ...speed].join());
    if (facts.understaked.has(node)) lines.push(['understaked', node, start, start + EPOCH_SECONDS].join());
    for (const { device, from, to } of facts.hired.filter((one) => one.node === node)) {
      lines.push(['hired', node, device, from, to].join());
    }
  }
  for (let index = 0; paid !== undefined && index < countLeaves(paid); index += 1) {
    const { node, destination, cumulative } = rewardLeafAt(paid, index);
    const [who, to] = [node, destination].map((one) =>
      encodeAddress(one instanceof Uint8Array ? one : one.toBytes()),
    );
    lines.push(`paid,${who ?? ''},${to ?? ''},${cumulative}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The events of an epoch for `io points score`, as docs/points.md describes them. */
export function pointsEvents(facts: AgreedFacts, start: number): string {
  const lines: string[] = [];
  for (const { node, pool, devices, multiplier, wallet, joined } of facts.nodes) {
    const spans: [number, number][] = [];
    for (let minute = 0; minute < Number(MINUTES); minute += 1) {
      if ((((facts.beats.get(node) ?? 0n) >> BigInt(minute)) & 1n) === 0n) continue;
      const from = start + minute * 60;
      const last = spans.at(-1);
      if (last?.[1] === from) last[1] = from + 60;
      else spans.push([from, from + 60]);
    }
    const speed = facts.speeds.get(node);
    for (let device = 0; device < devices; device += 1) {
      const name = `${node}/${device}`;
      lines.push(['registered', name, wallet, pool, multiplier, joined].join());
      for (const span of spans) lines.push(['heartbeat', name, ...span].join());
      if (speed !== undefined) {
        lines.push(['speed', name, start, speed.down * MEGABYTE_BYTES, speed.up * MEGABYTE_BYTES].join());
      }
    }
  }
  for (const { node, device, passed } of facts.proofs) {
    lines.push(['work', `${node}/${device}`, start, passed ? 'pass' : 'fail'].join());
  }
  for (const { node, device, from, to, price, reference, buyer } of facts.hired) {
    lines.push(['hired', `${node}/${device}`, from, to, price, reference, buyer].join());
  }
  return `${lines.sort().join('\n')}\n`;
}

const MEGABYTE_BYTES = 1_000_000;
