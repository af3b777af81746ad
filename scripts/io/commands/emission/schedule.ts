import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { fixed, IO } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import type { Output } from '../../program.js';
import { presetOption, type PresetOptions } from './preset.js';

const EXAMPLES = `
Examples:
  io emission schedule
  io emission schedule --preset published --json

With --json this is one JSON array of 240 objects, one a line: {"month","minted","cumulative"}, the amounts as decimal
strings of base units (10^-8 IO).`;

/** What a month mints, in base units of IO. */
interface Month {
  readonly month: number;
  readonly minted: bigint;
  /** By its end. */
  readonly cumulative: bigint;
}

/** `io emission schedule`: what each month mints. */
export function scheduleCommand(output: Output): Command {
  return new Command('schedule')
    .summary('what each of the 240 months mints')
    .description('Lists what each of the 240 months mints, equal to the unit to what the program mints.')
    .addOption(presetOption())
    .option('--json', 'print a JSON array of base units instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async ({ preset, json }: PresetOptions) => {
      const sdk = await import('@ionet/sdk');
      const months = monthsOf(sdk, preset);
      output.write(json === true ? listOf(months) : tableOf(months, output.width));
    });
}

function monthsOf(sdk: typeof Sdk, preset: Sdk.EmissionPreset): Month[] {
  const byEndOf = (month: number): bigint =>
    sdk.cumulativeEmission(preset, BigInt(month) * sdk.SECONDS_PER_MONTH);
  return Array.from({ length: Number(sdk.EMISSION_MONTHS) }, (_, index) => {
    const [before, cumulative] = [byEndOf(index), byEndOf(index + 1)];
    return { month: index + 1, minted: cumulative - before, cumulative };
  });
}

function listOf(months: readonly Month[]): string {
  const rows = months.map(({ month, minted, cumulative }) =>
    JSON.stringify({ month, minted: minted.toString(), cumulative: cumulative.toString() }),
  );
  return `[\n${rows.join(',\n')}\n]\n`;
}

function tableOf(months: readonly Month[], width: number): string {
  const table = renderTable(
    [
      { head: 'month', align: 'right' },
      { head: 'IO minted in it', align: 'right' },
      { head: 'IO minted by its end', align: 'right' },
    ],
    months.map(({ month, minted, cumulative }) => [
      month.toString(),
      fixed(minted, IO),
      fixed(cumulative, IO),
    ]),
    width,
  );
  return `${table}\n`;
}
