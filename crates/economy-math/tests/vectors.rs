//! The vectors are what the generator writes, and what they say is true: each case is checked against the definition
//! of its function in exact integers of any size, not against the code that wrote it.

#[path = "exact/emission.rs"]
mod exact;
#[path = "../examples/vectors/generate.rs"]
mod generate;

use std::cmp::Ordering;
use std::path::Path;

use economy_math::merkle::Hash;
use generate::{Case, Function, Outcome};
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Contents {
    functions: Vec<Function>,
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(generate::DIRECTORY).join(name);
    std::fs::read_to_string(path).expect("the vectors: run `cargo run -p economy-math --example vectors`")
}

fn functions(file: &str) -> Vec<Function> {
    serde_json::from_str::<Contents>(&read(file)).expect("the layout of a vectors file").functions
}

/// Wide inputs, and what comes out of them.
type WideCase = (Vec<i128>, Result<Vec<i128>, String>);

/// All cases of a function, the inputs as wide integers (`true` is 1, `false` is 0).
fn cases(file: &str, name: &str) -> Vec<WideCase> {
    let function = functions(file).into_iter().find(|function| function.name == name).expect("the function");
    let number = |text: &String| match text.as_str() {
        "true" => 1,
        "false" => 0,
        digits => digits.parse::<i128>().expect("a number"),
    };
    let cases: Vec<_> = function
        .cases
        .iter()
        .map(|Case(inputs, outcome)| {
            assert_eq!(inputs.len(), function.inputs.len());
            let outcome = match outcome {
                Outcome::Values(values) => {
                    assert_eq!(values.len(), function.outputs.len());
                    Ok(values.iter().map(number).collect())
                }
                Outcome::Error(error) => Err(error.clone()),
            };
            (inputs.iter().map(number).collect(), outcome)
        })
        .collect();
    assert!(cases.len() > 100, "{name} has only {} cases", cases.len());
    cases
}

/// A product of any size, as 32-bit digits, the lowest first, no zero on top.
fn product(factors: &[i128]) -> Vec<u32> {
    let digits = |value: i128| {
        let mut value = value.unsigned_abs();
        let mut digits = Vec::new();
        while value > 0 {
            digits.push(low_digit(value));
            value >>= 32;
        }
        digits
    };
    factors.iter().fold(vec![1], |total, factor| {
        assert!(*factor >= 0);
        let factor = digits(*factor);
        let mut result = vec![0u32; total.len() + factor.len()];
        for (i, a) in total.iter().enumerate() {
            let mut carry = 0u128;
            for (j, b) in factor.iter().enumerate() {
                let sum = u128::from(*a) * u128::from(*b) + u128::from(result[i + j]) + carry;
                result[i + j] = low_digit(sum);
                carry = sum >> 32;
            }
            result[i + factor.len()] = low_digit(carry);
        }
        while result.last() == Some(&0) {
            result.pop();
        }
        result
    })
}

fn low_digit(value: u128) -> u32 {
    u32::try_from(value & u128::from(u32::MAX)).expect("masked")
}

fn compare(left: &[i128], right: &[i128]) -> Ordering {
    order(&product(left), &product(right))
}

/// Which of two numbers, as digits, is the larger.
fn order(left: &[u32], right: &[u32]) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.iter().rev().cmp(right.iter().rev()))
}

/// The sum of two numbers, as digits.
fn sum(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut carry = 0;
    let mut digits: Vec<u32> = (0..=left.len().max(right.len()))
        .map(|place| {
            let digit = |digits: &[u32]| i128::from(digits.get(place).copied().unwrap_or(0));
            let total = digit(left) + digit(right) + carry;
            carry = total >> 32;
            low_digit(total.unsigned_abs())
        })
        .collect();
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

const MAX: i128 = 18_446_744_073_709_551_615;

/// The only `q` in the u64 range with `q * divisor <= product < (q + 1) * divisor`, or Overflow if it is larger.
fn assert_floor(outcome: &Result<i128, String>, factors: &[i128], divisor: i128) {
    match outcome {
        Ok(q) => {
            assert!(compare(&[*q, divisor], factors).is_le() && compare(&[*q + 1, divisor], factors).is_gt());
            assert!((0..=MAX).contains(q));
        }
        Err(error) => {
            assert_eq!(error, "Overflow");
            assert!(compare(&[MAX + 1, divisor], factors).is_le());
        }
    }
}

/// The least `q` in the u64 range with `q * divisor >= product`, or Overflow if it is larger.
fn assert_ceil(outcome: &Result<i128, String>, factors: &[i128], divisor: i128) {
    match outcome {
        Ok(q) => {
            assert!(compare(&[*q, divisor], factors).is_ge());
            assert!(*q == 0 || compare(&[*q - 1, divisor], factors).is_lt());
            assert!((0..=MAX).contains(q));
        }
        Err(error) => {
            assert_eq!(error, "Overflow");
            assert!(compare(&[MAX, divisor], factors).is_lt());
        }
    }
}

fn single(outcome: &Result<Vec<i128>, String>) -> Result<i128, String> {
    outcome.clone().map(|values| values[0])
}

fn fails(outcome: &Result<Vec<i128>, String>, name: &str) {
    assert_eq!(outcome.as_ref().expect_err("an error"), name);
}

fn ceil_rate(rate: i128, amount: i128) -> i128 {
    // Exact: 14 bits by 64.
    (rate * amount + 9_999) / 10_000
}

#[test]
fn the_files_are_what_the_generator_writes() {
    let mut total = 0;
    for file in generate::files() {
        // Not assert_eq: the message would be the whole file.
        assert!(read(file.name) == file.to_json().expect("json"), "{} is out of date: run the generator", file.name);
        assert_eq!(functions(file.name), file.functions);
        total += file.functions.iter().map(|function| function.cases.len()).sum::<usize>();
    }
    assert!(total >= 10_000, "only {total} cases");
}

#[test]
fn mul_div() {
    for (name, check) in
        [("mul_div_floor", assert_floor as fn(&Result<i128, String>, &[i128], i128)), ("mul_div_ceil", assert_ceil)]
    {
        for (inputs, outcome) in cases("bps.json", name) {
            match inputs[2] {
                0 => fails(&outcome, "DivisionByZero"),
                divisor => check(&single(&outcome), &inputs[..2], divisor),
            }
        }
    }
}

#[test]
fn bps() {
    for (inputs, outcome) in cases("bps.json", "bps_new") {
        assert_eq!(outcome, if inputs[0] > 10_000 { Err("RateOutOfRange".into()) } else { Ok(vec![inputs[0]]) });
    }
    for (inputs, outcome) in cases("bps.json", "bps_complement") {
        match outcome {
            Ok(rest) => assert_eq!(rest[0] + inputs[0], 10_000),
            Err(_) => assert!(inputs[0] > 10_000),
        }
    }
    for (name, check) in
        [("bps_apply_floor", assert_floor as fn(&Result<i128, String>, &[i128], i128)), ("bps_apply_ceil", assert_ceil)]
    {
        for (inputs, outcome) in cases("bps.json", name) {
            if inputs[0] > 10_000 {
                fails(&outcome, "RateOutOfRange");
            } else {
                check(&single(&outcome), &inputs, 10_000);
            }
        }
    }
}

#[test]
fn bps_display_reads_back() {
    let display = functions("bps.json").into_iter().find(|function| function.name == "bps_display").expect("it");
    for Case(inputs, outcome) in &display.cases {
        let rate: u32 = inputs[0].parse().expect("a rate");
        match outcome {
            Outcome::Error(error) => assert!(rate > 10_000 && error == "RateOutOfRange"),
            Outcome::Values(values) => {
                let percent = values[0].strip_suffix('%').expect("a percent sign");
                let (whole, rest) = percent.split_once('.').unwrap_or((percent, "0"));
                assert!(rest == "0" || !rest.ends_with('0'), "{percent} has trailing zeros");
                let hundredths: u32 = format!("{rest:0<2}").parse().expect("decimals");
                assert_eq!(whole.parse::<u32>().expect("percent") * 100 + hundredths, rate);
            }
        }
    }
}

#[test]
fn fees() {
    for (inputs, outcome) in cases("fee.json", "charge_of") {
        let [compute, booking, handling] = inputs[..] else { panic!("three inputs") };
        if booking.max(handling) > 10_000 {
            fails(&outcome, "RateOutOfRange");
            continue;
        }
        assert_eq!(outcome, Ok(vec![compute, ceil_rate(booking, compute), ceil_rate(handling, compute)]));
    }
    for (inputs, outcome) in cases("fee.json", "charge_total") {
        let [compute, booking, handling] = inputs[..] else { panic!("three inputs") };
        if booking.max(handling) > 10_000 {
            fails(&outcome, "RateOutOfRange");
            continue;
        }
        let fees = ceil_rate(booking, compute) + ceil_rate(handling, compute);
        if compute + fees > MAX {
            fails(&outcome, "Overflow");
        } else {
            assert_eq!(outcome, Ok(vec![fees, compute + fees]));
        }
    }
    for (inputs, outcome) in cases("fee.json", "provider_split") {
        match outcome {
            Ok(split) => {
                assert_eq!(split[1], ceil_rate(inputs[1], inputs[0]));
                assert_eq!(split[0] + split[1], inputs[0]);
            }
            Err(error) => assert!(inputs[1] > 10_000 && error == "RateOutOfRange"),
        }
    }
}

#[test]
fn orders() {
    for (inputs, outcome) in cases("order.json", "order_price") {
        let [devices, hours, price, discount, peak] = inputs[..] else { panic!("five inputs") };
        if discount > 10_000 {
            fails(&outcome, "RateOutOfRange");
        } else if devices == 0 || hours == 0 {
            fails(&outcome, "ZeroQuantity");
        } else {
            assert_ceil(&single(&outcome), &[devices, hours, price, 10_000 - discount, peak], 100_000_000);
        }
    }
    for (inputs, outcome) in cases("order.json", "utc_hour") {
        let hour = single(&outcome).expect("always");
        // Seconds since that hour of that day: a whole number of days and less than an hour.
        let since = (inputs[0] - hour * 3_600).rem_euclid(86_400);
        assert!((0..24).contains(&hour) && since < 3_600);
    }
}

#[test]
fn prices() {
    for (inputs, outcome) in cases("price.json", "usd_to_io") {
        let [micro_usd, price, conf, exponent] = inputs[..] else { panic!("four inputs") };
        if !(-12..=-1).contains(&exponent) {
            fails(&outcome, "ExponentOutOfRange");
        } else if price - conf <= 0 {
            fails(&outcome, "PriceNotPositive");
        } else {
            let mut factors = vec![micro_usd, 100];
            factors.extend((exponent..0).map(|_| 10));
            assert_ceil(&single(&outcome), &factors, price - conf);
        }
    }
}

/// `G(v) - G0` is the floor of `(C - G0) * (v - v0) / (B - v0)`.
fn assert_earned(outcome: &Result<i128, String>, [compute, booked, base_earned, base_seconds, verified]: [i128; 5]) {
    if base_earned > compute || base_seconds > booked {
        assert_eq!(outcome.as_ref().expect_err("inconsistent terms"), "Overflow");
    } else if verified.max(base_seconds) >= booked {
        assert_eq!(outcome, &Ok(compute));
    } else {
        let since = outcome.clone().map(|earned| earned - base_earned);
        let done = verified.max(base_seconds) - base_seconds;
        assert_floor(&since, &[compute - base_earned, done], booked - base_seconds);
    }
}

#[test]
fn earnings() {
    for (inputs, outcome) in cases("earnings.json", "earned") {
        assert_earned(&single(&outcome), inputs.try_into().expect("five inputs"));
    }
    for (inputs, outcome) in cases("earnings.json", "extended") {
        let [compute, booked, base_earned, base_seconds, verified, extra_compute, extra_seconds] = inputs[..] else {
            panic!("seven inputs")
        };
        if extra_seconds == 0 {
            fails(&outcome, "ZeroQuantity");
            continue;
        }
        if compute + extra_compute > MAX
            || booked + extra_seconds > MAX
            || base_earned > compute
            || base_seconds > booked
        {
            fails(&outcome, "Overflow");
            continue;
        }
        let after = outcome.expect("in range");
        assert_eq!(after[0], compute + extra_compute);
        assert_eq!(after[1], booked + extra_seconds);
        assert_eq!(after[3], verified.clamp(base_seconds, booked));
        assert_earned(&Ok(after[2]), [compute, booked, base_earned, base_seconds, verified]);
    }
}

#[test]
fn billing() {
    for (inputs, outcome) in cases("billing.json", "billed_seconds") {
        let [verified, elapsed, booked, ended_by_buyer] = inputs[..] else { panic!("four inputs") };
        let first_hour = ended_by_buyer == 1 && (1..=3_600).contains(&elapsed) && verified * 10 >= elapsed * 9;
        let expected = if first_hour { booked.min(3_600) } else { verified.min(elapsed).min(booked) };
        assert_eq!(single(&outcome), Ok(expected));
    }
    for (inputs, outcome) in cases("billing.json", "kept_buyer_fees") {
        let [earned, compute, booking, handling] = inputs[..] else { panic!("four inputs") };
        if booking.max(handling) > 10_000 {
            fails(&outcome, "RateOutOfRange");
            continue;
        }
        // The fee is monotone, so the lesser of two fees is the fee of the lesser amount.
        let base = earned.min(compute);
        assert_eq!(outcome, Ok(vec![ceil_rate(booking, base), ceil_rate(handling, base)]));
    }
}

#[test]
fn stakes() {
    for (inputs, outcome) in cases("stake.json", "minimum_stake") {
        let [base, multiplier, devices] = inputs[..] else { panic!("three inputs") };
        assert_ceil(&single(&outcome), &[base, multiplier.max(100), devices], 100);
    }
    for (inputs, outcome) in cases("stake.json", "counted_stake") {
        let counted = (inputs[0] + inputs[1]).min(2 * inputs[0]);
        assert_eq!(single(&outcome), if counted > MAX { Err("Overflow".into()) } else { Ok(counted) });
    }
}

/// Inputs, and what comes out of them, as the files have them.
type TextCase = (Vec<String>, Result<Vec<String>, String>);

/// All cases of a function of bytes, which are hexadecimal.
fn texts(file: &str, name: &str) -> Vec<TextCase> {
    let function = functions(file).into_iter().find(|function| function.name == name).expect("the function");
    let cases = function.cases.into_iter().map(|Case(inputs, outcome)| match outcome {
        Outcome::Values(values) => (inputs, Ok(values)),
        Outcome::Error(error) => (inputs, Err(error)),
    });
    cases.collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    assert!(hex.is_ascii() && hex.len().is_multiple_of(2));
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal")).collect()
}

fn hash_of(data: &[u8]) -> Vec<u8> {
    Sha256::digest(data).to_vec()
}

fn pair_of(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut pair = [a, b];
    pair.sort_unstable();
    hash_of(&[&[1], pair[0], pair[1]].concat())
}

/// The root of the leaves: of the largest full tree that leaves something over, and of the rest.
fn recursive_root(leaves: &[Hash]) -> Vec<u8> {
    match leaves {
        [leaf] => leaf.to_vec(),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            pair_of(&recursive_root(left), &recursive_root(right))
        }
    }
}

#[test]
fn merkle_hashes() {
    for (inputs, outcome) in texts("merkle.json", "leaf_hash") {
        assert_eq!(bytes(&outcome.expect("a leaf")[0]), hash_of(&[vec![0], bytes(&inputs[0])].concat()));
    }
    for (inputs, outcome) in texts("merkle.json", "parent") {
        assert_eq!(bytes(&outcome.expect("a parent")[0]), pair_of(&bytes(&inputs[0]), &bytes(&inputs[1])));
    }
    for (inputs, outcome) in texts("merkle.json", "reward_leaf") {
        let mut data = b"\0ionet:reward:v1".to_vec();
        inputs[..4].iter().for_each(|key| data.extend(bytes(key)));
        data.extend(inputs[4].parse::<u64>().expect("an amount").to_le_bytes());
        assert_eq!(data.len(), 152);
        assert_eq!(bytes(&outcome.expect("a leaf")[0]), hash_of(&data));
    }
    for (inputs, outcome) in texts("merkle.json", "airdrop_leaf") {
        let mut data = b"\0ionet:airdrop:v1".to_vec();
        inputs[..2].iter().for_each(|key| data.extend(bytes(key)));
        data.extend(inputs[2].parse::<u32>().expect("an index").to_le_bytes());
        data.extend(bytes(&inputs[3]));
        data.extend(inputs[4].parse::<u64>().expect("an amount").to_le_bytes());
        assert_eq!(data.len(), 125);
        assert_eq!(bytes(&outcome.expect("a leaf")[0]), hash_of(&data));
    }
}

#[test]
fn merkle_trees() {
    for (inputs, outcome) in texts("merkle.json", "tree") {
        let leaves = bytes(&inputs[0]);
        let (leaves, _) = leaves.as_chunks::<32>();
        let index: usize = inputs[1].parse().expect("an index");
        let [root, proof] = &outcome.expect("a tree")[..] else { panic!("two outputs") };
        assert_eq!(bytes(root), recursive_root(leaves));
        let end = bytes(proof).chunks(32).fold(leaves[index].to_vec(), |node, sibling| pair_of(&node, sibling));
        assert_eq!(bytes(root), end);
    }
    for (inputs, outcome) in texts("merkle.json", "root_of") {
        let proof = bytes(&inputs[1]);
        match proof.len() {
            length if length % 32 != 0 => assert_eq!(outcome, Err("ProofLength".into())),
            length if length > 640 => assert_eq!(outcome, Err("ProofTooLong".into())),
            _ => {
                let end = proof.chunks(32).fold(bytes(&inputs[0]), |node, sibling| pair_of(&node, sibling));
                assert_eq!(bytes(&outcome.expect("a root")[0]), end);
            }
        }
    }
}

#[test]
fn emissions() {
    let months = [exact::default_months(), exact::published_months()].map(|table| table.into_iter().map(i128::from));
    let months = months.map(Iterator::collect::<Vec<i128>>);
    let (month, total) = (2_629_800, 30_000_000_000_000_000);
    let emitted = |preset: i128, seconds: i128| {
        let table = &months[usize::try_from(preset).expect("a preset")];
        let ended = usize::try_from(seconds / month).expect("a month");
        match (table.get(ended), table.get(ended + 1)) {
            // Exact: 49 bits by 22.
            (Some(before), Some(after)) => before + (after - before) * (seconds % month) / month,
            _ => total,
        }
    };
    for (inputs, outcome) in cases("emission.json", "cumulative_emission") {
        assert_eq!(single(&outcome), Ok(emitted(inputs[0], inputs[1])));
    }
    for (inputs, outcome) in cases("emission.json", "epochs_ended") {
        assert_eq!(single(&outcome), Ok((inputs[0] / 3_600).min(175_320)));
    }
    for (inputs, outcome) in cases("emission.json", "pool_release") {
        if inputs[2] > 10_000 {
            fails(&outcome, "RateOutOfRange");
            continue;
        }
        let all = emitted(inputs[0], inputs[1].min(175_320) * 3_600);
        let gpu = all * inputs[2] / 10_000;
        assert_eq!(outcome, Ok(vec![gpu, all - gpu]));
    }
    for (inputs, outcome) in cases("emission.json", "pool_budget") {
        let budget = inputs[0] + inputs[1] * inputs[2].min(720) / 720;
        assert_eq!(single(&outcome), if budget <= MAX { Ok(budget) } else { Err("Overflow".to_owned()) });
    }
    for (inputs, outcome) in cases("emission.json", "reserve_after") {
        let held = inputs[0] + inputs[1];
        // The sum itself must fit, since the program holds it.
        let after = if held <= MAX && held >= inputs[2] { Ok(held - inputs[2]) } else { Err("Overflow".to_owned()) };
        assert_eq!(single(&outcome), after);
    }
}

/// `floor(a * b / c)` in 128 bits, or Overflow.
fn assert_wide_floor(outcome: &Result<i128, String>, a: i128, b: i128, c: i128) {
    match outcome {
        Ok(q) => {
            assert!(compare(&[*q, c], &[a, b]).is_le() && compare(&[*q + 1, c], &[a, b]).is_gt());
        }
        Err(error) => {
            assert_eq!(error, "Overflow");
            // At least 2^127: the readers of these files hold no more, and the generator gives no more.
            assert!(compare(&[1 << 64, 1 << 63, c], &[a, b]).is_le());
        }
    }
}

#[test]
fn wide_division() {
    for (inputs, outcome) in cases("shares.json", "wide_mul_div_floor") {
        match inputs[2] {
            0 => fails(&outcome, "DivisionByZero"),
            divisor => assert_wide_floor(&single(&outcome), inputs[0], inputs[1], divisor),
        }
    }
}

#[test]
fn deposits_and_redemptions() {
    for (inputs, outcome) in cases("shares.json", "tranche_deposit") {
        let [assets, shares, amount] = inputs[..] else { panic!("three inputs") };
        if shares > 0 && assets == 0 {
            fails(&outcome, "Worthless");
            continue;
        }
        let Ok(after) = outcome else {
            let error = outcome.expect_err("an error");
            if error == "ZeroShares" {
                assert!(amount == 0 || compare(&[amount, shares], &[assets]).is_lt());
            } else {
                assert_eq!(error, "Overflow");
                let minted_too_many = shares > 0 && compare(&[amount, shares], &[1 << 64, 1 << 62, assets]).is_ge();
                assert!(assets + amount > MAX || minted_too_many);
            }
            continue;
        };
        assert_eq!((after[0], after[1]), (assets + amount, shares + after[2]));
        if shares == 0 {
            assert_eq!(after[2], amount);
        } else {
            assert_wide_floor(&Ok(after[2]), amount, shares, assets);
        }
    }
    for (inputs, outcome) in cases("shares.json", "tranche_shares_for") {
        let [assets, shares, amount] = inputs[..] else { panic!("three inputs") };
        if amount >= assets {
            assert_eq!(outcome, Ok(vec![shares]));
        } else {
            assert_wide_floor(&single(&outcome), amount, shares, assets);
        }
    }
    for (inputs, outcome) in cases("shares.json", "tranche_redeem") {
        let [assets, shares, unbonding, redeemed] = inputs[..] else { panic!("four inputs") };
        if redeemed > unbonding {
            fails(&outcome, "InsufficientShares");
            continue;
        }
        let after = outcome.expect("in range");
        assert_eq!((after[0], after[1], after[2]), (assets - after[3], shares - redeemed, unbonding - redeemed));
        if redeemed == shares {
            assert_eq!(after[3], assets);
        } else {
            assert_wide_floor(&Ok(after[3]), redeemed, assets, shares);
        }
    }
}

#[test]
fn rewards() {
    for (inputs, outcome) in cases("reward_split.json", "reward_split") {
        let [amount, own, delegated, rate] = inputs[..] else { panic!("four inputs") };
        let counted = own.min(delegated);
        if rate > 10_000 {
            fails(&outcome, "RateOutOfRange");
        } else if counted == 0 {
            assert_eq!(outcome, Ok(vec![amount, 0, 0]));
        } else if own + counted > MAX {
            fails(&outcome, "Overflow");
        } else {
            let split = outcome.expect("in range");
            assert_eq!(split[0] + split[2], amount);
            let gross = split[2] + split[1];
            assert_wide_floor(&Ok(gross), amount, counted, own + counted);
            assert_eq!(split[1], gross * rate / 10_000);
        }
    }
    for (inputs, outcome) in cases("reward_split.json", "accumulator_add") {
        let [index, remainder, amount, shares] = inputs[..] else { panic!("four inputs") };
        if shares == 0 {
            assert!(["DivisionByZero", "Overflow"].contains(&outcome.expect_err("an error").as_str()));
            continue;
        }
        let Ok(after) = outcome else {
            assert!(compare(&[amount, 1 << 64], &[1 << 64, 1 << 62]).is_ge());
            continue;
        };
        // Nothing is lost: what each share got and what remains are what was there.
        let each = after[0] - index;
        assert!(after[1] < shares);
        let units = amount.checked_mul(1 << 64).and_then(|units| units.checked_add(remainder));
        if let Some(units) = units {
            assert_eq!(each * shares + after[1], units);
        }
    }
    for (inputs, outcome) in cases("reward_split.json", "earned_add") {
        let [amount, fraction, shares, from, to] = inputs[..] else { panic!("five inputs") };
        let Ok(after) = outcome else {
            let more = compare(&[shares, to - from], &[1 << 63, 1 << 63]).is_ge();
            assert!(more || amount + (shares * (to - from) + fraction) / (1 << 64) > MAX);
            continue;
        };
        let whole = after[0] - amount;
        assert!(whole >= 0 && (0..1 << 64).contains(&after[1]));
        if let Some(units) = shares.checked_mul(to - from).and_then(|units| units.checked_add(fraction)) {
            assert_eq!((whole, after[1]), (units >> 64, units & ((1 << 64) - 1)));
        }
    }
}

#[test]
fn slashes_and_restorations() {
    for (inputs, outcome) in cases("slashing.json", "slash_limit") {
        let [stake, recent] = inputs[..] else { panic!("two inputs") };
        assert_eq!(single(&outcome), Ok(((stake + recent) / 2 - recent).max(0)));
    }
    for (inputs, outcome) in cases("slashing.json", "restored_amount") {
        let [amount, shares, withdrawn] = inputs[..] else { panic!("three inputs") };
        let kept = (shares - withdrawn).max(0);
        if kept == 0 {
            assert_eq!(single(&outcome), Ok(0));
        } else {
            assert_wide_floor(&single(&outcome), kept, amount, shares);
        }
    }
}

#[test]
fn points() {
    for (inputs, outcome) in cases("points.json", "bandwidth_factor") {
        let reaches = |down: i128, up: i128| inputs[0] >= down * 1_000_000 && inputs[1] >= up * 1_000_000;
        let tiers = [(125, 800, 300), (110, 400, 300), (100, 100, 75)];
        let factor = tiers.iter().find(|(_, down, up)| reaches(*down, *up)).map_or(0, |(factor, _, _)| *factor);
        assert_eq!(single(&outcome), Ok(factor));
    }
    for (inputs, outcome) in cases("points.json", "device_points") {
        let [multiplier, bandwidth, uptime, hired, season] = inputs[..] else { panic!("five inputs") };
        if uptime > season {
            fails(&outcome, "Overflow");
        } else if uptime == 0 {
            assert_eq!(single(&outcome), Ok(0));
        } else {
            let hired = hired.min(uptime);
            let steps = [vec![], vec![multiplier], vec![multiplier, bandwidth]].map(|factors| {
                let by = |seconds: [i128; 2]| product(&[&seconds[..], &factors[..]].concat());
                sum(&by([uptime, uptime]), &by([hired, season]))
            });
            let numerator = &steps[2];
            match single(&outcome) {
                Ok(points) => {
                    assert!(order(&product(&[points, 360_000, season]), numerator).is_le());
                    assert!(order(&product(&[points + 1, 360_000, season]), numerator).is_gt());
                }
                Err(error) => {
                    assert_eq!(error, "Overflow");
                    // Of every step, even where the last is a multiplication by zero.
                    let beyond_128_bits = steps.iter().any(|step| step.len() > 4);
                    assert!(beyond_128_bits || order(&product(&[MAX + 1, 360_000, season]), numerator).is_le());
                }
            }
        }
    }
    for (inputs, outcome) in cases("points.json", "convert_points") {
        let [pool, points, total] = inputs[..] else { panic!("three inputs") };
        if points > total {
            fails(&outcome, "Overflow");
        } else if total == 0 {
            fails(&outcome, "DivisionByZero");
        } else {
            assert_floor(&single(&outcome), &[pool, points], total);
            assert!(single(&outcome).expect("a share") <= pool);
        }
    }
}

#[test]
fn idle_rewards() {
    for Case(inputs, outcome) in functions("idle_rewards.json").swap_remove(0).cases {
        let [passed, since] = [&inputs[1], &inputs[2]].map(|text| text.parse::<u64>().expect("a number"));
        let expected = if passed > 4 {
            Outcome::Error("Overflow".into())
        } else {
            Outcome::Values(vec![(inputs[0] == "false" && passed >= 3 && since <= 86_400).to_string()])
        };
        assert_eq!(outcome, expected);
    }
    for (inputs, outcome) in cases("idle_rewards.json", "idle_weight") {
        let [devices, multiplier, bandwidth, heartbeats, staked] = inputs[..] else { panic!("five inputs") };
        if heartbeats > 60 {
            fails(&outcome, "Overflow");
        } else if heartbeats < 55 || staked == 0 {
            assert_eq!(single(&outcome), Ok(0));
        } else {
            assert_floor(&single(&outcome), &[devices, multiplier, bandwidth, heartbeats, 60], 1);
        }
    }
    for Case(inputs, outcome) in functions("idle_rewards.json").swap_remove(2).cases {
        let [budget, weight, total] = [0, 1, 2].map(|input| inputs[input].parse::<u128>().expect("a number"));
        let expected = match total {
            total if weight > total => Outcome::Error("Overflow".into()),
            0 => Outcome::Values(vec!["0".into()]),
            // 64 by 64 bits: exact.
            total => Outcome::Values(vec![(budget * weight / total).to_string()]),
        };
        assert_eq!(outcome, expected);
    }
}
