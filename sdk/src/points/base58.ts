/**
 * Base58 of 32 bytes in place, for millions of addresses: the libraries at hand take some ten times as long, and make
 * a string or an array of each.
 */

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const DIGITS = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 58; digit += 1) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/** Bytes of an address. */
export const ADDRESS_BYTES = 32;

const ONE = ALPHABET.charCodeAt(0);
const MAX_TEXT = 44;
/** Limbs of 24 bits: a limb times 58^4, and a carry, stays below 2^53. */
const LIMBS = 11;
const LIMB = 0x1000000;
const POWERS = [1, 58, 58 ** 2, 58 ** 3, 58 ** 4];
const limbs = new Float64Array(LIMBS);

/**
 * Decodes the text at `start` to `end` into 32 bytes at `offset`; false where it is not exactly an address.
 * A text that decodes is the only one for its bytes.
 *
 * @example
 * ```ts
 * import { decodeAddress, encodeAddress } from '@ionet/sdk';
 *
 * const text = new TextEncoder().encode('wallet,So11111111111111111111111111111111111111112');
 * const bytes = new Uint8Array(32);
 * decodeAddress(text, 7, text.length, bytes, 0); // true
 * encodeAddress(bytes); // 'So11111111111111111111111111111111111111112'
 * ```
 */
export function decodeAddress(
  text: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  offset: number,
): boolean {
  if (end - start < ADDRESS_BYTES || end - start > MAX_TEXT) return false;
  limbs.fill(0);
  // Four digits are less than a limb: after n times four of them, all limbs above n are zero.
  let used = 0;
  for (let at = start; at < end;) {
    const stop = Math.min(at + 4, end);
    let chunk = 0;
    const power = POWERS[stop - at] ?? 0;
    for (; at < stop; at += 1) {
      const digit = DIGITS[text[at] ?? 0] ?? 255;
      if (digit === 255) return false;
      chunk = chunk * 58 + digit;
    }
    used += 1;
    for (let limb = 0; limb < used; limb += 1) {
      const value = (limbs[limb] ?? 0) * power + chunk;
      chunk = Math.floor(value / LIMB);
      limbs[limb] = value - chunk * LIMB;
    }
  }
  // 11 limbs hold 33 bytes.
  if ((limbs[LIMBS - 1] ?? 0) >= 0x10000) return false;
  // The last limb holds the first two bytes.
  let to = offset + ADDRESS_BYTES;
  for (let index = 0; index < LIMBS; index += 1) {
    const limb = limbs[index] ?? 0;
    into[to - 1] = limb;
    into[to - 2] = limb >>> 8;
    if (index < LIMBS - 1) into[to - 3] = limb >>> 16;
    to -= 3;
  }
  let zeros = 0;
  while (zeros < ADDRESS_BYTES && into[offset + zeros] === 0) zeros += 1;
  let ones = 0;
  while (start + ones < end && text[start + ones] === ONE) ones += 1;
  return zeros === ones;
}

/** Four digits, as many as fit a limb of the text. */
const QUAD = 58 ** 4;
const characters = new Uint8Array(LIMBS * 4);

/**
 * The text of the 32 bytes at `offset`.
 *
 * @example
 * ```ts
 * import { encodeAddress } from '@ionet/sdk';
 *
 * encodeAddress(wallet.toBytes()) === wallet.toBase58(); // true
 * ```
 */
export function encodeAddress(bytes: Uint8Array, offset = 0): string {
  limbs.fill(0);
  // A limb of four digits times 2^24, and a carry, stays below 2^53; eleven of them hold 256 bits.
  for (let byte = -1; byte < ADDRESS_BYTES; byte += 3) {
    let carry =
      (byte < 0 ? 0 : (bytes[offset + byte] ?? 0) * 65_536) +
      (bytes[offset + byte + 1] ?? 0) * 256 +
      (bytes[offset + byte + 2] ?? 0);
    for (let limb = 0; limb < LIMBS; limb += 1) {
      const value = (limbs[limb] ?? 0) * LIMB + carry;
      carry = Math.floor(value / QUAD);
      limbs[limb] = value - carry * QUAD;
    }
  }
  for (let limb = 0; limb < LIMBS; limb += 1) {
    let rest = limbs[limb] ?? 0;
    for (let at = (LIMBS - limb) * 4 - 1; at >= (LIMBS - limb - 1) * 4; at -= 1) {
      const quotient = Math.floor(rest / 58);
      characters[at] = ALPHABET.charCodeAt(rest - quotient * 58);
      rest = quotient;
    }
  }
  // A zero byte in front is a 1 of its own, beside the digits.
  let first = 0;
  while (first < characters.length && characters[first] === ONE) first += 1;
  for (let byte = 0; byte < ADDRESS_BYTES && bytes[offset + byte] === 0; byte += 1) first -= 1;
  return String.fromCharCode(...characters.subarray(first));
}
