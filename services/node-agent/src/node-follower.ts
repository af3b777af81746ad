import type { Client, Fetched } from '@ionet/sdk';
import type { ChainHistory } from '@ionet/service-kit';
import type { PublicKey } from '@solana/web3.js';

/** A job as the chain has it. */
export type Job = Fetched<'escrow', 'job'>;

/** A node and its jobs that are not over. */
export interface NodeView {
  /** `null` while it is not registered. */
  readonly node: Fetched<'staking', 'node'> | null;
  readonly jobs: readonly Job[];
}

/** Seconds after which everything is read, whatever transactions said: a network may not show all of them. */
const SCAN_SECONDS = 600;

/**
 * Follows a node and its jobs by the transactions that name the node: booking does, and whatever changes the node.
 * Jobs that are known are read in every loop, because ending one need not name its node.
 */
export class NodeFollower {
  readonly #client: Client;
  readonly #history: ChainHistory;
  readonly #node: PublicKey;
  #view: NodeView = { node: null, jobs: [] };
  #newest: string | undefined;
  #scannedAt = -Infinity;

  constructor(client: Client, history: ChainHistory, node: PublicKey) {
    this.#client = client;
    this.#history = history;
    this.#node = node;
  }

  async read(now: number): Promise<NodeView> {
    const [newest] = await this.#history.signatures(this.#node, { limit: 1 });
    const isDue = now - this.#scannedAt >= SCAN_SECONDS || newest?.signature !== this.#newest;
    this.#view = isDue ? await this.#scan() : { ...this.#view, jobs: await this.#known() };
    if (isDue) this.#scannedAt = now;
    this.#newest = newest?.signature;
    return this.#view;
  }

  async #scan(): Promise<NodeView> {
    const { staking, escrow } = this.#client.accounts;
    const [node, ...jobs] = await Promise.all([
      staking.node.fetchMaybe(this.#node),
      // Jobs that are over stay on chain for good.
      escrow.job.findAll({ node: this.#node, state: 'booked' }),
      escrow.job.findAll({ node: this.#node, state: 'running' }),
    ]);
    return { node, jobs: jobs.flat() };
  }

  async #known(): Promise<Job[]> {
    const { jobs } = this.#view;
    if (jobs.length === 0) return [];
    const found = await this.#client.accounts.escrow.job.fetchMany(jobs.map(({ address }) => address));
    return found
      .filter((job) => job?.state === 'booked' || job?.state === 'running')
      .filter((job) => job !== null);
  }
}
