//! How a node's rewards are divided between its owner and its delegators, to the last fraction of a unit.

use crate::bps::{mul_div_floor, Bps};
use crate::error::{MathError, Result};
use crate::wide::{high_limb, low_limb};

/// Rewards, divided. Both parts together are the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RewardSplit {
    /// To the owner, the commission included.
    pub owner: u64,
    /// Of that, the commission.
    pub commission: u64,
    /// To the delegators together.
    pub delegators: u64,
}

impl RewardSplit {
    /// With `d' = min(delegated, own)`: `g = floor(amount * d' / (own + d'))`, of which `floor(g * commission / 10^4)`
    /// is the owner's; he gets the rest as well. All to the owner where no stake earns.
    pub fn of(amount: u64, own: u64, delegated: u64, commission: Bps) -> Result<Self> {
        let counted = delegated.min(own);
        if counted == 0 {
            return Ok(Self { owner: amount, commission: 0, delegators: 0 });
        }
        let weight = own.checked_add(counted).ok_or(MathError::Overflow)?;
        let gross = mul_div_floor(amount, counted, weight)?;
        let commission = commission.apply_floor(gross)?;
        let delegators = gross.checked_sub(commission).ok_or(MathError::Overflow)?;
        let owner = amount.checked_sub(delegators).ok_or(MathError::Overflow)?;
        Ok(Self { owner, commission, delegators })
    }
}

/// Rewards per share since ever, in units of 2^-64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accumulator {
    /// It wraps: only differences are of use.
    pub index: u128,
    /// What did not divide evenly, in units of 2^-64 of a base unit: divided next time.
    pub remainder: u128,
}

impl Accumulator {
    /// Gives `amount` to `shares` alike.
    pub fn add(&mut self, amount: u64, shares: u128) -> Result<()> {
        let units = fractions(amount).checked_add(self.remainder).ok_or(MathError::Overflow)?;
        let each = units.checked_div(shares).ok_or(MathError::DivisionByZero)?;
        // Cannot underflow or divide by zero: `each` was divided by the same shares.
        self.remainder = units - each * shares;
        self.index = self.index.wrapping_add(each);
        Ok(())
    }

    /// The whole units of the remainder, taken out of it: for when there is nobody to divide it among.
    pub fn take_whole_units(&mut self) -> u64 {
        let whole = high_limb(self.remainder);
        self.remainder = u128::from(low_limb(self.remainder));
        whole
    }

    /// Takes back a fraction that a holder leaves behind.
    pub fn take_back(&mut self, fraction: u64) -> Result<()> {
        self.remainder = self.remainder.checked_add(u128::from(fraction)).ok_or(MathError::Overflow)?;
        Ok(())
    }
}

/// What a holder has earned and not claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Earned {
    /// Base units.
    pub amount: u64,
    /// Units of 2^-64 of a base unit.
    pub fraction: u64,
}

impl Earned {
    /// Adds what `shares` earned while the index went from `from` to `to`. Nothing is rounded away.
    pub fn add(&mut self, shares: u128, from: u128, to: u128) -> Result<()> {
        let units = shares
            .checked_mul(to.wrapping_sub(from))
            .and_then(|units| units.checked_add(u128::from(self.fraction)))
            .ok_or(MathError::Overflow)?;
        self.amount = self.amount.checked_add(high_limb(units)).ok_or(MathError::Overflow)?;
        self.fraction = low_limb(units);
        Ok(())
    }
}

/// An amount in units of 2^-64.
fn fractions(amount: u64) -> u128 {
    u128::from(amount) << 64
}
