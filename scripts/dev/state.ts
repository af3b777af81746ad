import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Where `io dev` and `npm start -- --keep` keep everything, unless they are told otherwise. */
export const DEFAULT_DIRECTORY = fileURLToPath(new URL('../../.dev', import.meta.url));

/** What cannot be brought up, found or stopped; the message says what to do. */
export class DevError extends Error {
  override readonly name = 'DevError';
}

const kinds = ['network', 'oracle', 'scheduler', 'node-agent'] as const;

const processSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(kinds),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  /** The ports that it listens on; the first is that of its health. */
  ports: z.tuple([z.int()], z.int()),
  log: z.string(),
  pid: z.int().positive().nullable(),
});

const nodeSchema = z.strictObject({
  name: z.string(),
  owner: z.string(),
  address: z.string(),
  offer: z.string(),
  hardwareClass: z.string(),
  /** Keypair files. */
  ownerKeypair: z.string(),
  operatorKeypair: z.string(),
});

const stateSchema = z.strictObject({
  version: z.literal(1),
  /** Whether the chain and the services' data are kept for the next time. */
  ledger: z.boolean(),
  fleet: z.string(),
  rpcUrl: z.string(),
  wsUrl: z.string(),
  /** Whether the market is open: everything that the fleet needs is on chain. */
  open: z.boolean(),
  processes: z.array(processSchema),
  nodes: z.array(nodeSchema),
});

export type ProcessKind = (typeof kinds)[number];
/** A process: how it is started, and its number since it was. */
export type DevProcess = z.output<typeof processSchema>;
/** A node of the fleet, with the files of its keys. */
export type DevNode = z.output<typeof nodeSchema>;
/** What a later command needs to find everything. */
export type DevState = z.output<typeof stateSchema>;

/** What lies where in the directory. */
export class Place {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  /** The bundled services. Their path in a process' command line says that the process is ours. */
  get programs(): string {
    return join(this.directory, 'programs');
  }

  get keys(): string {
    return join(this.directory, 'keys');
  }

  get logs(): string {
    return join(this.directory, 'logs');
  }

  get #file(): string {
    return join(this.directory, 'state.json');
  }

  /** Data of the chain and of services: what is not kept is never mixed with what is. */
  data(ledger: boolean): string {
    return join(this.directory, ledger ? 'kept' : 'passing');
  }

  /** The fleet that the kept chain was begun with: it has no other hardware. */
  get keptFleet(): string {
    return join(this.data(true), 'fleet.json');
  }

  keypair(name: string): string {
    return join(this.keys, `${name}.json`);
  }

  log(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  /** The state of what was brought up here; null where nothing was. */
  read(): DevState | null {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw cause;
    }
    try {
      return stateSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new DevError(`${this.#file} is damaged: end what still runs by hand, and remove the file`, {
        cause,
      });
    }
  }

  write(state: DevState): void {
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(`${this.#file}.tmp`, `${JSON.stringify(state, null, 2)}\n`);
    renameSync(`${this.#file}.tmp`, this.#file);
  }

  forget(): void {
    rmSync(this.#file, { force: true });
  }
}

/** The address of a service's HTTP port, or of the network's JSON-RPC. */
export function urlOf({ ports: [port] }: Pick<DevProcess, 'ports'>): string {
  return `http://127.0.0.1:${port}`;
}

/** The processes of one kind, in their order. */
export function processesOf({ processes }: DevState, kind: ProcessKind): DevProcess[] {
  return processes.filter((one) => one.kind === kind);
}
