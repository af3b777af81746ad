//! The schedules as economy.md defines them, in rational numbers of any size.

use num_bigint::BigUint;

const MONTHS: u32 = 240;
const TOTAL: u64 = 30_000_000_000_000_000;

/// `floor(T * (1 - r^m) / (1 - r^240))` with `r = 9898 / 10000`, for each m.
pub fn default_months() -> Vec<u64> {
    let (r, one) = (BigUint::from(9_898u32), BigUint::from(10_000u32));
    let whole = one.pow(MONTHS);
    let divisor = &whole - r.pow(MONTHS);
    (0..=MONTHS)
        .map(|month| {
            let rest = r.pow(month) * one.pow(MONTHS - month);
            small(BigUint::from(TOTAL) * (&whole - rest) / &divisor)
        })
        .collect()
}

/// `floor(333,333,333,000,000 * sum of 0.989849199^i for i < m)` for m below 240, and the total after it.
pub fn published_months() -> Vec<u64> {
    let (q, one) = (BigUint::from(989_849_199u32), BigUint::from(1_000_000_000u32));
    let first = BigUint::from(333_333_333_000_000u64);
    // The sum so far is `numerator / one^month`.
    let mut numerator = BigUint::ZERO;
    let mut months = Vec::new();
    for month in 0..MONTHS {
        months.push(small(&first * &numerator / one.pow(month)));
        numerator = numerator * &one + q.pow(month) * &one;
    }
    months.push(TOTAL);
    months
}

fn small(value: BigUint) -> u64 {
    u64::try_from(value).expect("an amount of IO")
}
