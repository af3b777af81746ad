//! What is billed when a job ends, and which of the buyer's fees are kept.

use crate::error::Result;
use crate::fee::{Charge, FeeRates};

/// The first hour of a job, which is billed in full to a buyer who ends it early.
pub const FIRST_HOUR_SECONDS: u64 = 3_600;
/// Part of the elapsed time that must be verified for it: 9 of 10.
pub const FIRST_HOUR_NUMERATOR: u64 = 9;
/// Part of the elapsed time that must be verified for it: 9 of 10.
pub const FIRST_HOUR_DENOMINATOR: u64 = 10;

/// The seconds that are billed for a job that ran `elapsed` seconds.
///
/// The verified seconds, at most those elapsed and booked. A buyer who ends the job in the first hour with at least
/// 90 % of it verified is billed the whole hour (or all that was booked, if less).
pub fn billed_seconds(verified: u64, elapsed: u64, booked: u64, ended_by_buyer: bool) -> u64 {
    let in_first_hour = elapsed > 0 && elapsed <= FIRST_HOUR_SECONDS;
    // In u128, where neither product can overflow.
    let mostly_verified = u128::from(verified) * u128::from(FIRST_HOUR_DENOMINATOR)
        >= u128::from(elapsed) * u128::from(FIRST_HOUR_NUMERATOR);
    if ended_by_buyer && in_first_hour && mostly_verified {
        return FIRST_HOUR_SECONDS.min(booked);
    }
    verified.min(elapsed).min(booked)
}

/// The fees of the buyer that are kept, in base units of the payment mint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuyerFees {
    /// Of the booking fee.
    pub booking_fee: u64,
    /// Of the handling fee.
    pub handling_fee: u64,
}

/// What is kept of the buyer's fees when a job ends for a reason that is not his: `ceil(rate * earned / 10,000)` of
/// each, never above what was charged. The rest returns to him.
pub fn kept_buyer_fees(earned: u64, rates: FeeRates, charged: Charge) -> Result<BuyerFees> {
    Ok(BuyerFees {
        booking_fee: rates.booking.apply_ceil(earned)?.min(charged.booking_fee),
        handling_fee: rates.handling.apply_ceil(earned)?.min(charged.handling_fee),
    })
}
