import type { Command } from 'commander';
import type { CommandFactory, Output } from '../../program.js';
import { minimumCommand } from './minimum.js';
import { nodeCommand } from './node.js';
import {
  cancelCommand,
  claimCommand,
  delegateCommand,
  stakeCommand,
  undelegateCommand,
  unstakeCommand,
  withdrawCommand,
} from './sign.js';

/** What operators and holders do with stake. */
export const stakingCommands: readonly CommandFactory[] = [
  nodeCommand,
  (output: Output): Command => stakeCommand(output, minimumCommand(output)),
  unstakeCommand,
  delegateCommand,
  undelegateCommand,
  cancelCommand,
  withdrawCommand,
  claimCommand,
];
