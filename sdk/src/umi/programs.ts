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
 * import { createUmi } from '@metaplex-foundation/umi-bundle-defaults';
 * import { generateSigner, signerIdentity } from '@metaplex-foundation/umi';
 * import { localnet } from '@ionet/sdk';
 * import { IonetUmiError, ionet } from '@ionet/sdk/umi';
 *
 * const umi = createUmi('http://127.0.0.1:8899').use(ionet(localnet()));
 * // A new wallet, which has no SOL and is not the pauser.
 * umi.use(signerIdentity(generateSigner(umi)));
 * try {
 *   await umi.ionet.escrow.pause({}).sendAndConfirm(umi);
 * } catch (error) {
 *   if (error instanceof IonetUmiError) console.error(error.name, error.message, error.remedy);
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

/**
 * Under what name a program stands in umi's repository, such as `ionetEscrow`.
 *
 * @see {@link umiProgram}
 */
export type UmiProgramName = `ionet${Capitalize<ProgramName>}`;

/**
 * A program as umi's repository holds it, with the names and sentences of its errors.
 *
 * @example
 * ```ts
 * import { umiProgram } from '@ionet/sdk/umi';
 *
 * const program = umiProgram(deployment, 'escrow');
 * program.getErrorFromName('OfferInactive')?.name; // 'OfferInactive'
 * ```
 */
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
