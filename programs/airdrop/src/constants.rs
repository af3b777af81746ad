use anchor_lang::prelude::*;

#[constant]
pub const CONFIG_SEED: &[u8] = b"config";
#[constant]
pub const SEASON_SEED: &[u8] = b"season";
#[constant]
pub const SEASON_VAULT_SEED: &[u8] = b"season_vault";
#[constant]
pub const SHARD_SEED: &[u8] = b"shard";

/// Decimals of the IO mint.
#[constant]
pub const IO_DECIMALS: u8 = 8;

/// Ids of seasons lie below this.
#[constant]
pub const MAX_SEASONS: u32 = 1_024;

/// The most leaves of a season: a tree of depth 20.
#[constant]
pub const MAX_LEAVES: u32 = 1_048_576;

/// Claims that one shard keeps track of, a bit each.
#[constant]
pub const CLAIMS_PER_SHARD: u32 = 65_536;

/// Bytes of a shard before its bits, the discriminator counted.
#[constant]
pub const SHARD_HEADER_BYTES: u32 = 80;

/// The shortest time that a season can be claimed, in seconds: a day.
#[constant]
pub const MIN_WINDOW_SECONDS: i64 = 86_400;

/// The longest: ten years of 365 days.
#[constant]
pub const MAX_WINDOW_SECONDS: i64 = 315_360_000;

/// How far ahead a season may start, in seconds: a year of 365 days.
#[constant]
pub const MAX_LEAD_SECONDS: i64 = 31_536_000;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
