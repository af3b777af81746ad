//! What must hold for every input, over the whole range of each type.

use economy_math::merkle::{leaf_hash, parent, root_in_place, root_of, Hash, MerkleError, HASH_BYTES, MAX_DEPTH};
use economy_math::{
    billed_seconds, convert_points, counted_stake, device_points, idle_reward, kept_buyer_fees, minimum_stake,
    mul_div_ceil, mul_div_floor, order_price, usd_to_io, utc_hour, BandwidthTier, Bps, Charge, FeeRates, MathError,
    Price, ProviderSplit, Terms, BASE_STAKE_PER_DEVICE, BOOKING_FEE, HANDLING_FEE,
};
use proptest::prelude::*;

/// Any u64, every magnitude equally likely, so that small numbers and edges occur.
fn magnitude() -> impl Strategy<Value = u64> {
    prop_oneof![
        1 => Just(0), 1 => Just(1), 1 => Just(u64::MAX),
        9 => (any::<u64>(), 0u32..64).prop_map(|(value, shift)| value >> shift),
    ]
}

fn rate() -> impl Strategy<Value = Bps> {
    (0u16..=10_000).prop_map(|value| Bps::new(value).expect("in range"))
}

fn rates() -> impl Strategy<Value = FeeRates> {
    prop_oneof![
        Just(FeeRates::for_payment(false)),
        Just(FeeRates::for_payment(true)),
        (rate(), rate()).prop_map(|(booking, handling)| FeeRates { booking, handling }),
    ]
}

/// Consistent terms, extended before or not.
fn terms() -> impl Strategy<Value = Terms> {
    (magnitude(), magnitude()).prop_flat_map(|(compute, booked_seconds)| {
        let base = prop_oneof![Just((0, 0)), (0..=compute, 0..=booked_seconds)];
        base.prop_map(move |(base_earned, base_seconds)| Terms { compute, booked_seconds, base_earned, base_seconds })
    })
}

fn exponent() -> impl Strategy<Value = i32> {
    -12i32..=-1
}

fn split(earned: u64, booking: Bps) -> ProviderSplit {
    ProviderSplit::of(earned, booking).expect("never fails")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn division_is_exact_or_an_error(a in magnitude(), b in magnitude(), c in magnitude()) {
        let exact = u128::from(a) * u128::from(b);
        if c == 0 {
            prop_assert_eq!(mul_div_floor(a, b, c), Err(MathError::DivisionByZero));
            prop_assert_eq!(mul_div_ceil(a, b, c), Err(MathError::DivisionByZero));
            return Ok(());
        }
        let expect = |value: u128| u64::try_from(value).map_err(|_| MathError::Overflow);
        prop_assert_eq!(mul_div_floor(a, b, c), expect(exact / u128::from(c)));
        prop_assert_eq!(mul_div_ceil(a, b, c), expect(exact.div_ceil(u128::from(c))));
    }

    #[test]
    fn a_rate_and_its_complement_make_the_whole(rate in rate(), amount in magnitude()) {
        let ceil = rate.apply_ceil(amount).unwrap();
        prop_assert_eq!(ceil + rate.complement().apply_floor(amount).unwrap(), amount);
        prop_assert!(ceil - rate.apply_floor(amount).unwrap() <= 1);
        prop_assert_eq!(rate.complement().complement(), rate);
    }

    #[test]
    fn a_fee_is_never_below_its_rate_and_never_free(amount in magnitude(), rates in rates()) {
        let charge = Charge::of(amount, rates).unwrap();
        for (fee, rate) in [(charge.booking_fee, rates.booking), (charge.handling_fee, rates.handling)] {
            let exact = u128::from(rate.get()) * u128::from(amount);
            prop_assert!(u128::from(fee) * 10_000 >= exact);
            prop_assert!(u128::from(fee) * 10_000 < exact + 10_000);
            prop_assert_eq!(fee == 0, exact == 0);
        }
        prop_assert_eq!(charge.compute, amount);
    }

    #[test]
    fn a_charge_is_monotone_in_the_compute(low in magnitude(), high in magnitude(), rates in rates()) {
        let (low, high) = (low.min(high), low.max(high));
        let (less, more) = (Charge::of(low, rates).unwrap(), Charge::of(high, rates).unwrap());
        prop_assert!(less.booking_fee <= more.booking_fee && less.handling_fee <= more.handling_fee);
        match (less.total(), more.total()) {
            (Ok(less), Ok(more)) => prop_assert!(less <= more && less >= low),
            (less, more) => prop_assert!(more == Err(MathError::Overflow) && less.is_ok() || less == more),
        }
    }

    #[test]
    fn a_total_is_the_sum_or_an_overflow(amount in magnitude(), rates in rates()) {
        let charge = Charge::of(amount, rates).unwrap();
        let exact = u128::from(amount) + u128::from(charge.booking_fee) + u128::from(charge.handling_fee);
        prop_assert_eq!(charge.total(), u64::try_from(exact).map_err(|_| MathError::Overflow));
    }

    #[test]
    fn the_provider_and_the_vault_share_all_that_was_earned(
        earned in magnitude(), more in magnitude(), booking in rate()
    ) {
        let (low, high) = (split(earned.min(more), booking), split(earned.max(more), booking));
        prop_assert_eq!(low.net + low.fee, earned.min(more));
        // Neither side ever has to give back what a settlement paid.
        prop_assert!(low.net <= high.net && low.fee <= high.fee);
    }

    #[test]
    fn no_split_of_settlements_changes_the_sums(
        terms in terms(), booking in rate(), verified in magnitude(), mut steps in prop::collection::vec(magnitude(), 0..12)
    ) {
        steps.retain(|step| *step <= verified);
        steps.sort_unstable();
        steps.push(verified);
        let (mut to_node, mut to_vault) = (0u64, 0u64);
        for step in steps {
            let due = split(terms.earned(step).unwrap(), booking);
            // What each settlement pays is never negative, or this would underflow.
            to_node += due.net - to_node;
            to_vault += due.fee - to_vault;
        }
        let at_once = split(terms.earned(verified).unwrap(), booking);
        prop_assert_eq!((to_node, to_vault), (at_once.net, at_once.fee));
    }

    #[test]
    fn earned_is_monotone_bounded_and_exact_at_the_end(terms in terms(), a in magnitude(), b in magnitude()) {
        let (low, high) = (terms.earned(a.min(b)).unwrap(), terms.earned(a.max(b)).unwrap());
        prop_assert!(terms.base_earned <= low && low <= high && high <= terms.compute);
        prop_assert_eq!(terms.earned(terms.booked_seconds).unwrap(), terms.compute);
        prop_assert_eq!(terms.earned(u64::MAX).unwrap(), terms.compute);
        if terms.base_seconds < terms.booked_seconds {
            prop_assert_eq!(terms.earned(terms.base_seconds).unwrap(), terms.base_earned);
        }
    }

    #[test]
    fn inconsistent_terms_are_an_error(
        compute in magnitude(), booked in magnitude(), base in magnitude(), start in magnitude(), at in magnitude()
    ) {
        let terms = Terms { compute, booked_seconds: booked, base_earned: base, base_seconds: start };
        prop_assert_eq!(terms.earned(at).is_err(), base > compute || start > booked);
    }

    #[test]
    fn an_extension_does_not_change_what_was_earned(
        terms in terms(), verified in magnitude(), extra_compute in magnitude(), extra_seconds in magnitude(), later in magnitude()
    ) {
        let before = terms.earned(verified).unwrap();
        match terms.extended(verified, extra_compute, extra_seconds) {
            Ok(after) => {
                prop_assert_eq!(after.base_earned, before);
                prop_assert_eq!(after.earned(after.base_seconds).unwrap(), before);
                prop_assert_eq!(after.earned(0).unwrap(), before);
                prop_assert!(after.earned(later).unwrap() >= before);
                prop_assert_eq!(after.earned(after.booked_seconds).unwrap(), terms.compute + extra_compute);
            }
            Err(error) => {
                let too_large = terms.compute.checked_add(extra_compute).is_none()
                    || terms.booked_seconds.checked_add(extra_seconds).is_none();
                let expected = if extra_seconds == 0 { MathError::ZeroQuantity } else { MathError::Overflow };
                prop_assert_eq!(error, expected);
                prop_assert!(extra_seconds == 0 || too_large);
            }
        }
    }

    /// What each extension charges is the difference of the charges of the whole, so the parts are the charge of it.
    #[test]
    fn the_fees_of_extensions_telescope(parts in prop::collection::vec(0u64..=1_000_000_000_000_000_000, 1..10), rates in rates()) {
        let mut charged = Charge::of(0, rates).unwrap();
        let mut paid = 0u64;
        for part in &parts {
            let Some(compute) = charged.compute.checked_add(*part) else { return Ok(()) };
            let next = Charge::of(compute, rates).unwrap();
            prop_assert!(next.booking_fee >= charged.booking_fee && next.handling_fee >= charged.handling_fee);
            let (Ok(whole), Ok(before)) = (next.total(), charged.total()) else { return Ok(()) };
            paid += whole - before;
            charged = next;
        }
        prop_assert_eq!(paid, Charge::of(parts.iter().sum(), rates).unwrap().total().unwrap());
    }

    #[test]
    fn an_order_costs_the_least_integer_that_covers_it(
        devices in any::<u8>(), hours in any::<u32>(), price in magnitude(), discount in rate(), peak in any::<u32>(), shift in 0u32..32
    ) {
        let (hours, peak) = (hours >> shift, peak >> shift);
        let outcome = order_price(devices, hours, price, discount, peak);
        if devices == 0 || hours == 0 {
            prop_assert_eq!(outcome, Err(MathError::ZeroQuantity));
            return Ok(());
        }
        // Exact in two halves: quantity * price by the factor, the parts below and above 10^8 apart.
        let base = u128::from(devices) * u128::from(hours) * u128::from(price);
        let factor = u128::from(discount.complement().get()) * u128::from(peak);
        let unit = 100_000_000u128;
        let (whole, rest) = (base / unit, base % unit);
        let expected = whole.checked_mul(factor).and_then(|value| value.checked_add((rest * factor).div_ceil(unit)));
        let expected = expected.and_then(|value| u64::try_from(value).ok()).ok_or(MathError::Overflow);
        prop_assert_eq!(outcome, expected);
    }

    #[test]
    fn a_plain_order_is_devices_by_hours_by_price(devices in 1u8.., hours in 1u32.., price in magnitude()) {
        let exact = u128::from(devices) * u128::from(hours) * u128::from(price);
        prop_assert_eq!(
            order_price(devices, hours, price, Bps::ZERO, 10_000),
            u64::try_from(exact).map_err(|_| MathError::Overflow)
        );
    }

    #[test]
    fn the_utc_hour_repeats_each_day(time in any::<i64>()) {
        let hour = utc_hour(time);
        prop_assert!(hour < 24);
        if let Some(tomorrow) = time.checked_add(86_400) {
            prop_assert_eq!(utc_hour(tomorrow), hour);
        }
        if let Some(next) = time.checked_add(3_600) {
            prop_assert_eq!(utc_hour(next), (hour + 1) % 24);
        }
    }

    #[test]
    fn io_for_dollars_is_the_least_that_does_not_underpay(
        micro_usd in magnitude(), value in 1i64.., conf in magnitude(), exponent in exponent(), shift in 0u32..63
    ) {
        let value = (value >> shift).max(1);
        let outcome = usd_to_io(micro_usd, Price { price: value, conf, exponent });
        let low = i128::from(value) - i128::from(conf);
        if low <= 0 {
            prop_assert_eq!(outcome, Err(MathError::PriceNotPositive));
            return Ok(());
        }
        let low = low.unsigned_abs();
        // 64 + 7 + 40 bits.
        let owed = u128::from(micro_usd) * 100 * 10u128.pow(exponent.unsigned_abs());
        match outcome {
            Ok(io) => {
                prop_assert!(u128::from(io) * low >= owed);
                prop_assert!(io == 0 || u128::from(io - 1) * low < owed);
                prop_assert_eq!(io == 0, micro_usd == 0);
            }
            Err(error) => {
                prop_assert_eq!(error, MathError::Overflow);
                prop_assert!(u128::from(u64::MAX) * low < owed);
            }
        }
    }

    #[test]
    fn a_wider_confidence_never_makes_io_cheaper(
        micro_usd in magnitude(), value in 1i64.., narrow in magnitude(), wide in magnitude(), exponent in exponent()
    ) {
        let (narrow, wide) = (narrow.min(wide), narrow.max(wide));
        let at = |conf| usd_to_io(micro_usd, Price { price: value, conf, exponent });
        match (at(narrow), at(wide)) {
            (Ok(less), Ok(more)) => prop_assert!(less <= more),
            (Ok(_), Err(_)) => {}
            (Err(_), more) => prop_assert!(more.is_err()),
        }
    }

    #[test]
    fn an_exponent_out_of_range_is_refused(exponent in any::<i32>(), micro_usd in magnitude()) {
        let outcome = usd_to_io(micro_usd, Price { price: 1, conf: 0, exponent });
        prop_assert_eq!(outcome == Err(MathError::ExponentOutOfRange), !(-12..=-1).contains(&exponent));
    }

    #[test]
    fn never_more_is_billed_than_was_booked(
        verified in magnitude(), elapsed in magnitude(), booked in magnitude(), ended_by_buyer in any::<bool>()
    ) {
        let billed = billed_seconds(verified, elapsed, booked, ended_by_buyer);
        let plain = verified.min(elapsed).min(booked);
        prop_assert!(plain <= billed && billed <= booked);
        // Above what was verified only in a first hour that the buyer cut short.
        if billed > plain {
            prop_assert!(ended_by_buyer && elapsed > 0 && elapsed <= 3_600);
            prop_assert_eq!(billed, booked.min(3_600));
        }
    }

    #[test]
    fn the_first_hour_needs_nine_tenths_verified(elapsed in 1u64..=3_600, verified in 0u64..=3_600, hours in 1u64..100) {
        let verified = verified.min(elapsed);
        let billed = billed_seconds(verified, elapsed, hours * 3_600, true);
        prop_assert_eq!(billed, if verified * 10 >= elapsed * 9 { 3_600 } else { verified });
        prop_assert_eq!(billed_seconds(verified, elapsed, hours * 3_600, false), verified);
    }

    #[test]
    fn fees_kept_are_never_above_those_charged(earned in magnitude(), compute in magnitude(), rates in rates()) {
        let charged = Charge::of(compute, rates).unwrap();
        let kept = kept_buyer_fees(earned, rates, charged).unwrap();
        prop_assert!(kept.booking_fee <= charged.booking_fee && kept.handling_fee <= charged.handling_fee);
        if earned >= compute {
            prop_assert_eq!((kept.booking_fee, kept.handling_fee), (charged.booking_fee, charged.handling_fee));
        }
        if earned == 0 {
            prop_assert_eq!((kept.booking_fee, kept.handling_fee), (0, 0));
        }
    }

    #[test]
    fn the_minimum_stake_rounds_up_and_never_counts_less_than_one(
        base in magnitude(), multiplier in any::<u32>(), devices in any::<u8>(), shift in 0u32..32
    ) {
        let multiplier = multiplier >> shift;
        let exact = (u128::from(base) * u128::from(multiplier.max(100)) * u128::from(devices)).div_ceil(100);
        prop_assert_eq!(minimum_stake(base, multiplier, devices), u64::try_from(exact).map_err(|_| MathError::Overflow));
        prop_assert_eq!(minimum_stake(base, multiplier.min(100), devices), minimum_stake(base, 100, devices));
    }

    #[test]
    fn delegated_stake_counts_up_to_the_own(own in magnitude(), delegated in magnitude()) {
        let exact = u128::from(own) + u128::from(own.min(delegated));
        prop_assert_eq!(counted_stake(own, delegated), u64::try_from(exact).map_err(|_| MathError::Overflow));
    }

    #[test]
    fn points_grow_with_what_was_done_and_never_beyond_twice_the_season(
        multiplier in 0u32..=10_000, bandwidth in 0u32..=125, season in 1u64..=100_000_000, uptime in 0u64..=100_000_000,
        hired in magnitude(), more in 0u64..=1_000_000
    ) {
        let uptime = uptime.min(season);
        let points = device_points(multiplier, bandwidth, uptime, hired, season).unwrap();
        prop_assert!(device_points(multiplier, bandwidth, uptime, hired.saturating_add(more), season).unwrap() >= points);
        prop_assert!(device_points(multiplier, bandwidth, (uptime + more).min(season), hired, season).unwrap() >= points);
        // Who joined later has less of a season to be up for, and is not the worse for it.
        prop_assert!(device_points(multiplier, bandwidth, uptime, hired, season.max(1) - (season - uptime) / 2).unwrap() >= points);
        let most = 2 * u128::from(season) * u128::from(multiplier) * u128::from(bandwidth) / 360_000;
        prop_assert!(u128::from(points) <= most);
        prop_assert_eq!(device_points(multiplier, bandwidth, uptime, u64::MAX, season), device_points(multiplier, bandwidth, uptime, uptime, season));
    }

    #[test]
    fn shares_of_a_pool_and_the_remainder_make_the_pool(
        pool in magnitude(), points in proptest::collection::vec(0u64..=1_000_000_000_000, 1..50)
    ) {
        let total = points.iter().sum::<u64>();
        prop_assume!(total > 0);
        let shares: Vec<u64> = points.iter().map(|points| convert_points(pool, *points, total).unwrap()).collect();
        let paid = shares.iter().map(|share| u128::from(*share)).sum::<u128>();
        let holders = points.iter().filter(|points| **points > 0).count();
        prop_assert!(paid <= u128::from(pool));
        prop_assert!(u128::from(pool) - paid < u128::try_from(holders).unwrap());
    }
}

#[test]
fn points_at_their_edges() {
    let day = 86_400;
    // 100 x hours x GM x BW x (UT + RJD).
    assert_eq!(device_points(1_000, 110, day, day / 2, day), Ok(39_600));
    assert_eq!(device_points(100, 100, day, 0, day), Ok(2_400));
    assert_eq!(device_points(100, 100, day / 2, 0, day), Ok(600), "half of the season up: a quarter");
    assert_eq!(device_points(100, 100, 0, day, day), Ok(0), "hired, but never up");
    assert_eq!(device_points(100, 100, 0, 0, 0), Ok(0), "joined when it was over");
    assert_eq!(device_points(100, 0, day, day, day), Ok(0), "below the lowest tier");
    assert_eq!(device_points(100, 100, 1, 0, 0), Err(MathError::Overflow));
    assert_eq!(device_points(100, 100, 35, 0, 35), Ok(0), "35 seconds are less than a point");
    assert_eq!(device_points(100, 100, 36, 0, 36), Ok(1));
    assert_eq!(BandwidthTier::of(400_000_000, 299_999_999), BandwidthTier::Low);
    assert_eq!(BandwidthTier::of(800_000_000, 300_000_000), BandwidthTier::High);
}

#[test]
fn figures_of_the_economy() {
    // 2 H100 for 24 hours at 2.50 USD: 120 USD.
    let usd = order_price(2, 24, 2_500_000, Bps::ZERO, 10_000).unwrap();
    assert_eq!(usd, 120_000_000);
    let charge = Charge::of(usd, FeeRates::for_payment(true)).unwrap();
    assert_eq!((charge.booking_fee, charge.handling_fee, charge.total()), (300_000, 2_400_000, Ok(122_700_000)));
    assert_eq!(ProviderSplit::of(usd, BOOKING_FEE).unwrap(), ProviderSplit { net: 119_700_000, fee: 300_000 });
    // At 2 USD: 60 IO, without a handling fee.
    let io = usd_to_io(usd, Price { price: 200_000_000, conf: 0, exponent: -8 }).unwrap();
    assert_eq!(io, 6_000_000_000);
    assert_eq!(Charge::of(io, FeeRates::for_payment(false)).unwrap().total(), Ok(6_015_000_000));
    // 8 x H100: 16,000 IO.
    assert_eq!(minimum_stake(BASE_STAKE_PER_DEVICE, 1_000, 8), Ok(1_600_000_000_000));
    assert_eq!((BOOKING_FEE.get(), HANDLING_FEE.get()), (25, 200));
}

#[test]
fn the_first_hour_at_its_edges() {
    let hour = 3_600;
    assert_eq!(billed_seconds(0, 0, hour, true), 0, "nothing ran");
    assert_eq!(billed_seconds(1, 1, hour, true), hour);
    assert_eq!(billed_seconds(9, 10, hour, true), hour, "exactly 90 %");
    assert_eq!(billed_seconds(8, 10, hour, true), 8, "less than 90 %");
    assert_eq!(billed_seconds(3_240, hour, 2 * hour, true), hour);
    assert_eq!(billed_seconds(3_239, hour, 2 * hour, true), 3_239);
    assert_eq!(billed_seconds(3_601, 3_601, 2 * hour, true), 3_601, "past the first hour");
    assert_eq!(billed_seconds(3_600, 3_600, 1_800, true), 1_800, "never above what was booked");
}

#[test]
fn rates_are_shown_as_percent() {
    for (rate, text) in [(0, "0%"), (1, "0.01%"), (25, "0.25%"), (110, "1.1%"), (200, "2%"), (10_000, "100%")] {
        assert_eq!(Bps::new(rate).unwrap().to_string(), text);
    }
    assert_eq!(Bps::new(10_001), Err(MathError::RateOutOfRange));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn idle_rewards_never_exceed_the_budget(
        budget in magnitude(), weights in prop::collection::vec(magnitude(), 1..40)
    ) {
        let total = weights.iter().map(|weight| u128::from(*weight)).sum();
        let rewards: Vec<u128> =
            weights.iter().map(|weight| u128::from(idle_reward(budget, *weight, total).unwrap())).collect();
        let paid = rewards.iter().sum::<u128>();
        prop_assert!(paid <= u128::from(budget));
        // What is left over is less than a unit a node; all of it where nobody has a weight.
        let nodes = u128::try_from(weights.len()).unwrap();
        prop_assert!(total == 0 && paid == 0 || u128::from(budget) - paid < nodes);
        // Who weighs more never gets less.
        for (weight, reward) in weights.iter().zip(&rewards) {
            for (other, less) in weights.iter().zip(&rewards) {
                prop_assert!(weight < other || reward >= less);
            }
        }
    }

    #[test]
    fn a_proof_leads_to_the_root_from_its_leaf_alone(
        count in 1usize..70, seed in any::<u64>(), at in any::<prop::sample::Index>()
    ) {
        let leaves: Vec<Hash> = (0u64..).take(count).map(|index| leaf_hash(&[&seed.to_le_bytes(), &index.to_le_bytes()])).collect();
        let root = root_in_place(&mut leaves.clone()).unwrap();
        let index = at.index(count);
        let (mut level, mut position, mut proof) = (leaves.clone(), index, Vec::new());
        while level.len() > 1 {
            proof.extend(level.get(position ^ 1).into_iter().flatten());
            level = level.chunks(2).map(|pair| if let [a, b] = pair { parent(a, b) } else { pair[0] }).collect();
            position /= 2;
        }
        for (other, leaf) in leaves.iter().enumerate() {
            prop_assert_eq!(root_of(*leaf, &proof) == Ok(root), other == index);
        }
        // An inner node leads there as a node, but no leaf that says the same does.
        if count > 1 {
            let (sibling, rest) = proof.split_at(HASH_BYTES);
            let inner = parent(&leaves[index], &sibling.try_into().unwrap());
            prop_assert_eq!(root_of(inner, rest), Ok(root));
            prop_assert!(root_of(leaf_hash(&[&inner]), rest) != Ok(root));
            prop_assert!(root_of(leaf_hash(&[&leaves[index], sibling]), rest) != Ok(root));
        }
        proof.push(0);
        prop_assert_eq!(root_of(leaves[index], &proof), Err(MerkleError::ProofLength));
        proof.resize(HASH_BYTES * (MAX_DEPTH + 1), 0);
        prop_assert_eq!(root_of(leaves[index], &proof), Err(MerkleError::ProofTooLong));
    }
}
