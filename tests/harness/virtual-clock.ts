import type { Clock } from '@ionet/sdk';

interface Timer {
  readonly at: number;
  readonly order: number;
  run(): void;
}

/** Numbers from 0 to below 1, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time that passes only when everybody waits for it: hours of sleeping take as long as the work between them. */
export class VirtualClock implements Clock {
  readonly random: () => number;
  #now = 0;
  #order = 0;
  #timers: Timer[] = [];

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      this.#order += 1;
      const timer = { at: this.#now + Math.max(0, milliseconds), order: this.#order, run: end };
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      this.#timers.push(timer);
      signal?.addEventListener('abort', end, { once: true });
    });
  }

  /** Lets time pass until the work is done; throws where it waits for what no time will bring. */
  async run<T>(work: Promise<T>): Promise<T> {
    const done = { yet: false };
    const settle = (): void => {
      done.yet = true;
    };
    work.then(settle, settle);
    for (;;) {
      // All that can go on without time goes on first.
      await new Promise((resolve) => setImmediate(resolve));
      if (done.yet) return work;
      const next = this.#timers.sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) throw new Error('everybody waits, and nobody for the time');
      this.#now = next.at;
      next.run();
    }
  }
}
