import type { LangErrorCode } from '@coral-xyz/anchor';
import type { ErrorName, ProgramName } from './programs.js';
import type { NativeErrors, NativeProgramName } from './native-errors.js';

/**
 * The root of all errors that the SDK throws.
 *
 * @example
 * ```ts
 * import { IonetError } from '@ionet/sdk';
 *
 * try {
 *   await client.escrow.endJob({ job });
 * } catch (error) {
 *   if (error instanceof IonetError) console.error(error.message);
 *   else throw error;
 * }
 * ```
 */
export class IonetError extends Error {
  override readonly name: string = 'IonetError';

  /** The first error of the chain of causes, itself included, for which `test` holds. */
  find<E extends Error>(test: (error: unknown) => error is E): E | undefined {
    if (test(this)) return this;
    for (let error = this.cause; error instanceof Error; error = error.cause) {
      if (test(error)) return error;
    }
    return undefined;
  }
}

/** Arguments that cannot be sent to a program: out of range, of a wrong length, of an unknown variant. */
export class ArgumentError extends IonetError {
  override readonly name = 'ArgumentError';

  constructor(
    /** Where the value stands, such as `bookJob.devices`. */
    readonly path: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${problem}`, options);
  }
}

/** An account that is not there, or not what it was taken for. */
export class AccountError extends IonetError {
  override readonly name: 'AccountNotFound' | 'AccountMismatch' | 'AccountUndecodable';

  constructor(
    name: AccountError['name'],
    /** The address that was asked for. */
    readonly address: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(problem, options);
    this.name = name;
  }
}

/** Why a transaction did not run. */
export type SendErrorName =
  | 'MissingSigner'
  | 'TransactionTooLarge'
  | 'TransactionRefused'
  | 'TransactionExpired'
  | 'TransactionUnknown'
  | 'Aborted';

/** A transaction that was not sent, was refused before it ran, or whose fate is not known. */
export class SendError extends IonetError {
  override readonly name: SendErrorName;
  /** The signature, where the transaction was signed. */
  readonly signature: string | null;
  /** The network's own word for it, such as `BlockhashNotFound`. */
  readonly reason: string | null;
  /** The transaction's logs, where there are any. */
  readonly logs: readonly string[];

  constructor(
    name: SendErrorName,
    message: string,
    details: {
      signature?: string | null;
      reason?: string | null;
      logs?: readonly string[];
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = name;
    this.signature = details.signature ?? null;
    this.reason = details.reason ?? null;
    this.logs = details.logs ?? [];
  }
}

/** The errors that Anchor itself gives, of any of its programs. */
export type FrameworkErrorName = keyof typeof LangErrorCode | 'ConstraintDuplicateMutableAccount';

/** A program that an error can come from. `unknown` stands for one that the SDK does not know. */
export type FailingProgram = ProgramName | NativeProgramName | 'unknown';

/**
 * The names that a program's errors can have: its own, Anchor's, and those of the runtime (such as
 * `MissingRequiredSignature`), which are not listed.
 */
export type ProgramErrorName<P extends FailingProgram> = P extends ProgramName
  ? ErrorName<P> | FrameworkErrorName
  : P extends NativeProgramName
    ? keyof NativeErrors[P]
    : string;

/** What is known of an error of a program. */
export interface ProgramErrorDetails<P extends FailingProgram = FailingProgram> {
  readonly program: P;
  readonly programId: string;
  readonly name: string;
  readonly code: number | null;
  readonly message: string;
  readonly instruction: number;
  readonly account: string | null;
  readonly signature: string | null;
  readonly logs: readonly string[];
  readonly cause?: unknown;
}

/** An error that a program gave. Narrow it by program and name with {@link isProgramError}. */
export class ProgramError<
  P extends FailingProgram = FailingProgram,
  N extends string = string,
> extends IonetError {
  override readonly name: N;
  /** The program that failed: the innermost one, where one calls another. */
  readonly program: P;
  /** The address of that program. */
  readonly programId: string;
  /** The number of the error, `null` for errors of the runtime, which have only names. */
  readonly code: number | null;
  /** The position in the transaction of the instruction that failed. */
  readonly instruction: number;
  /** The account that Anchor found at fault, by its name in the instruction. */
  readonly account: string | null;
  /** The signature, where the transaction landed. */
  readonly signature: string | null;
  /** The transaction's logs. */
  readonly logs: readonly string[];

  constructor(details: ProgramErrorDetails<P> & { readonly name: N }) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = details.name;
    this.program = details.program;
    this.programId = details.programId;
    this.code = details.code;
    this.instruction = details.instruction;
    this.account = details.account;
    this.signature = details.signature;
    this.logs = details.logs;
  }
}

/**
 * Whether an error is a program's, of this program and of this name where they are given. The compiler checks
 * the names.
 *
 * @example
 * ```ts
 * import { isProgramError } from '@ionet/sdk';
 *
 * try {
 *   await client.escrow.bookJob(order);
 * } catch (error) {
 *   if (isProgramError(error, 'escrow', 'OfferInactive')) await showOtherOffers();
 *   else throw error;
 * }
 * ```
 */
export function isProgramError(error: unknown): error is ProgramError;
export function isProgramError<P extends FailingProgram>(
  error: unknown,
  program: P,
): error is ProgramError<P>;
export function isProgramError<P extends FailingProgram, N extends ProgramErrorName<P>>(
  error: unknown,
  program: P,
  name: N,
): error is ProgramError<P, N & string>;
export function isProgramError(error: unknown, program?: FailingProgram, name?: PropertyKey): boolean {
  return (
    error instanceof ProgramError &&
    (program === undefined || error.program === program) &&
    (name === undefined || error.name === name)
  );
}
