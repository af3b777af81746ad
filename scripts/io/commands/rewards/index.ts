import type { Command } from 'commander';
import { nounCommand } from '../../noun.js';
import type { Output } from '../../program.js';
import { buildCommand } from './build.js';
import { claimCommand } from './claim.js';
import { proofCommand } from './proof.js';

/** `io rewards`: what idle nodes earn. */
export function rewardsCommand(output: Output): Command {
  return nounCommand(
    'rewards',
    'what idle nodes earn, epoch by epoch',
    [buildCommand, proofCommand, claimCommand],
    output,
  );
}
