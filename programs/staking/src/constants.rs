use anchor_lang::prelude::*;

#[constant]
pub const CONFIG_SEED: &[u8] = b"config";
#[constant]
pub const CLASS_SEED: &[u8] = b"class";
#[constant]
pub const NODE_SEED: &[u8] = b"node";
#[constant]
pub const STAKE_VAULT_SEED: &[u8] = b"stake_vault";

/// Devices of one node, at most.
#[constant]
pub const MAX_DEVICES: u8 = 8;
/// Decimals of the IO mint.
#[constant]
pub const IO_DECIMALS: u8 = 8;
/// Stake per device at a multiplier of one, unless the admin changes it: 200 IO.
#[constant]
pub const DEFAULT_BASE_STAKE_PER_DEVICE: u64 = economy_math::BASE_STAKE_PER_DEVICE;
/// Bounds of what the admin may set it to: 1 IO to 20,000 IO.
#[constant]
pub const MIN_BASE_STAKE_PER_DEVICE: u64 = 100_000_000;
#[constant]
pub const MAX_BASE_STAKE_PER_DEVICE: u64 = 2_000_000_000_000_u64;
/// The highest multiplier of a hardware class, times 100.
#[constant]
pub const MAX_MULTIPLIER_X100: u32 = 10_000;
/// The highest reference price of a hardware class, in micro-USD per device and hour: 1,000 USD.
#[constant]
pub const MAX_REFERENCE_PRICE: u64 = 1_000_000_000;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
