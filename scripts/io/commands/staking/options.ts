import type * as Sdk from '@ionet/sdk';
import type { Command } from 'commander';
import { confirm } from '../../confirm.js';
import { CONNECT_HELP, connect, withConnectOptions, type ConnectOptions } from '../../connect.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

/** What every command that signs takes. */
export interface SigningOptions extends ConnectOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** What will be signed, in a sentence, the call, and what `--json` prints beside the signature. */
export interface Plan {
  readonly what: string;
  readonly call: Sdk.Call;
  readonly json: Readonly<Record<string, string>>;
}

/** A command that says what will happen, asks, signs, and prints the signature. */
// The type says what a command's own options are; the parser has them without a type.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function signingCommand<O extends SigningOptions>(
  output: Output,
  command: Command,
  examples: string,
  plan: (sdk: typeof Sdk, client: Sdk.Client, options: O) => Promise<Plan>,
): Command {
  return withConnectOptions(command)
    .option('--yes', 'do not ask before signing')
    .option('--json', 'print one object; amounts in base units')
    .addHelpText('after', `\nExamples:\n${examples}\n${CONNECT_HELP}`)
    .action(async (options: O) => {
      const sdk = await import('@ionet/sdk');
      const client = await connect(output, options);
      const { what, call, json } = await plan(sdk, client, options);
      await confirm(output, what, options.yes === true);
      const { signature } = await client.send(call);
      output.write(
        options.json === true ? `${JSON.stringify({ ...json, signature })}\n` : `done: ${signature}\n`,
      );
    });
}

/** An amount of IO that was written on the command line. */
export function parseAmount(sdk: typeof Sdk, text: string): bigint {
  let amount: bigint;
  try {
    amount = sdk.parseIo(text);
  } catch (error) {
    if (!(error instanceof sdk.ArgumentError)) throw error;
    throw new UsageError(`--amount ${error.message.slice(`${error.path}: `.length)}`, { cause: error });
  }
  if (amount === 0n) throw new UsageError('--amount must be above 0');
  return amount;
}

/** When something is, in words. */
export function at(seconds: bigint): string {
  return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
