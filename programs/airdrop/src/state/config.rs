use anchor_lang::prelude::*;
use governance::Governance;

use crate::error::AirdropError;

/// Root of the program, at ["config"].
#[account]
#[derive(InitSpace)]
pub struct AirdropConfig {
    pub version: u8,
    pub bump: u8,
    pub governance: Governance,
    pub io_mint: Pubkey,
    /// The id of the next season. Ids are never used again, so that no leaf of a season that is gone can
    /// be a leaf of another.
    pub next_season_id: u32,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 128],
}

impl AirdropConfig {
    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(AirdropError::AmountOverflow)?;
        Ok(self.seq)
    }

    pub fn on_season_created(&mut self, id: u32) -> Result<()> {
        require_eq!(id, self.next_season_id, AirdropError::WrongSeasonId);
        self.next_season_id = id.checked_add(1).ok_or(AirdropError::AmountOverflow)?;
        Ok(())
    }
}
