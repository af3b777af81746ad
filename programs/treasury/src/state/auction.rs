use anchor_lang::prelude::*;
use economy_math::AuctionState;

use crate::{constants::ACCOUNT_VERSION, error::TreasuryError};

/// The auction of the fees in USDC, at ["auction"]. The fields from `hour` to `last_good_at` are those
/// of [`AuctionState`], which says how they go on.
#[account]
#[derive(InitSpace)]
pub struct Auction {
    pub version: u8,
    pub bump: u8,
    /// The hour of the last touch: unix seconds divided by 3,600.
    pub hour: i64,
    /// What was for sale in it, in base units of USDC.
    pub lot: u64,
    /// What of it was not sold.
    pub left: u64,
    /// What was burned for the rest, in base units of IO.
    pub hour_io: u64,
    /// Micro-USD per IO: the last valid price, or what was made of it since.
    pub reference: u64,
    /// The last valid price, in micro-USD per IO. Zero: none was ever seen.
    pub last_price: u64,
    /// When it was seen.
    pub last_good_at: i64,
    /// All USDC that was sold.
    pub usdc_sold: u64,
    /// All IO that was burned for it.
    pub io_burned: u64,
    /// How many fills there were.
    pub fills: u64,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 64],
}

impl Auction {
    pub fn new(bump: u8) -> Self {
        let AuctionState { hour, lot, left, hour_io, reference, last_price, last_good_at } = AuctionState::new();
        Self {
            version: ACCOUNT_VERSION,
            bump,
            hour,
            lot,
            left,
            hour_io,
            reference,
            last_price,
            last_good_at,
            usdc_sold: 0,
            io_burned: 0,
            fills: 0,
            seq: 0,
            reserved: [0; 64],
        }
    }

    pub fn state(&self) -> AuctionState {
        AuctionState {
            hour: self.hour,
            lot: self.lot,
            left: self.left,
            hour_io: self.hour_io,
            reference: self.reference,
            last_price: self.last_price,
            last_good_at: self.last_good_at,
        }
    }

    pub fn set_state(&mut self, state: AuctionState) {
        self.hour = state.hour;
        self.lot = state.lot;
        self.left = state.left;
        self.hour_io = state.hour_io;
        self.reference = state.reference;
        self.last_price = state.last_price;
        self.last_good_at = state.last_good_at;
    }

    pub fn on_filled(&mut self, usdc: u64, io: u64) -> Result<()> {
        let sum = |total: u64, more: u64| total.checked_add(more).ok_or(TreasuryError::AmountOverflow);
        self.usdc_sold = sum(self.usdc_sold, usdc)?;
        self.io_burned = sum(self.io_burned, io)?;
        self.fills = sum(self.fills, 1)?;
        Ok(())
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(TreasuryError::AmountOverflow)?;
        Ok(self.seq)
    }
}
