import { Command } from 'commander';
import type { Output } from '../../program.js';
import { placeOf, withDevOptions, type DevOptions } from './options.js';

const EXAMPLES = `
Examples:
  io dev down
  io dev down --json

Each process is asked to stop and finishes its loop; one that has not after 15 seconds is killed. Logs and keys stay, and
with --ledger the chain and the services' data too. With --json the answer is {"ended": [{"name", "how"}]}, where how is
stopped or killed.
`;

/** `io dev down`: ends everything that was brought up. */
export function downCommand(output: Output): Command {
  return withDevOptions(
    new Command('down')
      .summary('end everything, gracefully')
      .description('Ends all processes that io dev up has started, and says which.'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (options: DevOptions) => {
      const place = await placeOf(options);
      const { down } = await import('../../../dev/up.js');
      const ended = await down(place);
      if (options.json === true) output.write(`${JSON.stringify({ ended })}\n`);
      else if (ended.length === 0) output.write(`nothing ran in ${place.directory}\n`);
      else for (const { name, how } of ended) output.write(`${how.padEnd(7)}  ${name}\n`);
    });
}
