use anchor_lang::prelude::*;

#[constant]
pub const SCHEDULE_SEED: &[u8] = b"schedule";
#[constant]
pub const POOL_SEED: &[u8] = b"pool";
#[constant]
pub const POOL_VAULT_SEED: &[u8] = b"pool_vault";
#[constant]
pub const REWARD_ACCOUNT_SEED: &[u8] = b"reward";

/// First bytes of every message by which members post a root.
#[constant]
pub const POST_ROOT_TAG: &[u8] = b"ionet:post-root:";

/// Decimals of the IO mint.
#[constant]
pub const IO_DECIMALS: u8 = 8;
/// The IO that exists when the schedule is sealed, in base units: 500,000,000 IO.
#[constant]
pub const INITIAL_SUPPLY: u64 = 50_000_000_000_000_000u64;
/// How long before its sealing the emission may have begun, in seconds: a day.
#[constant]
pub const MAX_START_AGE_SECONDS: i64 = 86_400;
/// How long after its sealing the emission may begin, in seconds: 90 days.
#[constant]
pub const MAX_START_AHEAD_SECONDS: i64 = 90 * 86_400;

/// Seconds of a reward epoch.
#[constant]
pub const SECONDS_PER_EPOCH: u64 = economy_math::SECONDS_PER_EPOCH;
/// Over how many epochs a pool's reserve is spread.
#[constant]
pub const RESERVE_EPOCHS: u64 = economy_math::RESERVE_EPOCHS;
/// From a posted root to the moment when it can become final, in seconds: 6 hours.
#[constant]
pub const FINALIZATION_DELAY_SECONDS: i64 = 6 * 3_600;
/// How many final roots of a pool can be claimed against.
#[constant]
pub const MAX_FINAL_ROOTS: u8 = 4;
/// How far ahead the members' signatures may expire, in seconds.
#[constant]
pub const MAX_EXPIRY_SECONDS: i64 = 3_600;

#[constant]
pub const MIN_MEMBERS: u8 = quorum::MIN_MEMBERS;
#[constant]
pub const MAX_MEMBERS: u8 = quorum::MAX_MEMBERS;
/// From a proposed rotation to the moment when it can be applied, in seconds: 48 hours.
#[constant]
pub const ROTATION_DELAY_SECONDS: i64 = quorum::ROTATION_DELAY_SECONDS;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
