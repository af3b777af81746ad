use anchor_lang::prelude::*;

#[constant]
pub const CONFIG_SEED: &[u8] = b"config";
#[constant]
pub const OFFER_SEED: &[u8] = b"offer";
#[constant]
pub const NODE_LOAD_SEED: &[u8] = b"node_load";
#[constant]
pub const JOB_SEED: &[u8] = b"job";
#[constant]
pub const JOB_VAULT_SEED: &[u8] = b"job_vault";

#[constant]
pub const IO_DECIMALS: u8 = 8;
#[constant]
pub const USDC_DECIMALS: u8 = 6;

/// The highest price of an offer, in micro-USD per device and hour: 1,000 USD.
#[constant]
pub const MAX_PRICE: u64 = 1_000_000_000;
/// The longest order, in hours: a year.
#[constant]
pub const MAX_HOURS: u32 = 8_760;
/// The highest discount for committed hours, in basis points.
#[constant]
pub const MAX_COMMITMENT_DISCOUNT_BPS: u16 = 5_000;
/// Bounds of the peak multiplier, in basis points: from none to five times the price.
#[constant]
pub const MIN_PEAK_MULTIPLIER_BPS: u32 = 10_000;
#[constant]
pub const MAX_PEAK_MULTIPLIER_BPS: u32 = 50_000;
/// How far ahead a start may be booked, in seconds: 30 days.
#[constant]
pub const MAX_LEAD_SECONDS: i64 = 30 * 86_400;
/// A job not started this long after its start time expires, in seconds.
#[constant]
pub const START_WINDOW_SECONDS: i64 = 900;
/// Oracles that said nothing for this long are silent; reports on an ending job are awaited as long.
#[constant]
pub const ORACLE_SILENCE_SECONDS: i64 = 86_400;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
