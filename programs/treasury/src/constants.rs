use anchor_lang::prelude::*;

#[constant]
pub const TREASURY_SEED: &[u8] = b"treasury";
#[constant]
pub const FEE_VAULT_SEED: &[u8] = b"fee_vault";
#[constant]
pub const CREDITS_SEED: &[u8] = b"credits";

/// Decimals of the IO mint.
#[constant]
pub const IO_DECIMALS: u8 = 8;
/// Decimals of the USDC mint.
#[constant]
pub const USDC_DECIMALS: u8 = 6;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
