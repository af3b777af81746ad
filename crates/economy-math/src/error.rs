//! Why a computation has no result.

use core::fmt;

/// Why a computation has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MathError {
    /// The exact result is below zero or above what its type holds.
    Overflow,
    /// The divisor is zero.
    DivisionByZero,
    /// A rate is above 10,000 basis points.
    RateOutOfRange,
    /// The price less its confidence is not positive.
    PriceNotPositive,
    /// The exponent of a price is outside -12..=-1.
    ExponentOutOfRange,
    /// A quantity that must be at least one is zero.
    ZeroQuantity,
    /// The amount is worth less than one share.
    ZeroShares,
    /// Shares exist that are worth nothing: there is no price to buy others at.
    Worthless,
    /// More shares than there are.
    InsufficientShares,
    /// A position holds as many lots as it can that do not earn yet.
    TooManyLots,
}

/// A computed value, or why there is none.
pub type Result<T> = core::result::Result<T, MathError>;

impl fmt::Display for MathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overflow => "the result is outside the range of its type: use smaller amounts",
            Self::DivisionByZero => "division by zero: give a divisor of at least one",
            Self::RateOutOfRange => "a rate is at most 10,000 basis points",
            Self::PriceNotPositive => "the price less its confidence must be above zero",
            Self::ExponentOutOfRange => "the exponent of a price is between -12 and -1",
            Self::ZeroQuantity => "devices, hours and seconds of an order are at least one",
            Self::ZeroShares => "the amount is worth less than one share: use a larger one",
            Self::Worthless => "the shares that exist are worth nothing",
            Self::InsufficientShares => "there are not so many shares: use fewer",
            Self::TooManyLots => "four lots do not earn yet: wait until the oldest is 24 hours old",
        })
    }
}

impl core::error::Error for MathError {}
