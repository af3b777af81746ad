import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type * as Sdk from '@ionet/sdk';
import { Connection, Keypair, PublicKey } from '@solana/web3.js';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Output } from './program.js';
import { UsageError } from './usage-error.js';

/** Where a command finds the network, and who signs. */
export interface ConnectOptions {
  readonly url: string;
  readonly keypair: string;
  readonly deployment?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8899';

/** What these options look like in a command's help. */
export const CONNECT_HELP = `
The keypair is a file of the Solana command line: a JSON list of 64 numbers. A deployment is a JSON object with ioMint,
usdcMint and priceAccount in base58, clusterTag and priceFeedId as 64 hexadecimal digits, and programs where their
addresses are not the usual ones; npm run migrate writes it. The default is the local network.`;

/** Where a command that signs nothing finds the network. */
export type ReadOptions = Omit<ConnectOptions, 'keypair'>;

/** Adds the options that every command that reads a network takes. */
export function withReadOptions(command: Command): Command {
  return command
    .option('--url <url>', 'JSON-RPC address of the network', DEFAULT_URL)
    .option('--deployment <file>', 'where the marketplace stands on that network');
}

/** Adds the options that every command that signs takes. */
export function withConnectOptions(command: Command): Command {
  return withReadOptions(command).option(
    '--keypair <file>',
    'who signs and pays',
    join(homedir(), '.config/solana/id.json'),
  );
}

/** A client of the network that the options name. */
export async function connect(output: Output, options: ConnectOptions): Promise<Sdk.Client> {
  return open(output, options, readKeypair('--keypair', options.keypair));
}

/** A client that only reads. */
export async function reader(output: Output, options: ReadOptions): Promise<Sdk.Client> {
  const signTransaction = (): Promise<never> => Promise.reject(new Error('this command signs nothing'));
  return open(output, options, { publicKey: PublicKey.default, signTransaction });
}

async function open(
  output: Output,
  options: ReadOptions,
  payer: Sdk.ClientOptions['payer'],
): Promise<Sdk.Client> {
  const sdk = await import('@ionet/sdk');
  const openTransport = output.openTransport ?? ((url) => sdk.connectionTransport(openConnection(url)));
  return sdk.createClient({
    payer,
    deployment: options.deployment === undefined ? sdk.localnet() : readDeployment(sdk, options.deployment),
    transport: openTransport(options.url),
  });
}

function openConnection(url: string): Connection {
  try {
    return new Connection(url, 'confirmed');
  } catch (error) {
    throw new UsageError(`--url ${url} is no address of a JSON-RPC port`, { cause: error });
  }
}

const secretKey = z.array(z.int().min(0).max(255)).length(64);

/** Reads a keypair file of the Solana command line. */
export function readKeypair(option: string, file: string): Keypair {
  try {
    return Keypair.fromSecretKey(Uint8Array.from(secretKey.parse(readJson(option, file))));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${option}: ${file} is no keypair: a JSON list of 64 numbers`, { cause: error });
  }
}

/** An address that was written on the command line. */
export function parseAddress(option: string, text: string): PublicKey {
  try {
    return new PublicKey(text);
  } catch (error) {
    throw new UsageError(`${option} must be an address in base58, not '${text}'`, { cause: error });
  }
}

function readDeployment(sdk: typeof Sdk, file: string): Sdk.Deployment {
  return readDeploymentFile(sdk, file, sdk.loadDeployment);
}

/** What the SDK reads of a deployment file; what is wrong with the file is wrong usage. */
export function readDeploymentFile<T>(sdk: typeof Sdk, file: string, read: (json: unknown) => T): T {
  const json = readJson('--deployment', file);
  try {
    return read(json);
  } catch (error) {
    if (!(error instanceof sdk.ArgumentError)) throw error;
    throw new UsageError(`--deployment: ${file}: ${error.message}`, { cause: error });
  }
}

/** What a JSON file holds. */
export function readJson(option: string, file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${file} cannot be read`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${option}: ${file} is not JSON`, { cause: error });
  }
}
