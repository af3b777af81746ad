//! How much a slash may take, from whom, and what of it returns.

use crate::error::{MathError, Result};
use crate::wide::wide_mul_div_floor;

/// The most that one slash may take: `floor((stake + recent) / 2) - recent`, none below zero. `stake` is all that the
/// node holds, unbonding included; `recent` is what the slashes of the last 30 days took and did not give back.
pub fn slash_limit(stake: u64, recent: u64) -> Result<u64> {
    let half = (u128::from(stake) + u128::from(recent)) / 2;
    let limit = half.saturating_sub(u128::from(recent));
    u64::try_from(limit).map_err(|_| MathError::Overflow)
}

/// What a slash takes from the owner's tranche and from the delegated one: the owner's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlashSplit {
    /// From the owner's tranche.
    pub own: u64,
    /// From the delegated one.
    pub delegated: u64,
}

impl SlashSplit {
    /// Of `amount`, given what the owner's tranche holds.
    pub fn of(amount: u64, own_assets: u64) -> Self {
        let own = amount.min(own_assets);
        Self { own, delegated: amount.saturating_sub(own) }
    }
}

/// What of a slashed `amount` returns to a tranche, rounded down: `amount * (1 - withdrawn / shares)`, by the shares at
/// the slash and those withdrawn since.
pub fn restored_amount(amount: u64, shares: u128, withdrawn: u128) -> Result<u64> {
    let kept = shares.saturating_sub(withdrawn);
    if kept == 0 {
        return Ok(0);
    }
    let restored = wide_mul_div_floor(kept, u128::from(amount), shares)?;
    u64::try_from(restored).map_err(|_| MathError::Overflow)
}
