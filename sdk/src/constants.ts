import { constantOf } from './constant-of.js';
import { idls } from './idl/index.js';
import type { Idl } from './idl-types.js';
import type { ConstantName, ConstantValue, ProgramName } from './programs.js';

/**
 * A constant of a program, as the program itself publishes it in its IDL.
 *
 * @example
 * ```ts
 * import { programConstant } from '@ionet/sdk';
 *
 * const seed: Uint8Array = programConstant('escrow', 'JOB_SEED');
 * ```
 */
export function programConstant<P extends ProgramName, N extends ConstantName<P>>(
  program: P,
  name: N,
): ConstantValue<P, N> {
  const { constants }: Idl = idls[program];
  return constantOf(constants, name) as ConstantValue<P, N>;
}
