import { MathError } from './error.js';

/** The largest values of the integer types that the programs use. */
export const U8_MAX = 2n ** 8n - 1n;
export const U32_MAX = 2n ** 32n - 1n;
/**
 * The largest amount that the programs can hold.
 *
 * @example
 * ```ts
 * import { mulDivFloor, U64_MAX } from '@ionet/sdk';
 *
 * mulDivFloor(U64_MAX, 3n, 3n) === U64_MAX; // true: only the result has to fit
 * ```
 */
export const U64_MAX = 2n ** 64n - 1n;
export const U128_MAX = 2n ** 128n - 1n;
export const I64_MAX = 2n ** 63n - 1n;
export const I64_MIN = -(2n ** 63n);

/** The value, if it lies between the two; else {@link MathError} `Overflow`, which names it. */
export function within(value: bigint, low: bigint, high: bigint, name: string): bigint {
  if (value < low || value > high) {
    throw new MathError('Overflow', `${name} is ${value}: it must be between ${low} and ${high}`);
  }
  return value;
}

/** An unsigned integer of 64 bits; `name` is what the error calls it. */
export function u64(value: bigint, name = 'the result'): bigint {
  return within(value, 0n, U64_MAX, name);
}

/** An unsigned integer of 128 bits; `name` is what the error calls it. */
export function u128(value: bigint, name = 'the result'): bigint {
  return within(value, 0n, U128_MAX, name);
}

/** `ceil(numerator / denominator)` of what is not negative, in 64 bits. */
export function divCeil(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new MathError('DivisionByZero');
  return u64((numerator + denominator - 1n) / denominator);
}

export function min(first: bigint, ...others: bigint[]): bigint {
  return others.reduce((least, value) => (value < least ? value : least), first);
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
