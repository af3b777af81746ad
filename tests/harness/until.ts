import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until it is so, or there is something to see, and gives that; the test's own time limit is the only one. */
export async function until<T>(
  look: () => Promise<T | false | undefined> | T | false | undefined,
  everyMs = 20,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(everyMs);
  }
}
