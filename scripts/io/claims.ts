import type { Command } from 'commander';
import { counted, IO, spoken } from '../lib/format.js';
import type { ConnectOptions } from './connect.js';
import type { Output } from './program.js';

/** What the commands that claim many leaves share. */
export interface ClaimsOptions extends ConnectOptions {
  /** What the matching `build` wrote. */
  readonly dir: string;
  readonly all?: true;
  readonly parallel: string;
  readonly yes?: true;
  readonly json?: true;
}

/** What came of claims. */
export interface Claims<Failed extends { readonly reason: string }> {
  /** Those that were paid now. */
  readonly paid: number;
  /** Base units of IO. */
  readonly amount: bigint;
  /** Those that had been paid before. */
  readonly paidBefore: number;
  readonly failed: readonly Failed[];
}

/** What `--json` prints: the amount in base units of IO. */
export interface ClaimsJson<Failed> {
  readonly paid: number;
  readonly amount: string;
  readonly paidBefore: number;
  readonly failed: readonly Failed[];
}

/** How claims are sent and told. */
export function withClaimsOptions(command: Command): Command {
  return command
    .option('--parallel <number>', 'transactions under way at once, 1 to 64', '8')
    .option('--yes', 'do not ask before signing')
    .option('--json', 'print one object');
}

/** Tells what came of claims; throws where some could not be paid. `payee` is who is paid, `of` names one that failed. */
export function tellClaims<Failed extends { readonly reason: string }>(
  output: Output,
  { paid, amount, paidBefore, failed }: Claims<Failed>,
  how: { readonly json: boolean; readonly payee: string; readonly of: (failed: Failed) => string },
): void {
  const json: ClaimsJson<Failed> = { paid, amount: amount.toString(), paidBefore, failed };
  const text = [
    `${counted(paid, how.payee)} paid, ${spoken(amount, IO)}`,
    ...(paidBefore > 0 ? [`${counted(paidBefore, how.payee)} had been paid before`] : []),
    ...failed.map((one) => `not paid: ${how.of(one)}: ${one.reason}`),
  ].join('\n');
  output.write(`${how.json ? JSON.stringify(json) : text}\n`);
  if (failed.length > 0) throw new Error(`${counted(failed.length, 'claim')} could not be paid`);
}
