import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until there is something to see, and gives it; the test's own time limit is the only one. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined, everyMs = 20): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(everyMs);
  }
}
