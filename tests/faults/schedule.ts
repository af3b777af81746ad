import { Random } from '../invariants/random.js';

/** What is done to the economy at a step. */
export type Fault =
  /**
   * A service is killed with -9 so many milliseconds after something new has happened, and started again so many steps
   * later; with a clock that is wrong by so much.
   */
  | {
      readonly kind: 'kill';
      readonly service: number;
      readonly afterMs: number;
      readonly downFor: number;
      readonly skewMs: number;
    }
  /** When services have done what they can, the network chooses another fork: so many blocks are gone. */
  | { readonly kind: 'fork'; readonly blocks: number }
  /** For so many steps the database of a service is gone. */
  | { readonly kind: 'database'; readonly service: number; readonly steps: number }
  /** For so many steps, endpoints do what is named to calls. */
  | { readonly kind: 'weather'; readonly weather: Weather; readonly steps: number };

export type Weather = 'storm' | 'slow' | 'stale';

/** The faults of each step. */
export type Schedule = readonly (readonly Fault[])[];

const MOST_DOWN_STEPS = 4;
/** A loop takes about as long: a kill comes before it, in it, or after it. */
const MOST_AFTER_MS = 400;
/** Blocks that a fork may take: confirmed ones too, though no real network ever did. */
const MOST_FORKED_BLOCKS = 30;
const SKEWS_MS = [0, 0, 0, -3_600_000, 86_400_000];
const WEATHERS: readonly Weather[] = ['storm', 'slow', 'stale'];
const MOST_GONE_STEPS = 5;

/**
 * The faults of a seed: so many kills among so many services, and between them forks, bad weather and databases that are
 * gone. The shortest of them has each once.
 */
export function scheduleOf(seed: bigint, kills: number, services: number): Schedule {
  const random = new Random(seed);
  const fork = (): Fault => ({ kind: 'fork', blocks: random.int(1, MOST_FORKED_BLOCKS) });
  const database = (): Fault => ({
    kind: 'database',
    service: random.int(0, services - 1),
    steps: random.int(1, MOST_GONE_STEPS),
  });
  const weather = (which: Weather): Fault => ({ kind: 'weather', weather: which, steps: random.int(2, 8) });
  const owed = [database, ...WEATHERS.map((which) => () => weather(which)), fork];
  const schedule: Fault[][] = [];
  for (let killed = 0; killed < kills || owed.length > 0;) {
    const faults: Fault[] = [];
    if (killed < kills && random.chance(80)) {
      killed += 1;
      faults.push({
        kind: 'kill',
        service: random.int(0, services - 1),
        afterMs: random.int(0, MOST_AFTER_MS),
        downFor: random.int(0, MOST_DOWN_STEPS),
        skewMs: random.pick(SKEWS_MS) ?? 0,
      });
    }
    const next = owed.shift();
    if (next !== undefined) faults.push(next());
    else {
      if (random.chance(15)) faults.push(fork());
      if (random.chance(10)) faults.push(database());
      if (random.chance(20)) faults.push(weather(random.pick(WEATHERS) ?? 'storm'));
    }
    schedule.push(faults);
  }
  return schedule;
}
