/**
 * Base58 of 32 bytes in place, for millions of addresses: the libraries at hand take some ten times as long, and make
 * a string or an array of each.
 */

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const DIGITS = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 58; digit += 1) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/** Bytes of an address. */
export const ADDRESS_BYTES = 32;

const MAX_TEXT = 44;
/** Limbs of 24 bits: a limb times 58^4, and a carry, stays below 2^53. */
const LIMBS = 11;
const LIMB = 0x1000000;
const POWERS = [1, 58, 58 ** 2, 58 ** 3, 58 ** 4];
const limbs = new Float64Array(LIMBS);

/**
 * Decodes the text at `start` to `end` into 32 bytes at `offset`; false where it is not exactly an address.
 * A text that decodes is the only one for its bytes.
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
  for (let at = start; at < end;) {
    const stop = Math.min(at + 4, end);
    let chunk = 0;
    const power = POWERS[stop - at] ?? 0;
    for (; at < stop; at += 1) {
      const digit = DIGITS[text[at] ?? 0] ?? 255;
      if (digit === 255) return false;
      chunk = chunk * 58 + digit;
    }
    for (let limb = 0; limb < LIMBS; limb += 1) {
      const value = (limbs[limb] ?? 0) * power + chunk;
      chunk = Math.floor(value / LIMB);
      limbs[limb] = value - chunk * LIMB;
    }
    if (chunk !== 0) return false;
  }
  // 11 limbs hold 33 bytes.
  if ((limbs[LIMBS - 1] ?? 0) >= 0x10000) return false;
  for (let byte = 0; byte < ADDRESS_BYTES; byte += 1) {
    const limb = limbs[Math.floor(byte / 3)] ?? 0;
    into[offset + ADDRESS_BYTES - 1 - byte] = (limb >>> ((byte % 3) * 8)) & 255;
  }
  let zeros = 0;
  while (zeros < ADDRESS_BYTES && into[offset + zeros] === 0) zeros += 1;
  let ones = 0;
  while (start + ones < end && text[start + ones] === 49) ones += 1;
  return zeros === ones;
}

/** The text of the 32 bytes at `offset`. */
export function encodeAddress(bytes: Uint8Array, offset = 0): string {
  limbs.fill(0);
  // Eleven digits of base 58^4 hold 256 bits.
  for (let byte = 0; byte < ADDRESS_BYTES; byte += 2) {
    let carry = (bytes[offset + byte] ?? 0) * 256 + (bytes[offset + byte + 1] ?? 0);
    for (let limb = 0; limb < LIMBS; limb += 1) {
      const value = (limbs[limb] ?? 0) * 65_536 + carry;
      carry = Math.floor(value / 11_316_496);
      limbs[limb] = value - carry * 11_316_496;
    }
  }
  let text = '';
  for (const limb of limbs) {
    let rest = limb;
    for (let digit = 0; digit < 4; digit += 1) {
      text = ALPHABET.charAt(rest % 58) + text;
      rest = Math.floor(rest / 58);
    }
  }
  let zeros = 0;
  while (zeros < ADDRESS_BYTES && bytes[offset + zeros] === 0) zeros += 1;
  return '1'.repeat(zeros) + text.replace(/^1+/, '');
}
