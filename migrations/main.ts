import { CommanderError } from 'commander';
import { terminalWidth } from '../scripts/lib/table.js';
import { UsageError } from '../scripts/io/usage-error.js';
import { migrateCommand } from './lib/command.js';
import { ConfigError } from './lib/config.js';

/** The exit code of a failure: 2 for wrong usage, 0 for help that was asked for, 1 for the rest. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
}

try {
  await migrateCommand({
    width: terminalWidth(process.stdout),
    write: (text) => process.stdout.write(text),
    warn: (text) => process.stderr.write(text),
  }).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (process.exitCode !== 0) process.stderr.write(`migrate: ${message}\n`);
}
