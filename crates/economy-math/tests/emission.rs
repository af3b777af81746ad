//! The emission against its definition in rational numbers of any size, and what must hold of the pools' budgets.

#[path = "exact/emission.rs"]
mod exact;

use std::sync::LazyLock;

use economy_math::{
    cumulative_emission, epochs_ended, pool_budget, pool_release, reserve_after, Bps, EmissionPreset, MathError,
    PoolShares, EMISSION_EPOCHS, EMISSION_MONTHS, EMISSION_TOTAL, RESERVE_EPOCHS, SECONDS_PER_EPOCH, SECONDS_PER_MONTH,
};
use num_bigint::BigUint;
use proptest::prelude::*;

const PRESETS: [EmissionPreset; 2] = [EmissionPreset::Default, EmissionPreset::Published];
const END: u64 = EMISSION_MONTHS * SECONDS_PER_MONTH;

/// Computed once: each table takes thousands of digits.
static EXACT_MONTHS: LazyLock<[Vec<u64>; 2]> = LazyLock::new(|| [exact::default_months(), exact::published_months()]);

fn exact_months(preset: EmissionPreset) -> &'static [u64] {
    let [default, published] = &*EXACT_MONTHS;
    match preset {
        EmissionPreset::Default => default,
        EmissionPreset::Published => published,
    }
}

fn emitted(preset: EmissionPreset, seconds: u64) -> u64 {
    cumulative_emission(preset, seconds).expect("never fails")
}

#[test]
fn twenty_years_are_240_months_and_175_320_epochs() {
    assert_eq!(END, 20 * 36_525 * 864);
    assert_eq!(EMISSION_EPOCHS, 175_320);
    assert_eq!(EMISSION_EPOCHS * SECONDS_PER_EPOCH, END);
}

#[test]
fn every_month_ends_at_the_exact_amount() {
    for preset in PRESETS {
        let months = exact_months(preset);
        assert_eq!(months.len(), 241);
        for (seconds, expected) in (0..).step_by(2_629_800).zip(months) {
            assert_eq!(emitted(preset, seconds), *expected, "{preset:?} after {seconds} s");
        }
        assert!(months.windows(2).all(|pair| pair[0] < pair[1]), "{preset:?}");
        // Each month emits less than the one before.
        assert!(months.windows(3).all(|three| three[1] - three[0] > three[2] - three[1]), "{preset:?}");
    }
}

#[test]
fn the_schedule_is_that_of_the_economy() {
    let month = |month: u64| emitted(EmissionPreset::Default, month * SECONDS_PER_MONTH);
    let rows = [
        (1, 334_567_456_067_137, 334_567_456_067_137),
        (2, 331_154_868_015_252, 665_722_324_082_389),
        (12, 298_886_045_050_169, 3_797_063_595_733_317),
        (240, 28_861_846_905_575, 30_000_000_000_000_000),
    ];
    for (number, in_month, cumulative) in rows {
        assert_eq!((month(number) - month(number - 1), month(number)), (in_month, cumulative), "month {number}");
    }
    // By the rate alone, without the exact total, 298,893,387 IO would come of the first published month.
    assert_eq!(emitted(EmissionPreset::Published, SECONDS_PER_MONTH), 333_333_333_000_000);
}

#[test]
fn after_the_last_month_it_stays_the_total() {
    for preset in PRESETS {
        assert!(emitted(preset, END - 1) < EMISSION_TOTAL);
        for seconds in [END, END + 1, END + SECONDS_PER_MONTH, u64::MAX - 1, u64::MAX] {
            assert_eq!(emitted(preset, seconds), EMISSION_TOTAL);
        }
        assert_eq!(emitted(preset, 0), 0);
    }
    assert_eq!((epochs_ended(END - 1), epochs_ended(END), epochs_ended(u64::MAX)), (175_319, 175_320, 175_320));
    assert_eq!((epochs_ended(0), epochs_ended(3_599), epochs_ended(3_600)), (0, 0, 1));
}

/// What epochs of a pool released and paid, each within its budget.
fn paid_epochs() -> impl Strategy<Value = (u64, Vec<(u64, u64)>)> {
    let epoch = (0u64..=10_000_000_000, 0u64..=1_000);
    (0u64..=EMISSION_TOTAL, prop::collection::vec(epoch, 1..40))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn inside_a_month_it_is_the_exact_line_rounded_down(preset in 0usize..2, seconds in 0..END) {
        let months = exact_months(PRESETS[preset]);
        let month = usize::try_from(seconds / SECONDS_PER_MONTH).expect("a month");
        let line = BigUint::from(months[month + 1] - months[month]) * (seconds % SECONDS_PER_MONTH) / SECONDS_PER_MONTH;
        prop_assert_eq!(BigUint::from(emitted(PRESETS[preset], seconds)), line + months[month]);
    }

    #[test]
    fn it_never_falls(preset in 0usize..2, one in 0..=END, other in 0..=END) {
        let (early, late) = (one.min(other), one.max(other));
        prop_assert!(emitted(PRESETS[preset], early) <= emitted(PRESETS[preset], late));
        prop_assert!(emitted(PRESETS[preset], late) <= EMISSION_TOTAL);
    }

    #[test]
    fn pools_get_all_of_it_and_never_less_than_before(
        preset in 0usize..2, epoch in 0..=EMISSION_EPOCHS, share in 0u16..=10_000,
    ) {
        let share = Bps::new(share).expect("in range");
        let preset = PRESETS[preset];
        let released = pool_release(preset, epoch, share).expect("never fails");
        let all = emitted(preset, epoch * SECONDS_PER_EPOCH);
        prop_assert_eq!(released.gpu + released.cpu, all);
        prop_assert_eq!(u128::from(released.gpu), u128::from(all) * u128::from(share.get()) / 10_000);
        let next = pool_release(preset, epoch + 1, share).expect("never fails");
        prop_assert!(next.gpu >= released.gpu && next.cpu >= released.cpu);
        prop_assert_eq!(PoolShares::of(all, share), Ok(released));
    }

    /// Whatever each epoch pays of its budget: the bound over all of them, known without looking at any, holds.
    #[test]
    fn the_budget_of_a_gap_covers_the_budgets_of_its_epochs((reserve, epochs) in paid_epochs()) {
        let (mut held, mut paid, mut released, mut count) = (reserve, 0, 0, 0u64);
        for (release, part) in epochs {
            let budget = pool_budget(release, held, 1).expect("fits");
            prop_assert_eq!(budget, release + held / RESERVE_EPOCHS);
            let now = u64::try_from(u128::from(budget) * u128::from(part) / 1_000).expect("at most the budget");
            held = reserve_after(held, release, now).expect("the budget is held");
            (paid, released, count) = (paid + now, released + release, count + 1);
            prop_assert_eq!(held, reserve + released - paid);
            prop_assert!(paid <= pool_budget(released, reserve, count).expect("fits"));
        }
    }

    #[test]
    fn a_budget_never_exceeds_what_is_held(released in 0..=EMISSION_TOTAL, reserve in 0..=EMISSION_TOTAL, epochs: u64) {
        let budget = pool_budget(released, reserve, epochs).expect("fits");
        prop_assert!(released <= budget && budget <= released + reserve);
        prop_assert_eq!(budget == released + reserve, epochs >= RESERVE_EPOCHS || reserve == 0);
        prop_assert_eq!(reserve_after(reserve, released, released + reserve + 1), Err(MathError::Overflow));
    }
}
