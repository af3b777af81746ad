import { migrate, type Database } from '@ionet/service-kit';

/** Which devices each running job has: after a restart it must have the same. */
export class DeviceStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<DeviceStore> {
    await migrate(database, 'devices', [
      {
        id: 1,
        name: 'devices of jobs',
        statements: ['CREATE TABLE job_devices (job text PRIMARY KEY, mask bigint NOT NULL)'],
      },
    ]);
    return new DeviceStore(database);
  }

  /** The devices of a job, one bit each; 0 where it has none. */
  async get(job: string): Promise<number> {
    const [row] = await this.#database.query<{ mask: bigint }>(
      'SELECT mask FROM job_devices WHERE job = $1',
      [job],
    );
    return Number(row?.mask ?? 0n);
  }

  async set(job: string, mask: number): Promise<void> {
    await this.#database.query(
      `INSERT INTO job_devices (job, mask) VALUES ($1, $2)
       ON CONFLICT (job) DO UPDATE SET mask = excluded.mask`,
      [job, BigInt(mask)],
    );
  }

  /** Forgets all jobs but these: those that ended while nobody looked. */
  async keepOnly(jobs: ReadonlySet<string>): Promise<void> {
    const rows = await this.#database.query<{ job: string }>('SELECT job FROM job_devices');
    for (const { job } of rows) if (!jobs.has(job)) await this.free(job);
  }

  async free(job: string): Promise<void> {
    await this.#database.query('DELETE FROM job_devices WHERE job = $1', [job]);
  }
}
