use anchor_lang::prelude::*;

#[constant]
pub const CONFIG_SEED: &[u8] = b"config";
#[constant]
pub const CLASS_SEED: &[u8] = b"class";
#[constant]
pub const NODE_SEED: &[u8] = b"node";
#[constant]
pub const STAKE_VAULT_SEED: &[u8] = b"stake_vault";
#[constant]
pub const REWARD_VAULT_SEED: &[u8] = b"reward_vault";
#[constant]
pub const DELEGATION_SEED: &[u8] = b"delegation";
#[constant]
pub const UNBONDING_SEED: &[u8] = b"unbonding";
#[constant]
pub const SLASH_CASE_SEED: &[u8] = b"slash_case";
/// First bytes of every message by which the oracles slash.
#[constant]
pub const SLASH_TAG: &[u8] = b"ionet:slash:v1\0\0";

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

/// From a request to unstake or undelegate to the withdrawal, in seconds: 14 days.
#[constant]
pub const UNBONDING_SECONDS: i64 = 14 * 86_400;
/// The highest commission of a node's owner, in basis points.
#[constant]
pub const MAX_COMMISSION_BPS: u16 = 5_000;
/// From the request of a higher commission to its effect, in seconds: 7 days.
#[constant]
pub const COMMISSION_DELAY_SECONDS: i64 = 7 * 86_400;
/// How long after a slash the owner may appeal; after that it is burned where he has not. 30 days.
#[constant]
pub const APPEAL_SECONDS: i64 = 30 * 86_400;
/// How long after a slash an appeal can be dismissed; after that it is restored. 60 days.
#[constant]
pub const DECISION_SECONDS: i64 = 60 * 86_400;
/// How long ago an offence may be, in days.
#[constant]
pub const MAX_OFFENCE_AGE_DAYS: u32 = 30;
/// How far ahead the oracles' order to slash may expire, in seconds.
#[constant]
pub const MAX_EXPIRY_SECONDS: i64 = 3_600;
/// Slash cases of one node that can be open at a time.
pub const MAX_OPEN_CASES: usize = 4;
pub const SECONDS_PER_DAY: i64 = 86_400;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
