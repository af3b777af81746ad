import type { Command } from 'commander';
import { nounCommand } from '../../noun.js';
import type { Output } from '../../program.js';
import { scoreCommand } from './score.js';
import { submissionsCommand } from './submissions.js';

/** `io points`: what a season's events and submissions are worth. */
export function pointsCommand(output: Output): Command {
  return nounCommand('points', 'the points of a season', [scoreCommand, submissionsCommand], output);
}
