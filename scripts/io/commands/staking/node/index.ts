import type { Command } from 'commander';
import { nounCommand } from '../../../noun.js';
import type { Output } from '../../../program.js';
import { appealCommand } from './appeal.js';
import { commissionCommand } from './commission.js';
import { deregisterCommand } from './deregister.js';
import { listCommand } from './list.js';
import { registerCommand } from './register.js';
import { showCommand } from './show.js';
import { updateCommand } from './update.js';

/** `io node`: what an owner does with his nodes, from registering one to closing it. */
export function nodeCommand(output: Output): Command {
  return nounCommand(
    'node',
    'nodes: register, show, change and close them',
    [
      registerCommand,
      showCommand,
      listCommand,
      updateCommand,
      commissionCommand,
      appealCommand,
      deregisterCommand,
    ],
    output,
  );
}
