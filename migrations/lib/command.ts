import { homedir } from 'node:os';
import { join } from 'node:path';
import { connectionTransport, createClient, type Transport, type Wallet } from '@ionet/sdk';
import { Connection, PublicKey, type Keypair } from '@solana/web3.js';
import { Command } from 'commander';
import { readKeypair } from '../../scripts/io/connect.js';
import { ConfigError, readConfig, type MigrationConfig } from './config.js';
import { inspectAll, migrate } from './migrate.js';
import { deploymentOf } from './mint.js';
import { describe, reportJson } from './report.js';
import { MigrationError, type MigrationContext } from './step.js';

/** A network as the migration needs it. */
export interface Chain {
  readonly transport: Transport;
  /** In base58. */
  genesisHash(): Promise<string>;
}

/** Where the command writes to, and how it reaches a network. */
export interface MigrateOutput {
  readonly width: number;
  write(text: string): void;
  /** What happens while it happens: standard error. */
  warn(text: string): void;
  /** Default: through its JSON-RPC port. */
  readonly openChain?: (url: string) => Chain;
}

interface MigrateOptions {
  readonly config: string;
  readonly url: string;
  readonly keypair: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const HELP = `
Examples:
  npm run migrate -- --config migrations/devnet.json --url https://api.devnet.solana.com --dry-run
  npm run migrate -- --config migrations/devnet.json --url https://api.devnet.solana.com --keypair deployer.json

Run it as often as you like: it reads the chain and does what is missing. docs/migrations.md describes the config.`;

/** `npm run migrate`: brings the token and the programs into being. */
export function migrateCommand(output: MigrateOutput): Command {
  return new Command('npm run migrate --')
    .description('Brings IO and the configs of the programs into being, step by step, on any network.')
    .requiredOption('--config <file>', 'what to make of the network')
    .option('--url <url>', 'JSON-RPC address of the network', 'http://127.0.0.1:8899')
    .option('--keypair <file>', 'the deployer, who signs and pays', join(homedir(), '.config/solana/id.json'))
    .option('--dry-run', 'sign nothing: print the plan and the state of every step')
    .option('--json', 'print one object')
    .allowExcessArguments(false)
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        output.write(text);
      },
      outputError: () => undefined,
    })
    .action(async (options: MigrateOptions) => {
      const config = readConfig(options.config);
      const chain = (output.openChain ?? openChain)(options.url);
      await requireNetwork(chain, config);
      const dryRun = options.dryRun === true;
      const payer = dryRun ? nobody(config.deployer) : deployerOf(options.keypair, config);
      const deployment = await deploymentOf(config);
      const client = createClient({ transport: chain.transport, deployment, payer });
      const context: MigrationContext = { client, config };
      const reports = dryRun
        ? await inspectAll(context)
        : await migrate(context, (step, what, signature) => {
            output.warn(`${step.name}: ${what}${signature === null ? '' : ` (${signature})`}\n`);
          });
      const text =
        options.json === true
          ? JSON.stringify({ steps: reports.map(reportJson) })
          : describe(reports, output.width);
      output.write(`${text}\n`);
      const refused = reports.find(({ state }) => state.kind === 'refused');
      if (refused !== undefined) {
        throw new MigrationError(`${refused.step.name}: ${refused.state.facts.join('; ')}`);
      }
    });
}

function openChain(url: string): Chain {
  let connection: Connection;
  try {
    connection = new Connection(url, 'confirmed');
  } catch (error) {
    throw new ConfigError(`--url ${url} is no address of a JSON-RPC port`, { cause: error });
  }
  return { transport: connectionTransport(connection), genesisHash: () => connection.getGenesisHash() };
}

/** A config is of one network: on another its oracles would sign for the wrong one. */
async function requireNetwork(chain: Chain, { genesisHash }: MigrationConfig): Promise<void> {
  const found = await chain.genesisHash();
  if (new PublicKey(found).equals(genesisHash)) return;
  throw new MigrationError(
    `the network's genesis hash is ${found}, and the config is for ${genesisHash.toBase58()}`,
  );
}

function deployerOf(file: string, { deployer }: MigrationConfig): Keypair {
  const keypair = readKeypair('--keypair', file);
  if (keypair.publicKey.equals(deployer)) return keypair;
  throw new ConfigError(`--keypair: ${file} is ${keypair.publicKey.toBase58()}, not the config's deployer`);
}

/** Stands for the deployer where nothing is signed. */
function nobody(deployer: PublicKey): Wallet {
  return {
    publicKey: deployer,
    signTransaction: () => Promise.reject(new MigrationError('a dry run signs nothing')),
  };
}
