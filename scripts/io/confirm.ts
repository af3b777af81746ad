import { createInterface } from 'node:readline/promises';
import type { Output } from './program.js';
import { UsageError } from './usage-error.js';

/** Says what will be signed, and asks whether it shall be, unless `--yes` was given. */
export async function confirm(output: Output, what: string, yes: boolean): Promise<void> {
  output.warn?.(`${what}\n`);
  if (yes) return;
  if (!process.stdin.isTTY) throw new UsageError('nobody is there to ask: give --yes to go on without');
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await ask.question('Go on? [y/N] ');
    if (!/^y(es)?$/i.test(answer.trim())) throw new Error('nothing was signed');
  } finally {
    ask.close();
  }
}
