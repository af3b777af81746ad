import type { Command } from 'commander';
import type { DevState, Place } from '../../../dev/state.js';
import { UsageError } from '../../usage-error.js';

/** What every command of `io dev` takes. */
export interface DevOptions {
  readonly dir?: string;
  readonly json?: true;
}

export function withDevOptions(command: Command): Command {
  return command
    .option('--dir <directory>', 'where state, keys, logs and data are (default: .dev in the repository)')
    .option('--json', 'print one object');
}

/** The place that the options name. */
export async function placeOf({ dir }: DevOptions): Promise<Place> {
  const { DEFAULT_DIRECTORY, Place } = await import('../../../dev/state.js');
  return new Place(dir ?? DEFAULT_DIRECTORY);
}

/** What was brought up there; throws where nothing was. */
export function stateOf(place: Place): DevState {
  const state = place.read();
  if (state === null) throw new Error(`nothing is up in ${place.directory}: io dev up starts it`);
  return state;
}

/** A whole number of an option or an argument. */
export function wholeNumber(what: string, text: string, low: number, high: number): number {
  const value = /^[0-9]{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(`${what} must be a whole number from ${low} to ${high}`);
}
