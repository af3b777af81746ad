import type * as Sdk from '@ionet/sdk';
import type { Command } from 'commander';
import { renderTable } from '../lib/table.js';
import { confirm } from './confirm.js';
import { CONNECT_HELP, connect, withConnectOptions, type ConnectOptions } from './connect.js';
import type { Output } from './program.js';

/** What every command that signs takes. */
export interface SigningOptions extends ConnectOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** Something as it is, and as it will be. */
export interface Change {
  readonly what: string;
  readonly now: string;
  readonly then: string;
}

/** What a command is about to sign. */
export interface Plan {
  /** In a sentence or two. */
  readonly what: string;
  /** What it changes; what stays as it is, is left out. */
  readonly changes: readonly Change[];
  /** In their order; as many together as fit into a transaction. */
  readonly calls: readonly Sdk.Call[];
  /** What `--json` prints beside the signature of the last transaction. */
  readonly json: Readonly<Record<string, string | number | readonly string[] | null>>;
}

function describe({ what, changes }: Plan, width: number): string {
  const rows = changes
    .filter(({ now, then }) => now !== then)
    .map(({ what, now, then }) => [what, now, then]);
  if (rows.length === 0) return what;
  const columns = [{ head: '' }, { head: 'now', align: 'right' }, { head: 'then', align: 'right' }] as const;
  return `${what}\n\n${renderTable(columns, rows, width)}`;
}

/** A command that says what will happen, asks, signs, and prints the signature. */
// The type says what a command's own options are; the parser has them without a type.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function signingCommand<O extends SigningOptions>(
  output: Output,
  command: Command,
  examples: string,
  makePlan: (sdk: typeof Sdk, client: Sdk.Client, options: O) => Promise<Plan>,
): Command {
  return withConnectOptions(command)
    .option('--yes', 'do not ask before signing')
    .option('--json', 'print one object; amounts in base units')
    .addHelpText('after', `\nExamples:\n${examples}\n${CONNECT_HELP}`)
    .action(async (options: O) => {
      const sdk = await import('@ionet/sdk');
      const client = await connect(output, options);
      const plan = await makePlan(sdk, client, options);
      await confirm(output, describe(plan, output.width), options.yes === true);
      let signature = '';
      for (const calls of sdk.packCalls(client.payer, plan.calls)) ({ signature } = await client.send(calls));
      output.write(
        options.json === true ? `${JSON.stringify({ ...plan.json, signature })}\n` : `done: ${signature}\n`,
      );
    });
}
