use anchor_lang::prelude::*;

#[constant]
pub const TREASURY_SEED: &[u8] = b"treasury";
#[constant]
pub const FEE_VAULT_SEED: &[u8] = b"fee_vault";
#[constant]
pub const CREDITS_SEED: &[u8] = b"credits";
#[constant]
pub const AUCTION_SEED: &[u8] = b"auction";
#[constant]
pub const RECEIPTS_SEED: &[u8] = b"receipts";

/// Decimals of the IO mint.
#[constant]
pub const IO_DECIMALS: u8 = 8;
/// Decimals of the USDC mint.
#[constant]
pub const USDC_DECIMALS: u8 = 6;

/// How many receipts of the auction are kept.
pub const RECEIPT_COUNT: usize = 64;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
