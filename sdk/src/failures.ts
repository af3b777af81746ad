import type { PublicKey } from '@solana/web3.js';
import type { Deployment } from './deployment.js';
import { ProgramError, SendError, type FailingProgram, type FrameworkErrorName } from './errors.js';
import { frameworkErrors } from './idl/framework-errors.js';
import { idls } from './idl/index.js';
import type { Idl } from './idl-types.js';
import { readLogs, type LogEntry } from './logs.js';
import { nativeErrors, nativeProgramIds } from './native-errors.js';
import { programNames } from './programs.js';
import { frameworkRemedy, remedyIn, runtimeRemedy } from './remedies.js';
import type { TransactionOutcome } from './transport.js';

/** Errors that the programs' Anchor gives and its TypeScript client does not know. */
const NEWER_FRAMEWORK_ERRORS: Readonly<Record<number, { name: FrameworkErrorName; message: string }>> = {
  2040: {
    name: 'ConstraintDuplicateMutableAccount',
    message: 'An account stands twice where it is written: pass two different accounts',
  },
};

/** The innermost program that failed: programs fail from the inside to the outside. */
function innermostFailure(entries: readonly LogEntry[]): LogEntry | undefined {
  return entries.find((entry) => entry.kind === 'failed');
}

/** The name of a program by its address. */
function programOf(deployment: Deployment, address: string): FailingProgram {
  const own = programNames.find((name) => deployment.programs[name].toBase58() === address);
  return own ?? nativeProgramIds[address] ?? 'unknown';
}

interface Named {
  readonly name: string;
  readonly message: string;
  readonly remedy: string;
}

/** The name and the sentence that a program gives to the number of an error. */
export function describeError(program: FailingProgram, code: number): Named {
  const unknown = {
    name: `Custom${code}`,
    message: `the program gave the error ${code}, which has no name here`,
    remedy: 'Look the number up where the program is documented, and read the logs',
  };
  if (program === 'unknown') return unknown;
  if (program in nativeErrors) {
    const errors: Readonly<Record<string, readonly [number, string]>> =
      nativeErrors[program as keyof typeof nativeErrors];
    const found = Object.entries(errors).find(([, [number]]) => number === code);
    if (found === undefined) return unknown;
    const [name, [, message]] = found;
    return { name, message, remedy: remedyIn(message) };
  }
  const idl: Idl = idls[program as keyof typeof idls];
  const own = idl.errors.find((error) => error.code === code);
  if (own !== undefined) return { name: own.name, message: own.msg, remedy: remedyIn(own.msg) };
  const framework = Object.entries(frameworkErrors).find(([, [number]]) => number === code);
  const found =
    framework === undefined ? NEWER_FRAMEWORK_ERRORS[code] : { name: framework[0], message: framework[1][1] };
  return found === undefined ? unknown : { ...found, remedy: frameworkRemedy(code) };
}

const CAUSED_BY = /^AnchorError caused by account: (\w+)\. /;

/** The account that Anchor named in the failing program's own words, in camelCase as in the IDL. */
function faultyAccount(entries: readonly LogEntry[], failed: LogEntry | undefined): string | null {
  if (failed === undefined) return null;
  for (const { kind, program, text } of entries) {
    const account = kind === 'log' && program === failed.program ? CAUSED_BY.exec(text)?.[1] : undefined;
    if (account !== undefined) return account.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  }
  return null;
}

/**
 * The SDK's error for a transaction that failed: a {@link ProgramError} where an instruction failed, else a
 * {@link SendError}. `programIds` are the programs of the transaction's instructions.
 *
 * @example
 * ```ts
 * import { failureToError, parseFailure } from '@ionet/sdk';
 *
 * const failure = parseFailure({ InstructionError: [0, { Custom: 6000 }] });
 * const outcome = { signature: '', logs: [], unitsConsumed: null, failure };
 * const error = failureToError(outcome, [deployment.programs.escrow], deployment);
 * error.name; // 'NotUpgradeAuthority'
 * ```
 */
export function failureToError(
  outcome: TransactionOutcome,
  programIds: readonly PublicKey[],
  deployment: Deployment,
): ProgramError | SendError {
  const { failure, logs } = outcome;
  const signature = outcome.signature === '' ? null : outcome.signature;
  if (failure?.instruction == null) {
    const reason = failure?.reason ?? 'Unknown';
    return new SendError('TransactionRefused', `the network refused the transaction: ${reason}`, {
      signature,
      reason,
      logs,
    });
  }
  const { index, reason, code } = failure.instruction;
  const entries = readLogs(logs);
  const failed = innermostFailure(entries);
  const programId = failed?.program ?? programIds[index]?.toBase58() ?? '';
  const program = programOf(deployment, programId);
  const { name, message, remedy } =
    code === null
      ? {
          name: reason,
          message: `the runtime refused the instruction: ${reason}`,
          remedy: runtimeRemedy(reason),
        }
      : describeError(program, code);
  return new ProgramError({
    program,
    programId,
    name,
    code,
    message,
    remedy,
    instruction: index,
    account: faultyAccount(entries, failed),
    signature,
    logs,
  });
}
