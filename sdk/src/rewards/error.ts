import { IonetError } from '../errors.js';

/**
 * A line of an event file that says nothing, or what another line denies.
 *
 * @see {@link RewardsError}
 */
export interface LineProblem {
  /** The name under which the file was read. */
  readonly file: string;
  /** Its number, from 1. */
  readonly line: number;
  readonly reason: string;
}

const SHOWN = 3;

/**
 * Event files of which no rewards can be computed: `problems` says all that is wrong.
 *
 * @example
 * ```ts
 * import { computeEpochRewards, readEpochEvents, RewardsError } from '@ionet/sdk';
 *
 * try {
 *   const parts = [new TextEncoder().encode('no header\n')];
 *   await computeEpochRewards(await readEpochEvents([{ name: 'bad.csv', parts }]));
 * } catch (error) {
 *   if (!(error instanceof RewardsError)) throw error;
 *   for (const { file, line } of error.problems.slice(0, 1)) console.log(file, line); // bad.csv 1
 * }
 * ```
 */
export class RewardsError extends IonetError {
  override readonly name = 'RewardsError';

  constructor(readonly problems: readonly LineProblem[]) {
    const shown = problems.slice(0, SHOWN).map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
    const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : '';
    super(`the events contradict each other or cannot be read: ${shown.join('; ')}${more}`);
  }
}
