import { Command } from 'commander';
import type { CommandFactory, Output } from './program.js';
import { UsageError } from './usage-error.js';

/** A command that only holds others: `io <noun> <verb>`. */
export function nounCommand(
  name: string,
  summary: string,
  verbs: readonly CommandFactory[],
  output: Output,
): Command {
  const noun = new Command(name)
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .usage('<command> [options]')
    .helpCommand(false)
    .action((_options, { args: [verb] }: Command) => {
      const problem = verb === undefined ? `say what to do with ${name}` : `${name} has no command '${verb}'`;
      throw new UsageError(`${problem}; io ${name} --help lists what there is`);
    });
  for (const create of verbs) noun.addCommand(create(output));
  return noun;
}
