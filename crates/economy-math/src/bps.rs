//! Rates in basis points, and the multiplication and division that everything else is built on.

use core::fmt;

use crate::error::{MathError, Result};

/// Basis points in the whole.
pub const BPS_DENOMINATOR: u16 = 10_000;

/// `floor(a * b / c)`.
pub fn mul_div_floor(a: u64, b: u64, c: u64) -> Result<u64> {
    // The product of two u64 always fits a u128.
    let quotient = (u128::from(a) * u128::from(b)).checked_div(u128::from(c)).ok_or(MathError::DivisionByZero)?;
    to_u64(quotient)
}

/// `ceil(a * b / c)`.
pub fn mul_div_ceil(a: u64, b: u64, c: u64) -> Result<u64> {
    div_ceil(u128::from(a) * u128::from(b), u128::from(c))
}

/// `ceil(numerator / denominator)`.
pub(crate) fn div_ceil(numerator: u128, denominator: u128) -> Result<u64> {
    if denominator == 0 {
        return Err(MathError::DivisionByZero);
    }
    to_u64(numerator.div_ceil(denominator))
}

fn to_u64(value: u128) -> Result<u64> {
    u64::try_from(value).map_err(|_| MathError::Overflow)
}

/// A rate between 0 and 10,000 basis points (0 % to 100 %).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bps(u16);

impl Bps {
    /// No part of it.
    pub const ZERO: Self = Self(0);

    /// A rate known at run time; [`MathError::RateOutOfRange`] above 10,000.
    pub fn new(value: u16) -> Result<Self> {
        if value > BPS_DENOMINATOR {
            return Err(MathError::RateOutOfRange);
        }
        Ok(Self(value))
    }

    /// A rate known at compile time: in a `const`, one above 10,000 does not compile. Elsewhere use [`Bps::new`].
    pub const fn new_const(value: u16) -> Self {
        assert!(value <= BPS_DENOMINATOR);
        Self(value)
    }

    /// The rate in basis points.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// What remains of the whole: `10,000 - rate`.
    pub const fn complement(self) -> Self {
        // Cannot go below zero: the type holds at most 10,000.
        Self(BPS_DENOMINATOR.saturating_sub(self.0))
    }

    /// `ceil(rate * amount / 10,000)`: for what somebody pays.
    pub fn apply_ceil(self, amount: u64) -> Result<u64> {
        mul_div_ceil(amount, u64::from(self.0), u64::from(BPS_DENOMINATOR))
    }

    /// `floor(rate * amount / 10,000)`: for what somebody receives.
    pub fn apply_floor(self, amount: u64) -> Result<u64> {
        mul_div_floor(amount, u64::from(self.0), u64::from(BPS_DENOMINATOR))
    }
}

impl TryFrom<u16> for Bps {
    type Error = MathError;

    fn try_from(value: u16) -> Result<Self> {
        Self::new(value)
    }
}

impl From<Bps> for u16 {
    fn from(rate: Bps) -> Self {
        rate.0
    }
}

/// Percent without trailing zeros: 25 is `0.25%`.
impl fmt::Display for Bps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{whole}%"),
            (_, 0) => write!(f, "{whole}.{}%", rest / 10),
            _ => write!(f, "{whole}.{rest:02}%"),
        }
    }
}
