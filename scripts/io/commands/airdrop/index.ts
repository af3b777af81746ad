import type { Command } from 'commander';
import { nounCommand } from '../../noun.js';
import type { Output } from '../../program.js';
import { buildCommand } from './build.js';
import { verifyCommand } from './verify.js';

/** `io airdrop`: seasons of the airdrop, from points to claims. */
export function airdropCommand(output: Output): Command {
  return nounCommand('airdrop', 'seasons of the airdrop', [buildCommand, verifyCommand], output);
}
