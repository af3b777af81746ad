import { CommanderError } from 'commander';
import { progressOn } from '../lib/progress.js';
import { terminalWidth } from '../lib/table.js';
import { createProgram } from './program.js';
import { UsageError } from './usage-error.js';

/** What a failure says on standard error, and the exit code. */
function explain(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    // Help that was asked for ends by an error too, with code 0.
    return { code: error.exitCode === 0 ? 0 : 2, message };
  }
  if (error instanceof UsageError) return { code: 2, message: error.message };
  return { code: 1, message: error instanceof Error ? error.message : String(error) };
}

try {
  const program = createProgram({
    width: terminalWidth(process.stdout),
    write: (text) => process.stdout.write(text),
    warn: (text) => process.stderr.write(text),
    progress: progressOn(process.stderr),
  });
  await program.parseAsync();
} catch (error) {
  const { code, message } = explain(error);
  if (code !== 0) process.stderr.write(`io: ${message}\n`);
  process.exitCode = code;
}
