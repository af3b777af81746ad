import type { PublicKey } from '@solana/web3.js';

/** The types that need no look-up in an IDL, and what they are in TypeScript. */
export interface Primitives {
  bool: boolean;
  u8: number;
  i8: number;
  u16: number;
  i16: number;
  u32: number;
  i32: number;
  u64: bigint;
  i64: bigint;
  u128: bigint;
  i128: bigint;
  bytes: Uint8Array;
  string: string;
  pubkey: PublicKey;
}

/** A type as an Anchor IDL writes it. */
export type IdlType =
  | keyof Primitives
  | { readonly option: IdlType }
  | { readonly vec: IdlType }
  | { readonly array: readonly [IdlType, number] }
  | { readonly defined: { readonly name: string } };

/** A named field of a struct, an enum variant or an instruction. */
export interface IdlField {
  readonly name: string;
  readonly type: IdlType;
}

/** An account that an instruction takes. */
export interface IdlInstructionAccount {
  readonly name: string;
  readonly writable?: boolean;
  readonly signer?: boolean;
  readonly optional?: boolean;
  readonly address?: string;
}

/** An instruction of a program. */
export interface IdlInstruction {
  readonly name: string;
  readonly discriminator: readonly number[];
  readonly accounts: readonly IdlInstructionAccount[];
  readonly args: readonly IdlField[];
}

/** A struct or an enum that a program defines. */
export interface IdlTypeDef {
  readonly name: string;
  readonly type:
    | { readonly kind: 'struct'; readonly fields: readonly IdlField[] }
    | {
        readonly kind: 'enum';
        readonly variants: readonly { readonly name: string; readonly fields?: readonly IdlField[] }[];
      };
}

/**
 * The parts of an Anchor IDL that the SDK works with, with camelCase names (errors and constants keep the
 * names of the program). `scripts/build/generate-idl-types.ts` writes such values into `sdk/src/idl`.
 */
export interface Idl {
  readonly address: string;
  readonly metadata: { readonly name: string; readonly version: string; readonly spec: string };
  readonly instructions: readonly IdlInstruction[];
  readonly accounts: readonly { readonly name: string; readonly discriminator: readonly number[] }[];
  readonly events: readonly { readonly name: string; readonly discriminator: readonly number[] }[];
  readonly errors: readonly { readonly code: number; readonly name: string; readonly msg: string }[];
  readonly types: readonly IdlTypeDef[];
  readonly constants: readonly { readonly name: string; readonly type: IdlType; readonly value: string }[];
}

/** The parts that building instructions takes. */
export type IdlInstructions = Pick<Idl, 'address' | 'metadata' | 'instructions' | 'types'>;

/** The parts that say what types are. */
export type IdlTypes = Pick<Idl, 'metadata' | 'types'>;

/** The TypeScript type of an IDL type. */
export type TypeOf<I extends Idl, T> = T extends keyof Primitives
  ? Primitives[T]
  : T extends { readonly option: infer U }
    ? TypeOf<I, U> | null
    : T extends { readonly vec: infer U }
      ? TypeOf<I, U>[]
      : T extends { readonly array: readonly [infer U, number] }
        ? U extends 'u8'
          ? Uint8Array
          : TypeOf<I, U>[]
        : T extends { readonly defined: { readonly name: infer N extends string } }
          ? DefinedType<I, N>
          : never;

/**
 * The object type of a list of fields. The condition always holds: behind it the result is a plain object type,
 * compared by its properties; an alias of a mapped type would be compared by its parameters, without end.
 */
export type FieldsOf<I extends Idl, F> = F extends readonly IdlField[]
  ? { [K in F[number] as K['name']]: TypeOf<I, K['type']> }
  : never;

type VariantOf<I extends Idl, V> = V extends {
  readonly name: infer N extends string;
  readonly fields: infer F extends readonly IdlField[];
}
  ? { kind: N } & FieldsOf<I, F>
  : V extends { readonly name: infer N extends string }
    ? { kind: N }
    : never;

type EnumOf<I extends Idl, V extends readonly { readonly name: string }[]> =
  Extract<V[number], { readonly fields: readonly IdlField[] }> extends never
    ? V[number]['name']
    : VariantOf<I, V[number]>;

type DefinitionOf<I extends Idl, N extends string> = Extract<
  I['types'][number],
  { readonly name: N }
>['type'];

/**
 * The TypeScript type of a struct or enum of a program. An enum without fields is a union of its variants'
 * names (`'running'`), one with fields a union of objects told apart by `kind`.
 */
export type DefinedType<I extends Idl, N extends string> =
  DefinitionOf<I, N> extends {
    readonly kind: 'struct';
    readonly fields: infer F extends readonly IdlField[];
  }
    ? FieldsOf<I, F>
    : DefinitionOf<I, N> extends {
          readonly kind: 'enum';
          readonly variants: infer V extends readonly { readonly name: string }[];
        }
      ? EnumOf<I, V>
      : never;

/** The names of a program's instructions. */
export type InstructionNameOf<I extends Idl> = I['instructions'][number]['name'];

type InstructionOf<I extends Idl, N extends InstructionNameOf<I>> = Extract<
  I['instructions'][number],
  { readonly name: N }
>;

/** The arguments of an instruction as one object. */
export type InstructionArgsOf<I extends Idl, N extends InstructionNameOf<I>> = FieldsOf<
  I,
  InstructionOf<I, N>['args']
>;

type AccountInput<A extends IdlInstructionAccount> = A extends { readonly optional: true }
  ? PublicKey | null
  : PublicKey;

/**
 * The accounts that an instruction takes. Those whose address the IDL fixes (sysvars, programs) may be left
 * out; an optional account that is absent is `null`, or left out where its address is fixed.
 */
export type InstructionAccountsOf<I extends Idl, N extends InstructionNameOf<I>> = {
  readonly [
    A in InstructionOf<I, N>['accounts'][number] as A extends { readonly address: string } ? never : A['name']
  ]: AccountInput<A>;
} & {
  readonly [
    A in InstructionOf<I, N>['accounts'][number] as A extends { readonly address: string } ? A['name'] : never
  ]?: AccountInput<A>;
};

/** The names of a program's account types. */
export type AccountNameOf<I extends Idl> = I['accounts'][number]['name'];

/** The names of a program's events. */
export type EventNameOf<I extends Idl> = I['events'][number]['name'];

/** The names of a program's own errors. */
export type ErrorNameOf<I extends Idl> = I['errors'][number]['name'];

/** The names of a program's constants. */
export type ConstantNameOf<I extends Idl> = I['constants'][number]['name'];

/** The type of a program's constant. */
export type ConstantOf<I extends Idl, N extends ConstantNameOf<I>> = TypeOf<
  I,
  Extract<I['constants'][number], { readonly name: N }>['type']
>;

/** The names of the structs and enums that a program defines. */
export type TypeNameOf<I extends Idl> = I['types'][number]['name'];
