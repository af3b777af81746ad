//! Jobs to start from, and errors by name.

use anchor_lang::{prelude::*, AnchorSerialize};
use escrow::{
    error::EscrowError,
    state::{EndReason, Job, JobState, Payment, Usage},
};

pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 86_400;
/// When the jobs of these tests are to start.
pub const START: i64 = 1_700_000_000;
pub const BUYER: Pubkey = Pubkey::new_from_array([1; 32]);
pub const CLASS: Pubkey = Pubkey::new_from_array([7; 32]);
pub const PAYOUT: Pubkey = Pubkey::new_from_array([2; 32]);
pub const RENT_PAYER: Pubkey = Pubkey::new_from_array([3; 32]);
/// Ten hours at a price that leaves a remainder in every fee.
pub const HOURS: u32 = 10;
pub const COMPUTE: u64 = 1_000_003;

/// `ceil(bps * amount / 10,000)`.
pub fn fee(bps: u64, amount: u64) -> u64 {
    u64::try_from((u128::from(bps) * u128::from(amount)).div_ceil(10_000)).unwrap()
}

/// A job as book_job leaves it.
pub fn booked(payment: Payment, hours: u32, compute: u64) -> Job {
    let handling_fee_bps = if payment == Payment::Io { 0 } else { 200 };
    let (booking_fee, handling_fee) = (fee(25, compute), fee(handling_fee_bps, compute));
    Job {
        version: 1,
        bump: 255,
        vault_bump: 255,
        id: 7,
        buyer: BUYER,
        node: Pubkey::new_from_array([4; 32]),
        offer: Pubkey::new_from_array([5; 32]),
        class: CLASS,
        payout: PAYOUT,
        rent_payer: RENT_PAYER,
        payment,
        devices: 2,
        hours,
        state: JobState::Booked,
        reason: EndReason::None,
        booked_at: START - HOUR,
        start_at: START,
        started_at: 0,
        ended_at: 0,
        usd_value: compute,
        price: 50_000,
        compute,
        base_earned: 0,
        base_seconds: 0,
        billed_seconds: 0,
        booking_fee_bps: 25,
        handling_fee_bps: u16::try_from(handling_fee_bps).unwrap(),
        charged_booking_fee: booking_fee,
        charged_handling_fee: handling_fee,
        paid_in: compute + booking_fee + handling_fee,
        donated: 0,
        paid_to_node: 0,
        paid_to_fees: 0,
        refunded: 0,
        owed_to_node: 0,
        owed_to_fees: 0,
        owed_to_buyer: 0,
        seq: 0,
        reserved: [0; 32],
    }
}

/// A ten-hour job in USDC that was started at [`START`].
pub fn running() -> Job {
    let mut job = booked(Payment::Usdc, HOURS, COMPUTE);
    job.start(CLASS, PAYOUT, START).unwrap();
    job
}

/// The same, stopped.
pub fn ending(reason: EndReason, usage: Usage, now: i64) -> Job {
    let mut job = running();
    job.stop(reason, usage, now).unwrap();
    job
}

/// A report of `verified` seconds up to `as_of`, taken at that time.
pub fn report(verified: u64, as_of: i64) -> Usage {
    Usage { verified_seconds: verified, as_of, last_report_at: as_of }
}

/// Seconds of an interval that is not negative.
pub fn seconds(interval: i64) -> u64 {
    u64::try_from(interval).unwrap()
}

pub fn bytes(job: &Job) -> Vec<u8> {
    let mut bytes = Vec::new();
    job.serialize(&mut bytes).unwrap();
    bytes
}

/// The name of the error, or "Ok".
pub fn outcome<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "Ok".into(),
        Err(Error::AnchorError(error)) => error.error_name,
        Err(other) => other.to_string(),
    }
}

#[track_caller]
pub fn assert_refused<T>(result: Result<T>, error: EscrowError) {
    assert_eq!(outcome(result), error.name());
}
