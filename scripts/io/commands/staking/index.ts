import type { CommandFactory } from '../../program.js';
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
  (output) => stakeCommand(output, minimumCommand(output)),
  unstakeCommand,
  delegateCommand,
  undelegateCommand,
  cancelCommand,
  withdrawCommand,
  claimCommand,
];
