//! Prices of orders, the bounds of an offer, and which node takes orders.

use anchor_lang::{prelude::*, AccountDeserialize};
use escrow::{
    error::EscrowError,
    staking::{accounts::Node, types::NodeStatus},
    state::{is_node_authority, is_operator, require_staked, Offer, OfferTerms},
};
use proptest::prelude::*;

use crate::support::*;

/// Cheaper from ten hours on, half as much again from 12:00 to 13:59 UTC.
const TERMS: OfferTerms = OfferTerms {
    price: 50_000,
    min_hours: 1,
    max_hours: 100,
    commitment_hours: 10,
    commitment_discount_bps: 1_000,
    peak_multiplier_bps: 15_000,
    peak_hours: 0b11 << 12,
};
/// A midnight in UTC.
const MIDNIGHT: i64 = 19_000 * DAY;

#[test]
fn committed_hours_are_cheaper() {
    let price = |hours| TERMS.order_price(2, hours, MIDNIGHT).unwrap();
    assert_eq!(price(1), 100_000);
    assert_eq!(price(9), 900_000);
    assert_eq!(price(10), 900_000);
    assert_eq!(price(11), 990_000);
    let never = OfferTerms { commitment_hours: 0, commitment_discount_bps: 0, ..TERMS };
    assert_eq!(never.order_price(2, 100, MIDNIGHT).unwrap(), 10_000_000);
}

#[test]
fn peak_hours_are_those_of_the_booking_in_utc() {
    let price = |now| TERMS.order_price(1, 1, now).unwrap();
    for (now, expected) in [
        (MIDNIGHT + 12 * HOUR - 1, 50_000),
        (MIDNIGHT + 12 * HOUR, 75_000),
        (MIDNIGHT + 14 * HOUR - 1, 75_000),
        (MIDNIGHT + 14 * HOUR, 50_000),
        (-12 * HOUR, 75_000),
        (-12 * HOUR - 1, 50_000),
        (-10 * HOUR, 50_000),
    ] {
        assert_eq!(price(now), expected, "at {now}");
    }
    let last_hour = OfferTerms { peak_hours: 1 << 23, ..TERMS };
    assert_eq!(last_hour.order_price(1, 1, MIDNIGHT - 1).unwrap(), 75_000);
    assert_eq!(last_hour.order_price(1, 1, MIDNIGHT).unwrap(), 50_000);
}

#[test]
fn discount_and_peak_multiply_and_round_up_once() {
    let terms = OfferTerms { price: 1, ..TERMS };
    // 10 * 0.9 * 1.5 = 13.5.
    assert_eq!(terms.order_price(1, 10, MIDNIGHT + 12 * HOUR).unwrap(), 14);
}

#[test]
fn the_dearest_order_has_a_price_and_none_has_no_devices_or_hours() {
    let dearest = OfferTerms {
        price: 1_000_000_000,
        min_hours: 8_760,
        max_hours: 8_760,
        commitment_hours: 0,
        commitment_discount_bps: 0,
        peak_multiplier_bps: 50_000,
        peak_hours: (1 << 24) - 1,
    };
    dearest.invariant().unwrap();
    assert_eq!(dearest.order_price(255, 8_760, MIDNIGHT).unwrap(), 255 * 8_760 * 1_000_000_000 * 5);
    assert!(dearest.order_price(0, 1, MIDNIGHT).is_err());
    assert!(dearest.order_price(1, 0, MIDNIGHT).is_err());
}

#[test]
fn each_bound_of_the_terms_has_its_error() {
    let check = |terms: OfferTerms| outcome(terms.invariant());
    for terms in [
        TERMS,
        OfferTerms { price: 1, ..TERMS },
        OfferTerms { price: 1_000_000_000, ..TERMS },
        OfferTerms { min_hours: 100, ..TERMS },
        OfferTerms { max_hours: 8_760, commitment_hours: 8_760, ..TERMS },
        OfferTerms { commitment_hours: 100, ..TERMS },
        OfferTerms { commitment_discount_bps: 5_000, ..TERMS },
        OfferTerms { commitment_hours: 0, commitment_discount_bps: 0, ..TERMS },
        OfferTerms { peak_multiplier_bps: 10_000, peak_hours: 0, ..TERMS },
        OfferTerms { peak_multiplier_bps: 50_000, peak_hours: (1 << 24) - 1, ..TERMS },
    ] {
        assert_eq!(check(terms), "Ok", "{terms:?}");
    }
    for (terms, error) in [
        (OfferTerms { price: 0, ..TERMS }, EscrowError::PriceOutOfRange),
        (OfferTerms { price: 1_000_000_001, ..TERMS }, EscrowError::PriceOutOfRange),
        (OfferTerms { min_hours: 0, ..TERMS }, EscrowError::HoursOutOfRange),
        (OfferTerms { min_hours: 101, ..TERMS }, EscrowError::HoursOutOfRange),
        (OfferTerms { max_hours: 8_761, ..TERMS }, EscrowError::HoursOutOfRange),
        (OfferTerms { max_hours: u32::MAX, ..TERMS }, EscrowError::HoursOutOfRange),
        (OfferTerms { commitment_hours: 101, ..TERMS }, EscrowError::CommitmentOutOfRange),
        (OfferTerms { commitment_discount_bps: 5_001, ..TERMS }, EscrowError::CommitmentOutOfRange),
        (OfferTerms { commitment_hours: 0, ..TERMS }, EscrowError::CommitmentOutOfRange),
        (OfferTerms { commitment_discount_bps: 0, ..TERMS }, EscrowError::CommitmentOutOfRange),
        (OfferTerms { peak_multiplier_bps: 9_999, ..TERMS }, EscrowError::PeakOutOfRange),
        (OfferTerms { peak_multiplier_bps: 50_001, ..TERMS }, EscrowError::PeakOutOfRange),
        (OfferTerms { peak_hours: 1 << 24, ..TERMS }, EscrowError::PeakOutOfRange),
    ] {
        assert_eq!(check(terms), error.name(), "{terms:?}");
    }
}

fn node(own_stake: u64, delegated_stake: u64) -> Node {
    // The types from an IDL have no default: all zeros are a node too.
    let zeros = Node::try_deserialize_unchecked(&mut [0u8; 1_024].as_slice()).unwrap();
    Node {
        owner: Pubkey::new_from_array([1; 32]),
        operator: Pubkey::new_from_array([2; 32]),
        minimum_stake: 100,
        own_stake,
        delegated_stake,
        ..zeros
    }
}

fn offer(active: bool) -> Offer {
    Offer {
        version: 1,
        bump: 255,
        id: 0,
        node: BUYER,
        rent_payer: RENT_PAYER,
        terms: TERMS,
        active,
        seq: 0,
        reserved: [0; 32],
    }
}

#[test]
fn delegated_stake_counts_as_far_as_the_owner_matches_it() {
    let staked = |own, delegated| outcome(require_staked(&node(own, delegated)));
    for (own, delegated, expected) in [
        (100, 0, "Ok"),
        (99, 0, "NodeUnderstaked"),
        (0, 1_000, "NodeUnderstaked"),
        (50, 50, "Ok"),
        (49, 1_000, "NodeUnderstaked"),
        (60, 39, "NodeUnderstaked"),
        (60, 40, "Ok"),
        (u64::MAX, 1, "AmountOverflow"),
    ] {
        assert_eq!(staked(own, delegated), expected, "{own} and {delegated}");
    }
}

#[test]
fn an_order_needs_an_active_offer_of_an_active_node_with_its_stake() {
    assert_eq!(outcome(offer(true).require_open(&node(100, 0))), "Ok");
    assert_refused(offer(false).require_open(&node(100, 0)), EscrowError::OfferInactive);
    assert_refused(offer(true).require_open(&node(99, 0)), EscrowError::NodeUnderstaked);
    let paused = Node { status: NodeStatus::Paused, ..node(100, 0) };
    assert_refused(offer(true).require_open(&paused), EscrowError::NodeNotActive);
}

#[test]
fn who_may_do_what_for_a_node() {
    let [owner, operator, scheduler, stranger] = [1, 2, 3, 4].map(|byte| Pubkey::new_from_array([byte; 32]));
    let without = node(0, 0);
    let with = Node { scheduler: Some(scheduler), ..node(0, 0) };
    // Offers: owner and operator. Jobs: operator and scheduler.
    for (key, offers, jobs, jobs_with_scheduler) in [
        (owner, true, false, false),
        (operator, true, true, true),
        (scheduler, false, false, true),
        (stranger, false, false, false),
        (Pubkey::default(), false, false, false),
    ] {
        assert_eq!((is_node_authority(&without, &key), is_node_authority(&with, &key)), (offers, offers));
        assert_eq!((is_operator(&without, &key), is_operator(&with, &key)), (jobs, jobs_with_scheduler));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    /// `U = ceil(devices * hours * price * d * k / 10^8)`.
    #[test]
    fn an_order_costs_what_the_economy_says(
        devices in 1..=8u8,
        hours in 1..=8_760u32,
        price in prop_oneof![1..100u64, 1..=1_000_000_000u64],
        (commitment_hours, discount) in prop_oneof![Just((0, 0)), (1..=8_760u32, 1..=5_000u16)],
        multiplier in 10_000..=50_000u32,
        peak_hours in 0..1u32 << 24,
        now in 0..4_000_000_000i64,
    ) {
        let terms = OfferTerms {
            price,
            min_hours: 1,
            max_hours: 8_760,
            commitment_hours,
            commitment_discount_bps: discount,
            peak_multiplier_bps: multiplier,
            peak_hours,
        };
        terms.invariant().unwrap();
        let d = if commitment_hours > 0 && hours >= commitment_hours { 10_000 - u128::from(discount) } else { 10_000 };
        let hour_of_day = now / 3_600 % 24;
        let k = if peak_hours & (1 << hour_of_day) != 0 { u128::from(multiplier) } else { 10_000 };
        let expected = (u128::from(devices) * u128::from(hours) * u128::from(price) * d * k).div_ceil(100_000_000);
        prop_assert_eq!(u128::from(terms.order_price(devices, hours, now).unwrap()), expected);
    }
}
