import { z } from 'zod';

/** A setting is wrong; the message names the option. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** How a network is started. */
export interface LocalnetOptions {
  /** Default: 127.0.0.1. Whoever reaches the port can do everything: there is no reason for another one. */
  readonly host?: string;
  /** The port of JSON-RPC. Default: 8899. 0: any that is free. */
  readonly port?: number;
  /** The port of the subscriptions. Default: the one after `port`. */
  readonly wsPort?: number;
  /** How long a slot takes, in milliseconds. Default: 400. */
  readonly slotMs?: number;
  /** Where the state survives. Default: nowhere. */
  readonly ledger?: string;
  /** Where the wallets' keypair files are written. Default: the folder `keys` in the ledger, if there is one. */
  readonly keys?: string;
  /** How many blocks are remembered, 512 at least. Default: 200,000, about a day. */
  readonly historyBlocks?: number;
}

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().min(1);

const schema = z.object({
  host: text.default('127.0.0.1'),
  port: port.default(8899),
  wsPort: port.nullish().transform((value) => value ?? null),
  slotMs: z.coerce.number().int().min(10).max(60_000).default(400),
  ledger: text.nullish().transform((value) => value ?? null),
  keys: text.nullish().transform((value) => value ?? null),
  historyBlocks: z.coerce.number().int().min(512).default(200_000),
});

/** All settings. */
export type LocalnetSettings = z.output<typeof schema>;

/** How each setting is called on the command line. */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  host: '--host',
  port: '--port',
  wsPort: '--ws-port',
  slotMs: '--slot-time',
  ledger: '--ledger',
  keys: '--keys',
  historyBlocks: '--history',
};

/** Checks settings, from code or from the command line; says by name what is wrong. */
export function parseOptions(options: unknown): LocalnetSettings {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw new ConfigError(`${OPTION_NAMES[name] ?? name}: ${issue?.message ?? 'invalid'}`);
}
