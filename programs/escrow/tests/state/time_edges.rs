//! One second before, at, and one second after each time that matters.

use escrow::{
    error::EscrowError,
    state::{EndReason, Job, JobState, Payment, Usage},
};

use crate::support::*;

const BOOKED_END: i64 = START + 10 * HOUR;

fn fresh() -> Job {
    booked(Payment::Usdc, HOURS, COMPUTE)
}

#[test]
fn the_start_window_is_open_from_the_start_time_for_900_seconds() {
    let start = |now| outcome(fresh().start(CLASS, PAYOUT, now));
    assert_eq!(start(START - 1), "TooEarlyToStart");
    assert_eq!(start(START), "Ok");
    assert_eq!(start(START + 1), "Ok");
    assert_eq!(start(START + 899), "Ok");
    assert_eq!(start(START + 900), "Ok");
    assert_eq!(start(START + 901), "StartWindowPassed");
}

#[test]
fn a_job_can_be_cancelled_until_it_can_expire_and_never_both() {
    let cancel = |now| outcome(fresh().cancel(now));
    let expire = |now| outcome(fresh().expire(now));
    assert_eq!(cancel(START - HOUR), "Ok");
    for (now, cancelled, expired) in [
        (START + 899, "Ok", "StartWindowOpen"),
        (START + 900, "Ok", "StartWindowOpen"),
        (START + 901, "StartWindowPassed", "Ok"),
    ] {
        assert_eq!((cancel(now).as_str(), expire(now).as_str()), (cancelled, expired));
    }
}

#[test]
fn times_at_the_end_of_their_range_do_not_overflow() {
    let mut job = fresh();
    job.start_at = i64::MAX;
    assert_refused(job.start(CLASS, PAYOUT, START), EscrowError::TooEarlyToStart);
    assert_refused(job.expire(i64::MAX), EscrowError::StartWindowOpen);
    job.start(CLASS, PAYOUT, i64::MAX).unwrap();
    assert_eq!(job.booked_end(), i64::MAX);
    job.stop(EndReason::EndedByBuyer, report(u64::MAX, i64::MIN), i64::MAX).unwrap();
    job.settle(report(u64::MAX, i64::MIN), i64::MAX).unwrap();
    assert_eq!((job.state, job.billed_seconds), (JobState::Ended, 0));
}

#[test]
fn who_stops_a_job_at_or_after_the_booked_end_completes_it() {
    for (now, reason, ended_at) in [
        (BOOKED_END - 1, EndReason::EndedByBuyer, BOOKED_END - 1),
        (BOOKED_END, EndReason::Completed, BOOKED_END),
        (BOOKED_END + 1, EndReason::Completed, BOOKED_END),
    ] {
        let job = ending(EndReason::EndedByBuyer, report(1, now - 1), now);
        assert_eq!((job.reason, job.ended_at), (reason, ended_at));
    }
}

#[test]
fn hours_can_be_added_until_the_second_before_the_booked_end() {
    let extend = |now| outcome(running().extend(1, 100_000, now));
    assert_eq!(extend(BOOKED_END - 1), "Ok");
    assert_eq!(extend(BOOKED_END), "BookedTimeOver");
    assert_eq!(extend(BOOKED_END + 1), "BookedTimeOver");
}

#[test]
fn silence_is_24_hours_from_the_last_report_or_the_start() {
    let mut long = running();
    long.hours = 100;
    for (usage, since) in [
        (Usage::default(), START),
        (report(10, START + 10), START + 10),
        (report(10, START - 10), START),
        (Usage { last_report_at: START + 2 * DAY, ..report(10, START + 10) }, START + 2 * DAY),
    ] {
        assert!(!long.is_silent(usage, since + DAY - 1));
        assert!(long.is_silent(usage, since + DAY));
        assert!(long.is_silent(usage, since + DAY + 1));
    }
}

#[test]
fn a_silent_job_is_closed_at_once_whoever_stops_it() {
    for by in [EndReason::EndedByBuyer, EndReason::Released] {
        for (now, reason, state) in [
            (START + HOUR + DAY - 1, by, JobState::Ending),
            (START + HOUR + DAY, EndReason::OracleSilence, JobState::Ended),
            (START + HOUR + DAY + 1, EndReason::OracleSilence, JobState::Ended),
        ] {
            let mut job = running();
            job.hours = 100;
            let usage = report(3_600, START + HOUR);
            job.stop(by, usage, now).unwrap();
            job.settle(usage, now).unwrap();
            assert_eq!((job.reason, job.state, job.billed_seconds), (reason, state, 3_600));
        }
    }
}

#[test]
fn the_proof_of_an_end_is_awaited_for_24_hours() {
    let end = START + 2 * HOUR;
    for by in [EndReason::EndedByBuyer, EndReason::Released] {
        let usage = report(7_000, end - 1);
        for (now, state) in [(end + DAY - 1, JobState::Ending), (end + DAY, JobState::Ended)] {
            let mut job = ending(by, usage, end);
            job.settle(usage, now).unwrap();
            assert_eq!((job.state, job.billed_seconds), (state, 7_000));
        }
    }
}

#[test]
fn a_report_that_reaches_the_end_is_final() {
    let end = START + 2 * HOUR;
    for (as_of, state) in [(end - 1, JobState::Ending), (end, JobState::Ended), (end + 1, JobState::Ended)] {
        let mut job = ending(EndReason::EndedByBuyer, Usage::default(), end);
        job.settle(report(7_000, as_of), end + 60).unwrap();
        assert_eq!(job.state, state);
    }
}

#[test]
fn after_the_booked_end_a_silence_that_began_before_it_is_enough() {
    let usage = report(30_000, BOOKED_END - HOUR);
    for (now, state) in [
        (BOOKED_END + DAY - HOUR - 1, JobState::Ending),
        (BOOKED_END + DAY - HOUR, JobState::Ended),
        (BOOKED_END + DAY - HOUR + 1, JobState::Ended),
    ] {
        let mut job = ending(EndReason::Completed, usage, BOOKED_END);
        job.settle(usage, now).unwrap();
        assert_eq!(job.state, state);
    }
}

#[test]
fn a_proved_end_stays_one_however_late_it_is_settled() {
    let usage = report(18_000, BOOKED_END);
    for delay in [0, 1, DAY - 1, DAY, DAY + 1, 400 * DAY] {
        let mut job = ending(EndReason::Completed, usage, BOOKED_END + delay);
        job.settle(usage, BOOKED_END + delay).unwrap();
        assert_eq!((job.state, job.reason), (JobState::Ended, EndReason::Completed), "{delay} s late");
        // Half of the time was verified; the job ran to its end, so the buyer's fees are kept in full.
        let provider_fee = fee(25, COMPUTE / 2);
        assert_eq!(job.owed_to_fees, provider_fee + 2_501 + 20_001, "{delay} s late");
    }
}

#[test]
fn the_first_hour_is_billed_in_full_up_to_3600_seconds_and_from_90_percent() {
    let billed = |elapsed: i64, verified: u64| {
        let end = START + elapsed;
        let mut job = ending(EndReason::EndedByBuyer, Usage::default(), end);
        job.settle(report(verified, end), end).unwrap();
        assert_eq!(job.state, JobState::Ended);
        job.billed_seconds
    };
    assert_eq!(billed(0, 0), 0);
    assert_eq!(billed(1, 0), 0);
    assert_eq!(billed(1, 1), 3_600);
    assert_eq!(billed(3_599, 3_240), 3_600);
    assert_eq!(billed(3_600, 3_239), 3_239);
    assert_eq!(billed(3_600, 3_240), 3_600);
    assert_eq!(billed(3_600, 3_241), 3_600);
    assert_eq!(billed(3_601, 3_240), 3_240);
    assert_eq!(billed(3_601, 3_601), 3_601);
    // Rounded neither way: 90 % of 1,001 seconds are 900.9.
    assert_eq!(billed(1_001, 900), 900);
    assert_eq!(billed(1_001, 901), 3_600);
}

#[test]
fn the_first_hour_rule_is_for_the_buyer_alone() {
    let end = START + 1_800;
    let mut released = ending(EndReason::Released, Usage::default(), end);
    released.settle(report(1_800, end), end).unwrap();
    assert_eq!(released.billed_seconds, 1_800);
    // And is applied when the job closes, not while its end is awaited.
    let mut waiting = ending(EndReason::EndedByBuyer, Usage::default(), end);
    waiting.settle(report(1_799, end - 1), end).unwrap();
    assert_eq!((waiting.state, waiting.billed_seconds), (JobState::Ending, 1_799));
}
