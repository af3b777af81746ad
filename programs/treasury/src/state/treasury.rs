use anchor_lang::prelude::*;
use governance::Governance;

use crate::{constants::TREASURY_SEED, error::TreasuryError};

/// Root of the program, at ["treasury"], and authority of the fee vaults at ["fee_vault", mint] and
/// of every buyer's credits at ["credits", owner].
#[account]
#[derive(InitSpace)]
pub struct Treasury {
    pub version: u8,
    pub bump: u8,
    pub io_fee_vault_bump: u8,
    pub usdc_fee_vault_bump: u8,
    pub governance: Governance,
    pub io_mint: Pubkey,
    pub usdc_mint: Pubkey,
    /// Escrow's config, whose signature spends credits.
    pub escrow_config: Pubkey,
    /// Pyth's feed of IO/USD. Sealed: no key can sell the fees at the price of something else.
    pub price_feed_id: [u8; 32],
    /// The account that holds the price.
    pub price_account: Pubkey,
    /// All IO burned so far, in base units.
    pub io_burned: u64,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 128],
}

impl Treasury {
    pub fn signer_seeds(&self) -> [&[u8]; 2] {
        [TREASURY_SEED, core::slice::from_ref(&self.bump)]
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(TreasuryError::AmountOverflow)?;
        Ok(self.seq)
    }

    pub fn on_burned(&mut self, amount: u64) -> Result<()> {
        self.io_burned = self.io_burned.checked_add(amount).ok_or(TreasuryError::AmountOverflow)?;
        Ok(())
    }
}
