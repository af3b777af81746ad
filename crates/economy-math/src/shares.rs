//! Stake that is held in shares: a slash or a restoration changes what a share is worth, for all holders at once.

use crate::error::{MathError, Result};
use crate::wide::wide_mul_div_floor;

/// Lots that a position can hold before they earn.
pub const MAX_LOTS: usize = 4;
/// From a deposit to the moment from which it may earn, in seconds: 24 hours.
pub const ACTIVATION_SECONDS: i64 = 24 * 3_600;

/// A pool of stake. What is unbonding keeps its shares, so that it bears slashes and shares restorations as all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tranche {
    /// Base units of IO that all shares are worth together.
    pub assets: u64,
    /// All shares, those that are unbonding included.
    pub shares: u128,
    /// Shares that are unbonding.
    pub unbonding_shares: u128,
    /// All shares that were ever redeemed; it saturates, and only differences are of use.
    pub withdrawn_shares: u128,
}

impl Tranche {
    /// Adds `amount` and gives the shares for it: `floor(amount * shares / assets)`, one to one in an empty tranche.
    ///
    /// [`MathError::ZeroShares`] when that is none; [`MathError::Worthless`] where shares exist that are worth nothing.
    pub fn deposit(&mut self, amount: u64) -> Result<u128> {
        let minted = match (self.shares, self.assets) {
            (0, _) => u128::from(amount),
            (_, 0) => return Err(MathError::Worthless),
            (shares, assets) => wide_mul_div_floor(u128::from(amount), shares, u128::from(assets))?,
        };
        if minted == 0 {
            return Err(MathError::ZeroShares);
        }
        let assets = self.assets.checked_add(amount).ok_or(MathError::Overflow)?;
        let shares = self.shares.checked_add(minted).ok_or(MathError::Overflow)?;
        *self = Self { assets, shares, ..*self };
        Ok(minted)
    }

    /// Shares that are not unbonding.
    pub fn active_shares(&self) -> Result<u128> {
        self.shares.checked_sub(self.unbonding_shares).ok_or(MathError::Overflow)
    }

    /// What shares are worth, rounded down; all of them together are worth all assets.
    pub fn worth(&self, shares: u128) -> Result<u64> {
        if shares == self.shares {
            return Ok(self.assets);
        }
        let worth = wide_mul_div_floor(shares, u128::from(self.assets), self.shares)?;
        u64::try_from(worth).map_err(|_| MathError::Overflow)
    }

    /// What the shares that are not unbonding are worth, rounded down.
    pub fn active_assets(&self) -> Result<u64> {
        self.worth(self.active_shares()?)
    }

    /// The most shares that are worth no more than `amount`, rounded down.
    pub fn shares_for(&self, amount: u64) -> Result<u128> {
        if amount >= self.assets {
            return Ok(self.shares);
        }
        wide_mul_div_floor(u128::from(amount), self.shares, u128::from(self.assets))
    }

    /// Begins to unbond shares.
    pub fn unbond(&mut self, shares: u128) -> Result<()> {
        if shares > self.active_shares()? {
            return Err(MathError::InsufficientShares);
        }
        self.unbonding_shares = self.unbonding_shares.checked_add(shares).ok_or(MathError::Overflow)?;
        Ok(())
    }

    /// Makes unbonding shares active again.
    pub fn rebond(&mut self, shares: u128) -> Result<()> {
        self.unbonding_shares = self.unbonding_shares.checked_sub(shares).ok_or(MathError::InsufficientShares)?;
        Ok(())
    }

    /// Takes unbonding shares out of the tranche and gives what they are worth. The last shares take all assets.
    pub fn redeem(&mut self, shares: u128) -> Result<u64> {
        let unbonding_shares = self.unbonding_shares.checked_sub(shares).ok_or(MathError::InsufficientShares)?;
        let amount = self.worth(shares)?;
        *self = Self {
            assets: self.assets.checked_sub(amount).ok_or(MathError::Overflow)?,
            shares: self.shares.checked_sub(shares).ok_or(MathError::InsufficientShares)?,
            unbonding_shares,
            withdrawn_shares: self.withdrawn_shares.saturating_add(shares),
        };
        Ok(amount)
    }

    /// Takes assets from all shares alike.
    pub fn slash(&mut self, amount: u64) -> Result<()> {
        self.assets = self.assets.checked_sub(amount).ok_or(MathError::Overflow)?;
        Ok(())
    }

    /// Gives assets to all shares alike.
    pub fn restore(&mut self, amount: u64) -> Result<()> {
        if amount > 0 && self.shares == 0 {
            return Err(MathError::ZeroShares);
        }
        self.assets = self.assets.checked_add(amount).ok_or(MathError::Overflow)?;
        Ok(())
    }

    /// Whether shares exist that a slash has left nothing.
    pub fn is_worthless(&self) -> bool {
        self.shares > 0 && self.assets == 0
    }
}

/// Shares that were added together and do not earn yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lot {
    /// How many; none in a free place.
    pub shares: u128,
    /// When they were added, in unix seconds.
    pub since: i64,
}

impl Lot {
    fn is_mature(&self, now: i64) -> bool {
        self.since.saturating_add(ACTIVATION_SECONDS) <= now
    }
}

/// The active shares of one holder: those that earn, and lots that will, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Shares that earn.
    pub earning_shares: u128,
    /// Shares that do not earn yet; free places stand at the end.
    pub lots: [Lot; MAX_LOTS],
}

impl Position {
    /// All active shares.
    pub fn shares(&self) -> Result<u128> {
        self.lots
            .iter()
            .try_fold(self.earning_shares, |sum, lot| sum.checked_add(lot.shares))
            .ok_or(MathError::Overflow)
    }

    /// Lets the lots earn that are old enough, and gives how many shares they were.
    pub fn activate(&mut self, now: i64) -> Result<u128> {
        let mut activated = 0u128;
        let mut waiting = [Lot::default(); MAX_LOTS];
        let mut places = waiting.iter_mut();
        for lot in self.lots.iter().filter(|lot| lot.shares > 0) {
            if lot.is_mature(now) {
                activated = activated.checked_add(lot.shares).ok_or(MathError::Overflow)?;
            } else if let Some(place) = places.next() {
                *place = *lot;
            }
        }
        self.earning_shares = self.earning_shares.checked_add(activated).ok_or(MathError::Overflow)?;
        self.lots = waiting;
        Ok(activated)
    }

    /// Adds shares that earn from [`ACTIVATION_SECONDS`] later; none is reset by it.
    pub fn add(&mut self, shares: u128, now: i64) -> Result<()> {
        let lot = self.lots.iter_mut().find(|lot| lot.shares == 0 || lot.since == now).ok_or(MathError::TooManyLots)?;
        lot.shares = lot.shares.checked_add(shares).ok_or(MathError::Overflow)?;
        lot.since = now;
        Ok(())
    }

    /// Takes shares out, the youngest first, and gives how many of them were earning.
    pub fn remove(&mut self, shares: u128) -> Result<u128> {
        let mut left = shares;
        for lot in self.lots.iter_mut().rev() {
            let taken = left.min(lot.shares);
            left -= taken;
            lot.shares -= taken;
            if lot.shares == 0 {
                lot.since = 0;
            }
        }
        self.earning_shares = self.earning_shares.checked_sub(left).ok_or(MathError::InsufficientShares)?;
        Ok(left)
    }
}
