use anchor_lang::prelude::*;

use super::StakeKind;
use crate::{
    constants::{ACCOUNT_VERSION, UNBONDING_SECONDS},
    error::StakingError,
};

/// Shares on their way out, at ["unbonding", node, staker, id].
#[account]
#[derive(InitSpace, Debug)]
pub struct Unbonding {
    pub version: u8,
    pub bump: u8,
    pub id: u32,
    pub node: Pubkey,
    /// Who gets what the shares are worth.
    pub staker: Pubkey,
    pub rent_payer: Pubkey,
    pub kind: StakeKind,
    /// Of the owner's tranche: shares of an earlier one are worth nothing.
    pub generation: u32,
    pub shares: u128,
    pub requested_at: i64,
    /// From when on it can be withdrawn.
    pub unlocks_at: i64,
    pub reserved: [u8; 16],
}

/// What an entry begins with.
pub struct NewUnbonding {
    pub bump: u8,
    pub id: u32,
    pub node: Pubkey,
    pub staker: Pubkey,
    pub rent_payer: Pubkey,
    pub kind: StakeKind,
    pub generation: u32,
    pub shares: u128,
}

impl Unbonding {
    pub fn begin(entry: NewUnbonding, now: i64) -> Self {
        let NewUnbonding { bump, id, node, staker, rent_payer, kind, generation, shares } = entry;
        Self {
            version: ACCOUNT_VERSION,
            bump,
            id,
            node,
            staker,
            rent_payer,
            kind,
            generation,
            shares,
            requested_at: now,
            unlocks_at: now.saturating_add(UNBONDING_SECONDS),
            reserved: [0; 16],
        }
    }

    pub fn cancel(&mut self, shares: u128) -> Result<()> {
        require_gt!(shares, 0, StakingError::ZeroShares);
        self.shares = self.shares.checked_sub(shares).ok_or(StakingError::InsufficientShares)?;
        Ok(())
    }

    pub fn require_unlocked(&self, now: i64) -> Result<()> {
        require_gte!(now, self.unlocks_at, StakingError::StillUnbonding);
        Ok(())
    }
}
