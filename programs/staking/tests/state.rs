//! The state types of staking on the host: hardware, stake, and the bounds of what is stored.

mod support;

use anchor_lang::prelude::*;
use governance::Governance;
use proptest::prelude::*;
use staking::{
    error::StakingError,
    state::{trim_zeros, HardwareClass, HardwareKind, Node, OpenCase, StakingConfig, Tranche},
};
use support::{key, node, outcome, padded};

const IO: u64 = 100_000_000;

fn config() -> StakingConfig {
    StakingConfig {
        version: 1,
        bump: 255,
        governance: Governance::new(key(1), key(2)),
        io_mint: key(3),
        base_stake_per_device: 200 * IO,
        appeal_authority: key(9),
        seq: 0,
        reserved: [0; 96],
    }
}

fn class(multiplier_x100: u32) -> HardwareClass {
    HardwareClass {
        version: 1,
        bump: 255,
        id: 0,
        kind: HardwareKind::Gpu,
        multiplier_x100,
        reference_price: 2_500_000,
        name: padded("H100".as_bytes()),
        active: true,
        reserved: [0; 32],
    }
}

fn minimum(multiplier_x100: u32, devices: u8) -> u64 {
    let mut node = node();
    node.set_hardware(key(8), &class(multiplier_x100), devices, &config()).unwrap();
    assert_eq!((node.class, node.device_count), (key(8), devices));
    node.minimum_stake
}

#[test]
fn the_minimum_stake_is_200_io_for_each_device_times_its_multiplier() {
    assert_eq!(minimum(1_000, 8), 16_000 * IO, "8 x H100");
    assert_eq!(minimum(3_000, 8), 48_000 * IO, "8 x B200");
    assert_eq!(minimum(125, 1), 250 * IO, "RTX 4090");
    assert_eq!(minimum(100, 3), 600 * IO, "RTX 4060");
    // A multiplier below one counts as one.
    assert_eq!(minimum(75, 1), 200 * IO, "RTX 3060");
    assert_eq!(minimum(1, 1), 200 * IO);
}

#[test]
fn a_node_has_one_to_eight_devices_and_a_refused_change_leaves_it() {
    for devices in [0, 9, u8::MAX] {
        let mut changed = node();
        let result = changed.set_hardware(key(8), &class(100), devices, &config());
        assert_eq!(outcome(result), "DeviceCountOutOfRange");
        assert_eq!((changed.class, changed.device_count, changed.minimum_stake), (key(7), 1, 0));
    }
    assert_eq!(minimum(100, 1), 200 * IO);
    assert_eq!(minimum(100, 8), 1_600 * IO);
}

#[test]
fn a_change_of_hardware_takes_the_stake_that_it_needs_then() {
    let mut node = node();
    node.set_hardware(key(8), &class(1_000), 8, &config()).unwrap();
    node.set_hardware(key(9), &class(100), 1, &config()).unwrap();
    assert_eq!((node.class, node.minimum_stake), (key(9), 200 * IO));
    let dearer = StakingConfig { base_stake_per_device: 300 * IO, ..config() };
    assert_eq!(node.minimum_stake, 200 * IO, "until it changes again");
    node.set_hardware(key(9), &class(100), 1, &dearer).unwrap();
    assert_eq!(node.minimum_stake, 300 * IO);
}

#[test]
fn the_dearest_hardware_still_has_a_minimum() {
    let dearest = StakingConfig { base_stake_per_device: 2_000_000_000_000, ..config() };
    dearest.invariant().unwrap();
    class(10_000).invariant().unwrap();
    let mut node = node();
    node.set_hardware(key(8), &class(10_000), 8, &dearest).unwrap();
    assert_eq!(node.minimum_stake, 16_000_000 * IO);
}

#[test]
fn delegated_stake_counts_as_far_as_the_owner_matches_it() {
    let counted = |own_stake, delegated_stake| Node { own_stake, delegated_stake, ..node() }.counted_stake();
    assert_eq!(counted(0, 0).unwrap(), 0);
    assert_eq!(counted(0, 1_000).unwrap(), 0);
    assert_eq!(counted(100, 99).unwrap(), 199);
    assert_eq!(counted(100, 100).unwrap(), 200);
    assert_eq!(counted(100, u64::MAX).unwrap(), 200);
    assert_eq!(outcome(counted(u64::MAX, 1)), "AmountOverflow");
}

#[test]
fn stake_adds_up_and_does_not_wrap() {
    let mut node = node();
    node.on_staked(1, 0).unwrap();
    node.on_staked(u64::MAX - 1, 0).unwrap();
    assert_eq!(node.own_stake, u64::MAX);
    assert_eq!(outcome(node.on_staked(1, 0)), "AmountOverflow");
}

#[test]
fn the_vault_covers_own_and_delegated_stake_and_open_cases() {
    let tranche = |assets| Tranche { assets, ..Tranche::default() };
    let node = Node { own: tranche(60), delegated: tranche(30), in_cases: 10, ..node() };
    assert_eq!(outcome(node.invariant(99)), "InvariantViolated");
    assert_eq!(outcome(node.invariant(100)), "Ok");
    assert_eq!(outcome(node.invariant(101)), "Ok");
    let absurd = Node { own: tranche(u64::MAX), ..node };
    assert_eq!(outcome(absurd.invariant(u64::MAX)), "AmountOverflow");
}

#[test]
fn the_books_of_shares_agree_with_each_other() {
    let mut node = node();
    node.on_staked(70, 0).unwrap();
    node.on_delegated(30).unwrap();
    assert_eq!(outcome(node.invariant(100)), "Ok");
    let mut forgotten = node.clone();
    forgotten.own_position.lots[0].shares -= 1;
    assert_eq!(outcome(forgotten.invariant(100)), "InvariantViolated");
    let mut invented = node.clone();
    invented.delegated_earning_shares = 31;
    assert_eq!(outcome(invented.invariant(100)), "InvariantViolated");
}

#[test]
fn slashes_of_the_last_30_days_count_against_the_next() {
    const DAY: i64 = 86_400;
    let mut node = node();
    node.on_staked(1_000, 0).unwrap();
    assert_eq!(node.slash_limit(0).unwrap(), 500);
    assert_eq!(outcome(node.on_slashed(501, 0)), "SlashAboveLimit");
    assert_eq!(outcome(node.on_slashed(0, 0)), "ZeroSlash");
    node.on_slashed(200, 0).unwrap();
    node.on_slashed(100, 10 * DAY).unwrap();
    assert_eq!((node.own_stake, node.in_cases), (700, 300));
    assert_eq!(node.slash_limit(10 * DAY).unwrap(), 200);
    assert_eq!(node.slash_limit(30 * DAY - 1).unwrap(), 200);
    // The first no longer counts: half of 700 + 100, less 100.
    assert_eq!(node.slash_limit(30 * DAY).unwrap(), 300);
    node.on_slashed(1, 30 * DAY).unwrap();
    node.on_slashed(1, 30 * DAY).unwrap();
    assert_eq!(outcome(node.on_slashed(1, 30 * DAY)), "TooManyCases");
    node.on_case_closed(0, 200).unwrap();
    assert_eq!(outcome(node.on_case_closed(0, 200)), "InvariantViolated");
    assert_eq!(node.open_cases[0], OpenCase::default());
    node.on_slashed(1, 30 * DAY).unwrap();
    assert_eq!(node.in_cases, 103);
}

#[test]
fn a_node_needs_keys_that_can_act_and_be_paid() {
    let check = |node: Node| outcome(node.check_identity());
    assert_eq!(check(node()), "Ok");
    assert_eq!(check(Node { operator: Pubkey::default(), ..node() }), "InvalidOperator");
    assert_eq!(check(Node { payout: Pubkey::default(), ..node() }), "InvalidPayout");
}

#[test]
fn regions_are_lower_case_letters_digits_and_hyphens() {
    let check = |region: &[u8]| outcome(Node { region: padded(region), ..node() }.check_identity());
    for good in ["a", "9", "-", "eu-west-1", "abcdefghijklmnop"] {
        assert_eq!(check(good.as_bytes()), "Ok", "{good}");
    }
    for bad in ["", "EU", "eu west", "eu_west", "\u{e9}u", "eu\0west", "\0eu", "eu\n"] {
        assert_eq!(check(bad.as_bytes()), "InvalidRegion", "{bad:?}");
    }
}

#[test]
fn class_names_are_padded_utf8() {
    let check = |name: &[u8]| outcome(HardwareClass { name: padded(name), ..class(100) }.invariant());
    for good in ["H100", "RTX 4070 Ti", "x", "\u{1f680}", "12345678901234567890123456789012"] {
        assert_eq!(check(good.as_bytes()), "Ok", "{good}");
    }
    let cut_off = &"\u{1f680}".as_bytes()[..3];
    for bad in [b"".as_slice(), b"\0H100", b"H\x00100", b"\xff", cut_off] {
        assert_eq!(check(bad), "InvalidClassName", "{bad:?}");
    }
}

#[test]
fn only_zeros_at_the_end_are_padding() {
    assert_eq!(trim_zeros(&[]), &[] as &[u8]);
    assert_eq!(trim_zeros(&[0, 0]), &[] as &[u8]);
    assert_eq!(trim_zeros(&[1, 0, 2, 0, 0]), &[1, 0, 2]);
    assert_eq!(trim_zeros(&[1, 2]), &[1, 2]);
}

#[test]
fn classes_have_bounds() {
    let check = |class: HardwareClass| outcome(class.invariant());
    for (multiplier, expected) in
        [(0, "MultiplierOutOfRange"), (1, "Ok"), (10_000, "Ok"), (10_001, "MultiplierOutOfRange")]
    {
        assert_eq!(check(class(multiplier)), expected, "{multiplier}");
    }
    for (reference_price, expected) in [
        (0, "ReferencePriceOutOfRange"),
        (1, "Ok"),
        (1_000_000_000, "Ok"),
        (1_000_000_001, "ReferencePriceOutOfRange"),
        (u64::MAX, "ReferencePriceOutOfRange"),
    ] {
        assert_eq!(check(HardwareClass { reference_price, ..class(100) }), expected, "{reference_price}");
    }
}

#[test]
fn the_config_has_bounds() {
    let check = |base_stake_per_device| outcome(StakingConfig { base_stake_per_device, ..config() }.invariant());
    assert_eq!(check(IO - 1), "BaseStakeOutOfRange");
    assert_eq!(check(IO), "Ok");
    assert_eq!(check(20_000 * IO), "Ok");
    assert_eq!(check(20_000 * IO + 1), "BaseStakeOutOfRange");
    let nobody = StakingConfig { governance: Governance::new(key(1), Pubkey::default()), ..config() };
    assert_eq!(outcome(nobody.invariant()), "InvalidPauser");
    let undecided = StakingConfig { appeal_authority: Pubkey::default(), ..config() };
    assert_eq!(outcome(undecided.invariant()), "InvalidAppealAuthority");
}

#[test]
fn a_pause_stops_intake_until_it_ends() {
    let mut config = config();
    assert_eq!(outcome(config.require_intake(1_000)), "Ok");
    config.governance.pause(1_000).unwrap();
    assert_eq!(outcome(config.require_intake(1_000)), StakingError::Paused.name());
    assert_eq!(outcome(config.require_intake(1_000 + 72 * 3_600 - 1)), StakingError::Paused.name());
    assert_eq!(outcome(config.require_intake(1_000 + 72 * 3_600)), "Ok");
}

#[test]
fn event_counters_do_not_wrap() {
    assert_eq!(outcome(StakingConfig { seq: u64::MAX, ..config() }.next_seq()), "AmountOverflow");
    assert_eq!(outcome(Node { seq: u64::MAX, ..node() }.next_seq()), "AmountOverflow");
    assert_eq!(Node { seq: 6, ..node() }.next_seq().unwrap(), 7);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    /// Per device, base x max(1, multiplier), within all that a config and a class may hold.
    #[test]
    fn the_minimum_is_never_rounded_in_the_nodes_favour(
        base in IO..=20_000 * IO, multiplier in 1..=10_000u32, devices in 1..=8u8,
    ) {
        let config = StakingConfig { base_stake_per_device: base, ..config() };
        let mut node = node();
        node.set_hardware(key(8), &class(multiplier), devices, &config).unwrap();
        let exact_x100 = u128::from(base) * u128::from(multiplier.max(100)) * u128::from(devices);
        let minimum_x100 = u128::from(node.minimum_stake) * 100;
        prop_assert!((exact_x100..exact_x100 + 100).contains(&minimum_x100));
        prop_assert!(node.minimum_stake >= base);
    }

    #[test]
    fn counted_stake_is_own_and_what_the_owner_matches(own in 0..u64::MAX / 2, delegated in any::<u64>()) {
        let node = Node { own_stake: own, delegated_stake: delegated, ..node() };
        prop_assert_eq!(node.counted_stake().unwrap(), own + own.min(delegated));
    }

    /// A region passes exactly if it is a text of the allowed letters and then zeros.
    #[test]
    fn any_bytes_are_a_region_or_are_not(region in any::<[u8; 16]>(), mask in any::<[bool; 16]>()) {
        let letters = b"abz09-\0\0";
        let mut bytes = region;
        for (byte, keep) in bytes.iter_mut().zip(mask) {
            if !keep {
                *byte = letters[usize::from(*byte) % letters.len()];
            }
        }
        let text = std::str::from_utf8(&bytes).ok().map(|text| text.trim_end_matches('\0'));
        let good = text.is_some_and(|text| {
            !text.is_empty() && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
        });
        prop_assert_eq!(Node { region: bytes, ..node() }.check_identity().is_ok(), good);
    }
}
