use anchor_lang::prelude::*;

use super::StakeKind;
use crate::{
    constants::{ACCOUNT_VERSION, UNBONDING_SECONDS, UNBONDING_SEED},
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
    pub id: u32,
    pub node: Pubkey,
    pub staker: Pubkey,
    pub rent_payer: Pubkey,
    pub kind: StakeKind,
    pub generation: u32,
    pub shares: u128,
}

impl Unbonding {
    pub fn begin(entry: NewUnbonding, bump: u8, now: i64) -> Self {
        let NewUnbonding { id, node, staker, rent_payer, kind, generation, shares } = entry;
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

    /// Creates the account of an entry that begins, at its address.
    pub fn open<'info>(
        entry: NewUnbonding,
        now: i64,
        account: &AccountInfo<'info>,
        payer: &AccountInfo<'info>,
        system_program: &AccountInfo<'info>,
    ) -> Result<Self> {
        let id = entry.id.to_le_bytes();
        let seeds = [UNBONDING_SEED, entry.node.as_ref(), entry.staker.as_ref(), &id];
        let bump = pda_account::check(account, &seeds, &crate::ID)?;
        let [tag, node, staker, id] = seeds;
        let seeds: &[&[u8]] = &[tag, node, staker, id, &[bump]];
        pda_account::create(payer, account, system_program, 8 + Self::INIT_SPACE, &crate::ID, seeds)?;
        let unbonding = Self::begin(entry, bump, now);
        pda_account::store(account, &unbonding)?;
        Ok(unbonding)
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
