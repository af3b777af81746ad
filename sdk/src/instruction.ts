import type { TransactionInstruction } from '@solana/web3.js';
import { buildInstruction, type InstructionsOf } from './build-instruction.js';
import type { Deployment } from './deployment.js';
import { idls } from './idl/index.js';
import type { InstructionInput, InstructionName, ProgramName } from './programs.js';

/**
 * Builds one instruction of a program from its typed arguments and accounts, the layer below the actions.
 *
 * @example
 * ```ts
 * import { pda, programInstruction } from '@ionet/sdk';
 *
 * const oracleSet = pda.oracle.oracleSet(deployment);
 * const instruction = programInstruction(deployment, 'oracle', 'applyRotation', { args: {}, accounts: { oracleSet } });
 * instruction.keys.length; // 1
 * ```
 */
export function programInstruction<P extends ProgramName, N extends InstructionName<P>>(
  deployment: Deployment,
  program: P,
  name: N,
  input: InstructionInput<P, N>,
): TransactionInstruction {
  // The table has each program's interface under its own name.
  return buildInstruction(
    deployment,
    idls[program] as InstructionsOf<ProgramName> as InstructionsOf<P>,
    name,
    input,
  );
}
