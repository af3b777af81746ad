import { Command, CommanderError } from 'commander';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { terminalWidth } from '../lib/table.js';

const DEFAULT_FLEET = fileURLToPath(new URL('../../examples/fleet.json', import.meta.url));

/** The whole economy on this machine: from mints to the last identity. The exit code says whether it adds up. */
async function main(): Promise<number> {
  const program = new Command('npm start --')
    .description(
      'Runs a small compute marketplace on an embedded Solana runtime, and checks that all money adds up.',
    )
    .option('--fleet <file>', 'the nodes to play with, see examples/README.md', DEFAULT_FLEET)
    .exitOverride()
    .allowExcessArguments(false)
    .parse();
  const { fleet } = program.opts<{ fleet: string }>();
  // Loaded late, so that wrong usage is answered at once.
  const { run } = await import('./run.js');
  const name = fleet === DEFAULT_FLEET ? relative(process.cwd(), fleet) : fleet;
  return run(await read(fleet), name, terminalWidth(process.stdout), (line) => {
    process.stdout.write(`${line}\n`);
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read: name a fleet file, see examples/README.md`, { cause });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  // The argument library has said on standard error what was wrong with the usage.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
