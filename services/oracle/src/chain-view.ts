import { pda, type Client, type AccountData, type Fetched } from '@ionet/sdk';
import type { ChainClock } from '@ionet/service-kit';
import { EPOCH_SECONDS } from './observation.js';
import type { RawEntry, RawEntryOf, RawLog } from './raw-log.js';

/** The chain's time; questions that are asked while one is on its way share its answer. */
export class SharedClock {
  readonly #clock: ChainClock;
  #asking: Promise<number> | undefined;

  constructor(clock: ChainClock) {
    this.#clock = clock;
  }

  async now(): Promise<number> {
    this.#asking ??= this.#clock
      .now()
      .then(Number)
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }
}

/** A started job that is not paid out yet. */
export type OpenJob = Fetched<'escrow', 'job'>;

/** What the chain says, as of one loop. */
export interface ChainView {
  readonly now: number;
  readonly oracleSet: AccountData<'oracle', 'oracleSet'>;
  readonly schedule: AccountData<'emission', 'schedule'>;
  readonly pools: Readonly<Record<'gpu' | 'cpu', AccountData<'emission', 'pool'>>>;
  readonly nodes: ReadonlyMap<string, RawEntryOf<'node'>>;
  /** All jobs that were started and exist. */
  readonly jobs: ReadonlyMap<string, RawEntryOf<'job'>>;
  readonly openJobs: readonly OpenJob[];
}

const SECONDS_AN_HOUR = 3_600;

/** When a started job ends: where it was stopped, or else with its booked time. */
export function endOf(job: Pick<OpenJob, 'startedAt' | 'endedAt' | 'hours'>): number {
  return Number(job.endedAt !== 0n ? job.endedAt : job.startedAt + BigInt(job.hours * SECONDS_AN_HOUR));
}

/** Reads all that the oracle goes by. */
export async function readChain(client: Client, now: number): Promise<ChainView> {
  const { deployment, accounts } = client;
  const [oracleSet, schedule, gpu, cpu, classes, nodes, jobs] = await Promise.all([
    accounts.oracle.oracleSet.fetch(pda.oracle.oracleSet(deployment)),
    accounts.emission.schedule.fetch(pda.emission.schedule(deployment)),
    accounts.emission.pool.fetch(pda.emission.pool(deployment, 'gpu')),
    accounts.emission.pool.fetch(pda.emission.pool(deployment, 'cpu')),
    accounts.staking.hardwareClass.findAll(),
    accounts.staking.node.findAll(),
    accounts.escrow.job.findAll(),
  ]);
  const classOf = new Map(classes.map((one) => [one.address.toBase58(), one]));
  const nodeEntries = new Map<string, RawEntryOf<'node'>>();
  const nodeOf = new Map(nodes.map((node) => [node.address.toBase58(), node]));
  for (const [address, node] of nodeOf) {
    const hardware = classOf.get(node.class.toBase58());
    if (hardware === undefined) continue;
    const { ownStake, delegatedStake, minimumStake } = node;
    const counted = ownStake + (delegatedStake < ownStake ? delegatedStake : ownStake);
    nodeEntries.set(address, {
      kind: 'node',
      at: now,
      node: address,
      operator: node.operator.toBase58(),
      destination: node.rewardVault.toBase58(),
      wallet: node.payout.toBase58(),
      devices: node.deviceCount,
      multiplier: hardware.multiplierX100,
      pool: hardware.kind,
      joined: Number(node.registeredAt),
      staked: counted >= minimumStake,
    });
  }
  const started = jobs.filter(({ startedAt }) => startedAt !== 0n);
  const jobEntries = new Map<string, RawEntryOf<'job'>>();
  for (const job of started) {
    const node = nodeOf.get(job.node.toBase58());
    const related = [node?.owner, node?.operator, node?.payout].some(
      (key) => key?.equals(job.buyer) === true,
    );
    jobEntries.set(job.address.toBase58(), {
      kind: 'job',
      at: now,
      job: job.address.toBase58(),
      node: job.node.toBase58(),
      devices: job.devices,
      startedAt: Number(job.startedAt),
      endsAt: endOf(job),
      price: Number(job.price),
      reference: Number(classOf.get(job.class.toBase58())?.referencePrice ?? 0n),
      buyer: related ? 'related' : 'independent',
    });
  }
  return {
    now,
    oracleSet,
    schedule,
    pools: { gpu, cpu },
    nodes: nodeEntries,
    jobs: jobEntries,
    openJobs: started.filter(({ state }) => state === 'running' || state === 'ending'),
  };
}

/** Writes what changed on chain into the raw log, and everything when an hour of the log begins. */
export class ChainRecorder {
  readonly #log: RawLog;
  #hour = -1;
  #known = new Map<string, string>();

  constructor(log: RawLog) {
    this.#log = log;
  }

  record({ now, nodes, jobs }: ChainView): void {
    const hour = Math.floor(now / EPOCH_SECONDS);
    const before = this.#known;
    const anew = hour !== this.#hour;
    this.#hour = hour;
    this.#known = new Map();
    for (const entry of [...nodes.values(), ...jobs.values()]) {
      const name = entry.kind === 'node' ? entry.node : entry.job;
      const content = contentOf(entry);
      this.#known.set(name, content);
      if (anew || before.get(name) !== content) this.#log.append(entry);
    }
    for (const name of before.keys()) {
      if (!this.#known.has(name) && !jobs.has(name)) this.#log.append({ kind: 'gone', at: now, node: name });
    }
  }
}

/** What an entry says, but for when. */
function contentOf(entry: RawEntry): string {
  return JSON.stringify({ ...entry, at: 0 });
}
