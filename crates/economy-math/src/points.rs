//! Points of a season, and their conversion to IO.

use crate::bps::mul_div_floor;
use crate::error::{MathError, Result};

/// The version of the formula and of the rules beside it, as `docs/points.md` describes them.
pub const POINTS_FORMULA_ID: &str = "ionet:points:v1";
/// What the product of multiplier, bandwidth factor and seconds is divided by: both factors are x100, and a point is
/// a hundredth of an hour of multiplier one, `100 * 100 * 3,600 / 100`.
pub const POINTS_SCALE: u128 = 360_000;

/// Bytes in a megabyte of the bandwidth tiers.
pub const MEGABYTE: u64 = 1_000_000;

/// How fast a device is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BandwidthTier {
    /// Slower than any tier: earns nothing.
    BelowLow,
    /// At least 100 MB/s down and 75 up.
    Low,
    /// At least 400 MB/s down and 300 up.
    Medium,
    /// At least 800 MB/s down and 300 up.
    High,
}

impl BandwidthTier {
    /// The tier of a speed test, in bytes per second.
    pub const fn of(down: u64, up: u64) -> Self {
        let (down, up) = (down / MEGABYTE, up / MEGABYTE);
        if down >= 800 && up >= 300 {
            Self::High
        } else if down >= 400 && up >= 300 {
            Self::Medium
        } else if down >= 100 && up >= 75 {
            Self::Low
        } else {
            Self::BelowLow
        }
    }

    /// What the tier multiplies points by, x100.
    pub const fn factor_x100(self) -> u32 {
        match self {
            Self::BelowLow => 0,
            Self::Low => 100,
            Self::Medium => 110,
            Self::High => 125,
        }
    }
}

/// The points of one device in one season, rounded down once:
/// `floor(gm * bw * (U^2 + H * S) / (360,000 * S))` with `H = min(hired, U)`; 0 when `U` or `S` is 0.
///
/// `uptime` is `U`, `hired` the hired verified seconds, `season` is `S`: the seconds from the later of the season's
/// start and the device's joining to the season's end. [`MathError::Overflow`] when more seconds were up than the
/// season has, or the points do not fit.
pub fn device_points(multiplier_x100: u32, bandwidth_x100: u32, uptime: u64, hired: u64, season: u64) -> Result<u64> {
    if uptime > season {
        return Err(MathError::Overflow);
    }
    if uptime == 0 {
        return Ok(0);
    }
    let (uptime, hired, season) = (u128::from(uptime), u128::from(hired.min(uptime)), u128::from(season));
    let squares = uptime.checked_mul(uptime).and_then(|n| n.checked_add(hired.checked_mul(season)?));
    let numerator = squares
        .and_then(|n| n.checked_mul(u128::from(multiplier_x100)))
        .and_then(|n| n.checked_mul(u128::from(bandwidth_x100)))
        .ok_or(MathError::Overflow)?;
    let divisor = POINTS_SCALE.checked_mul(season).ok_or(MathError::Overflow)?;
    let points = numerator.checked_div(divisor).ok_or(MathError::DivisionByZero)?;
    u64::try_from(points).map_err(|_| MathError::Overflow)
}

/// What a wallet's points are worth, in base units of IO, rounded down: `floor(pool * points / total_points)`.
///
/// [`MathError::DivisionByZero`] when nobody has points, [`MathError::Overflow`] when the wallet has more than all.
pub fn convert_points(pool: u64, points: u64, total_points: u64) -> Result<u64> {
    if points > total_points {
        return Err(MathError::Overflow);
    }
    mul_div_floor(pool, points, total_points)
}
