import { UsageError } from './usage-error.js';

/** The transactions that `--parallel` lets be under way at once. */
export function parseParallel(text: string): number {
  const parallel = /^[0-9]{1,2}$/.test(text) ? Number(text) : 0;
  if (parallel >= 1 && parallel <= 64) return parallel;
  throw new UsageError('--parallel must be a whole number from 1 to 64');
}
