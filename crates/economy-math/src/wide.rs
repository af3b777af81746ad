//! Multiplication and division beyond 128 bits: shares may be 128 bits wide, and so their products 256.

use crate::error::{MathError, Result};

const LIMB_BITS: u32 = 64;

/// `floor(a * b / c)`, exact over a product of 256 bits.
pub fn wide_mul_div_floor(a: u128, b: u128, c: u128) -> Result<u128> {
    if c == 0 {
        return Err(MathError::DivisionByZero);
    }
    // Where nothing was ever slashed a share is worth a unit: no need to divide.
    if b == c {
        return Ok(a);
    }
    if let Some(product) = a.checked_mul(b) {
        return Ok(product / c);
    }
    let (high, low) = wide_mul(a, b);
    if high >= c {
        return Err(MathError::Overflow);
    }
    Ok(wide_div(high, low, c))
}

pub(crate) fn low_limb(value: u128) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = value.to_le_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

pub(crate) fn high_limb(value: u128) -> u64 {
    low_limb(value >> LIMB_BITS)
}

fn limb_product(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

/// The upper and the lower 128 bits of `a * b`.
fn wide_mul(a: u128, b: u128) -> (u128, u128) {
    let (a_high, a_low) = (high_limb(a), low_limb(a));
    let (b_high, b_low) = (high_limb(b), low_limb(b));
    let bottom = limb_product(a_low, b_low);
    let (left, right) = (limb_product(a_low, b_high), limb_product(a_high, b_low));
    // Three numbers of 64 bits: no carry is lost.
    let middle = u128::from(high_limb(bottom)) + u128::from(low_limb(left)) + u128::from(low_limb(right));
    let low = (u128::from(low_limb(middle)) << LIMB_BITS) | u128::from(low_limb(bottom));
    let high = limb_product(a_high, b_high)
        + u128::from(high_limb(left))
        + u128::from(high_limb(right))
        + u128::from(high_limb(middle));
    (high, low)
}

/// Long division by Knuth's algorithm D with digits of 64 bits; `high < divisor`, so the quotient fits.
fn wide_div(high: u128, low: u128, divisor: u128) -> u128 {
    let shift = divisor.leading_zeros();
    let divisor = divisor << shift;
    let carried = if shift == 0 { 0 } else { low >> (u128::BITS - shift) };
    let (high, low) = ((high << shift) | carried, low << shift);
    let (first, rest) = digit(high, high_limb(low), divisor);
    let (second, _) = digit(rest, low_limb(low), divisor);
    (first << LIMB_BITS) | second
}

/// One digit of the quotient and what remains: `(rest * 2^64 + next) / divisor`, where `rest < divisor` and the
/// divisor's top bit is set.
fn digit(rest: u128, next: u64, divisor: u128) -> (u128, u128) {
    let top = u128::from(high_limb(divisor));
    let bottom = u128::from(low_limb(divisor));
    let (mut quotient, mut left) = (rest / top, rest % top);
    // The guess is at most two too high.
    while quotient >> LIMB_BITS != 0 || quotient * bottom > ((left << LIMB_BITS) | u128::from(next)) {
        quotient -= 1;
        left += top;
        if left >> LIMB_BITS != 0 {
            break;
        }
    }
    let dividend = (rest << LIMB_BITS) | u128::from(next);
    // The true remainder is below the divisor: what is cut off above 128 bits is the same on both sides.
    (quotient, dividend.wrapping_sub(quotient.wrapping_mul(divisor)))
}
