//! Sums worked out by hand: C = 1,000,003 for ten hours.
//! In USDC the buyer pays 2,501 and 20,001 of fees on top, in IO 2,501.

use escrow::state::{EndReason, Job, JobState, Payee, Payment, Usage};

use crate::support::*;

const BOOKED_END: i64 = START + 10 * HOUR;

/// Owed to node, fees and buyer.
fn owed(job: &Job) -> (u64, u64, u64) {
    assert_eq!(job.total_owed().unwrap(), job.owed_to_node + job.owed_to_fees + job.owed_to_buyer);
    (job.owed_to_node, job.owed_to_fees, job.owed_to_buyer)
}

#[test]
fn what_the_buyer_pays_in() {
    assert_eq!(booked(Payment::Usdc, HOURS, COMPUTE).paid_in, 1_022_505);
    assert_eq!(booked(Payment::Io, HOURS, COMPUTE).paid_in, 1_002_504);
    for payment in [Payment::Io, Payment::Usdc, Payment::Credits] {
        let job = booked(payment, HOURS, COMPUTE);
        assert_eq!(economy_math::Charge::of(COMPUTE, payment.fee_rates()).unwrap(), job.charge());
        assert_eq!(job.rates().unwrap(), payment.fee_rates());
    }
}

#[test]
fn cancelled_keeps_the_fees_and_expired_returns_everything() {
    let mut cancelled = booked(Payment::Usdc, HOURS, COMPUTE);
    cancelled.cancel(START).unwrap();
    assert_eq!(owed(&cancelled), (0, 22_502, 1_000_003));
    let mut expired = booked(Payment::Usdc, HOURS, COMPUTE);
    expired.expire(START + 901).unwrap();
    assert_eq!(owed(&expired), (0, 0, 1_022_505));
}

#[test]
fn a_settlement_of_a_running_job_pays_the_provider_and_his_fee_only() {
    let mut job = running();
    // A third of the booked seconds: G = floor(333,334.33), F = ceil(833.335).
    job.settle(report(12_000, START + 12_000), START + 12_000).unwrap();
    assert_eq!(owed(&job), (332_500, 834, 0));
    job.settle(report(12_000, START + 12_000), START + 12_001).unwrap();
    assert_eq!(owed(&job), (332_500, 834, 0), "once");
}

#[test]
fn what_was_billed_never_shrinks_nor_is_it_above_what_elapsed() {
    let mut job = running();
    let billed = |job: &mut Job, usage, now| {
        job.settle(usage, now).unwrap();
        (job.billed_seconds, job.owed_to_node)
    };
    assert_eq!(billed(&mut job, report(12_000, START + 12_000), START + 12_000), (12_000, 332_500));
    // Oracles that take something back, or say what cannot be.
    assert_eq!(billed(&mut job, report(11_999, START + 12_001), START + 12_001), (12_000, 332_500));
    assert_eq!(billed(&mut job, report(0, START - 1), START + 12_001), (12_000, 332_500));
    assert_eq!(billed(&mut job, report(u64::MAX, START + 12_000), START + 12_000), (12_000, 332_500));
    assert_eq!(billed(&mut job, report(u64::MAX, START), START + 12_001).0, 12_001);
    // Nor above what elapsed by the end, before its proof as after it.
    let end = START + 13_000;
    job.stop(EndReason::Released, report(0, START + 12_500), end).unwrap();
    assert_eq!(billed(&mut job, report(20_000, end - 1), end + HOUR).0, 13_000);
    assert_eq!(job.state, JobState::Ending);
    assert_eq!(billed(&mut job, report(20_000, end), end + HOUR).0, 13_000);
    assert_eq!(job.state, JobState::Ended);
}

#[test]
fn completed_and_fully_verified() {
    let usage = report(36_000, BOOKED_END);
    let mut job = ending(EndReason::Completed, usage, BOOKED_END);
    job.settle(usage, BOOKED_END).unwrap();
    assert_eq!(owed(&job), (997_502, 2_501 + 22_502, 0));
}

#[test]
fn ended_by_the_buyer_keeps_his_fees_in_full() {
    let end = START + 5 * HOUR;
    let mut job = ending(EndReason::EndedByBuyer, Usage::default(), end);
    job.settle(report(18_000, end), end).unwrap();
    // G = floor(500,001.5), F = ceil(1,250.0025).
    assert_eq!(owed(&job), (498_750, 1_251 + 22_502, 500_002));
}

#[test]
fn released_keeps_the_fees_of_what_was_earned() {
    let end = START + 5 * HOUR;
    let mut job = ending(EndReason::Released, Usage::default(), end);
    job.settle(report(18_000, end), end).unwrap();
    // Of G = 500,001: ceil(1,250.0025) and ceil(10,000.02).
    assert_eq!(owed(&job), (498_750, 1_251 + 1_251 + 10_001, 1_022_505 - 500_001 - 1_251 - 10_001));
}

#[test]
fn a_release_before_anything_was_verified_returns_everything() {
    let mut job = ending(EndReason::Released, Usage::default(), START + 60);
    job.settle(report(0, START + 60), START + 60).unwrap();
    assert_eq!(owed(&job), (0, 0, 1_022_505));
}

#[test]
fn silent_oracles_keep_the_fees_of_what_was_earned() {
    let usage = report(18_000, START + 18_000);
    for (by, now) in [(EndReason::EndedByBuyer, START + 6 * HOUR), (EndReason::Completed, BOOKED_END)] {
        let mut job = ending(by, usage, now);
        job.settle(usage, now + DAY).unwrap();
        assert_eq!((job.state, job.reason), (JobState::Ended, EndReason::OracleSilence));
        assert_eq!(owed(&job), (498_750, 12_503, 511_252));
    }
}

#[test]
fn the_smallest_order_pays_its_fees_and_nothing_to_the_node() {
    let mut job = booked(Payment::Usdc, 1, 1);
    assert_eq!(job.paid_in, 3);
    job.start(CLASS, PAYOUT, START).unwrap();
    let usage = report(3_600, START + HOUR);
    job.stop(EndReason::Completed, usage, START + HOUR).unwrap();
    job.settle(usage, START + HOUR).unwrap();
    assert_eq!(owed(&job), (0, 3, 0));
}

#[test]
fn an_extension_charges_the_difference_and_rebases_without_a_jump() {
    let mut job = running();
    job.settle(report(7_200, START + 2 * HOUR), START + 2 * HOUR).unwrap();
    let before = owed(&job);
    let extra = job.extend(5, 2_000_000, START + 2 * HOUR).unwrap();
    // Fees of the whole C = 3,000,003: ceil(7,500.0075) and ceil(60,000.06).
    assert_eq!((job.charged_booking_fee, job.charged_handling_fee), (7_501, 60_001));
    assert_eq!((extra, job.paid_in), (2_000_000 + 5_000 + 40_000, 3_067_505));
    assert_eq!((job.hours, job.base_seconds, job.base_earned), (15, 7_200, 200_000));
    job.settle(report(7_200, START + 2 * HOUR), START + 2 * HOUR).unwrap();
    assert_eq!(owed(&job), before);
    // 2,800,003 are left for 46,800 seconds.
    job.settle(report(7_201, START + 7_201), START + 7_201).unwrap();
    assert_eq!(job.owed_to_node + job.owed_to_fees, 200_059);
    let end = START + 15 * HOUR;
    job.stop(EndReason::Completed, report(54_000, end), end).unwrap();
    job.settle(report(54_000, end), end).unwrap();
    assert_eq!(owed(&job), (3_000_003 - 7_501, 7_501 + 67_502, 0));
}

#[test]
fn donations_go_to_the_fees_once() {
    let mut job = booked(Payment::Usdc, HOURS, COMPUTE);
    job.expire(START + 901).unwrap();
    for _ in 0..3 {
        job.absorb_donations(1_022_505 + 77).unwrap();
        assert_eq!((job.donated, job.owed_to_fees, job.liabilities().unwrap()), (77, 77, 1_022_582));
    }
    assert_eq!(job.on_paid(Payee::Fees).unwrap(), 77);
    job.absorb_donations(1_022_505 + 5).unwrap();
    assert_eq!((job.donated, job.owed_to_fees), (82, 5));
    assert_eq!(outcome(job.absorb_donations(1)), "InvariantViolated");
}

#[test]
fn payees_are_paid_in_any_order_and_only_once() {
    let end = START + 5 * HOUR;
    let mut ended = ending(EndReason::EndedByBuyer, Usage::default(), end);
    ended.settle(report(18_000, end), end).unwrap();
    use Payee::*;
    for order in [
        [Node, Fees, Buyer],
        [Node, Buyer, Fees],
        [Fees, Node, Buyer],
        [Fees, Buyer, Node],
        [Buyer, Node, Fees],
        [Buyer, Fees, Node],
    ] {
        let mut job = ended.clone();
        let mut vault = job.paid_in;
        for payee in order {
            vault -= job.on_paid(payee).unwrap();
            assert_eq!((job.owed(payee), job.on_paid(payee).unwrap()), (0, 0));
            job.invariant(vault).unwrap();
        }
        assert_eq!((vault, job.liabilities().unwrap()), (0, 0));
        assert_eq!((job.paid_to_node, job.paid_to_fees, job.refunded), (498_750, 23_753, 500_002));
    }
}

#[test]
fn the_invariant_sees_a_vault_that_is_one_unit_short() {
    let mut job = running();
    assert_eq!(outcome(job.invariant(1_022_504)), "InvariantViolated");
    job.invariant(1_022_505).unwrap();
    job.invariant(1_022_506).unwrap();
    job.owed_to_buyer = 1_022_506;
    assert_eq!(outcome(job.invariant(u64::MAX)), "InvariantViolated");
    job.state = JobState::Ended;
    job.owed_to_buyer = 1_022_504;
    assert_eq!(outcome(job.invariant(u64::MAX)), "InvariantViolated");
}
