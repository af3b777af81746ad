import {
  countedStake,
  decodeProgramAccount,
  pda,
  type AccountData,
  type Client,
  type Fetched,
  type NamedAccount,
  type RawAccount,
} from '@ionet/sdk';
import type { ChainClock, ChainHistory } from '@ionet/service-kit';
import type { PublicKey } from '@solana/web3.js';
import { EPOCH_SECONDS } from './observation.js';
import type { RawEntry, RawEntryOf, RawLog } from './raw-log.js';

/**
 * The chain's time. Questions that are asked while one is on its way share its answer, and so do those that are asked a
 * moment later: the network is not asked for the time of every message of every node.
 */
export class SharedClock {
  readonly #clock: ChainClock;
  readonly #holdMs: number;
  #asked: Promise<number> | undefined;

  /** @param holdMs for how many milliseconds an answer is good for those who ask later */
  constructor(clock: ChainClock, holdMs: number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  async now(): Promise<number> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  #ask(): Promise<number> {
    const forget = (): void => {
      this.#asked = undefined;
    };
    return this.#clock.now().then(
      (now) => {
        if (this.#holdMs === 0) forget();
        else setTimeout(forget, this.#holdMs).unref();
        return Number(now);
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
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
  /** Jobs that were started and are not long over. */
  readonly jobs: ReadonlyMap<string, RawEntryOf<'job'>>;
  readonly openJobs: readonly OpenJob[];
}

const SECONDS_AN_HOUR = 3_600;
/** So long after its end a job is still looked at: until the epochs in which it ran are agreed on. */
const JOB_KEPT_SECONDS = 2 * SECONDS_AN_HOUR;
/** With more transactions than that since the last loop it is cheaper to read all accounts. */
const MOST_TRANSACTIONS = 500;
const PROGRAMS = ['staking', 'escrow'] as const;

/** When a started job ends: where it was stopped, or else with its booked time. */
export function endOf(job: Pick<OpenJob, 'startedAt' | 'endedAt' | 'hours'>): number {
  return Number(job.endedAt !== 0n ? job.endedAt : job.startedAt + BigInt(job.hours * SECONDS_AN_HOUR));
}

function isOpen({ state }: OpenJob): boolean {
  return state === 'running' || state === 'ending';
}

/** What {@link ChainFollower} is made of. */
export interface ChainFollowerOptions {
  readonly client: Client;
  readonly history: ChainHistory;
  /** Seconds after which all accounts are read, whatever transactions said. */
  readonly scanSeconds: number;
  /** Jobs that an earlier run knew: what became of them is looked up. */
  readonly knownJobs: Iterable<PublicKey>;
}

/**
 * Follows nodes, classes and jobs by the transactions of their programs: what these could write is read anew. Only at
 * the start and from time to time everything is read, because no node of the network is bound to show every
 * transaction.
 */
export class ChainFollower {
  readonly #options: ChainFollowerOptions;
  readonly #classes = new Map<string, Fetched<'staking', 'hardwareClass'>>();
  readonly #nodes = new Map<string, Fetched<'staking', 'node'>>();
  readonly #jobs = new Map<string, OpenJob>();
  /** The newest transaction of each program that was followed. */
  readonly #cursors = new Map<(typeof PROGRAMS)[number], string>();
  readonly #unread: PublicKey[];
  #scannedAt = -Infinity;
  /** Nodes and jobs that are not described as they are now. */
  #changed: Set<string> | 'all' = 'all';
  #nodeEntries = new Map<string, RawEntryOf<'node'>>();
  #jobEntries = new Map<string, RawEntryOf<'job'>>();

  constructor(options: ChainFollowerOptions) {
    this.#options = options;
    this.#unread = [...options.knownJobs];
  }

  /** What the chain says now. */
  async read(now: number): Promise<ChainView> {
    const { client, scanSeconds } = this.#options;
    const { deployment } = client;
    const written = now - this.#scannedAt < scanSeconds ? await this.#written() : undefined;
    const addresses = [
      pda.oracle.oracleSet(deployment),
      pda.emission.schedule(deployment),
      pda.emission.pool(deployment, 'gpu'),
      pda.emission.pool(deployment, 'cpu'),
      ...(written?.accounts ?? []),
    ];
    const accounts = await client.transport.getAccounts(addresses);
    const [oracleSet, schedule, gpu, cpu] = accounts;
    if (written === undefined) await this.#scan(now);
    else {
      accounts.slice(4).forEach((account, index) => {
        const address = written.accounts[index];
        if (address !== undefined) this.#apply(address, account);
      });
      for (const [program, signature] of written.cursors) this.#cursors.set(program, signature);
    }
    if (written === undefined || written.accounts.length > 0) this.#describe(now);
    this.#forget(now);
    return {
      now,
      oracleSet: dataOf('oracle', 'oracleSet', oracleSet),
      schedule: dataOf('emission', 'schedule', schedule),
      pools: { gpu: dataOf('emission', 'pool', gpu), cpu: dataOf('emission', 'pool', cpu) },
      nodes: this.#nodeEntries,
      jobs: this.#jobEntries,
      openJobs: [...this.#jobs.values()].filter(isOpen),
    };
  }

  /** What transactions since the last loop could write; undefined where everything has to be read. */
  async #written(): Promise<
    { accounts: PublicKey[]; cursors: Map<(typeof PROGRAMS)[number], string> } | undefined
  > {
    const { client, history } = this.#options;
    const cursors = new Map<(typeof PROGRAMS)[number], string>();
    const signatures = new Set<string>();
    for (const program of PROGRAMS) {
      const until = this.#cursors.get(program);
      const range = { limit: MOST_TRANSACTIONS, ...(until === undefined ? {} : { until }) };
      const found = await history.signatures(client.deployment.programs[program], range);
      if (found.length === MOST_TRANSACTIONS) return undefined;
      const [newest] = found;
      if (newest !== undefined) cursors.set(program, newest.signature);
      for (const { signature, failed } of found) if (!failed) signatures.add(signature);
    }
    const accounts = new Map<string, PublicKey>();
    for (const transaction of await history.transactions([...signatures])) {
      // The network lists it and cannot show it yet: rather read too much than miss it.
      if (transaction === null) return undefined;
      for (const address of transaction.written) accounts.set(address.toBase58(), address);
    }
    return { accounts: [...accounts.values()], cursors };
  }

  /** Reads everything, and from where on transactions are to be followed. */
  async #scan(now: number): Promise<void> {
    const { client, history } = this.#options;
    for (const program of PROGRAMS) {
      const [newest] = await history.signatures(client.deployment.programs[program], { limit: 1 });
      if (newest !== undefined) this.#cursors.set(program, newest.signature);
    }
    const { staking, escrow } = client.accounts;
    const [classes, nodes, running, ending] = await Promise.all([
      staking.hardwareClass.findAll(),
      staking.node.findAll(),
      escrow.job.findAll({ state: 'running' }),
      escrow.job.findAll({ state: 'ending' }),
    ]);
    const open = [...running, ...ending];
    const found = new Set(open.map(({ address }) => address.toBase58()));
    // Jobs that are over stay on chain for good: of these only the ones that ran a moment ago are read.
    const before = [...this.#unread, ...[...this.#jobs.values()].map(({ address }) => address)];
    const over = await escrow.job.fetchMany(before.filter((address) => !found.has(address.toBase58())));
    replace(this.#classes, classes);
    replace(this.#nodes, nodes);
    replace(
      this.#jobs,
      [...open, ...over].filter((job) => job !== null),
    );
    this.#unread.length = 0;
    this.#scannedAt = now;
    this.#changed = 'all';
  }

  #apply(address: PublicKey, account: RawAccount | null): void {
    const name = address.toBase58();
    const { programs } = this.#options.client.deployment;
    let found: NamedAccount<'staking'> | NamedAccount<'escrow'> | null = null;
    if (account?.owner.equals(programs.staking) === true) found = decodeProgramAccount('staking', account);
    else if (account?.owner.equals(programs.escrow) === true) found = decodeProgramAccount('escrow', account);
    if (this.#changed !== 'all') this.#changed.add(name);
    if (found?.name === 'hardwareClass') {
      this.#classes.set(name, { address, ...found.data });
      // All nodes and jobs of it.
      this.#changed = 'all';
    } else if (found?.name === 'node') this.#nodes.set(name, { address, ...found.data });
    else if (found?.name === 'job' && found.data.startedAt !== 0n) {
      this.#jobs.set(name, { address, ...found.data });
    } else if (found === null) {
      this.#nodes.delete(name);
      this.#jobs.delete(name);
    }
  }

  /** Puts into the log's words what has changed; an entry that says the same as before stays the same object. */
  #describe(now: number): void {
    const changed = this.#changed;
    const nodes = new Map(changed === 'all' ? [] : this.#nodeEntries);
    for (const address of changed === 'all' ? this.#nodes.keys() : changed) {
      const entry = this.#nodeEntry(address, now);
      if (entry === undefined) nodes.delete(address);
      else nodes.set(address, keep(this.#nodeEntries.get(address), entry));
    }
    const jobs = new Map(changed === 'all' ? [] : this.#jobEntries);
    if (changed !== 'all') for (const address of changed) if (!this.#jobs.has(address)) jobs.delete(address);
    for (const [address, job] of this.#jobs) {
      // Who is related to whom follows from the node.
      const isChanged = changed === 'all' || changed.has(address) || changed.has(job.node.toBase58());
      if (isChanged)
        jobs.set(address, keep(this.#jobEntries.get(address), this.#jobEntry(address, job, now)));
    }
    this.#nodeEntries = nodes;
    this.#jobEntries = jobs;
    this.#changed = new Set();
  }

  #nodeEntry(address: string, now: number): RawEntryOf<'node'> | undefined {
    const node = this.#nodes.get(address);
    const hardware = node === undefined ? undefined : this.#classes.get(node.class.toBase58());
    if (node === undefined || hardware === undefined) return undefined;
    const { ownStake, delegatedStake, minimumStake } = node;
    return {
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
      staked: countedStake(ownStake, delegatedStake) >= minimumStake,
    };
  }

  #jobEntry(address: string, job: OpenJob, now: number): RawEntryOf<'job'> {
    const node = this.#nodes.get(job.node.toBase58());
    const related = [node?.owner, node?.operator, node?.payout].some(
      (key) => key?.equals(job.buyer) === true,
    );
    return {
      kind: 'job',
      at: now,
      job: address,
      node: job.node.toBase58(),
      devices: job.devices,
      startedAt: Number(job.startedAt),
      endsAt: endOf(job),
      price: Number(job.price),
      reference: Number(this.#classes.get(job.class.toBase58())?.referencePrice ?? 0n),
      buyer: related ? 'related' : 'independent',
    };
  }

  #forget(now: number): void {
    for (const [address, job] of this.#jobs) {
      if (isOpen(job) || endOf(job) + JOB_KEPT_SECONDS > now) continue;
      this.#jobs.delete(address);
      this.#jobEntries.delete(address);
    }
  }
}

function replace<T extends { readonly address: PublicKey }>(map: Map<string, T>, all: readonly T[]): void {
  map.clear();
  for (const one of all) map.set(one.address.toBase58(), one);
}

function keep<E extends RawEntry>(before: E | undefined, entry: E): E {
  return before !== undefined && contentOf(before) === contentOf(entry) ? before : entry;
}

function dataOf<P extends 'oracle' | 'emission', N extends NamedAccount<P>['name']>(
  program: P,
  name: N,
  account: RawAccount | null | undefined,
): Extract<NamedAccount<P>, { name: N }>['data'] {
  const found = account == null ? null : decodeProgramAccount(program, account);
  if (found?.name === name) return found.data;
  throw new Error(`the ${program} program has no ${name} yet: initialize it first`);
}

/** Writes what changed on chain into the raw log, and everything when an hour of the log begins. */
export class ChainRecorder {
  readonly #log: RawLog;
  #hour = -1;
  #known = new Map<string, RawEntryOf<'node'> | RawEntryOf<'job'>>();

  constructor(log: RawLog) {
    this.#log = log;
    // What has gone while nobody looked has to be written down too.
    for (const entry of log.recent()) {
      if (entry.kind === 'node') this.#known.set(entry.node, entry);
      else if (entry.kind === 'gone') this.#known.delete(entry.node);
    }
  }

  record({ now, nodes, jobs }: Pick<ChainView, 'now' | 'nodes' | 'jobs'>): void {
    const hour = Math.floor(now / EPOCH_SECONDS);
    const before = this.#known;
    const anew = hour !== this.#hour;
    this.#hour = hour;
    this.#known = new Map();
    for (const entry of [...nodes.values(), ...jobs.values()]) {
      const name = entry.kind === 'node' ? entry.node : entry.job;
      this.#known.set(name, entry);
      const known = before.get(name);
      const same = known === entry || (known !== undefined && contentOf(known) === contentOf(entry));
      if (anew || !same) this.#log.append({ ...entry, at: now });
    }
    for (const [name, entry] of before) {
      if (entry.kind === 'node' && !this.#known.has(name)) {
        this.#log.append({ kind: 'gone', at: now, node: name });
      }
    }
  }
}

/** What an entry says, but for when. */
function contentOf(entry: RawEntry): string {
  return JSON.stringify({ ...entry, at: 0 });
}
