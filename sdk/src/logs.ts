const INVOKE = /^Program (\w+) invoke \[(\d+)\]$/;
const SUCCESS = /^Program (\w+) success$/;
const FAILED = /^Program (\w+) failed: (.*)$/s;
const LOG = 'Program log: ';
const DATA = 'Program data: ';

/**
 * A line of a transaction's logs with the program that wrote it.
 *
 * @see {@link readLogs}
 */
export interface LogEntry {
  /** `log` is what a program said, `data` what it gave out in base64, `failed` why it failed. */
  readonly kind: 'log' | 'data' | 'failed';
  /** The address of the program that was running. */
  readonly program: string;
  /** 1 for an instruction of the transaction, more for calls between programs. */
  readonly depth: number;
  readonly text: string;
}

/**
 * Reads logs with the stack of running programs, so that each line is put down to the program that wrote
 * it. The lines about calls come from the runtime: what a program says itself always has a prefix.
 *
 * @example
 * ```ts
 * import { readLogs } from '@ionet/sdk';
 *
 * const { logs } = await client.escrow.endJob({ job });
 * readLogs(logs).filter(({ kind }) => kind === 'data').length; // 1: the event
 * ```
 */
export function readLogs(logs: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = [];
  const stack: string[] = [];
  const push = (kind: LogEntry['kind'], program: string | undefined, text: string): void => {
    if (program !== undefined) entries.push({ kind, program, depth: stack.length, text });
  };
  for (const line of logs) {
    if (line.startsWith(LOG)) {
      push('log', stack.at(-1), line.slice(LOG.length));
      continue;
    }
    if (line.startsWith(DATA)) {
      push('data', stack.at(-1), line.slice(DATA.length));
      continue;
    }
    const invoke = INVOKE.exec(line);
    if (invoke?.[1] !== undefined) {
      // The depth that the runtime names wins, should a line have been lost.
      stack.length = Math.min(stack.length, Number(invoke[2]) - 1);
      stack.push(invoke[1]);
      continue;
    }
    const failed = FAILED.exec(line);
    if (failed?.[1] !== undefined) {
      push('failed', failed[1], failed[2] ?? '');
      stack.pop();
      continue;
    }
    if (SUCCESS.test(line)) stack.pop();
  }
  return entries;
}
