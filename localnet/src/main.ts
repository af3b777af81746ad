import { Command, CommanderError } from 'commander';
import { ConfigError, parseOptions } from './config.js';

/** Keeps a network running until it is told to stop. */
async function main(): Promise<void> {
  const program = new Command('npm run localnet --')
    .description('A local Solana network with the ionet marketplace on it: JSON-RPC and websocket ports.')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <number>', 'the port of JSON-RPC; 0: any that is free', '8899')
    .option('--ws-port <number>', 'the port of the subscriptions (default: the one after --port)')
    .option('--slot-time <ms>', 'how long a slot takes', '400')
    .option('--ledger <directory>', 'where the state survives a restart (default: it does not)')
    .option('--keys <directory>', "where the wallets' keypair files go (default: keys/ in the ledger)")
    .option('--history <blocks>', 'how many blocks are remembered', '200000')
    .exitOverride()
    .allowExcessArguments(false)
    .parse();
  const { slotTime, history, ...rest } = program.opts<Record<string, string | undefined>>();
  const options = { ...rest, slotMs: slotTime, historyBlocks: history };
  parseOptions(options);
  // Loaded late, so that wrong usage is answered at once.
  const { run } = await import('./run.js');
  await run(parseOptions(options));
}

try {
  await main();
} catch (error) {
  // The argument library has said on standard error what was wrong with the usage.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`localnet: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
}
