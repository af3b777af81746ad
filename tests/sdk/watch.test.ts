import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  WatchError,
  idls,
  localnet,
  watchEvents,
  type EventFeed,
  type EventGap,
  type WatchOptions,
  type WatchedEvent,
} from '@ionet/sdk';
import { VirtualClock } from '../harness/virtual-clock.js';

const deployment = localnet();
const TREASURY = deployment.programs.treasury.toBase58();

/** The logs of a transaction that burned fees so many times, its first burn of this number. */
function burnLogs(seq: number, times: number): string[] {
  const { discriminator } = idls.treasury.events.find((event) => event.name === 'ioFeesBurned')!;
  const lines = Array.from({ length: times }, (_, index) => {
    const numbers = Buffer.alloc(32);
    [1n, 1n, 1n, BigInt(seq + index)].forEach((value, at) => numbers.writeBigUInt64LE(value, 8 * at));
    return `Program data: ${Buffer.concat([Buffer.from(discriminator), numbers]).toString('base64')}`;
  });
  return [`Program ${TREASURY} invoke [1]`, ...lines, `Program ${TREASURY} success`];
}

interface Faults {
  /** The websocket tells nothing of a transaction, or tells it twice. */
  readonly unheard: number;
  readonly doubled: number;
  /** History is that of a node which is behind, or which lacks a transaction for a while. */
  readonly stale: number;
  readonly hole: number;
  /** Logs are not there yet, or no answer comes. */
  readonly late: number;
  readonly broken: number;
}

interface Chain {
  readonly signature: string;
  readonly slot: number;
  readonly failed: boolean;
  readonly logs: readonly string[];
}

/** A chain that grows in virtual time, seen through a feed with faults. */
class FaultyFeed implements EventFeed {
  readonly chain: Chain[] = [];
  /** Whether an event was given out: only from then on its numbers show what is missing. */
  isCounted = false;
  #listener: ((signature: string, logs: readonly string[]) => void) | undefined;
  #seq = 0;

  constructor(
    readonly clock: VirtualClock,
    readonly faults: Faults,
  ) {}

  get isWatched(): boolean {
    return this.#listener !== undefined;
  }

  add(): void {
    const times = 1 + Math.floor(this.clock.random() * 3);
    const failed = this.clock.random() < 0.2;
    const logs = failed ? [] : burnLogs(this.#seq + 1, times);
    if (!failed) this.#seq += times;
    const count = this.chain.length;
    this.chain.push({ signature: `tx${count}`, slot: 10 + Math.floor(count / 2), failed, logs });
    if (failed || this.#happens(this.faults.unheard)) return;
    for (let time = this.#happens(this.faults.doubled) ? 2 : 1; time > 0; time -= 1) {
      this.#listener?.(`tx${count}`, logs);
    }
  }

  #happens(chance: number): boolean {
    return this.clock.random() < chance;
  }

  async #answer(): Promise<void> {
    await this.clock.sleep(this.clock.random() * 50);
    if (this.#happens(this.faults.broken)) throw new TypeError('fetch failed');
  }

  onLogs(_program: PublicKey, listener: (signature: string, logs: readonly string[]) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  async getSignatures(
    _program: PublicKey,
    { before, limit }: { before?: string; limit: number },
  ): Promise<readonly Chain[]> {
    await this.#answer();
    const behind = this.#happens(this.faults.stale) ? 3 : 0;
    let seen = this.chain.slice(0, Math.max(0, this.chain.length - behind)).reverse();
    const at = (signature: string): number => seen.findIndex((one) => one.signature === signature);
    if (before !== undefined) seen = seen.slice(at(before) + 1);
    if (this.isCounted && this.#happens(this.faults.hole) && before === undefined && seen.length > 1) {
      const missing = Math.floor(this.clock.random() * Math.min(3, seen.length - 1)) + 1;
      seen = seen.filter((_, index) => index !== missing);
    }
    return seen.slice(0, limit);
  }

  async getLogs(signature: string): Promise<readonly string[] | null> {
    await this.#answer();
    if (this.#happens(this.faults.late)) return null;
    return this.chain.find((one) => one.signature === signature)?.logs ?? null;
  }
}

const NO_FAULTS: Faults = { unheard: 0, doubled: 0, stale: 0, hole: 0, late: 0, broken: 0 };

interface Watched {
  readonly events: readonly WatchedEvent<'treasury'>[];
  readonly gaps: readonly EventGap[];
  readonly feed: FaultyFeed;
}

/** Watches a chain that has two transactions and grows by `count`, until it has heard of all. */
async function watch(
  seed: number,
  faults: Partial<Faults>,
  count = 30,
  options: WatchOptions = {},
): Promise<Watched> {
  const clock = new VirtualClock(seed);
  const feed = new FaultyFeed(clock, { ...NO_FAULTS, ...faults });
  feed.add();
  feed.add();
  const abort = new AbortController();
  const gaps: EventGap[] = [];
  const events: WatchedEvent<'treasury'>[] = [];
  const grow = async (): Promise<void> => {
    await clock.sleep(1_000);
    for (let index = 0; index < count; index += 1) {
      feed.add();
      await clock.sleep(clock.random() * 900);
    }
    // Long enough for every poll and every pause.
    await clock.sleep(120_000);
    abort.abort();
  };
  const listen = async (): Promise<void> => {
    const stream = watchEvents(feed, deployment, 'treasury', {
      clock,
      signal: abort.signal,
      onGap: (gap) => gaps.push(gap),
      maxRereads: 12,
      ...options,
    });
    for await (const event of stream) {
      events.push(event);
      feed.isCounted = true;
    }
  };
  await clock.run(Promise.all([grow(), listen()]));
  return { events, gaps, feed };
}

/** The numbers of the events that are behind a transaction of the chain. */
function numbersAfter(feed: FaultyFeed, position: number): number[] {
  let seq = 0;
  return feed.chain.flatMap(({ logs }, index) => {
    const numbers = Array.from({ length: Math.max(0, logs.length - 2) }, () => (seq += 1));
    return index > position ? numbers : [];
  });
}

describe('watching events', () => {
  const seqs = ({ events }: Watched): number[] =>
    events.map(({ data }) => Number((data as { seq: bigint }).seq));

  it('gives each event once and in order, whatever the websocket and the nodes leave out', async () => {
    let gaps = 0;
    for (let seed = 1; seed <= 15; seed += 1) {
      const faults = { unheard: 0.4, doubled: 0.3, stale: 0.3, hole: 0.2, late: 0.2, broken: 0.2 };
      const watched = await watch(seed, faults, 30, { after: { signature: 'tx1', slot: 10 } });
      expect(seqs(watched), `seed ${seed}`).to.deep.equal(numbersAfter(watched.feed, 1));
      gaps += watched.gaps.length;
    }
    expect(gaps, 'gaps that were closed').to.be.greaterThan(0);
  }).timeout(60_000);

  it('begins with what happens from now on, and tells where each event stands', async () => {
    const watched = await watch(3, {});
    expect(seqs(watched)).to.deep.equal(numbersAfter(watched.feed, 1));
    const places = watched.events.map(({ signature, index }) => `${signature}.${index}`);
    expect(new Set(places).size).to.equal(places.length);
    expect(watched.feed.isWatched, 'it stops listening').to.equal(false);
  });

  it('hears nothing of a websocket that died, and goes on by history', async () => {
    const watched = await watch(4, { unheard: 1 });
    expect(seqs(watched)).to.deep.equal(numbersAfter(watched.feed, 1));
  });

  it('fails by name where history does not have what the numbers say there was', async () => {
    const clock = new VirtualClock(5);
    const feed = new FaultyFeed(clock, NO_FAULTS);
    for (let index = 0; index < 12; index += 1) feed.add();
    const lost = feed.chain.findIndex(({ failed }, index) => index > 3 && !failed);
    feed.chain.splice(lost, 1);
    const work = (async () => {
      for await (const event of watchEvents(feed, deployment, 'treasury', {
        clock,
        after: { signature: 'tx0', slot: 10 },
      })) {
        expect(event.program).to.equal('treasury');
      }
    })();
    const error: unknown = await clock.run(work.catch((one: unknown) => one));
    expect(error).to.be.instanceOf(WatchError);
    const { from, to } = (error as WatchError).gap;
    expect(to > from + 1n).to.equal(true);
    expect((error as WatchError).remedy).to.contain('whole history');
    expect(feed.isWatched).to.equal(false);
  });

  it('gives up on a feed that never answers', async () => {
    const clock = new VirtualClock(6);
    const feed = new FaultyFeed(clock, { ...NO_FAULTS, broken: 1 });
    const next = watchEvents(feed, deployment, 'treasury', { clock }).next();
    const error: unknown = await clock.run(next.catch((one: unknown) => one));
    expect(error).to.be.instanceOf(TypeError);
  });
});
