import { MathError } from './error.js';
import { u128 } from './range.js';

/**
 * `floor(a * b / c)` of numbers of 128 bits.
 *
 * @throws {@link MathError} `DivisionByZero`, `Overflow`
 * @example
 * ```ts
 * import { wideMulDivFloor } from '@ionet/sdk';
 *
 * wideMulDivFloor(10n ** 30n, 10n ** 30n, 10n ** 31n); // 10n ** 29n
 * ```
 */
export function wideMulDivFloor(a: bigint, b: bigint, c: bigint): bigint {
  const product = u128(a, 'a') * u128(b, 'b');
  if (u128(c, 'c') === 0n) throw new MathError('DivisionByZero');
  return u128(product / c);
}
