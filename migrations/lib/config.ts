import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { programNames } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { readAllocations } from './allocations.js';

/** The migration was told something wrong, in its config or on the command line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const address = z.string().transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is no address in base58' });
    return z.NEVER;
  }
});

const feedId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
  .transform((text) => Uint8Array.from(Buffer.from(text, 'hex')));

const allocationNames = readAllocations().map(({ name }) => name);

const schema = z
  .strictObject({
    /** Of the network, in base58: what `solana genesis-hash` prints. */
    genesisHash: address,
    /** Signs and pays: the upgrade authority of the programs until the last step. */
    deployer: address,
    /** Programs whose addresses are not the usual ones. */
    programs: z.partialRecord(z.enum(programNames), address).default({}),
    usdcMint: address,
    price: z.strictObject({ account: address, feedId }),
    /** Of the token metadata program; `null` for networks that have none. */
    metadata: z
      .strictObject({
        name: z.string().min(1).max(32),
        symbol: z.string().min(1).max(10),
        uri: z.url().max(200),
      })
      .nullable(),
    roles: z.strictObject({
      /** Becomes the admin of all programs, and may change the token's metadata. */
      multisig: address,
      pauser: address,
      guardian: address,
      appealAuthority: address,
      /** Gets the upgrade authority of all programs once the multisig has accepted its role. */
      upgradeAuthority: address,
      /** Attest jobs, and post reward roots. */
      oracles: z.array(address).min(3).max(7),
    }),
    emission: z.strictObject({
      preset: z.enum(['default', 'published']).default('default'),
      gpuShareBps: z.int().min(0).max(10_000).default(9_500),
      /** When it begins; `null`: when it is sealed. */
      startsAt: z.iso
        .datetime()
        .transform((text) => BigInt(Date.parse(text)) / 1_000n)
        .nullable()
        .default(null),
    }),
    /** Whose the allocations are. */
    allocations: z.record(z.enum(allocationNames), address),
    /** Where the deployment file is written, beside the config unless it is an absolute path. */
    deploymentFile: z.string().min(1),
  })
  .superRefine(({ allocations }, context) => {
    const wallets = Object.values(allocations).map((wallet) => wallet.toBase58());
    if (new Set(wallets).size === wallets.length) return;
    const message = 'each allocation needs a wallet of its own, so that it is an account of its own';
    context.addIssue({ code: 'custom', path: ['allocations'], message });
  });

/** What a migration makes of a network. */
export type MigrationConfig = z.output<typeof schema>;

/** Checks a config; paths in it are meant from `directory`. */
export function parseConfig(json: unknown, directory: string): MigrationConfig {
  const { data, error } = schema.safeParse(json);
  if (error !== undefined) throw new ConfigError(z.prettifyError(error));
  return { ...data, deploymentFile: resolve(directory, data.deploymentFile) };
}

/** Reads the config of a migration. */
export function readConfig(file: string): MigrationConfig {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new ConfigError(`${file} cannot be read as JSON`, { cause: error });
  }
  try {
    return parseConfig(json, dirname(file));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${file}: ${error.message}`, { cause: error });
  }
}
