/**
 * Time and chance as sending sees them, so that tests can run hours of it in a moment.
 *
 * @see {@link systemClock}
 */
export interface Clock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 to below 1. */
  random(): number;
}

/**
 * The time of this machine.
 *
 * @example
 * ```ts
 * import { systemClock } from '@ionet/sdk';
 *
 * const before = systemClock.now();
 * await systemClock.sleep(10);
 * console.log(`${systemClock.now() - before} ms`);
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      if (signal?.aborted === true) end();
      else signal?.addEventListener('abort', end, { once: true });
    }),
};
