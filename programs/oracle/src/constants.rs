use anchor_lang::prelude::*;

#[constant]
pub const ORACLE_SET_SEED: &[u8] = b"oracle_set";
#[constant]
pub const JOB_USAGE_SEED: &[u8] = b"job_usage";

/// First bytes of every message that attests the usage of a job.
#[constant]
pub const JOB_USAGE_TAG: &[u8] = b"ionet:job-usage:";

#[constant]
pub const MIN_MEMBERS: u8 = quorum::MIN_MEMBERS;
#[constant]
pub const MAX_MEMBERS: u8 = quorum::MAX_MEMBERS;
/// From a proposed rotation to the moment when it can be applied, in seconds: 48 hours.
#[constant]
pub const ROTATION_DELAY_SECONDS: i64 = quorum::ROTATION_DELAY_SECONDS;
/// How far ahead a report may expire, in seconds.
#[constant]
pub const MAX_EXPIRY_SECONDS: i64 = 3_600;
/// The most seconds that one report may add.
#[constant]
pub const MAX_SECONDS_PER_REPORT: u64 = 86_400;

/// Jobs are booked for whole hours.
pub const SECONDS_PER_HOUR: u64 = 3_600;

/// Layout version of every account of this program.
pub const ACCOUNT_VERSION: u8 = 1;
