import { countedStake, type Client, type Fetched, type ProgramType } from '@ionet/sdk';
import { claimEnd, START_WINDOW_SECONDS, type MatchingEngine, type NodeListing } from '../engine/index.js';
import type { DeviceStore } from './device-store.js';

export type ChainNode = Fetched<'staking', 'node'>;
export type ChainJob = Fetched<'escrow', 'job'>;

/** A model of hardware, as the chain names it. */
export interface HardwareClassView {
  readonly id: number;
  readonly name: string;
  readonly kind: ProgramType<'staking', 'hardwareKind'>;
  /** Micro-USD per device and hour. */
  readonly referencePrice: bigint;
}

/** What a market view is made of. */
export interface MarketViewOptions {
  readonly client: Client;
  readonly engine: MatchingEngine;
  readonly devices: DeviceStore;
  /** The reliability of a node, in basis points. */
  readonly reliability: (node: string) => number;
}

/** When the booked time of a started job is over, in unix seconds. */
export function bookedEnd({ startedAt, hours }: ChainJob): number {
  return Number(startedAt) + hours * 3_600;
}

/** What the chain has, as of the last reading; keeps the engine in step with it. */
export class MarketView {
  /** By address. */
  readonly classes = new Map<string, HardwareClassView>();
  /** By address. */
  readonly nodes = new Map<string, ChainNode>();
  /** Jobs that are not over, by address. */
  readonly jobs = new Map<string, ChainJob>();
  readonly #options: MarketViewOptions;
  #hasReadJobs = false;

  constructor(options: MarketViewOptions) {
    this.#options = options;
  }

  /** Reads all classes, nodes and offers. */
  async readMarket(): Promise<void> {
    const { client, engine } = this.#options;
    const { staking, escrow } = client.accounts;
    const [classes, nodes, offers] = await Promise.all([
      staking.hardwareClass.findAll(),
      staking.node.findAll(),
      escrow.offer.findAll(),
    ]);
    for (const { address, id, name, kind, referencePrice } of classes) {
      this.classes.set(address.toBase58(), { id, name: textOf(name), kind, referencePrice });
    }
    const seen = new Set<string>();
    for (const node of nodes) {
      const id = node.address.toBase58();
      seen.add(id);
      this.nodes.set(id, node);
      const listing = this.#listingOf(id, node);
      if (!isEqual(engine.node(id), listing)) engine.setNode(listing);
    }
    for (const id of [...this.nodes.keys()].filter((known) => !seen.has(known))) {
      this.nodes.delete(id);
      engine.removeNode(id);
    }
    const open = new Set<string>();
    for (const { address, node, terms, active } of offers) {
      const listing = { id: address.toBase58(), node: node.toBase58(), terms, active };
      if (!this.nodes.has(listing.node)) continue;
      open.add(listing.id);
      if (!isEqual(engine.offer(listing.id), listing)) engine.setOffer(listing);
    }
    for (const id of this.nodes.keys()) {
      for (const offer of engine.offersOf(id)) if (!open.has(offer.id)) engine.removeOffer(offer.id);
    }
  }

  /** Reads the jobs that are not over, and takes and frees their devices. */
  async readJobs(): Promise<void> {
    const { client, engine, devices } = this.#options;
    const { job: jobs } = client.accounts.escrow;
    // In the order in which a job goes through them: one that moves on meanwhile is seen twice, never missed.
    const booked = await jobs.findAll({ state: 'booked' });
    const running = await jobs.findAll({ state: 'running' });
    const ending = await jobs.findAll({ state: 'ending' });
    if (!this.#hasReadJobs) {
      await devices.keepOnly(new Set(running.map(({ address }) => address.toBase58())));
      this.#hasReadJobs = true;
    }
    // A node that is newer than the last reading of the market is known with the next one.
    const known = [...booked, ...running, ...ending].filter(({ node }) => this.nodes.has(node.toBase58()));
    const found = new Map(known.map((job) => [job.address.toBase58(), job]));
    for (const [id, before] of this.jobs) {
      const job = found.get(id);
      if (job?.state === 'booked' || job?.state === 'running') continue;
      if (before.state === 'ending') continue;
      engine.release(id);
      await devices.free(id);
    }
    // Those that run come first: they have their devices.
    for (const [id, job] of found) if (job.state === 'running') await this.#run(id, job);
    for (const [id, job] of found) {
      if (job.state === 'booked' && !this.jobs.has(id)) this.#book(id, job);
    }
    this.jobs.clear();
    for (const [id, job] of found) this.jobs.set(id, job);
  }

  #book(id: string, job: ChainJob): void {
    const from = Number(job.startAt);
    this.#options.engine.book({
      id,
      node: job.node.toBase58(),
      devices: job.devices,
      from,
      until: claimEnd(from, job.hours),
      // The last second of the window still counts.
      lapsesAt: from + START_WINDOW_SECONDS + 1,
    });
  }

  async #run(id: string, job: ChainJob): Promise<void> {
    const { engine, devices } = this.#options;
    const known = engine.reservation(id);
    if (known !== undefined && known.mask !== 0) {
      engine.extend(id, bookedEnd(job));
      return;
    }
    if (known === undefined) this.#book(id, job);
    const mask = engine.start(id, Number(job.startedAt), bookedEnd(job), await devices.get(id));
    if (mask !== null) await devices.set(id, mask);
  }

  #listingOf(id: string, node: ChainNode): NodeListing {
    return {
      id,
      hardwareClass: node.class.toBase58(),
      region: textOf(node.region),
      bandwidth: node.bandwidth,
      devices: node.deviceCount,
      reliability: this.#options.reliability(id),
      open: node.status === 'active' && countedStake(node.ownStake, node.delegatedStake) >= node.minimumStake,
    };
  }
}

/** A text that the chain holds filled up with zeros. */
function textOf(bytes: Uint8Array | readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes)).replace(/\0+$/, '');
}

function isEqual(a: unknown, b: unknown): boolean {
  return toText(a) === toText(b);
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}` : part));
}
