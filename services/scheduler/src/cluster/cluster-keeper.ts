import { escrow, mergeCalls, type CallContext, type Client } from '@ionet/sdk';
import type { IntentKind, Outbox } from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { MatchingEngine } from '../engine/index.js';
import { jobOf, jobRefSchema, payloadOf } from '../service/job-keeper.js';
import type { ChainJob } from '../service/market-view.js';
import { clusterStep } from './cluster-step.js';
import type { ClusterStore, StoredCluster } from './cluster-store.js';

/** What the scheduler sends for clusters. A job starts once, and is released once: it does not run any more. */
export function clusterIntents(context: CallContext): Record<string, IntentKind> {
  return {
    // One transaction: all start, or none.
    'start-cluster': {
      build: ({ payload }) =>
        mergeCalls(
          z
            .array(jobRefSchema)
            .parse(JSON.parse(payload))
            .map((job) => escrow.startJob.call(context, { job })),
        ),
      onceBy: 'chain',
    },
    'release-job': {
      build: (intent) => escrow.release.call(context, { job: jobOf(intent) }),
      onceBy: 'chain',
    },
  };
}

/** Plans what is due for clusters. The outbox sends it; what is due for their jobs alone is the job keeper's. */
export class ClusterKeeper {
  readonly #client: Client;
  readonly #engine: MatchingEngine;
  readonly #outbox: Outbox;
  readonly #store: ClusterStore;

  constructor(options: {
    readonly client: Client;
    readonly engine: MatchingEngine;
    readonly outbox: Outbox;
    readonly store: ClusterStore;
  }) {
    this.#client = options.client;
    this.#engine = options.engine;
    this.#outbox = options.outbox;
    this.#store = options.store;
  }

  async tick(now: number): Promise<void> {
    for (const cluster of this.#store.all()) await this.#keep(cluster, now);
  }

  async #keep(cluster: StoredCluster, now: number): Promise<void> {
    const { id, members, heldUntil, whole } = cluster;
    const jobs = await this.#client.accounts.escrow.job.fetchMany(
      members.map(({ job }) => new PublicKey(job)),
    );
    const step = clusterStep({
      members: jobs.map((job, place) => ({
        state: job?.state ?? null,
        startAt: Number(job?.startAt ?? 0n),
        hasDevices: job !== null && this.#engine.idleDevices(members[place]?.node ?? '') >= cluster.devices,
      })),
      now,
      heldUntil,
      whole,
    });
    switch (step.do) {
      case 'wait':
        return;
      case 'complete':
        return this.#store.setWhole(id);
      case 'forget':
        return this.#store.remove(id);
      case 'start': {
        const refs = step.members.flatMap((place) => refOf(jobs[place]));
        const key = { kind: 'start-cluster', subject: id, period: `${refs.length}` };
        await this.#outbox.plan(key, JSON.stringify(refs), { again: true });
        return;
      }
      case 'release':
        for (const place of step.members) {
          const job = jobs[place];
          if (job == null) continue;
          const key = { kind: 'release-job', subject: job.address.toBase58(), period: 'cluster' };
          await this.#outbox.plan(key, payloadOf(job), { again: true });
        }
    }
  }
}

function refOf(job: (ChainJob & { readonly address: PublicKey }) | null | undefined): unknown[] {
  return job == null ? [] : [JSON.parse(payloadOf(job))];
}
