use anchor_lang::prelude::*;
use governance::Governance;

use super::Payment;
use crate::{constants::CONFIG_SEED, error::EscrowError};

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
    /// The treasury, which holds every buyer's credits.
    pub treasury: Pubkey,
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
            Payment::Usdc | Payment::Credits => self.usdc_mint,
        }
    }

    pub fn fee_vault(&self, payment: Payment) -> Pubkey {
        match payment {
            Payment::Io => self.io_fee_vault,
            Payment::Usdc | Payment::Credits => self.usdc_fee_vault,
        }
    }

    /// The owner of the token account that a buyer pays from, and is refunded to.
    pub fn holder(&self, payment: Payment, buyer: Pubkey) -> Pubkey {
        match payment {
            Payment::Io | Payment::Usdc => buyer,
            Payment::Credits => self.treasury,
        }
    }

    pub fn signer_seeds(&self) -> [&[u8]; 2] {
        [CONFIG_SEED, core::slice::from_ref(&self.bump)]
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
