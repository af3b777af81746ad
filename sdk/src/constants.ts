import { parseConstant } from './codec.js';
import { ArgumentError } from './errors.js';
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
  const idl: Idl = idls[program];
  const constant = idl.constants.find((candidate) => candidate.name === name);
  if (constant === undefined) throw new ArgumentError(program, `has no constant named ${name as string}`);
  return parseConstant(constant.type, constant.value) as ConstantValue<P, N>;
}
