import { migrate, type Database, type Row } from '@ionet/service-kit';
import { z } from 'zod';

const contentSchema = z.object({
  hardwareClass: z.string(),
  devices: z.int(),
  hours: z.int(),
  members: z.array(
    z.object({
      job: z.string(),
      node: z.string(),
      offer: z.string(),
      /** What it costs, in base units of the payment. */
      total: z.string(),
    }),
  ),
});

/** Several jobs that one order books, all or none. */
export type ClusterContent = z.output<typeof contentSchema>;

/** A job of a cluster, and what it is booked on. */
export type ClusterMember = ClusterContent['members'][number];

/** A cluster as it is written down. Its first member leads: the work is submitted under that job's address. */
export interface StoredCluster extends ClusterContent {
  readonly id: string;
  readonly buyer: string;
  readonly heldUntil: number;
  /** Whether all of its jobs have run at a time. */
  readonly whole: boolean;
}

interface ClusterRow extends Row {
  readonly id: string;
  readonly buyer: string;
  readonly content: string;
  readonly held_until: bigint;
  readonly whole: bigint;
}

/** Which jobs belong together: a scheduler that was killed must not start a part of them alone. */
export class ClusterStore {
  readonly #database: Database;
  readonly #clusters = new Map<string, StoredCluster>();
  readonly #byJob = new Map<string, StoredCluster>();

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<ClusterStore> {
    await migrate(database, 'clusters', [
      {
        id: 1,
        name: 'clusters',
        statements: [
          `CREATE TABLE clusters (
             id text PRIMARY KEY,
             buyer text NOT NULL,
             content text NOT NULL,
             held_until bigint NOT NULL,
             whole bigint NOT NULL
           )`,
        ],
      },
    ]);
    const store = new ClusterStore(database);
    for (const row of await database.query<ClusterRow>('SELECT * FROM clusters')) {
      store.#keep({
        id: row.id,
        buyer: row.buyer,
        ...contentSchema.parse(JSON.parse(row.content)),
        heldUntil: Number(row.held_until),
        whole: row.whole !== 0n,
      });
    }
    return store;
  }

  all(): StoredCluster[] {
    return [...this.#clusters.values()];
  }

  get(id: string): StoredCluster | undefined {
    return this.#clusters.get(id);
  }

  /** The cluster that a job is of. */
  ofJob(job: string): StoredCluster | undefined {
    return this.#byJob.get(job);
  }

  /** Writes a cluster down, before anybody can book its jobs. */
  async add(cluster: StoredCluster): Promise<void> {
    const { id, buyer, heldUntil, whole, ...content } = cluster;
    await this.#database.query(
      'INSERT INTO clusters (id, buyer, content, held_until, whole) VALUES ($1, $2, $3, $4, $5)',
      [id, buyer, JSON.stringify(content), BigInt(heldUntil), whole ? 1n : 0n],
    );
    this.#keep(cluster);
  }

  /** All of its jobs run. */
  async setWhole(id: string): Promise<void> {
    const cluster = this.#clusters.get(id);
    if (cluster === undefined) return;
    await this.#database.query('UPDATE clusters SET whole = 1 WHERE id = $1', [id]);
    this.#keep({ ...cluster, whole: true });
  }

  async remove(id: string): Promise<void> {
    await this.#database.query('DELETE FROM clusters WHERE id = $1', [id]);
    for (const { job } of this.#clusters.get(id)?.members ?? []) this.#byJob.delete(job);
    this.#clusters.delete(id);
  }

  #keep(cluster: StoredCluster): void {
    this.#clusters.set(cluster.id, cluster);
    for (const { job } of cluster.members) this.#byJob.set(job, cluster);
  }
}
