import { IonetError } from '../errors.js';

/** A line of an event file that says nothing, or what another line denies. */
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
 * import { RewardsError } from '@ionet/sdk';
 *
 * if (error instanceof RewardsError) {
 *   for (const { file, line, reason } of error.problems) console.error(`${file}:${line}: ${reason}`);
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
