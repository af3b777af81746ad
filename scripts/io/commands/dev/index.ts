import type { Command } from 'commander';
import { nounCommand } from '../../noun.js';
import type { Output } from '../../program.js';
import { downCommand } from './down.js';
import { statusCommand } from './status.js';
import { upCommand } from './up.js';
import { warpCommand } from './warp.js';

/** `io dev`: the whole economy on this machine, to develop against. */
export function devCommand(output: Output): Command {
  return nounCommand(
    'dev',
    'the whole economy as processes on this machine, to develop against',
    [upCommand, statusCommand, warpCommand, downCommand],
    output,
  );
}
