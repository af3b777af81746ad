//! Every arrow of Booked -> Running -> Ending -> Ended, Booked -> Cancelled, Booked -> Expired, and
//! every one that does not exist.

use anchor_lang::prelude::*;
use escrow::state::{EndReason, Job, JobState, Payment, Usage};

use crate::support::*;

type Arrow = (&'static str, fn(&mut Job) -> Result<()>);

/// Each at a time at which a job in the right state lets it pass.
const ARROWS: [Arrow; 6] = [
    ("start", |job| job.start(CLASS, PAYOUT, START)),
    ("cancel", |job| job.cancel(START)),
    ("expire", |job| job.expire(START + 901)),
    ("stop", |job| job.stop(EndReason::EndedByBuyer, Usage::default(), START + HOUR)),
    ("settle", |job| job.settle(report(600, START + 600), START + HOUR)),
    ("extend", |job| job.extend(1, 100_000, START + HOUR).map(|_| ())),
];

fn in_state(state: JobState) -> Job {
    let mut job = match state {
        JobState::Booked | JobState::Cancelled | JobState::Expired => booked(Payment::Usdc, HOURS, COMPUTE),
        JobState::Running => running(),
        JobState::Ending | JobState::Ended => ending(EndReason::EndedByBuyer, Usage::default(), START + HOUR),
    };
    match state {
        JobState::Cancelled => job.cancel(START).unwrap(),
        JobState::Expired => job.expire(START + 901).unwrap(),
        JobState::Ended => job.settle(report(3_600, START + HOUR), START + HOUR).unwrap(),
        _ => {}
    }
    assert_eq!(job.state, state);
    job
}

#[test]
fn each_state_lets_its_arrows_pass_and_refuses_the_others_by_name() {
    use JobState::*;
    let table = [
        (Booked, ["Ok", "Ok", "Ok", "JobNotStarted", "JobNotStarted", "JobNotStarted"]),
        (Running, ["JobAlreadyStarted", "JobAlreadyStarted", "JobAlreadyStarted", "Ok", "Ok", "Ok"]),
        (Ending, ["JobEnding", "JobEnding", "JobEnding", "JobEnding", "Ok", "JobEnding"]),
        (Ended, ["JobEnded"; 6]),
        (Cancelled, ["JobEnded"; 6]),
        (Expired, ["JobEnded"; 6]),
    ];
    for (state, expected) in table {
        for ((name, arrow), expected) in ARROWS.iter().zip(expected) {
            let mut job = in_state(state);
            let before = bytes(&job);
            assert_eq!(outcome(arrow(&mut job)), expected, "{name} from {state:?}");
            if expected != "Ok" {
                assert_eq!(bytes(&job), before, "{name} from {state:?} left a trace");
            }
        }
    }
}

#[test]
fn each_arrow_leads_where_it_is_drawn() {
    let after = |state, arrow: usize| {
        let mut job = in_state(state);
        ARROWS[arrow].1(&mut job).unwrap();
        (job.state, job.reason)
    };
    assert_eq!(after(JobState::Booked, 0), (JobState::Running, EndReason::None));
    assert_eq!(after(JobState::Booked, 1), (JobState::Cancelled, EndReason::Cancelled));
    assert_eq!(after(JobState::Booked, 2), (JobState::Expired, EndReason::NotStarted));
    assert_eq!(after(JobState::Running, 3), (JobState::Ending, EndReason::EndedByBuyer));
    assert_eq!(after(JobState::Running, 4), (JobState::Running, EndReason::None));
    assert_eq!(after(JobState::Running, 5), (JobState::Running, EndReason::None));
    // The end is not proved yet: it goes on waiting.
    assert_eq!(after(JobState::Ending, 4), (JobState::Ending, EndReason::EndedByBuyer));
    assert_eq!(in_state(JobState::Ended).reason, EndReason::EndedByBuyer);
}

#[test]
fn a_finished_job_is_frozen_at_any_time_and_whatever_the_oracles_say() {
    for state in [JobState::Ended, JobState::Cancelled, JobState::Expired] {
        for now in [0, START, START + 901, START + DAY, i64::MAX] {
            for usage in [Usage::default(), report(u64::MAX, i64::MAX), report(7, i64::MIN)] {
                let mut job = in_state(state);
                let before = bytes(&job);
                for result in [
                    job.start(CLASS, PAYOUT, now),
                    job.cancel(now),
                    job.expire(now),
                    job.stop(EndReason::Released, usage, now),
                    job.settle(usage, now),
                    job.extend(1, 1, now).map(|_| ()),
                ] {
                    assert_eq!(outcome(result), "JobEnded");
                }
                assert_eq!(bytes(&job), before);
            }
        }
    }
}

#[test]
fn the_start_takes_the_payout_of_that_moment() {
    let mut job = booked(Payment::Io, HOURS, COMPUTE);
    let payout = Pubkey::new_from_array([9; 32]);
    job.start(CLASS, payout, START + 5).unwrap();
    assert_eq!((job.payout, job.started_at, job.booked_end()), (payout, START + 5, START + 5 + 10 * HOUR));
}
