use anchor_lang::prelude::*;
use governance::Governance;

use crate::{
    constants::{MAX_BASE_STAKE_PER_DEVICE, MIN_BASE_STAKE_PER_DEVICE},
    error::StakingError,
};

/// Root of the program, at ["config"].
#[account]
#[derive(InitSpace)]
pub struct StakingConfig {
    pub version: u8,
    pub bump: u8,
    pub governance: Governance,
    pub io_mint: Pubkey,
    /// Stake that a device of multiplier one needs, in base units of IO.
    pub base_stake_per_device: u64,
    /// Decides appeals against slashes.
    pub appeal_authority: Pubkey,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 96],
}

impl StakingConfig {
    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(StakingError::AmountOverflow)?;
        Ok(self.seq)
    }

    pub fn require_intake(&self, now: i64) -> Result<()> {
        require!(!self.governance.is_paused(now), StakingError::Paused);
        Ok(())
    }

    pub fn invariant(&self) -> Result<()> {
        require!(
            (MIN_BASE_STAKE_PER_DEVICE..=MAX_BASE_STAKE_PER_DEVICE).contains(&self.base_stake_per_device),
            StakingError::BaseStakeOutOfRange
        );
        require_keys_neq!(self.governance.admin, Pubkey::default(), StakingError::InvalidAdmin);
        require_keys_neq!(self.governance.pauser, Pubkey::default(), StakingError::InvalidPauser);
        require_keys_neq!(self.appeal_authority, Pubkey::default(), StakingError::InvalidAppealAuthority);
        Ok(())
    }
}
