import { ProgramError as UmiProgramError, publicKey, type Program } from '@metaplex-foundation/umi';
import type { Deployment } from '../deployment.js';
import { describeError } from '../failures.js';
import { idls } from '../idl/index.js';
import type { Idl } from '../idl-types.js';
import type { ProgramName } from '../programs.js';

/**
 * An error of one of the marketplace's programs, as umi throws it.
 *
 * @example
 * ```ts
 * import { IonetUmiError } from '@ionet/sdk/umi';
 *
 * try {
 *   await builder.sendAndConfirm(umi);
 * } catch (error) {
 *   if (error instanceof IonetUmiError) console.error(error.name, error.message, error.remedy);
 *   else throw error;
 * }
 * ```
 */
export class IonetUmiError extends UmiProgramError {
  override readonly name: string;
  /** What to do about it, in one sentence. */
  readonly remedy: string;
  readonly code: number;

  constructor(program: Program, code: number, named: ReturnType<typeof describeError>, cause?: Error) {
    super(named.message, program, cause);
    this.name = named.name;
    this.remedy = named.remedy;
    this.code = code;
  }
}

/** Under what name a program stands in umi's repository, such as `ionetEscrow`. */
export type UmiProgramName = `ionet${Capitalize<ProgramName>}`;

/** A program as umi's repository holds it, with the names and sentences of its errors. */
export function umiProgram(deployment: Deployment, name: ProgramName): Program & { name: UmiProgramName } {
  const { errors }: Idl = idls[name];
  const umiName = `ionet${name.charAt(0).toUpperCase()}${name.slice(1)}` as UmiProgramName;
  const errorOf = (code: number, cause?: Error): IonetUmiError | null => {
    const described = describeError(name, code);
    return described.name.startsWith('Custom') ? null : new IonetUmiError(program, code, described, cause);
  };
  const program = {
    name: umiName,
    publicKey: publicKey(deployment.programs[name].toBase58()),
    getErrorFromCode: errorOf,
    getErrorFromName: (error: string, cause?: Error) => {
      const code = errors.find((candidate) => candidate.name === error)?.code;
      return code === undefined ? null : errorOf(code, cause);
    },
    // The ids are the same on every network, and a deployment names those that differ.
    isOnCluster: () => true,
  };
  return program;
}
