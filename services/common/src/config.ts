import { ArgumentError, loadDeployment, localnet, type Deployment } from '@ionet/sdk';
import { Keypair, PublicKey } from '@solana/web3.js';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A setting is wrong; the message has a line for each environment variable at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A schema of settings whose keys are the names of environment variables. */
export type ConfigSchema = z.ZodObject<Record<string, z.ZodType>>;

/**
 * Reads the settings of a service from environment variables, once. Variables that are empty count as not set.
 *
 * @throws {@link ConfigError} which names every variable that is wrong
 * @example
 * ```ts
 * import { integer, readConfig } from '@ionet/service-kit';
 * import { z } from 'zod';
 *
 * const schema = z.object({ HTTP_PORT: integer(0, 65_535).default(8080) });
 * const { HTTP_PORT } = readConfig(schema, process.env);
 * ```
 */
export function readConfig<S extends ConfigSchema>(schema: S, environment: NodeJS.ProcessEnv): z.output<S> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? '');
    return name in given ? `${name}: ${issue.message}` : `${name}: is not set`;
  });
  throw new ConfigError([...new Set(lines)].join('\n'));
}

/** The variables of a schema with what they mean, for `--help`. */
export function describeConfig(schema: ConfigSchema): string {
  const names = Object.keys(schema.shape);
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `  ${name.padEnd(width)}  ${schema.shape[name]?.description ?? ''}`).join('\n');
}

/** A whole number between two. */
export function integer(least: number, most: number): z.ZodType<number, string> {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, rule)
    .transform(Number)
    .refine((value) => value >= least && value <= most, rule);
}

/** The address of an HTTP port, without a slash at its end. */
export function httpUrl(): z.ZodType<string, string> {
  return z.string().transform((text, context) => {
    const url = text.trim().replace(/\/+$/, '');
    if (/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return url;
    context.addIssue({ code: 'custom', message: `'${url}' is no http or https address` });
    return z.NEVER;
  });
}

/** Addresses of HTTP ports, separated by commas; one at least. */
export function httpUrls(): z.ZodType<readonly string[], string> {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(httpUrl()));
}

/** An address in base58. */
export function address(): z.ZodType<PublicKey, string> {
  return z.string().transform((text, context) => {
    try {
      return new PublicKey(text);
    } catch {
      context.addIssue({ code: 'custom', message: `'${text}' is no address in base58` });
      return z.NEVER;
    }
  });
}

function readFile(path: string, context: z.core.$RefinementCtx<string>): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    context.addIssue({ code: 'custom', message: `${path} ${problem}` });
    return undefined;
  }
}

/** The path of a JSON file, which is read and checked. */
export function jsonFile<T>(schema: z.ZodType<T>): z.ZodType<T, string> {
  return z.string().transform((path, context): T => {
    const content = readFile(path, context);
    if (content === undefined) return z.NEVER;
    const { data, error } = schema.safeParse(content);
    if (error === undefined) return data;
    context.addIssue({ code: 'custom', message: `${path}: ${z.prettifyError(error)}` });
    return z.NEVER;
  });
}

const secretKey = z.array(z.int().min(0).max(255)).length(64);

/** The path of a keypair file of the Solana command line, which is read. */
export function keypairFile(): z.ZodType<Keypair, string> {
  return z.string().transform((path, context) => {
    const content = readFile(path, context);
    if (content === undefined) return z.NEVER;
    try {
      return Keypair.fromSecretKey(Uint8Array.from(secretKey.parse(content)));
    } catch {
      context.addIssue({ code: 'custom', message: `${path} is no keypair: a JSON list of 64 numbers` });
      return z.NEVER;
    }
  });
}

/** The path of a deployment file, which is read; `localnet` stands for the local network. */
export function deploymentFile(): z.ZodType<Deployment, string> {
  return z.string().transform((path, context): Deployment => {
    if (path === 'localnet') return localnet();
    const content = readFile(path, context);
    if (content === undefined) return z.NEVER;
    try {
      return loadDeployment(content);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      context.addIssue({ code: 'custom', message: `${path}: ${error.message}` });
      return z.NEVER;
    }
  });
}

/** What every service is told. */
export const serviceSettings = {
  RPC_URLS: httpUrls()
    .default(['http://127.0.0.1:8899'])
    .describe('JSON-RPC addresses of the network, separated by commas (default http://127.0.0.1:8899)'),
  DEPLOYMENT: deploymentFile()
    .default(localnet)
    .describe('file that says where the marketplace stands, as of `io --deployment` (default localnet)'),
  KEYPAIR: keypairFile().describe('keypair file of the key that signs and pays'),
  DATA_DIR: z.string().describe('directory of the service: its database and files'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
    .optional()
    .describe('PostgreSQL to use in place of the embedded database'),
  HTTP_HOST: z.string().default('127.0.0.1').describe('address to listen on (default 127.0.0.1)'),
  HTTP_PORT: integer(0, 65_535).default(0).describe('port to listen on (default 0: any that is free)'),
  LOOP_MS: integer(10, 600_000).default(1_000).describe('milliseconds between two loops (default 1000)'),
  HEALTH_MS: integer(100, 3_600_000)
    .default(60_000)
    .describe('milliseconds without a finished loop after which /healthz is red (default 60000)'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('trace, debug, info, warn, error or silent (default info)'),
} as const;

/** The settings that every service has. */
export type ServiceSettings = z.output<z.ZodObject<typeof serviceSettings>>;
