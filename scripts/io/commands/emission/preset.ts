import type { EmissionPreset } from '@ionet/sdk';
import { Option } from 'commander';

/** What both commands of the emission take. */
export interface PresetOptions {
  readonly preset: EmissionPreset;
  readonly json?: true;
}

/** `--preset`: which of the two schedules. */
export function presetOption(): Option {
  const choices: readonly EmissionPreset[] = ['default', 'published'];
  return new Option('--preset <name>', 'which schedule').choices(choices).default(choices[0]);
}
