import type { Command } from 'commander';
import { nounCommand } from '../../noun.js';
import type { Output } from '../../program.js';
import { buildCommand } from './build.js';
import { claimCommand } from './claim.js';
import { publishCommand } from './publish.js';
import { statusCommand } from './status.js';
import { verifyCommand } from './verify.js';

const VERBS = [buildCommand, verifyCommand, publishCommand, claimCommand, statusCommand];

/** `io airdrop`: seasons of the airdrop, from points to claims. */
export function airdropCommand(output: Output): Command {
  return nounCommand('airdrop', 'seasons of the airdrop', VERBS, output);
}
