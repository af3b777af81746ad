use anchor_lang::prelude::*;
use economy_math::Earned;

use super::{Node, Position};
use crate::{constants::ACCOUNT_VERSION, error::StakingError};

/// One holder's stake in another's node, at ["delegation", node, delegator].
#[account]
#[derive(InitSpace, Debug)]
pub struct Delegation {
    pub version: u8,
    pub bump: u8,
    pub node: Pubkey,
    pub delegator: Pubkey,
    pub rent_payer: Pubkey,
    pub position: Position,
    /// The node's reward index up to which rewards were counted.
    pub reward_index: u128,
    /// Counted and not claimed, in base units of IO.
    pub rewards: u64,
    /// What is counted beside whole units, in units of 2^-64.
    pub reward_fraction: u64,
    /// Entries that are unbonding.
    pub unbondings: u16,
    pub reserved: [u8; 32],
}

impl Delegation {
    pub const SPACE: usize = 8 + Self::INIT_SPACE;

    pub fn new(bump: u8, node: Pubkey, delegator: Pubkey, rent_payer: Pubkey) -> Self {
        Self {
            version: ACCOUNT_VERSION,
            bump,
            node,
            delegator,
            rent_payer,
            position: Position::default(),
            reward_index: 0,
            rewards: 0,
            reward_fraction: 0,
            unbondings: 0,
            reserved: [0; 32],
        }
    }

    /// Counts the rewards up to now and lets lots earn that are old enough. The node must have been harvested.
    /// Gives the shares that begin to earn.
    pub fn settle(&mut self, node: &mut Node, now: i64) -> Result<u128> {
        let mut earned = Earned { amount: self.rewards, fraction: self.reward_fraction };
        earned.add(self.position.earning_shares, self.reward_index, node.reward_index).map_err(StakingError::from)?;
        (self.rewards, self.reward_fraction) = (earned.amount, earned.fraction);
        self.reward_index = node.reward_index;
        if !self.position.has_mature_lot(now) {
            return Ok(0);
        }
        let activated = self.position.change(|position| position.activate(now))?;
        node.delegated_earning_shares =
            node.delegated_earning_shares.checked_add(activated).ok_or(StakingError::AmountOverflow)?;
        Ok(activated)
    }

    pub fn on_delegated(&mut self, node: &mut Node, amount: u64, now: i64) -> Result<u128> {
        let shares = node.on_delegated(amount)?;
        self.position.change(|position| position.add(shares, now))?;
        Ok(shares)
    }

    pub fn on_undelegated(&mut self, node: &mut Node, shares: u128) -> Result<()> {
        let earned = self.position.change(|position| position.remove(shares))?;
        self.unbondings = self.unbondings.checked_add(1).ok_or(StakingError::AmountOverflow)?;
        node.on_undelegated(shares, earned)
    }

    pub fn on_undelegation_cancelled(&mut self, node: &mut Node, shares: u128, now: i64) -> Result<()> {
        self.position.change(|position| position.add(shares, now))?;
        node.on_undelegation_cancelled(shares)
    }

    pub fn on_unbonding_closed(&mut self) -> Result<()> {
        self.unbondings = self.unbondings.checked_sub(1).ok_or(StakingError::InvariantViolated)?;
        Ok(())
    }

    /// Takes all rewards to be paid out.
    pub fn take_rewards(&mut self, node: &mut Node) -> Result<u64> {
        let amount = core::mem::take(&mut self.rewards);
        require_gt!(amount, 0, StakingError::NothingToClaim);
        node.on_rewards_paid(amount)?;
        Ok(amount)
    }

    pub fn is_empty(&self) -> bool {
        self.position == Position::default() && self.rewards == 0 && self.unbondings == 0
    }
}
