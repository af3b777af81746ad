import { programIds } from './idl/ids.js';
import type { idls } from './idl/index.js';
import type {
  AccountNameOf,
  ConstantNameOf,
  ConstantOf,
  DefinedType,
  ErrorNameOf,
  EventNameOf,
  Idl,
  InstructionAccountsOf,
  InstructionArgsOf,
  InstructionNameOf,
  TypeNameOf,
} from './idl-types.js';

type Idls = typeof idls;

/**
 * The name of one of the marketplace's programs.
 *
 * @see {@link programNames}
 */
export type ProgramName = keyof Idls;

/** The interface of a program. */
export type ProgramIdl<P extends ProgramName> = Idls[P];

/**
 * The names of all programs.
 *
 * @example
 * ```ts
 * import { programNames } from '@ionet/sdk';
 *
 * const ids = programNames.map((name) => [name, deployment.programs[name].toBase58()]);
 * programNames.length; // 6
 * ```
 */
export const programNames = /* @__PURE__ */ Object.keys(programIds) as readonly ProgramName[];

/** A record with something for each program. */
export function forEachProgram<T>(make: (name: ProgramName) => T): Record<ProgramName, T> {
  return Object.fromEntries(programNames.map((name) => [name, make(name)])) as Record<ProgramName, T>;
}

/** The types of all that a program has, by name. */
interface Table<I extends Idl> {
  instructions: {
    [N in InstructionNameOf<I>]: { args: InstructionArgsOf<I, N>; accounts: InstructionAccountsOf<I, N> };
  };
  accounts: { [N in AccountNameOf<I>]: DefinedType<I, N> };
  events: { [N in EventNameOf<I>]: DefinedType<I, N> };
  types: { [N in TypeNameOf<I>]: DefinedType<I, N> };
  constants: { [N in ConstantNameOf<I>]: ConstantOf<I, N> };
}

/** Written out a program each, so that the compiler works on types that are known and not on a parameter. */
interface Tables {
  airdrop: Table<Idls['airdrop']>;
  emission: Table<Idls['emission']>;
  escrow: Table<Idls['escrow']>;
  oracle: Table<Idls['oracle']>;
  staking: Table<Idls['staking']>;
  treasury: Table<Idls['treasury']>;
}

/**
 * The names of a program's instructions.
 *
 * @see {@link programInstruction}
 */
export type InstructionName<P extends ProgramName> = keyof Tables[P]['instructions'] & string;
/**
 * The arguments and accounts of a program's instruction.
 *
 * @see {@link programInstruction}
 */
export type InstructionInput<
  P extends ProgramName,
  N extends InstructionName<P>,
> = Tables[P]['instructions'][N];
/**
 * The names of a program's account types.
 *
 * @see {@link fetchAccount}
 */
export type AccountName<P extends ProgramName> = keyof Tables[P]['accounts'] & string;
/**
 * What an account of a program holds.
 *
 * @see {@link seasonPhase}
 */
export type AccountData<P extends ProgramName, N extends AccountName<P>> = Tables[P]['accounts'][N];
/**
 * The names of a program's events.
 *
 * @see {@link eventOf}
 */
export type EventName<P extends ProgramName> = keyof Tables[P]['events'] & string;
/**
 * What an event of a program says.
 *
 * @see {@link eventOf}
 */
export type EventData<P extends ProgramName, N extends EventName<P>> = Tables[P]['events'][N];
/**
 * The names of the structs and enums that a program defines.
 *
 * @see {@link ProgramType}
 */
export type TypeName<P extends ProgramName> = keyof Tables[P]['types'] & string;
/**
 * A struct or enum that a program defines.
 *
 * @example
 * ```ts
 * import type { ProgramType } from '@ionet/sdk';
 *
 * const state: ProgramType<'escrow', 'jobState'> = (await client.accounts.escrow.job.fetch(job)).state;
 * console.log(state); // running
 * ```
 */
export type ProgramType<P extends ProgramName, N extends TypeName<P>> = Tables[P]['types'][N];
/**
 * The names of a program's own errors.
 *
 * @see {@link isProgramError}
 */
export type ErrorName<P extends ProgramName> = ErrorNameOf<Idls[P]>;
/**
 * The names of a program's constants.
 *
 * @see {@link programConstant}
 */
export type ConstantName<P extends ProgramName> = keyof Tables[P]['constants'] & string;
/**
 * The type of a program's constant.
 *
 * @see {@link programConstant}
 */
export type ConstantValue<P extends ProgramName, N extends ConstantName<P>> = Tables[P]['constants'][N];
