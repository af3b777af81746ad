//! From US dollars to IO at a price of the price account.

use crate::bps::div_ceil;
use crate::error::{MathError, Result};

/// The lowest exponent that a price may have.
pub const MIN_EXPONENT: i32 = -12;
/// The highest exponent that a price may have.
pub const MAX_EXPONENT: i32 = -1;

/// Base units of IO per micro-USD when one IO costs one dollar: 10^8 / 10^6.
const IO_UNITS_PER_MICRO_USD: u128 = 100;

/// The price of one IO in US dollars: `(price ± conf) * 10^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// The price before the exponent.
    pub price: i64,
    /// The half width of the confidence interval, before the exponent.
    pub conf: u64,
    /// The power of ten, -12..=-1.
    pub exponent: i32,
}

/// The base units of IO that are worth `micro_usd`, rounded up, at the low end of the confidence interval:
/// `ceil(micro_usd * 100 * 10^-exponent / (price - conf))`.
///
/// Checks the exponent first, then that `price - conf` is above zero.
pub fn usd_to_io(micro_usd: u64, price: Price) -> Result<u64> {
    let (numerator, low) = io_fraction(micro_usd, price)?;
    div_ceil(numerator, u128::from(low))
}

/// What [`usd_to_io`] divides, at most 111 bits, and the low end of the price, at most 63, that it divides by.
pub(crate) fn io_fraction(micro_usd: u64, price: Price) -> Result<(u128, u64)> {
    if !(MIN_EXPONENT..=MAX_EXPONENT).contains(&price.exponent) {
        return Err(MathError::ExponentOutOfRange);
    }
    let low = u64::try_from(price.price)
        .ok()
        .and_then(|value| value.checked_sub(price.conf))
        .filter(|low| *low > 0)
        .ok_or(MathError::PriceNotPositive)?;
    let scale = 10u128.checked_pow(price.exponent.unsigned_abs()).ok_or(MathError::Overflow)?;
    let numerator = u128::from(micro_usd)
        .checked_mul(IO_UNITS_PER_MICRO_USD)
        .and_then(|n| n.checked_mul(scale))
        .ok_or(MathError::Overflow)?;
    Ok((numerator, low))
}
