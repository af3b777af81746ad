import { Command, CommanderError, Option } from 'commander';
import { relative } from 'node:path';
import { DEFAULT_FLEET, readFleet } from '../lib/fleet-file.js';
import { terminalWidth } from '../lib/table.js';

const PARTS = ['processes', 'endings'] as const;

const EXAMPLES = `
The parts: "processes" brings up a network, three oracles, the scheduler and an agent for each node, plays a day on them,
and audits the chain; "endings" plays every way in which a job can end inside this process, and prints every movement of
money. The exit code is 0 where everything adds up.
`;

/** The whole economy on this machine: from mints to the last identity. The exit code says whether it adds up. */
async function main(): Promise<number> {
  const program = new Command('npm start --')
    .description('Runs a small compute marketplace on this machine, and checks that all money adds up.')
    .option('--fleet <file>', 'the nodes to play with, see examples/README.md', DEFAULT_FLEET)
    .option('--keep', 'play the processes alone, and leave them running; io dev down ends them')
    .addOption(new Option('--part <part>', 'play one part alone').choices(PARTS))
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .allowExcessArguments(false)
    .parse();
  const options = program.opts<{ fleet: string; keep?: true; part?: (typeof PARTS)[number] }>();
  const { fleet: fleetFile, keep = false, part } = options;
  const name = fleetFile === DEFAULT_FLEET ? relative(process.cwd(), fleetFile) : fleetFile;
  const fleet = readFleet(fleetFile, name);
  const width = terminalWidth(process.stdout);
  const tell = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };

  let code = 0;
  if (keep || part !== 'endings') {
    const { runLive } = await import('./live/run.js');
    code = await interruptible((signal) => runLive({ fleet, fleetFile, keep, width, tell, signal }));
  }
  if (code === 0 && !keep && part !== 'processes') {
    if (part === undefined) tell('\nEvery way in which a job can end, inside this process\n');
    const { run } = await import('./run.js');
    code = await run(fleet, name, width, tell);
  }
  return code;
}

/** Does something that ends in good order when it is interrupted. */
async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort(new Error('interrupted'));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
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
