//! What a provider has earned of an order by the seconds that were verified.

use crate::bps::mul_div_floor;
use crate::error::{MathError, Result};

/// The terms of a job from which its earnings follow: `G(v) = G0 + floor((C - G0) * (min(v, B) - v0) / (B - v0))`.
///
/// Before the first extension `G0` and `v0` are zero. Terms with `G0 > C` or `v0 > B` give [`MathError::Overflow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// `C`: the compute price of the whole order, in base units of the payment mint.
    pub compute: u64,
    /// `B`: the seconds of the whole order.
    pub booked_seconds: u64,
    /// `G0`: what was earned when the order was last extended.
    pub base_earned: u64,
    /// `v0`: the verified seconds when the order was last extended.
    pub base_seconds: u64,
}

impl Terms {
    /// The terms of an order that was not extended.
    pub const fn booked(compute: u64, booked_seconds: u64) -> Self {
        Self { compute, booked_seconds, base_earned: 0, base_seconds: 0 }
    }

    /// What is earned at `verified_seconds`, rounded down: `G0` up to `v0`, exactly `C` from `B` on.
    pub fn earned(&self, verified_seconds: u64) -> Result<u64> {
        let rest = self.compute.checked_sub(self.base_earned).ok_or(MathError::Overflow)?;
        let span = self.booked_seconds.checked_sub(self.base_seconds).ok_or(MathError::Overflow)?;
        let done = verified_seconds.saturating_sub(self.base_seconds);
        if done >= span {
            return Ok(self.compute);
        }
        self.base_earned.checked_add(mul_div_floor(rest, done, span)?).ok_or(MathError::Overflow)
    }

    /// The terms after an extension by `extra_seconds` for `extra_compute`, settled at `verified_seconds`.
    ///
    /// What was earned until there stays the same to the unit; the rest of the old order and the extension are earned
    /// evenly over the seconds that are left. [`MathError::ZeroQuantity`] when `extra_seconds` is zero.
    pub fn extended(&self, verified_seconds: u64, extra_compute: u64, extra_seconds: u64) -> Result<Self> {
        if extra_seconds == 0 {
            return Err(MathError::ZeroQuantity);
        }
        Ok(Self {
            compute: self.compute.checked_add(extra_compute).ok_or(MathError::Overflow)?,
            booked_seconds: self.booked_seconds.checked_add(extra_seconds).ok_or(MathError::Overflow)?,
            base_earned: self.earned(verified_seconds)?,
            base_seconds: verified_seconds.min(self.booked_seconds).max(self.base_seconds),
        })
    }
}
