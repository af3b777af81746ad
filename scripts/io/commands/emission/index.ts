import type { Command } from 'commander';
import { nounCommand } from '../../noun.js';
import type { Output } from '../../program.js';
import { atCommand } from './at.js';
import { scheduleCommand } from './schedule.js';

/** `io emission`: the schedule by which IO is minted over 20 years. */
export function emissionCommand(output: Output): Command {
  const summary = 'the schedule by which IO is minted over 20 years';
  return nounCommand('emission', summary, [scheduleCommand, atCommand], output);
}
