import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { IO, spoken } from '../../../lib/format.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';
import { presetOption, type PresetOptions } from './preset.js';

const EXAMPLES = `
Examples:
  io emission at --seconds 2629800
  io emission at --seconds 2629800 --json

With --json this is {"emitted"}, a decimal string of base units (10^-8 IO).`;

/** `io emission at`: what is emitted by a time. */
export function atCommand(output: Output): Command {
  return new Command('at')
    .summary('what is emitted so many seconds after the start')
    .description(
      'Says what is emitted so many seconds after the start, equal to the unit to what the program mints.',
    )
    .requiredOption('--seconds <number>', 'whole seconds since the emission began')
    .addOption(presetOption())
    .option('--json', 'print one object of base units instead of a sentence')
    .addHelpText('after', EXAMPLES)
    .action(async ({ preset, json, seconds }: PresetOptions & { readonly seconds: string }) => {
      const sdk = await import('@ionet/sdk');
      const emitted = sdk.cumulativeEmission(preset, parseSeconds(sdk, seconds));
      const text =
        json === true
          ? JSON.stringify({ emitted: emitted.toString() })
          : `${spoken(emitted, IO)} of ${spoken(sdk.EMISSION_TOTAL, IO)}`;
      output.write(`${text}\n`);
    });
}

function parseSeconds(sdk: typeof Sdk, text: string): bigint {
  const seconds = /^[0-9]{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (seconds >= 0n && seconds <= sdk.U64_MAX) return seconds;
  throw new UsageError(`--seconds must be a whole number from 0 to ${sdk.U64_MAX}`);
}
