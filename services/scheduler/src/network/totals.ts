import type { IonetEvent, ProgramEvent } from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';

const units = z.string().regex(/^\d+$/).transform(BigInt);

/** A registered node, as far as totals need it. */
export const nodeStateSchema = z.object({
  hardwareClass: z.string(),
  devices: z.int(),
  active: z.boolean(),
  busy: z.int(),
  own: units,
  delegated: units,
});
export type NodeState = z.output<typeof nodeStateSchema>;

/** An offer that is not closed. */
export const offerStateSchema = z.object({ node: z.string(), price: units, active: z.boolean() });
export type OfferState = z.output<typeof offerStateSchema>;

/** A job that is not over. */
export const jobStateSchema = z.object({ node: z.string(), devices: z.int(), billedSeconds: units });
export type JobState = z.output<typeof jobStateSchema>;

/** What has happened since the beginning, summed up. Amounts are base units of IO. */
export const countersSchema = z.object({
  emitted: units,
  burnedFees: units,
  burnedByBuyback: units,
  burnedBySlashes: units,
  rewardsClaimed: units,
  /** Seconds that were billed, times devices. */
  deviceSeconds: units,
  jobs: units,
});
export type Counters = z.output<typeof countersSchema>;

export const NOTHING_COUNTED: Counters = {
  emitted: 0n,
  burnedFees: 0n,
  burnedByBuyback: 0n,
  burnedBySlashes: 0n,
  rewardsClaimed: 0n,
  deviceSeconds: 0n,
  jobs: 0n,
};

/** The network as its events tell of it. */
export interface NetworkState {
  readonly nodes: Map<string, NodeState>;
  readonly offers: Map<string, OfferState>;
  readonly jobs: Map<string, JobState>;
  counters: Counters;
}

/** What an event has changed in the maps, by its key. */
export interface StateChange {
  readonly kind: 'jobs' | 'nodes' | 'offers';
  readonly id: string;
}

export function emptyNetwork(): NetworkState {
  return { nodes: new Map(), offers: new Map(), jobs: new Map(), counters: NOTHING_COUNTED };
}

/** The lowest price of a hardware class at which active nodes offer it, in micro-USD per device and hour. */
export const lowestPriceSchema = z.object({ hardwareClass: z.string(), price: units });

/** The network at a moment. */
export const totalsSchema = countersSchema.extend({
  nodes: z.int(),
  devices: z.int(),
  hiredDevices: z.int(),
  /** Own and delegated stake of all nodes. */
  staked: units,
  prices: z.array(lowestPriceSchema),
});
export type Totals = z.output<typeof totalsSchema>;

export function totalsOf({ nodes, offers, counters }: NetworkState): Totals {
  let devices = 0;
  let hiredDevices = 0;
  let staked = 0n;
  for (const node of nodes.values()) {
    devices += node.devices;
    hiredDevices += node.busy;
    staked += node.own + node.delegated;
  }
  const lowest = new Map<string, bigint>();
  for (const { node: id, price, active } of offers.values()) {
    const node = nodes.get(id);
    if (!active || node?.active !== true) continue;
    const known = lowest.get(node.hardwareClass);
    if (known === undefined || price < known) lowest.set(node.hardwareClass, price);
  }
  const prices = [...lowest]
    .map(([hardwareClass, price]) => ({ hardwareClass, price }))
    .sort((a, b) => (a.hardwareClass < b.hardwareClass ? -1 : 1));
  return { ...counters, nodes: nodes.size, devices, hiredDevices, staked, prices };
}

/**
 * Adds an event to the state, in the order of the chain, and says what has changed in the maps. The same events give
 * the same state.
 */
export function foldNetwork(state: NetworkState, event: IonetEvent): StateChange[] {
  if (event.program === 'emission') {
    if (event.name === 'epochAdvanced') count(state, 'emitted', event.data.minted);
    if (event.name === 'rewardClaimed') count(state, 'rewardsClaimed', event.data.amount);
  }
  if (event.program === 'treasury') {
    if (event.name === 'ioFeesBurned') count(state, 'burnedFees', event.data.amount);
    if (event.name === 'feesSold') count(state, 'burnedByBuyback', event.data.ioBurned);
  }
  if (event.program === 'staking') return foldStaking(state, event);
  if (event.program === 'escrow') return foldEscrow(state, event);
  return [];
}

function foldStaking(state: NetworkState, event: ProgramEvent<'staking'>): StateChange[] {
  if (event.name === 'nodeRegistered') {
    const { node, class: hardwareClass, deviceCount } = event.data;
    const id = node.toBase58();
    state.nodes.set(id, {
      hardwareClass: hardwareClass.toBase58(),
      devices: deviceCount,
      active: true,
      busy: 0,
      own: 0n,
      delegated: 0n,
    });
    return [{ kind: 'nodes', id }];
  }
  if (event.name === 'nodeUpdated') {
    const { node, class: hardwareClass, deviceCount, status } = event.data;
    const active = status === 'active';
    return setNode(state, node, { hardwareClass: hardwareClass.toBase58(), devices: deviceCount, active });
  }
  if (event.name === 'nodeDeregistered') return remove(state, 'nodes', event.data.node);
  if (event.name === 'staked') return setNode(state, event.data.node, { own: event.data.ownStake });
  if (event.name === 'slashBurned') count(state, 'burnedBySlashes', event.data.amount);
  if (event.name === 'slashRestored') count(state, 'burnedBySlashes', event.data.burned);
  if (
    event.name === 'delegated' ||
    event.name === 'nodeSlashed' ||
    event.name === 'slashRestored' ||
    event.name === 'unbondingCancelled' ||
    event.name === 'unbondingRequested'
  ) {
    const { node, ownStake, delegatedStake } = event.data;
    return setNode(state, node, { own: ownStake, delegated: delegatedStake });
  }
  return [];
}

function foldEscrow(state: NetworkState, event: ProgramEvent<'escrow'>): StateChange[] {
  const { jobs, offers } = state;
  if (event.name === 'offerCreated' || event.name === 'offerUpdated') {
    const { offer, node, terms } = event.data;
    const id = offer.toBase58();
    const active = event.name === 'offerCreated' || event.data.active;
    offers.set(id, { node: node.toBase58(), price: terms.price, active });
    return [{ kind: 'offers', id }];
  }
  if (event.name === 'offerClosed') return remove(state, 'offers', event.data.offer);
  if (event.name === 'jobBooked') {
    const { job, node, devices } = event.data;
    const id = job.toBase58();
    count(state, 'jobs', 1n);
    jobs.set(id, { node: node.toBase58(), devices, billedSeconds: 0n });
    return [{ kind: 'jobs', id }];
  }
  if (event.name === 'jobStarted') return setNode(state, event.data.node, { busy: event.data.devicesBusy });
  if (event.name === 'jobStopped') {
    const job = jobs.get(event.data.job.toBase58());
    return job === undefined ? [] : setNode(state, job.node, { busy: event.data.devicesBusy });
  }
  if (event.name === 'jobSettled') {
    const id = event.data.job.toBase58();
    const job = jobs.get(id);
    if (job === undefined) return [];
    const { billedSeconds } = event.data;
    count(state, 'deviceSeconds', (billedSeconds - job.billedSeconds) * BigInt(job.devices));
    if (event.data.state === 'ended') return remove(state, 'jobs', event.data.job);
    jobs.set(id, { ...job, billedSeconds });
    return [{ kind: 'jobs', id }];
  }
  if (event.name === 'jobCancelled' || event.name === 'jobExpired') {
    return remove(state, 'jobs', event.data.job);
  }
  return [];
}

function count(state: NetworkState, name: keyof Counters, amount: bigint): void {
  state.counters = { ...state.counters, [name]: state.counters[name] + amount };
}

function setNode(
  { nodes }: NetworkState,
  key: PublicKey | string,
  change: Partial<NodeState>,
): StateChange[] {
  const id = key.toString();
  const node = nodes.get(id);
  if (node === undefined) return [];
  nodes.set(id, { ...node, ...change });
  return [{ kind: 'nodes', id }];
}

function remove(state: NetworkState, kind: StateChange['kind'], key: PublicKey): StateChange[] {
  const id = key.toBase58();
  return state[kind].delete(id) ? [{ kind, id }] : [];
}
