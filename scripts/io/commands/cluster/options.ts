import type { Command } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../usage-error.js';

const DEFAULT_SCHEDULER = 'http://127.0.0.1:8910';
const TIMEOUT_MS = 30_000;

/** Where a command finds the scheduler. */
export interface SchedulerOptions {
  readonly scheduler: string;
}

export function withSchedulerOption(command: Command): Command {
  return command.option('--scheduler <url>', 'HTTP address of the scheduler', DEFAULT_SCHEDULER);
}

const amount = z.string().regex(/^\d{1,20}$/);

/** What of a cluster the commands use; a scheduler may say more. */
export const clusterSchema = z.object({
  id: z.string(),
  buyer: z.string(),
  hardwareClass: z.string(),
  devices: z.int(),
  hours: z.int(),
  state: z.string(),
  heldUntil: z.int(),
  members: z.array(z.object({ job: z.string(), node: z.string(), offer: z.string(), total: amount })),
});
export type Cluster = z.output<typeof clusterSchema>;

const refusalSchema = z.object({ error: z.string(), message: z.string() });

/** Asks a scheduler, by POST where there is something to send. Gives the text of its answer. */
export async function ask({ scheduler }: SchedulerOptions, path: string, body?: object): Promise<string> {
  let url: URL;
  try {
    url = new URL(path, scheduler);
  } catch (error) {
    throw new UsageError(`--scheduler ${scheduler} is no address`, { cause: error });
  }
  const sent =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await fetch(url, { ...sent, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new Error(`no scheduler answers at ${url.origin}: name its address by --scheduler`, {
      cause: error,
    });
  }
  const text = await response.text();
  if (response.ok) return text;
  const refusal = refusalSchema.safeParse(jsonOf(text));
  const why = refusal.success
    ? `${refusal.data.error}: ${refusal.data.message}`
    : `status ${response.status}`;
  throw new Error(`the scheduler refuses: ${why}`);
}

/** The same, of what answers in JSON. */
export async function askJson<T>(
  options: SchedulerOptions,
  path: string,
  schema: z.ZodType<T>,
  body?: object,
): Promise<T> {
  const answer = schema.safeParse(jsonOf(await ask(options, path, body)));
  if (answer.success) return answer.data;
  throw new Error(`what answers at ${options.scheduler} is no scheduler that this version knows`, {
    cause: answer.error,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A cluster by the id that `--id` says. */
export async function findCluster(options: SchedulerOptions & { readonly id: string }): Promise<Cluster> {
  return askJson(options, `/clusters/${idOf(options.id)}`, clusterSchema);
}

/** An id that was written on the command line. */
export function idOf(text: string): string {
  if (/^[0-9a-f]{32}$/.test(text)) return text;
  throw new UsageError(`--id must be 32 hexadecimal digits, as io cluster order prints them, not '${text}'`);
}
