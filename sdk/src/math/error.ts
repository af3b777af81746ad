import { IonetError } from '../errors.js';

/**
 * Why a computation has no result: the names of the variants in `crates/economy-math`.
 *
 * @see {@link MathError}
 */
export type MathErrorCode =
  | 'Overflow'
  | 'DivisionByZero'
  | 'RateOutOfRange'
  | 'PriceNotPositive'
  | 'ExponentOutOfRange'
  | 'ZeroQuantity'
  | 'ZeroShares'
  | 'Worthless'
  | 'InsufficientShares'
  | 'TooManyLots';

const SENTENCES: Record<MathErrorCode, string> = {
  Overflow: 'the result is outside the range of its type: use smaller amounts',
  DivisionByZero: 'division by zero: give a divisor of at least one',
  RateOutOfRange: 'a rate is between 0 and 10,000 basis points',
  PriceNotPositive: 'the price less its confidence must be above zero',
  ExponentOutOfRange: 'the exponent of a price is between -12 and -1',
  ZeroQuantity: 'devices, hours and seconds of an order are at least one',
  ZeroShares: 'the amount is worth less than one share: use a larger one',
  Worthless: 'the shares that exist are worth nothing',
  InsufficientShares: 'there are not so many shares: use fewer',
  TooManyLots: 'four lots do not earn yet: wait until the oldest is 24 hours old',
};

/**
 * A computation without a result, as on chain: told apart by `code`.
 *
 * @example
 * ```ts
 * import { MathError, orderPrice } from '@ionet/sdk';
 *
 * try {
 *   orderPrice(0n, 1n, 2_000_000n, 0n, 10_000n);
 * } catch (error) {
 *   if (error instanceof MathError) console.log(error.code); // ZeroQuantity
 * }
 * ```
 */
export class MathError extends IonetError {
  override readonly name = 'MathError';

  /** The name of the variant in `crates/economy-math`. */
  readonly code: MathErrorCode;

  constructor(code: MathErrorCode, message: string = SENTENCES[code]) {
    super(message);
    this.code = code;
  }
}
