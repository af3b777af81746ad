import type { Command } from 'commander';
import type { CommandFactory, Output } from '../../program.js';
import { claimCommand } from './claim.js';
import { minimumCommand } from './minimum.js';
import { nodeCommand } from './node/index.js';
import {
  cancelCommand,
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
