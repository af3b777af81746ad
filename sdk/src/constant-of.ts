import { parseConstant } from './codec.js';
import { ArgumentError } from './errors.js';
import type { Idl, Primitives } from './idl-types.js';

type Constants = Idl['constants'];

/** Constants are single values or bytes. */
type ValueOf<C extends Constants, N> = Extract<
  C[number],
  { readonly name: N }
>['type'] extends infer T extends keyof Primitives
  ? Primitives[T]
  : Uint8Array;

/** A constant among those of a program: for modules that carry no other part of its interface. */
export function constantOf<C extends Constants, N extends C[number]['name']>(
  constants: C,
  name: N,
): ValueOf<C, N> {
  const constant = constants.find((candidate) => candidate.name === name);
  if (constant === undefined) throw new ArgumentError(name, 'is no constant of this program');
  return parseConstant(constant.type, constant.value) as ValueOf<C, N>;
}
