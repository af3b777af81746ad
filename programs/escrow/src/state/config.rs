use anchor_lang::prelude::*;
use governance::Governance;

use super::Payment;
use crate::error::EscrowError;

/// Root of the program, at ["config"].
#[account]
#[derive(InitSpace)]
pub struct EscrowConfig {
    pub version: u8,
    pub bump: u8,
    pub governance: Governance,
    pub io_mint: Pubkey,
    pub usdc_mint: Pubkey,
    /// The treasury's token account for fees in IO.
    pub io_fee_vault: Pubkey,
    /// The treasury's token account for fees in USDC.
    pub usdc_fee_vault: Pubkey,
    /// Pyth's feed of IO/USD.
    pub price_feed_id: [u8; 32],
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 128],
}

impl EscrowConfig {
    pub fn mint(&self, payment: Payment) -> Pubkey {
        match payment {
            Payment::Io => self.io_mint,
            Payment::Usdc => self.usdc_mint,
        }
    }

    pub fn fee_vault(&self, payment: Payment) -> Pubkey {
        match payment {
            Payment::Io => self.io_fee_vault,
            Payment::Usdc => self.usdc_fee_vault,
        }
    }

    pub fn require_intake(&self, now: i64) -> Result<()> {
        require!(!self.governance.is_paused(now), EscrowError::Paused);
        Ok(())
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(EscrowError::AmountOverflow)?;
        Ok(self.seq)
    }

    pub fn invariant(&self) -> Result<()> {
        require_keys_neq!(self.governance.admin, Pubkey::default(), EscrowError::InvalidAdmin);
        require_keys_neq!(self.governance.pauser, Pubkey::default(), EscrowError::InvalidPauser);
        require_keys_neq!(self.io_mint, self.usdc_mint, EscrowError::InvalidMint);
        Ok(())
    }
}
