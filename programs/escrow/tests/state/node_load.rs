//! The devices of a node: never below none, never above what it has.

use escrow::state::NodeLoad;
use proptest::prelude::*;

use crate::support::*;

fn unused() -> NodeLoad {
    NodeLoad {
        version: 1,
        bump: 255,
        node: BUYER,
        rent_payer: RENT_PAYER,
        devices_busy: 0,
        offers: 0,
        jobs: 0,
        reserved: [0; 32],
    }
}

#[test]
fn what_is_not_there_cannot_be_taken_back() {
    assert_eq!(outcome(unused().on_stopped(1)), "InvariantViolated");
    assert_eq!(outcome(unused().on_ended()), "InvariantViolated");
    assert_eq!(outcome(unused().on_offer_closed()), "InvariantViolated");
}

#[test]
fn counters_at_the_end_of_their_range_do_not_wrap() {
    let full = || NodeLoad { devices_busy: 250, offers: u16::MAX, jobs: u32::MAX, ..unused() };
    assert_eq!(outcome(full().on_offer_created()), "AmountOverflow");
    assert_eq!(outcome(full().on_started(6, 255)), "NotEnoughFreeDevices");
    assert_eq!(outcome(full().on_started(5, 255)), "AmountOverflow");
}

#[test]
fn the_last_free_device_can_be_taken_and_no_other() {
    let mut load = unused();
    load.on_started(7, 8).unwrap();
    assert_eq!(outcome(load.on_started(2, 8)), "NotEnoughFreeDevices");
    load.on_started(1, 8).unwrap();
    assert_eq!(outcome(load.on_started(1, 8)), "NotEnoughFreeDevices");
    assert_eq!((load.devices_busy, load.jobs), (8, 2));
}

#[test]
fn it_is_in_use_until_the_last_offer_and_job_are_gone() {
    let mut load = unused();
    assert!(load.is_unused());
    load.on_offer_created().unwrap();
    assert!(!load.is_unused());
    load.on_started(1, 1).unwrap();
    load.on_offer_closed().unwrap();
    assert!(!load.is_unused());
    load.on_stopped(1).unwrap();
    assert!(!load.is_unused(), "the job is not paid out yet");
    load.on_ended().unwrap();
    assert!(load.is_unused());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Jobs start, stop and end in any order; a job holds its devices from start to stop.
    #[test]
    fn devices_in_use_are_those_of_the_running_jobs(
        devices in 1..=8u8, steps in proptest::collection::vec((0..3u8, 1..=8u8), 0..60),
    ) {
        let mut load = unused();
        let (mut running, mut stopped) = (Vec::new(), 0u32);
        for (step, size) in steps {
            match step {
                0 => {
                    let free = devices - running.iter().sum::<u8>();
                    // What is refused reverts.
                    let mut after = load.clone();
                    prop_assert_eq!(after.on_started(size, devices).is_ok(), size <= free);
                    if size <= free {
                        load = after;
                        running.push(size);
                    }
                }
                1 => if let Some(size) = running.pop() {
                    load.on_stopped(size).unwrap();
                    stopped += 1;
                },
                _ => if stopped > 0 {
                    load.on_ended().unwrap();
                    stopped -= 1;
                },
            }
            prop_assert_eq!(load.devices_busy, running.iter().sum::<u8>());
            prop_assert!(load.devices_busy <= devices);
            prop_assert_eq!(load.jobs, u32::try_from(running.len()).unwrap() + stopped);
        }
    }
}
