use anchor_lang::prelude::*;
use governance::Governance;

use crate::{constants::MAX_SEASONS, error::AirdropError};

/// One bit for each id.
pub const USED_IDS_BYTES: usize = (MAX_SEASONS / 8) as usize;

/// Root of the program, at ["config"].
#[account]
#[derive(InitSpace)]
pub struct AirdropConfig {
    pub version: u8,
    pub bump: u8,
    pub governance: Governance,
    pub io_mint: Pubkey,
    /// A bit for each id that a season has had. None is used again, so that no leaf of a season that is gone can be a
    /// leaf of another.
    pub used_ids: [u8; USED_IDS_BYTES],
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 64],
}

impl AirdropConfig {
    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(AirdropError::AmountOverflow)?;
        Ok(self.seq)
    }

    pub fn on_season_created(&mut self, id: u32) -> Result<()> {
        let byte = usize::try_from(id / 8).ok().and_then(|at| self.used_ids.get_mut(at));
        let byte = byte.ok_or(AirdropError::SeasonIdOutOfRange)?;
        let mask = 1u8 << (id % 8);
        require!(*byte & mask == 0, AirdropError::SeasonIdUsed);
        *byte |= mask;
        Ok(())
    }
}
