import { ArgumentError } from './errors.js';
import { MAX_EXPONENT, MIN_EXPONENT, type Price } from './math/price.js';
import { I64_MAX, U64_MAX } from './math/range.js';

/**
 * Decimals of IO: its base unit is 10^-8 IO.
 *
 * @example
 * ```ts
 * import { IO_DECIMALS, parseIo } from '@ionet/sdk';
 *
 * parseIo('1') === 10n ** BigInt(IO_DECIMALS); // true
 * ```
 */
export const IO_DECIMALS = 8;
/**
 * Decimals of USDC: its base unit is 10^-6 USDC.
 *
 * @example
 * ```ts
 * import { parseUsdc, USDC_DECIMALS } from '@ionet/sdk';
 *
 * parseUsdc('1') === 10n ** BigInt(USDC_DECIMALS); // true
 * ```
 */
export const USDC_DECIMALS = 6;
/**
 * Decimals of an amount of US dollars: micro-USD, 10^-6 USD.
 *
 * @example
 * ```ts
 * import { parseUsd, USD_DECIMALS } from '@ionet/sdk';
 *
 * parseUsd('1') === 10n ** BigInt(USD_DECIMALS); // true
 * ```
 */
export const USD_DECIMALS = 6;

/**
 * An amount of IO in base units, exactly as written.
 *
 * @throws {@link ArgumentError} when it is not a plain decimal number of at most 8 decimals
 * @example
 * ```ts
 * import { parseIo } from '@ionet/sdk';
 *
 * parseIo('1.5'); // 150_000_000n
 * ```
 */
export function parseIo(text: string): bigint {
  return parseAmount(text, IO_DECIMALS, 'IO');
}

/**
 * An amount of USDC in base units, exactly as written.
 *
 * @throws {@link ArgumentError} when it is not a plain decimal number of at most 6 decimals
 * @example
 * ```ts
 * import { parseUsdc } from '@ionet/sdk';
 *
 * parseUsdc('122.70'); // 122_700_000n
 * ```
 */
export function parseUsdc(text: string): bigint {
  return parseAmount(text, USDC_DECIMALS, 'USDC');
}

/**
 * An amount of US dollars in micro-USD, exactly as written: the unit of an offer's price per device and hour.
 *
 * @throws {@link ArgumentError} when it is not a plain decimal number of at most 6 decimals
 * @example
 * ```ts
 * import { parseUsd } from '@ionet/sdk';
 *
 * parseUsd('2.50'); // 2_500_000n
 * ```
 */
export function parseUsd(text: string): bigint {
  return parseAmount(text, USD_DECIMALS, 'USD');
}

/**
 * The price of one IO in US dollars, exactly as written, with no confidence interval: what a quote by a given price
 * takes.
 *
 * @throws {@link ArgumentError} when it is not a plain decimal number above zero of at most 12 decimals
 * @example
 * ```ts
 * import { parsePrice } from '@ionet/sdk';
 *
 * parsePrice('2.345'); // { price: 2_345n, conf: 0n, exponent: -3 }
 * ```
 */
export function parsePrice(text: string): Price {
  // The programs take no exponent above -1, so there is at least one decimal.
  const { whole, decimals } = split(text, -MIN_EXPONENT, 'a price of IO', 'price');
  const fraction = decimals.padEnd(-MAX_EXPONENT, '0');
  const price = BigInt(whole + fraction);
  if (price === 0n) throw new ArgumentError('price', 'is zero: give what one IO costs in US dollars');
  if (price > I64_MAX) {
    throw new ArgumentError('price', `${quote(text)} is too large: give a lower price, or fewer decimals`);
  }
  return { price, conf: 0n, exponent: -fraction.length };
}

/**
 * An amount of base units in IO, exactly, without trailing zeros.
 *
 * @example
 * ```ts
 * import { formatIo } from '@ionet/sdk';
 *
 * formatIo(150_000_000n); // '1.5'
 * ```
 */
export function formatIo(amount: bigint): string {
  return formatAmount(amount, IO_DECIMALS);
}

/**
 * An amount of base units in USDC, exactly, without trailing zeros.
 *
 * @example
 * ```ts
 * import { formatUsdc } from '@ionet/sdk';
 *
 * formatUsdc(122_700_000n); // '122.7'
 * ```
 */
export function formatUsdc(amount: bigint): string {
  return formatAmount(amount, USDC_DECIMALS);
}

/**
 * An amount of micro-USD in US dollars, exactly, without trailing zeros.
 *
 * @example
 * ```ts
 * import { formatUsd } from '@ionet/sdk';
 *
 * formatUsd(2_500_000n); // '2.5'
 * ```
 */
export function formatUsd(amount: bigint): string {
  return formatAmount(amount, USD_DECIMALS);
}

/**
 * The price of one IO in US dollars, exactly, without its confidence interval and without trailing zeros.
 *
 * @example
 * ```ts
 * import { formatPrice } from '@ionet/sdk';
 *
 * formatPrice({ price: 234_500_000n, conf: 100_000n, exponent: -8 }); // '2.345'
 * ```
 */
export function formatPrice(price: Price): string {
  const { exponent } = price;
  if (!Number.isInteger(exponent) || exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) {
    throw new ArgumentError(
      'exponent',
      `is ${exponent}: it must be between ${MIN_EXPONENT} and ${MAX_EXPONENT}`,
    );
  }
  return formatAmount(price.price, -exponent);
}

function parseAmount(text: string, most: number, unit: string): bigint {
  const { whole, decimals } = split(text, most, unit, 'amount');
  const amount = BigInt(whole + decimals.padEnd(most, '0'));
  if (amount > U64_MAX) {
    throw new ArgumentError(
      'amount',
      `${quote(text)} is too large: the most that an account can hold is ${formatAmount(U64_MAX, most)} ${unit}`,
    );
  }
  return amount;
}

function split(text: string, most: number, unit: string, path: string): { whole: string; decimals: string } {
  const match = /^([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  if (match === null) {
    throw new ArgumentError(
      path,
      `${quote(text)} is not a number: write digits with at most one point, such as 1.5, without sign, exponent, spaces or separators`,
    );
  }
  const [, whole = '', decimals = ''] = match;
  if (decimals.length > most) {
    throw new ArgumentError(
      path,
      `${quote(text)} has ${decimals.length} decimals, and ${unit} has at most ${most}: round it`,
    );
  }
  return { whole, decimals };
}

function formatAmount(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, -decimals);
  const rest = digits.slice(-decimals).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
}

/** What was given, short enough for a message. */
function quote(text: string): string {
  return `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`;
}
