use anchor_lang::prelude::*;

use crate::{
    constants::{ACCOUNT_VERSION, RECEIPT_COUNT},
    error::TreasuryError,
};

/// The receipts of the latest fills, at ["receipts"]: fill number `n`, counted from 0, lies at
/// `n % 64` until fill `n + 64` takes its place. Each carries the totals up to it, so that any two
/// prove what was sold between them.
#[account(zero_copy)]
pub struct Receipts {
    pub version: u8,
    pub bump: u8,
    pub padding: [u8; 6],
    /// How many fills there were.
    pub count: u64,
    pub receipts: [Receipt; RECEIPT_COUNT],
}

/// What one fill did.
#[zero_copy]
#[derive(Default)]
pub struct Receipt {
    pub filler: Pubkey,
    pub filled_at: i64,
    /// USDC out.
    pub usdc: u64,
    /// IO burned.
    pub io_burned: u64,
    /// What was asked, in basis points of the market.
    pub ask_bps: u64,
    /// The price less its confidence, in micro-USD per IO. Zero: there was none, and the reference took its place.
    pub price: u64,
    /// The reference after the fill, in micro-USD per IO.
    pub reference: u64,
    /// All USDC that the auction had sold with it.
    pub usdc_sold: u64,
    /// All IO that the auction had burned with it.
    pub total_io_burned: u64,
}

impl Receipts {
    /// All zero but for these.
    pub fn open(&mut self, bump: u8) {
        self.version = ACCOUNT_VERSION;
        self.bump = bump;
    }

    pub fn record(&mut self, receipt: Receipt) -> Result<()> {
        let count = usize::try_from(self.count).map_err(|_| TreasuryError::AmountOverflow)?;
        let place = count.checked_rem(RECEIPT_COUNT).ok_or(TreasuryError::AmountOverflow)?;
        *self.receipts.get_mut(place).ok_or(TreasuryError::AmountOverflow)? = receipt;
        self.count = self.count.checked_add(1).ok_or(TreasuryError::AmountOverflow)?;
        Ok(())
    }
}
