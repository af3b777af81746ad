import { Command } from 'commander';
import { counted } from '../../../lib/format.js';
import type { Output } from '../../program.js';
import { placeOf, stateOf, wholeNumber, withDevOptions, type DevOptions } from './options.js';

interface WarpOptions extends DevOptions {
  readonly byMinute?: true;
}

const MINUTE = 60;
const MOST_SECONDS = 100 * 365 * 86_400;

const EXAMPLES = `
Examples:
  io dev warp 3600 --by-minute
  io dev warp 21600 --json

In one jump nobody hears a node in the minutes between: its hour earns nothing, and a job has no verified seconds. With
--by-minute every oracle hears every node in each minute, which takes about 0.2 s a minute. With --json the answer is
{"slot", "unixTimestamp"} after it.
`;

/** `io dev warp`: moves the clock. */
export function warpCommand(output: Output): Command {
  return withDevOptions(
    new Command('warp')
      .summary("move the chain's clock; the services follow")
      .description("Moves the chain's clock forward, and waits until every service goes by the new time.")
      .argument('<seconds>', 'by how much; with --by-minute it is rounded up to whole minutes')
      .option('--by-minute', 'live through every minute, so that nodes are heard and jobs are worked on'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, options: WarpOptions) => {
      const seconds = wholeNumber('the seconds', text, 1, MOST_SECONDS);
      const place = await placeOf(options);
      const state = stateOf(place);
      const { jump, liveThrough } = await import('../../../dev/time.js');
      const { requireRunning } = await import('../../../dev/process.js');
      requireRunning(place, state);
      const minutes = Math.ceil(seconds / MINUTE);
      if (options.byMinute === true) {
        const bar = output.progress?.('minutes');
        try {
          await liveThrough(place, state, minutes - 1, { onMinute: (done) => bar?.update(done / minutes) });
        } finally {
          bar?.end();
        }
      }
      const time = await jump(place, state, options.byMinute === true ? MINUTE : seconds);
      const at = new Date(time.unixTimestamp * 1_000)
        .toISOString()
        .replace('.000Z', ' UTC')
        .replace('T', ' ');
      output.write(
        options.json === true
          ? `${JSON.stringify(time)}\n`
          : `it is ${at}, ${counted(options.byMinute === true ? minutes * MINUTE : seconds, 'second')} later; slot ${time.slot}\n`,
      );
    });
}
