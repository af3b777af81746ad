//! The emission of IO over 20 years, and what the pools of node rewards may pay of it.
//!
//! Everything is a function of the time since the emission began, cumulative, so that amounts telescope: however often
//! and however late somebody asks, the sums are the same.

mod tables;

use crate::bps::{mul_div_floor, Bps};
use crate::error::{MathError, Result};

/// All that is ever emitted, in base units: 300,000,000 IO.
pub const EMISSION_TOTAL: u64 = 30_000_000_000_000_000;
/// Months of the schedule: 20 years.
pub const EMISSION_MONTHS: u64 = 240;
/// Seconds of a month of the schedule: a twelfth of 365.25 days.
pub const SECONDS_PER_MONTH: u64 = 2_629_800;
/// Seconds of a reward epoch.
pub const SECONDS_PER_EPOCH: u64 = 3_600;
/// Reward epochs in 20 years. Epoch `k` of 1 to 175,320 ends `3,600 k` seconds after the emission began.
pub const EMISSION_EPOCHS: u64 = EMISSION_MONTHS * SECONDS_PER_MONTH / SECONDS_PER_EPOCH;
/// Over how many epochs a pool's reserve is spread: 30 days.
pub const RESERVE_EPOCHS: u64 = 720;

/// Which cumulative function of time the emission follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmissionPreset {
    /// The monthly amount falls by exactly 1.02 % a month, and all months together emit the total:
    /// `E(m) = floor(T * (1 - r^m) / (1 - r^240))`, `r = 0.9898`.
    Default,
    /// By the figures that io.net published: `E(m) = floor(3,333,333.33 IO * sum of 0.989849199^i for i < m)`, and the
    /// total after the last month.
    Published,
}

impl EmissionPreset {
    /// What is emitted by the end of each month, from none to all.
    const fn months(self) -> &'static [u64; 241] {
        match self {
            Self::Default => &tables::DEFAULT,
            Self::Published => &tables::PUBLISHED,
        }
    }
}

/// What is emitted in the first `seconds`, in base units: `E(t)`. Inside a month it grows evenly, rounded down; after
/// the last month it stays the total.
pub fn cumulative_emission(preset: EmissionPreset, seconds: u64) -> Result<u64> {
    let (month, into_month) = (seconds / SECONDS_PER_MONTH, seconds % SECONDS_PER_MONTH);
    let months = preset.months();
    let ended = usize::try_from(month).unwrap_or(usize::MAX);
    let (Some(before), Some(after)) = (months.get(ended), months.get(ended.saturating_add(1))) else {
        return Ok(EMISSION_TOTAL);
    };
    let in_month = after.checked_sub(*before).ok_or(MathError::Overflow)?;
    let so_far = mul_div_floor(in_month, into_month, SECONDS_PER_MONTH)?;
    before.checked_add(so_far).ok_or(MathError::Overflow)
}

/// The epochs that have ended after `seconds`.
pub fn epochs_ended(seconds: u64) -> u64 {
    (seconds / SECONDS_PER_EPOCH).min(EMISSION_EPOCHS)
}

/// An emission by its pools, in base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolShares {
    /// For GPU nodes.
    pub gpu: u64,
    /// For nodes with high-performance CPUs.
    pub cpu: u64,
}

impl PoolShares {
    /// Splits what was emitted: the GPU pool gets its share, rounded down, the CPU pool the rest.
    pub fn of(emitted: u64, gpu_share: Bps) -> Result<Self> {
        let gpu = gpu_share.apply_floor(emitted)?;
        Ok(Self { gpu, cpu: emitted.checked_sub(gpu).ok_or(MathError::Overflow)? })
    }
}

/// What the pools have released by the end of epoch `epoch`: `G(k)` and `E(3,600 k) - G(k)`.
pub fn pool_release(preset: EmissionPreset, epoch: u64, gpu_share: Bps) -> Result<PoolShares> {
    PoolShares::of(cumulative_emission(preset, epoch.saturating_mul(SECONDS_PER_EPOCH))?, gpu_share)
}

/// The most that a pool may pay over `epochs` epochs that released `released`, with a reserve of `reserve` before them:
/// `released + floor(min(epochs, 720) * reserve / 720)`. For one epoch that is its budget. Over several it is no less
/// than the sum of their budgets, whatever was paid of them: a reserve of which 1/720 is spent each time shrinks.
pub fn pool_budget(released: u64, reserve: u64, epochs: u64) -> Result<u64> {
    let of_reserve = mul_div_floor(reserve, epochs.min(RESERVE_EPOCHS), RESERVE_EPOCHS)?;
    released.checked_add(of_reserve).ok_or(MathError::Overflow)
}

/// A pool's reserve after epochs that released `released` and paid `paid`.
pub fn reserve_after(reserve: u64, released: u64, paid: u64) -> Result<u64> {
    reserve.checked_add(released).and_then(|held| held.checked_sub(paid)).ok_or(MathError::Overflow)
}
