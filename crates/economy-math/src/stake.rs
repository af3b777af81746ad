//! How much a node must stake, and how much of its stake counts.

use crate::bps::div_ceil;
use crate::error::{MathError, Result};

/// Stake per device of multiplier one: 200 IO, in base units.
pub const BASE_STAKE_PER_DEVICE: u64 = 20_000_000_000;
/// A hardware multiplier of one.
pub const MULTIPLIER_ONE: u32 = 100;

/// The stake that a node must hold, in base units of IO, rounded up:
/// `ceil(base_per_device * max(100, multiplier_x100) * devices / 100)`.
pub fn minimum_stake(base_per_device: u64, multiplier_x100: u32, devices: u8) -> Result<u64> {
    let multiplier = multiplier_x100.max(MULTIPLIER_ONE);
    let numerator = u128::from(base_per_device)
        .checked_mul(u128::from(multiplier))
        .and_then(|n| n.checked_mul(u128::from(devices)))
        .ok_or(MathError::Overflow)?;
    div_ceil(numerator, u128::from(MULTIPLIER_ONE))
}

/// The stake that counts, in base units of IO: `own + min(delegated, own)`.
pub fn counted_stake(own: u64, delegated: u64) -> Result<u64> {
    own.checked_add(delegated.min(own)).ok_or(MathError::Overflow)
}
