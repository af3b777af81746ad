//! What idle nodes earn in a reward epoch of one hour.
//!
//! The weight of a node is `idle devices * multiplier x100 * bandwidth x100 * verified uptime seconds`, zero unless the
//! node was up and staked; its reward is `floor(budget * weight / sum of all weights)`. What the floors leave over
//! stays in the pool.

use crate::error::{MathError, Result};

/// The version of the formula and of the rules beside it, as `docs/rewards.md` describes them.
pub const IDLE_REWARD_FORMULA_ID: &str = "ionet:idle-reward:v1";

/// Heartbeats in an epoch: one a minute.
pub const HEARTBEATS_PER_EPOCH: u8 = 60;
/// Heartbeats with which an epoch counts as up.
pub const MIN_HEARTBEATS: u8 = 55;
/// Seconds of uptime that a heartbeat verifies.
pub const SECONDS_PER_HEARTBEAT: u64 = 60;
/// The last proofs of work of a device that are looked at.
pub const PROOFS_COUNTED: u8 = 4;
/// How many of them must be passed.
pub const MIN_PROOFS_PASSED: u8 = 3;
/// Seconds before the end of the epoch in which one proof must have been passed. A device on hire is asked once a day.
pub const PROOF_MAX_AGE: u64 = 86_400;

/// A device in an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceEpoch {
    /// Whether it was on hire in any second.
    pub hired: bool,
    /// How many of its last four proofs of work it passed.
    pub proofs_passed: u8,
    /// Seconds from its last passed proof to the end of the epoch; `u64::MAX` if there is none.
    pub since_pass: u64,
}

impl DeviceEpoch {
    /// Whether the device counts as idle and verified. Fails on more passed proofs than are looked at.
    pub fn is_earning(&self) -> Result<bool> {
        if self.proofs_passed > PROOFS_COUNTED {
            return Err(MathError::Overflow);
        }
        Ok(!self.hired && self.proofs_passed >= MIN_PROOFS_PASSED && self.since_pass <= PROOF_MAX_AGE)
    }
}

/// A node in an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeEpoch {
    /// Devices that are earning.
    pub earning_devices: u8,
    /// The multiplier of their hardware class, x100.
    pub multiplier_x100: u32,
    /// The factor of the bandwidth tier, x100; zero below the lowest tier.
    pub bandwidth_x100: u32,
    /// Minutes with a heartbeat.
    pub heartbeats: u8,
    /// Whether the stake was at its minimum in every second.
    pub staked: bool,
}

impl NodeEpoch {
    /// The weight of the node. Fails on more heartbeats than minutes.
    pub fn weight(&self) -> Result<u64> {
        if self.heartbeats > HEARTBEATS_PER_EPOCH {
            return Err(MathError::Overflow);
        }
        if self.heartbeats < MIN_HEARTBEATS || !self.staked {
            return Ok(0);
        }
        [u64::from(self.multiplier_x100), u64::from(self.bandwidth_x100), u64::from(self.heartbeats)]
            .iter()
            .try_fold(u64::from(self.earning_devices), |weight, factor| weight.checked_mul(*factor))
            .and_then(|weight| weight.checked_mul(SECONDS_PER_HEARTBEAT))
            .ok_or(MathError::Overflow)
    }
}

/// What a node earns of a pool's budget, in base units of IO, rounded down. Zero where nobody has a weight; fails on a
/// weight above the total.
pub fn idle_reward(budget: u64, weight: u64, total_weight: u128) -> Result<u64> {
    if u128::from(weight) > total_weight {
        return Err(MathError::Overflow);
    }
    match total_weight {
        0 => Ok(0),
        total => u64::try_from(u128::from(budget) * u128::from(weight) / total).map_err(|_| MathError::Overflow),
    }
}
