import type { Transport } from '@ionet/sdk';
import { Command } from 'commander';
import { auditCommand } from './commands/audit.js';
import { buybackCommand } from './commands/buyback.js';
import { clusterCommand } from './commands/cluster/index.js';
import { devCommand } from './commands/dev/index.js';
import { emissionCommand } from './commands/emission/index.js';
import { airdropCommand } from './commands/airdrop/index.js';
import { pointsCommand } from './commands/points/index.js';
import { quoteCommand } from './commands/quote.js';
import { rewardsCommand } from './commands/rewards/index.js';
import { stakingCommands } from './commands/staking/index.js';
import { verifyEpochCommand } from './commands/verify-epoch.js';
import type { ProgressFactory } from '../lib/progress.js';
import { UsageError } from './usage-error.js';

/** Where commands write to. */
export interface Output {
  readonly width: number;
  write(text: string): void;
  /** What is no result: standard error. */
  warn?(text: string): void;
  /** How far a command is, where somebody watches. */
  readonly progress?: ProgressFactory;
  /** How commands on a network reach it; by default through its JSON-RPC port. */
  readonly openTransport?: (url: string) => Transport;
  /** Ends commands that go on until they are told to stop. */
  readonly signal?: AbortSignal;
}

/** One command of the command line; each has a file of its own in `commands/`. */
export type CommandFactory = (output: Output) => Command;

const COMMANDS: readonly CommandFactory[] = [
  quoteCommand,
  emissionCommand,
  pointsCommand,
  airdropCommand,
  rewardsCommand,
  verifyEpochCommand,
  ...stakingCommands,
  clusterCommand,
  auditCommand,
  buybackCommand,
  devCommand,
];

/** The whole command line. Wrong usage throws: a command line that ends its process could not be tested. */
export function createProgram(output: Output): Command {
  const program = new Command('io')
    .description('The command line of the ionet compute marketplace, for operators and the protocol team.')
    .usage('<command> [options]')
    .helpCommand(false)
    .action((_options, { args: [name] }: Command) => {
      const problem = name === undefined ? 'name a command, such as quote' : `there is no command '${name}'`;
      throw new UsageError(`${problem}; io --help lists them`);
    });
  for (const create of COMMANDS) program.addCommand(create(output));
  for (const command of [program, ...descendants(program)]) {
    command
      .exitOverride()
      .allowExcessArguments(command.commands.length > 0)
      .configureOutput({
        writeOut: (text) => {
          output.write(text);
        },
        outputError: () => undefined,
      });
  }
  return program;
}

/** The commands of a command, and theirs. */
function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
