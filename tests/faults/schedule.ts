import { Random } from '../invariants/random.js';

/** What is done to the economy at a step. */
export type Fault =
  /** A service is killed with -9, and started again so many steps later; with a clock that is wrong by so much. */
  | { readonly kind: 'kill'; readonly service: number; readonly downFor: number; readonly skewMs: number }
  /** The network chooses another fork: so many blocks are gone. */
  | { readonly kind: 'fork'; readonly blocks: number }
  /** For so many steps, endpoints do what is named to calls. */
  | { readonly kind: 'weather'; readonly weather: Weather; readonly steps: number };

export type Weather = 'storm' | 'slow' | 'stale';

/** The faults of each step. */
export type Schedule = readonly (readonly Fault[])[];

const MOST_DOWN_STEPS = 4;
/** Blocks that a fork may take: confirmed ones too, though no real network ever did. */
const MOST_FORKED_BLOCKS = 30;
const SKEWS_MS = [0, 0, 0, -3_600_000, 86_400_000];
const WEATHERS: readonly Weather[] = ['storm', 'slow', 'stale'];

/** The faults of a seed: so many kills among so many services, and between them forks and bad weather. */
export function scheduleOf(seed: bigint, kills: number, services: number): Schedule {
  const random = new Random(seed);
  const schedule: Fault[][] = [];
  for (let killed = 0; killed < kills;) {
    const faults: Fault[] = [];
    if (random.chance(60)) {
      killed += 1;
      faults.push({
        kind: 'kill',
        service: random.int(0, services - 1),
        downFor: random.int(0, MOST_DOWN_STEPS),
        skewMs: random.pick(SKEWS_MS) ?? 0,
      });
    }
    if (random.chance(15)) faults.push({ kind: 'fork', blocks: random.int(1, MOST_FORKED_BLOCKS) });
    if (random.chance(20)) {
      const weather = random.pick(WEATHERS) ?? 'storm';
      faults.push({ kind: 'weather', weather, steps: random.int(2, 8) });
    }
    schedule.push(faults);
  }
  return schedule;
}
