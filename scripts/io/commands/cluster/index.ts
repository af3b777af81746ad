import type { Command } from 'commander';
import { nounCommand } from '../../noun.js';
import type { Output } from '../../program.js';
import { endCommand } from './end.js';
import { orderCommand } from './order.js';
import { rayCommand } from './ray.js';
import { listCommand, showCommand } from './show.js';

/** `io cluster`: several nodes that are hired together, through a scheduler. */
export function clusterCommand(output: Output): Command {
  return nounCommand(
    'cluster',
    'several nodes that are hired together, through a scheduler',
    [orderCommand, listCommand, showCommand, rayCommand, endCommand],
    output,
  );
}
