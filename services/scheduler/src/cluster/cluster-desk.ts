import { escrow, packCalls, pda, type Call, type Client } from '@ionet/sdk';
import { PublicKey, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import type { Workload } from '@ionet/service-kit';
import { randomBytes } from 'node:crypto';
import { claimEnd, type Match, type MatchingEngine, type Order } from '../engine/index.js';
import { holdLimit } from '../reputation/index.js';
import { requireFunds } from '../service/funds.js';
import { DeskError } from '../service/desk-error.js';
import { requireStartTime } from '../service/start-time.js';
import type { WorkloadStore } from '../service/workloads.js';
import type { ClusterMember, ClusterStore, StoredCluster } from './cluster-store.js';

/** The most nodes of a cluster: so many starts fit into one transaction. */
export const MOST_NODES = 8;

/** A cluster that is offered to a buyer. */
export interface ClusterOffer {
  readonly cluster: StoredCluster;
  /** What all of it costs, in base units of the payment. */
  readonly total: bigint;
  /** Unsigned, in base64, one if all fits into it: the buyer signs and sends each. */
  readonly transactions: readonly string[];
}

/** What a cluster desk is made of. */
export interface ClusterDeskOptions {
  readonly client: Client;
  readonly engine: MatchingEngine;
  readonly store: ClusterStore;
  readonly workloads: WorkloadStore;
  readonly holdSeconds: number;
  /** Whether this scheduler may start jobs of a node: a cluster is started by it alone. */
  readonly mayStart: (node: string) => boolean;
  readonly reputation: (buyer: string) => number;
  /** Requests of a buyer that are open elsewhere. */
  readonly openElsewhere: (buyer: string) => number;
}

/** Takes orders for several nodes at once, all or none. */
export class ClusterDesk {
  readonly #options: ClusterDeskOptions;
  /** By buyer, when the holds of his clusters end. */
  readonly #held = new Map<string, number[]>();

  constructor(options: ClusterDeskOptions) {
    this.#options = options;
  }

  find(id: string): StoredCluster | undefined {
    return this.#options.store.get(id);
  }

  /** The clusters of a buyer, the newest first. */
  of(buyer: string): StoredCluster[] {
    return this.#options.store
      .all()
      .filter((cluster) => cluster.buyer === buyer)
      .sort((a, b) => b.heldUntil - a.heldUntil);
  }

  /** How many clusters a buyer has open. */
  openOf(buyer: string): number {
    return this.#held.get(buyer)?.length ?? 0;
  }

  /** Forgets holds that are over. */
  advance(now: number): void {
    for (const [buyer, ends] of this.#held) {
      const left = ends.filter((end) => end > now);
      if (left.length === 0) this.#held.delete(buyer);
      else this.#held.set(buyer, left);
    }
  }

  /** Holds an order's devices on so many nodes, where they cost least, and builds what the buyer signs. */
  async open(
    buyer: PublicKey,
    order: Order,
    nodes: number,
    now: number,
    workload?: Workload,
  ): Promise<ClusterOffer> {
    const { client, engine, store, workloads, holdSeconds, reputation, openElsewhere } = this.#options;
    requireStartTime(order, now);
    const name = buyer.toBase58();
    const limit = holdLimit(reputation(name));
    if (this.openOf(name) + openElsewhere(name) >= limit) {
      throw new DeskError('TooManyHolds', `${limit} open requests are allowed: book or let one lapse first`);
    }
    const matches = this.#match(order, nodes);
    const total = matches.reduce((sum, { quote }) => sum + quote.total, 0n);
    if (order.maxTotal !== undefined && total > order.maxTotal) {
      throw new DeskError('NoMatch', `the ${nodes} cheapest nodes cost ${total} base units together`);
    }
    const heldUntil = now + holdSeconds;
    const from = order.startAt ?? now;
    const until = claimEnd(order.startAt ?? heldUntil, order.hours);
    const members: ClusterMember[] = [];
    const calls: Call[] = [];
    for (const { offer, node, quote } of matches) {
      const id = randomBytes(8).readBigUInt64LE();
      const job = pda.escrow.job(client.deployment, buyer, id).toBase58();
      members.push({ job, node: node.id, offer: offer.id, total: `${quote.total}` });
      calls.push(this.#book(buyer, order, { id, offer: offer.id, node: node.id, maxTotal: quote.total }));
    }
    // Counted before anything is awaited, so that orders sent at once do not all pass the limit.
    this.#held.set(name, [...(this.#held.get(name) ?? []), heldUntil]);
    try {
      for (const { job, node } of members) {
        const claim = { id: job, node, devices: order.devices, from, until, lapsesAt: heldUntil };
        if (!engine.hold(claim))
          throw new DeskError('NoMatch', 'the devices were taken meanwhile: ask again');
      }
      await requireFunds(client, buyer, order.payment, total);
      const transactions = await this.#transactions(buyer, calls);
      const { hardwareClass, devices, hours } = order;
      const cluster: StoredCluster = {
        id: randomBytes(16).toString('hex'),
        buyer: name,
        hardwareClass,
        devices,
        hours,
        members,
        heldUntil,
        whole: false,
      };
      if (workload !== undefined) {
        await workloads.add(
          members.map(({ job }) => job),
          workload,
          from,
        );
      }
      await store.add(cluster);
      return { cluster, total, transactions };
    } catch (error) {
      for (const { job } of members) engine.release(job);
      const ends = this.#held.get(name) ?? [];
      ends.splice(ends.indexOf(heldUntil), 1);
      throw error;
    }
  }

  /**
   * The cheapest offer of each of the cheapest nodes. What one costs does not depend on the others, so the cheapest one
   * by one are the cheapest together.
   */
  #match({ maxTotal: _ofAll, ...order }: Order, nodes: number): Match[] {
    const { engine, holdSeconds, mayStart } = this.#options;
    const without = new Set<string>();
    const matches: Match[] = [];
    while (matches.length < nodes) {
      const match = engine.match(order, { without, signSeconds: holdSeconds });
      if (match === null) {
        throw new DeskError('NoMatch', `${matches.length} of ${nodes} nodes were found: loosen a constraint`);
      }
      for (const { id } of engine.offersOf(match.node.id)) without.add(id);
      if (mayStart(match.node.id)) matches.push(match);
    }
    return matches;
  }

  #book(
    buyer: PublicKey,
    { devices, hours, payment, startAt }: Order,
    member: { readonly id: bigint; readonly offer: string; readonly node: string; readonly maxTotal: bigint },
  ): Call {
    const { deployment } = this.#options.client;
    return escrow.bookJob.call(
      { deployment, payer: buyer },
      {
        id: member.id,
        offer: new PublicKey(member.offer),
        node: new PublicKey(member.node),
        devices,
        hours,
        payment,
        maxTotal: member.maxTotal,
        ...(startAt === undefined ? {} : { startAt: BigInt(startAt) }),
      },
    );
  }

  async #transactions(buyer: PublicKey, calls: readonly Call[]): Promise<string[]> {
    const { blockhash } = await this.#options.client.transport.getLatestBlockhash();
    return packCalls(buyer, calls).map((together) => {
      const message = new TransactionMessage({
        payerKey: buyer,
        recentBlockhash: blockhash,
        instructions: together.flatMap(({ instructions }) => [...instructions]),
      }).compileToV0Message();
      return Buffer.from(new VersionedTransaction(message).serialize()).toString('base64');
    });
  }
}
