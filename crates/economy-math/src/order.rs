//! The price of an order in US dollars.

use crate::bps::{div_ceil, Bps};
use crate::error::{MathError, Result};

/// Seconds in an hour.
pub const SECONDS_PER_HOUR: u64 = 3_600;

const SECONDS_PER_HOUR_SIGNED: i64 = 3_600;
const HOURS_PER_DAY: i64 = 24;
/// The denominator of a discount times a multiplier, both in basis points.
const BPS_SQUARED: u128 = 100_000_000;

/// The price of `devices` for `hours` in micro-USD, rounded up:
/// `ceil(devices * hours * price * (10,000 - discount) * peak_multiplier / 10^8)`.
///
/// `price` is in micro-USD per device and hour. `discount` is zero unless the hours reach the offer's commitment, and
/// `peak_multiplier_bps` is 10,000 outside the peak hours.
pub fn order_price(devices: u8, hours: u32, price: u64, discount: Bps, peak_multiplier_bps: u32) -> Result<u64> {
    if devices == 0 || hours == 0 {
        return Err(MathError::ZeroQuantity);
    }
    // At most 118 bits before the peak multiplier. What overflows 128 with it is far above a u64 even after the
    // division.
    let numerator = u128::from(devices)
        .checked_mul(u128::from(hours))
        .and_then(|n| n.checked_mul(u128::from(price)))
        .and_then(|n| n.checked_mul(u128::from(discount.complement().get())))
        .and_then(|n| n.checked_mul(u128::from(peak_multiplier_bps)))
        .ok_or(MathError::Overflow)?;
    div_ceil(numerator, BPS_SQUARED)
}

/// The hour of the day in UTC, 0..=23. A time before 1970 counts back from midnight.
pub fn utc_hour(unix_timestamp: i64) -> u8 {
    let hour = unix_timestamp.div_euclid(SECONDS_PER_HOUR_SIGNED).rem_euclid(HOURS_PER_DAY);
    // The remainder is 0..=23, so the conversion cannot fail.
    u8::try_from(hour).unwrap_or_default()
}
