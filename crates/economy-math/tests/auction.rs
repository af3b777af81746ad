//! The auction against its rules, walked hour by hour in integers that do not overflow.

use economy_math::{
    ask_bps, carried_price, fill_io, lot_of, reference_of, AuctionState, MathError, Price, MAX_REFERENCE,
};
use proptest::prelude::*;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const WEEK: i64 = 604_800;
const GOOD_AT: i64 = 1_700_000_123;

/// Two and a half dollars, seen at [`GOOD_AT`], and nothing since.
fn silent() -> AuctionState {
    let price = Price { price: 250_000_000, conf: 0, exponent: -8 };
    AuctionState::new().observed(price, GOOD_AT).unwrap()
}

/// The rules as they are written: each hour on its own, none left out.
fn walked(state: &AuctionState, hour: i64) -> u64 {
    let first = (state.last_good_at + DAY).div_euclid(HOUR);
    let mut reference = i128::from(state.reference);
    for closed in first.max(state.hour)..hour {
        let sold = i128::from(state.lot - state.left);
        reference = if closed == state.hour && state.lot > 0 && 2 * sold >= i128::from(state.lot) {
            let mean = sold * 100_000_000 / i128::from(state.hour_io);
            mean.clamp((reference * 95 / 100).max(1), (reference * 105 / 100).max(1))
        } else {
            (reference * 101 + 99) / 100
        };
        let weeks = ((closed + 1) * HOUR - state.last_good_at) / WEEK;
        let doublings = u32::try_from(weeks.min(60)).unwrap() + 1;
        reference = reference.min(i128::from(state.last_price) << doublings).min(i128::from(MAX_REFERENCE));
    }
    u64::try_from(reference).unwrap()
}

fn price() -> impl Strategy<Value = Price> {
    (1i64..i64::MAX, 0u64..100, -12i32..=-1).prop_map(|(price, bps, exponent)| {
        let conf = u64::try_from(u128::from(price.unsigned_abs()) * u128::from(bps) / 10_000).unwrap();
        Price { price, conf, exponent }
    })
}

/// An auction some time after its last valid price, with an hour of fills behind it.
fn state() -> impl Strategy<Value = AuctionState> {
    (1u64..1_000_000_000_000, 1u64..u64::MAX, 0i64..30 * DAY, 0u64..10_000_000_000, 0u64..=100, 1u64..10_000_000_000)
        .prop_map(|(last_price, reference, since, lot, sold_percent, hour_io)| {
            let sold = u64::try_from(u128::from(lot) * u128::from(sold_percent) / 100).unwrap();
            AuctionState {
                hour: (GOOD_AT + since).div_euclid(HOUR),
                lot,
                left: lot - sold,
                hour_io,
                reference: reference % (2 * last_price) + 1,
                last_price,
                last_good_at: GOOD_AT,
            }
        })
        .prop_map(|state| AuctionState { reference: state.reference.min(2 * state.last_price), ..state })
}

#[test]
fn the_ask_falls_from_105_to_95_percent() {
    let start = 1_719_792_000;
    for (second, ask) in [(0, 10_500), (1, 10_500), (4, 10_499), (1_800, 10_000), (3_599, 9_501)] {
        assert_eq!(ask_bps(start + second), ask, "second {second}");
    }
    assert_eq!(ask_bps(start + 3_600), 10_500);
}

#[test]
fn a_lot_is_a_24th_or_all_of_less_than_a_dollar() {
    for (vault, lot) in [(0, 0), (1, 1), (999_999, 999_999), (1_000_000, 41_666), (24_000_000, 1_000_000)] {
        assert_eq!(lot_of(vault), lot);
    }
}

#[test]
fn an_hour_in_the_figures_of_the_documents() {
    // 10 USDC at 2.50 USD for an IO are 4 IO: 4.2 at the beginning of the hour, 4.0 in its middle.
    let price = Price { price: 250_000_000, conf: 0, exponent: -8 };
    assert_eq!(fill_io(10_000_000, 10_500, price), Ok(420_000_000));
    assert_eq!(fill_io(10_000_000, 10_000, price), Ok(400_000_000));
    // A doubt of 1 % raises it by a 99th.
    assert_eq!(fill_io(10_000_000, 10_000, Price { conf: 2_500_000, ..price }), Ok(404_040_405));
    assert_eq!(reference_of(price), Ok(2_500_000));
    assert_eq!(fill_io(10_000_000, 10_000, carried_price(2_500_000).unwrap()), Ok(400_000_000));
}

#[test]
fn silence_begins_a_day_after_the_last_price_and_never_before_the_first() {
    assert!(!silent().is_silent(GOOD_AT + DAY - 1));
    assert!(silent().is_silent(GOOD_AT + DAY));
    assert!(!AuctionState::new().is_silent(i64::MAX));
}

#[test]
fn the_reference_waits_a_day_then_rises_by_a_hundredth_an_hour() {
    let at = |now| silent().touched(0, now).unwrap().reference;
    let first = (GOOD_AT + DAY).div_euclid(HOUR) * HOUR;
    assert_eq!(at(first), 2_500_000);
    assert_eq!(at(first + HOUR - 1), 2_500_000);
    assert_eq!(at(first + HOUR), 2_525_000);
    assert_eq!(at(first + 2 * HOUR), 2_550_250);
    assert_eq!(at(first + 3 * HOUR), 2_575_753, "rounded up");
}

#[test]
fn the_ceiling_is_twice_the_last_price_and_doubles_with_every_week() {
    let after = |seconds| silent().touched(0, GOOD_AT + seconds).unwrap().reference;
    assert_eq!(after(DAY + 71 * HOUR), 5_000_000);
    assert_eq!(after(WEEK - 1), 5_000_000);
    assert_eq!(after(8 * DAY), walked(&silent(), (GOOD_AT + 8 * DAY).div_euclid(HOUR)));
    assert_eq!(after(WEEK + 4 * DAY), 10_000_000);
    assert_eq!(after(13 * WEEK - HOUR), 2_500_000 << 13);
    assert_eq!(after(1_000 * WEEK), MAX_REFERENCE);
}

#[test]
fn years_without_a_visitor_are_walked_as_a_week() {
    for years in [1, 2, 10, 100] {
        let now = GOOD_AT + years * 365 * DAY;
        let cheap = AuctionState { last_price: 1, reference: 1, ..silent() };
        for state in [silent(), cheap] {
            assert_eq!(state.touched(0, now).unwrap().reference, walked(&state, now.div_euclid(HOUR)));
        }
    }
}

#[test]
fn half_of_the_lot_sold_moves_the_reference_to_what_was_paid() {
    let start = GOOD_AT + 2 * DAY;
    let base = AuctionState { reference: 2_500_000, ..silent().touched(24_000_000_000, start).unwrap() };
    assert_eq!(base.lot, 1_000_000_000);
    let after = |usdc: u64, io: u64| base.filled(usdc, io).unwrap().touched(0, start + HOUR).unwrap().reference;
    // 500 USDC for 200 IO: 2.50; for 195 IO: 2.564102 after rounding down.
    assert_eq!(after(500_000_000, 20_000_000_000), 2_500_000);
    assert_eq!(after(500_000_000, 19_500_000_000), 2_564_102);
    assert_eq!(after(499_999_999, 19_500_000_000), 2_525_000, "less than half: it rises");
    assert_eq!(after(1_000_000_000, 1), 2_625_000, "never above 5 %");
    assert_eq!(after(1_000_000_000, u64::MAX), 2_375_000, "never below 5 %");
}

#[test]
fn a_lot_is_sold_once() {
    let state = silent().touched(24_000_000, GOOD_AT).unwrap();
    assert_eq!(state.filled(1_000_000, 5).unwrap().left, 0);
    assert_eq!(state.filled(1_000_001, 5), Err(MathError::Overflow));
    assert_eq!(state.filled(1, 5).unwrap().touched(u64::MAX, GOOD_AT + 1), state.filled(1, 5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_walk_over_any_gap_is_the_walk_hour_by_hour(state in state(), gap in 0i64..3_000) {
        let after = state.touched(7, (state.hour + gap) * HOUR).unwrap();
        prop_assert_eq!(after.reference, walked(&state, state.hour + gap));
    }

    #[test]
    fn the_reference_is_the_same_whoever_looked_and_when(
        state in state(), gap in 1i64..2_000, mut visits in prop::collection::vec(0i64..=1_000, 0..6)
    ) {
        visits.sort_unstable();
        let end = (state.hour + gap) * HOUR + 5;
        let direct = state.touched(99, end).unwrap();
        let mut visited = state;
        for part in visits {
            let second = state.hour * HOUR + gap * HOUR * part / 1_000;
            visited = visited.touched(1_000_000_000, second).unwrap();
        }
        prop_assert_eq!(visited.touched(99, end).unwrap().reference, direct.reference);
    }

    #[test]
    fn it_stays_between_a_twentieth_below_and_the_ceiling(state in state(), gap in 1i64..10_000) {
        let now = (state.hour + gap) * HOUR;
        let after = state.touched(0, now).unwrap().reference;
        let weeks = u32::try_from((now - state.last_good_at).max(0) / WEEK).unwrap();
        prop_assert!(u128::from(after) <= u128::from(state.last_price) << (weeks + 1).min(60));
        prop_assert!(u128::from(after) * 100 + 100 >= u128::from(state.reference) * 95);
    }

    #[test]
    fn parts_of_a_fill_never_burn_less_than_the_whole(
        a in 0u64..1 << 50, b in 0u64..1 << 50, ask in 9_501u64..=10_500, price in price()
    ) {
        if let (Ok(whole), Ok(first), Ok(second)) =
            (fill_io(a + b, ask, price), fill_io(a, ask, price), fill_io(b, ask, price))
        {
            prop_assert!(first + second >= whole && first + second <= whole + 1);
        }
    }

    #[test]
    fn nothing_is_sold_for_nothing(usdc in 1u64.., now in any::<i64>(), price in price()) {
        match fill_io(usdc, ask_bps(now), price) {
            Ok(io) => prop_assert!(io > 0),
            Err(error) => prop_assert_eq!(error, MathError::Overflow),
        }
    }

    #[test]
    fn a_later_ask_burns_no_more(usdc in 0u64..1 << 50, now in 0i64..1 << 40, later in 0i64..3_600, price in price()) {
        let start = now.div_euclid(HOUR) * HOUR;
        let (first, second) = ((now - start).min(later), (now - start).max(later));
        let at = |second| fill_io(usdc, ask_bps(start + second), price);
        if let (Ok(first), Ok(second)) = (at(first), at(second)) {
            prop_assert!(first >= second);
        }
    }

    #[test]
    fn the_carried_reference_never_gives_more_than_the_price_did(usdc in 0u64..1 << 50, price in price()) {
        let reference = reference_of(price).unwrap();
        prop_assume!(reference > 1);
        if let (Ok(by_price), Ok(carried)) =
            (fill_io(usdc, 10_000, price), fill_io(usdc, 10_000, carried_price(reference).unwrap()))
        {
            prop_assert!(carried >= by_price);
        }
    }

    #[test]
    fn a_lot_lies_within_the_vault(vault in any::<u64>()) {
        let lot = lot_of(vault);
        prop_assert!(lot <= vault && (lot > 0 || vault == 0));
    }
}
