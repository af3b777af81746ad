//! Stake as accounts hold it; the arithmetic is economy-math's.

use anchor_lang::prelude::*;
use economy_math::{self as math, ACTIVATION_SECONDS, MAX_LOTS};

use crate::error::StakingError;

/// Whose stake of a node.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum StakeKind {
    /// The owner's, slashed first.
    Own,
    /// The delegators'.
    Delegated,
}

/// A pool of stake in shares. What is unbonding keeps its shares: it bears slashes as all others.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tranche {
    /// What all shares are worth together, in base units of IO.
    pub assets: u64,
    /// All shares, those that are unbonding included.
    pub shares: u128,
    pub unbonding_shares: u128,
    /// All shares that were ever withdrawn, also by those who are gone.
    pub withdrawn_shares: u128,
}

impl Tranche {
    pub fn change<T>(&mut self, act: impl FnOnce(&mut math::Tranche) -> math::Result<T>) -> Result<T> {
        let mut tranche = self.math();
        let result = act(&mut tranche).map_err(StakingError::from)?;
        let math::Tranche { assets, shares, unbonding_shares, withdrawn_shares } = tranche;
        *self = Self { assets, shares, unbonding_shares, withdrawn_shares };
        Ok(result)
    }

    pub fn math(&self) -> math::Tranche {
        let Self { assets, shares, unbonding_shares, withdrawn_shares } = *self;
        math::Tranche { assets, shares, unbonding_shares, withdrawn_shares }
    }

    pub fn worth(&self, shares: u128) -> Result<u64> {
        Ok(self.math().worth(shares).map_err(StakingError::from)?)
    }

    pub fn active_assets(&self) -> Result<u64> {
        Ok(self.math().active_assets().map_err(StakingError::from)?)
    }
}

/// Shares that were added together and do not earn yet.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lot {
    /// None in a free place.
    pub shares: u128,
    pub since: i64,
}

/// The active shares of one holder: those that earn, and lots that will 24 hours after they were added.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub earning_shares: u128,
    /// The oldest first; free places at the end.
    pub lots: [Lot; MAX_LOTS],
}

impl Position {
    pub fn change<T>(&mut self, act: impl FnOnce(&mut math::Position) -> math::Result<T>) -> Result<T> {
        let mut position = self.math();
        let result = act(&mut position).map_err(StakingError::from)?;
        let lots = position.lots.map(|math::Lot { shares, since }| Lot { shares, since });
        *self = Self { earning_shares: position.earning_shares, lots };
        Ok(result)
    }

    pub fn math(&self) -> math::Position {
        let lots = self.lots.map(|Lot { shares, since }| math::Lot { shares, since });
        math::Position { earning_shares: self.earning_shares, lots }
    }

    pub fn shares(&self) -> Result<u128> {
        Ok(self.math().shares().map_err(StakingError::from)?)
    }

    /// Whether a lot waits that is old enough to earn.
    pub fn has_mature_lot(&self, now: i64) -> bool {
        let [oldest, ..] = self.lots;
        oldest.shares > 0 && oldest.since.saturating_add(ACTIVATION_SECONDS) <= now
    }
}
