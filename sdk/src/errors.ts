import type { frameworkErrors } from './idl/framework-errors.js';
import type { ErrorName, ProgramName } from './programs.js';
import type { NativeErrors, NativeProgramName } from './native-errors.js';
import { remedyIn } from './remedies.js';

/**
 * The root of all errors that the SDK throws.
 *
 * @example
 * ```ts
 * import { IonetError } from '@ionet/sdk';
 *
 * try {
 *   // It runs already.
 *   await client.escrow.cancelJob({ job });
 * } catch (error) {
 *   if (error instanceof IonetError) console.error(error.message, error.remedy);
 *   else throw error;
 * }
 * ```
 */
export class IonetError extends Error {
  override readonly name: string = 'IonetError';

  /** What to do about it, in one sentence. Messages say what is wrong before the colon, and what to do behind it. */
  get remedy(): string {
    return remedyIn(this.message);
  }

  /** The first error of the chain of causes, itself included, for which `test` holds. */
  find<E extends Error>(test: (error: unknown) => error is E): E | undefined {
    if (test(this)) return this;
    for (let error = this.cause; error instanceof Error; error = error.cause) {
      if (test(error)) return error;
    }
    return undefined;
  }
}

/**
 * Arguments that cannot be sent to a program: out of range, of a wrong length, of an unknown variant.
 *
 * @example
 * ```ts
 * import { ArgumentError, parseIo } from '@ionet/sdk';
 *
 * try {
 *   parseIo('1,5');
 * } catch (error) {
 *   if (error instanceof ArgumentError) console.log(error.path); // amount
 * }
 * ```
 */
export class ArgumentError extends IonetError {
  override readonly name = 'ArgumentError';

  override get remedy(): string {
    const problem = this.message.slice(`${this.path}: `.length);
    return problem.includes(': ') ? remedyIn(problem) : `Change ${this.path}: it ${problem}`;
  }

  constructor(
    /** Where the value stands, such as `bookJob.devices`. */
    readonly path: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${problem}`, options);
  }
}

const ACCOUNT_REMEDIES = {
  AccountNotFound: 'Check the address and the network, or create the account first',
  AccountMismatch: 'Pass the address of an account of this type, as the helpers in `pda` derive it',
  AccountUndecodable: 'Use the version of the SDK that was built with the deployed programs',
} as const;

/**
 * An account that is not there, or not what it was taken for.
 *
 * @example
 * ```ts
 * import { AccountError } from '@ionet/sdk';
 *
 * try {
 *   await client.accounts.escrow.job.fetch(owner);
 * } catch (error) {
 *   if (error instanceof AccountError) console.log(error.name); // AccountNotFound
 * }
 * ```
 */
export class AccountError extends IonetError {
  override readonly name: keyof typeof ACCOUNT_REMEDIES;

  override get remedy(): string {
    return ACCOUNT_REMEDIES[this.name];
  }

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

const SEND_REMEDIES = {
  MissingSigner: 'Pass the key among the signers of the call, of the send options or of the client',
  TransactionTooLarge: 'Send the calls apart, for instance as `packCalls` packs them',
  TransactionRefused: 'See `reason` and `logs`; a payer without SOL is the usual cause of AccountNotFound',
  TransactionExpired: 'Send it anew: it can never land twice',
  TransactionUnknown: 'Look the signature up before sending anew: it may have landed',
  LogsUnavailable: 'Do not send it anew: read what it did by its signature later',
  Aborted: 'Look the signature up before sending anew, unless `fate` is `never`',
} as const;

/**
 * Why a transaction did not run.
 *
 * @see {@link SendError}
 */
export type SendErrorName = keyof typeof SEND_REMEDIES;

/**
 * What is known of a transaction: it cannot land any more, it may, or it did.
 *
 * @see {@link SendError}
 */
export type TransactionFate = 'never' | 'open' | 'landed';

/**
 * A transaction that was not sent, was refused before it ran, or whose fate is not known.
 *
 * @example
 * ```ts
 * import { SendError } from '@ionet/sdk';
 *
 * try {
 *   await client.escrow.endJob({ job });
 * } catch (error) {
 *   if (error instanceof SendError && error.fate === 'open') console.error('look up', error.signature);
 *   else throw error;
 * }
 * ```
 */
export class SendError extends IonetError {
  override readonly name: SendErrorName;
  /** The signature, where the transaction was signed. */
  readonly signature: string | null;
  /** Whether the transaction can still land. */
  readonly fate: TransactionFate;
  /** The network's own word for it, such as `BlockhashNotFound`. */
  readonly reason: string | null;
  /** The transaction's logs, where there are any. */
  readonly logs: readonly string[];

  constructor(
    name: SendErrorName,
    message: string,
    details: {
      signature?: string | null;
      /** Default: `never`. */
      fate?: TransactionFate;
      reason?: string | null;
      logs?: readonly string[];
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = name;
    this.signature = details.signature ?? null;
    this.fate = details.fate ?? 'never';
    this.reason = details.reason ?? null;
    this.logs = details.logs ?? [];
  }

  override get remedy(): string {
    return SEND_REMEDIES[this.name];
  }
}

const ENDPOINT_REMEDIES = {
  RateLimited: 'Ask less often, or give the transport further endpoints',
  NoAnswer: 'Check the address and the node, or give the transport further endpoints',
} as const;

/**
 * An endpoint that gave no useful answer.
 *
 * @example
 * ```ts
 * import { EndpointError, httpTransport } from '@ionet/sdk';
 *
 * try {
 *   await httpTransport('http://127.0.0.1:1', { maxFailures: 1 }).getLatestBlockhash();
 * } catch (error) {
 *   if (error instanceof EndpointError) console.error(error.message, error.remedy);
 * }
 * ```
 */
export class EndpointError extends IonetError {
  override readonly name: keyof typeof ENDPOINT_REMEDIES;
  /** The status of its answer, `null` where there was none. */
  readonly status: number | null;
  /** For how long it asks to be left alone. */
  readonly retryAfterMs: number | null;

  constructor(
    name: EndpointError['name'],
    message: string,
    details: { status?: number; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = name;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }

  override get remedy(): string {
    return ENDPOINT_REMEDIES[this.name];
  }
}

/**
 * The errors that Anchor itself gives, of any of its programs.
 *
 * @see {@link isProgramError}
 */
export type FrameworkErrorName = keyof typeof frameworkErrors | 'ConstraintDuplicateMutableAccount';

/**
 * A program that an error can come from. `unknown` stands for one that the SDK does not know.
 *
 * @see {@link ProgramError}
 */
export type FailingProgram = ProgramName | NativeProgramName | 'unknown';

/**
 * The names that a program's errors can have: its own, Anchor's, and those of the runtime (such as
 * `MissingRequiredSignature`), which are not listed.
 *
 * @see {@link isProgramError}
 */
export type ProgramErrorName<P extends FailingProgram> = P extends ProgramName
  ? ErrorName<P> | FrameworkErrorName
  : P extends NativeProgramName
    ? keyof NativeErrors[P]
    : string;

/**
 * What is known of an error of a program.
 *
 * @see {@link ProgramError}
 */
export interface ProgramErrorDetails<P extends FailingProgram = FailingProgram> {
  readonly program: P;
  readonly programId: string;
  readonly name: string;
  readonly code: number | null;
  readonly message: string;
  readonly remedy: string;
  readonly instruction: number;
  readonly account: string | null;
  readonly signature: string | null;
  readonly logs: readonly string[];
  readonly cause?: unknown;
}

/**
 * An error that a program gave. Narrow it by program and name with {@link isProgramError}.
 *
 * @example
 * ```ts
 * import { ProgramError } from '@ionet/sdk';
 *
 * try {
 *   // It runs already.
 *   await client.escrow.cancelJob({ job });
 * } catch (error) {
 *   if (!(error instanceof ProgramError)) throw error;
 *   console.log(error.program, error.name); // escrow JobAlreadyStarted
 *   console.error(error.message, error.remedy, error.logs);
 * }
 * ```
 */
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
  readonly #remedy: string;

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
    this.#remedy = details.remedy;
  }

  override get remedy(): string {
    return this.#remedy;
  }
}

/**
 * Whether an error is a program's, of this program and of this name where they are given. The compiler checks
 * the names.
 *
 * @example
 * ```ts
 * import { isProgramError, parseUsdc } from '@ionet/sdk';
 *
 * try {
 *   const order = { offer, devices: 1, hours: 1, payment: 'usdc' } as const;
 *   await client.escrow.bookJob({ ...order, maxTotal: parseUsdc('0.5') });
 * } catch (error) {
 *   if (isProgramError(error, 'escrow', 'PriceAboveMaximum')) console.log(error.code); // 6029
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
