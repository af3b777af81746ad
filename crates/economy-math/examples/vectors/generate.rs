//! The cases, from a fixed seed: edges first, then random values of every magnitude.

use std::fmt::Debug;

use economy_math::merkle::{
    airdrop_leaf, leaf_hash, parent, reward_leaf, root_in_place, root_of, Hash, HASH_BYTES, MAX_PROOF_BYTES,
};
use economy_math::{
    ask_bps, billed_seconds, convert_points, counted_stake, cumulative_emission, device_points, epochs_ended, fill_io,
    idle_reward, kept_buyer_fees, lot_of, minimum_stake, mul_div_ceil, mul_div_floor, order_price, pool_budget,
    pool_release, reference_of, reserve_after, restored_amount, slash_limit, usd_to_io, utc_hour, wide_mul_div_floor,
    Accumulator, AuctionState, BandwidthTier, Bps, Charge, DeviceEpoch, Earned, EmissionPreset, FeeRates, Lot,
    MathError, NodeEpoch, Position, Price, ProviderSplit, RewardSplit, Terms, Tranche, EMISSION_EPOCHS,
    EMISSION_MONTHS, EMISSION_TOTAL, SECONDS_PER_EPOCH, SECONDS_PER_MONTH,
};
use serde::{Deserialize, Serialize};

/// Where the files are, from the crate.
pub const DIRECTORY: &str = "../../tests/vectors";

const SEED: u64 = 0x696f_2e6e_6574;

/// One file of vectors.
pub struct File {
    pub name: &'static str,
    pub functions: Vec<Function>,
}

/// All cases of one function.
#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub cases: Vec<Case>,
}

/// Inputs as decimal strings (bytes as hexadecimal ones), then what comes out.
#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
pub struct Case(pub Vec<String>, pub Outcome);

/// The outputs as decimal strings, or the name of the error.
#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum Outcome {
    Values(Vec<String>),
    Error(String),
}

impl File {
    /// Compact JSON with one case a line, so that a change shows in a diff.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut functions = Vec::new();
        for function in &self.functions {
            let cases =
                function.cases.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?.join(",\n");
            functions.push(format!(
                "{{\"name\":{},\"inputs\":{},\"outputs\":{},\"cases\":[\n{cases}\n]}}",
                serde_json::to_string(&function.name)?,
                serde_json::to_string(&function.inputs)?,
                serde_json::to_string(&function.outputs)?,
            ));
        }
        Ok(format!("{{\"functions\":[\n{}\n]}}\n", functions.join(",\n")))
    }
}

/// Every file, the same at each call.
pub fn files() -> Vec<File> {
    let mut random = Random(SEED);
    vec![
        File { name: "bps.json", functions: bps(&mut random) },
        File { name: "fee.json", functions: fee(&mut random) },
        File { name: "order.json", functions: order(&mut random) },
        File { name: "price.json", functions: price(&mut random) },
        File { name: "earnings.json", functions: earnings(&mut random) },
        File { name: "auction.json", functions: auction(&mut Random(SEED)) },
        File { name: "billing.json", functions: billing(&mut random) },
        File { name: "stake.json", functions: stake(&mut random) },
        File { name: "merkle.json", functions: merkle(&mut random) },
        // Each its own source of randomness from here, so that the others stay what they are.
        File { name: "shares.json", functions: shares(&mut Random(SEED)) },
        File { name: "reward_split.json", functions: reward_split(&mut Random(SEED)) },
        File { name: "slashing.json", functions: slashing(&mut Random(SEED)) },
        File { name: "emission.json", functions: emission(&mut Random(SEED)) },
        File { name: "points.json", functions: points(&mut Random(SEED)) },
        File { name: "idle_rewards.json", functions: idle_rewards(&mut Random(SEED)) },
    ]
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform enough in `low..=high`.
    fn within(&mut self, low: u64, high: u64) -> u64 {
        match high.wrapping_sub(low).wrapping_add(1) {
            0 => self.next(),
            span => low + self.next() % span,
        }
    }

    /// One of the given.
    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        let count = u64::try_from(values.len()).expect("a length");
        values[usize::try_from(self.within(0, count - 1)).expect("an index")]
    }

    /// Any magnitude: one time in eight an edge, else a random number of random bits.
    fn u64(&mut self) -> u64 {
        if self.within(0, 7) == 0 {
            return self.of(&EDGES);
        }
        let shift = self.within(0, 63);
        self.next() >> shift
    }

    /// Any magnitude up to 126 bits; one time in eight an edge.
    fn u128(&mut self) -> u128 {
        if self.within(0, 7) == 0 {
            return self.of(&WIDE_EDGES);
        }
        let shift = self.within(2, 127);
        let value = (u128::from(self.next()) << 64) | u128::from(self.next());
        value >> shift
    }

    /// An amount of money as it occurs: up to 10^17 base units.
    fn amount(&mut self) -> u64 {
        let power = u32::try_from(self.within(0, 17)).expect("small");
        self.within(0, 10u64.pow(power))
    }

    fn u32(&mut self) -> u32 {
        let shift = 32 + self.within(0, 31);
        u32::try_from(self.next() >> shift).expect("32 bits")
    }

    fn u8(&mut self) -> u8 {
        u8::try_from(self.within(0, 255)).expect("8 bits")
    }

    fn i64(&mut self) -> i64 {
        self.u64().cast_signed()
    }

    fn seconds(&mut self) -> u64 {
        let hours = self.within(1, 2_000);
        if self.within(0, 3) == 0 {
            return hours * 3_600;
        }
        self.within(0, hours * 3_600)
    }

    fn flag(&mut self) -> bool {
        self.within(0, 1) == 1
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.u8()).collect()
    }

    fn hash(&mut self) -> Hash {
        self.bytes(HASH_BYTES).try_into().expect("32 bytes")
    }

    /// A rate; one in sixteen is out of range.
    fn rate(&mut self) -> u16 {
        let high = if self.within(0, 15) == 0 { u64::from(u16::MAX) } else { 10_000 };
        let any = u16::try_from(self.within(0, high)).expect("16 bits");
        self.of(&[0, 1, 25, 25, 200, 200, 5_000, 9_999, 10_000, any, any, any])
    }
}

const EDGES: [u64; 16] = [
    0,
    1,
    2,
    3,
    9_999,
    10_000,
    10_001,
    3_599,
    3_600,
    3_601,
    4_294_967_295,
    1 << 32,
    1 << 63,
    (1 << 63) - 1,
    u64::MAX - 1,
    u64::MAX,
];

const WIDE_EDGES: [u128; 9] = [0, 1, 2, 3, (1 << 64) - 1, 1 << 64, (1 << 64) + 1, (1 << 126) - 1, 1 << 126];

const SHORT_EDGES: [u64; 8] = [0, 1, 2, 10_000, 3_600, 1 << 32, u64::MAX - 1, u64::MAX];

fn function(name: &str, inputs: &[&str], outputs: &[&str], cases: Vec<Case>) -> Function {
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    Function { name: name.to_owned(), inputs: owned(inputs), outputs: owned(outputs), cases }
}

fn case<const N: usize>(inputs: &[&dyn ToString], outcome: Result<[String; N], MathError>) -> Case {
    case_of(inputs, outcome)
}

/// A case of a function with errors of its own.
fn case_of<const N: usize, E: Debug>(inputs: &[&dyn ToString], outcome: Result<[String; N], E>) -> Case {
    let outcome = match outcome {
        Ok(values) => Outcome::Values(values.into()),
        Err(error) => Outcome::Error(format!("{error:?}")),
    };
    Case(inputs.iter().map(|input| input.to_string()).collect(), outcome)
}

/// The readers hold signed numbers of 128 bits.
fn is_readable(Case(_, outcome): &Case) -> bool {
    match outcome {
        Outcome::Values(values) => values.iter().all(|value| value.parse::<i128>().is_ok()),
        Outcome::Error(_) => true,
    }
}

fn one<T: ToString>(value: T) -> [String; 1] {
    [value.to_string()]
}

fn bps(random: &mut Random) -> Vec<Function> {
    let mut floor = Vec::new();
    let mut ceil = Vec::new();
    let mut triples = Vec::new();
    for a in SHORT_EDGES {
        for b in [0, 1, 10_000, u64::MAX] {
            for c in [0, 1, 3, 10_000, u64::MAX] {
                triples.push((a, b, c));
            }
        }
    }
    for _ in 0..500 {
        triples.push((random.u64(), random.u64(), random.u64()));
        let part = random.u64();
        triples.push((random.u64(), part, random.within(part, u64::MAX)));
    }
    for (a, b, c) in triples {
        floor.push(case(&[&a, &b, &c], mul_div_floor(a, b, c).map(one)));
        ceil.push(case(&[&a, &b, &c], mul_div_ceil(a, b, c).map(one)));
    }

    let mut rates: Vec<u16> = vec![0, 1, 9, 10, 25, 99, 100, 101, 110, 200, 9_999, 10_000, 10_001, 65_535];
    rates.extend((0..120).map(|_| random.rate()));
    let new = rates.iter().map(|rate| case(&[rate], Bps::new(*rate).map(|bps| one(bps.get())))).collect();
    let complement =
        rates.iter().map(|rate| case(&[rate], Bps::new(*rate).map(|bps| one(bps.complement().get())))).collect();
    let display = rates.iter().map(|rate| case(&[rate], Bps::new(*rate).map(one))).collect();

    let mut pairs = Vec::new();
    for rate in [0, 1, 25, 200, 9_999, 10_000, 10_001] {
        for amount in [0, 1, 2, 9_999, 10_000, 10_001, u64::MAX - 1, u64::MAX] {
            pairs.push((rate, amount));
        }
    }
    for _ in 0..300 {
        pairs.push((random.rate(), random.u64()));
        pairs.push((random.rate(), random.amount()));
    }
    let apply = |of: fn(Bps, u64) -> economy_math::Result<u64>| {
        pairs
            .iter()
            .map(|(rate, amount)| case(&[rate, amount], Bps::new(*rate).and_then(|bps| of(bps, *amount)).map(one)))
            .collect()
    };
    vec![
        function("mul_div_floor", &["a", "b", "c"], &["value"], floor),
        function("mul_div_ceil", &["a", "b", "c"], &["value"], ceil),
        function("bps_new", &["rate"], &["rate"], new),
        function("bps_complement", &["rate"], &["rate"], complement),
        function("bps_display", &["rate"], &["text"], display),
        function("bps_apply_ceil", &["rate", "amount"], &["value"], apply(Bps::apply_ceil)),
        function("bps_apply_floor", &["rate", "amount"], &["value"], apply(Bps::apply_floor)),
    ]
}

fn rates(booking: u16, handling: u16) -> economy_math::Result<FeeRates> {
    Ok(FeeRates { booking: Bps::new(booking)?, handling: Bps::new(handling)? })
}

fn fee(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for compute in SHORT_EDGES {
        for (booking, handling) in [(0, 0), (25, 0), (25, 200), (10_000, 10_000), (10_001, 0), (0, 10_001)] {
            inputs.push((compute, booking, handling));
        }
    }
    for _ in 0..350 {
        inputs.push((random.amount(), 25, random.of(&[0, 200])));
        inputs.push((random.u64(), random.rate(), random.rate()));
    }
    let charge = |(compute, booking, handling): (u64, u16, u16)| Charge::of(compute, rates(booking, handling)?);
    let charges = inputs
        .iter()
        .map(|input| {
            let charge = charge(*input).map(|charge| {
                [charge.compute.to_string(), charge.booking_fee.to_string(), charge.handling_fee.to_string()]
            });
            case(&[&input.0, &input.1, &input.2], charge)
        })
        .collect();
    let totals = inputs
        .iter()
        .map(|input| {
            let total = charge(*input).and_then(|charge| Ok([charge.fees()?.to_string(), charge.total()?.to_string()]));
            case(&[&input.0, &input.1, &input.2], total)
        })
        .collect();
    let splits = inputs
        .iter()
        .map(|(earned, booking, _)| {
            let split = Bps::new(*booking)
                .and_then(|booking| ProviderSplit::of(*earned, booking))
                .map(|split| [split.net.to_string(), split.fee.to_string()]);
            case(&[earned, booking], split)
        })
        .collect();
    vec![
        function(
            "charge_of",
            &["compute", "booking", "handling"],
            &["compute", "booking_fee", "handling_fee"],
            charges,
        ),
        function("charge_total", &["compute", "booking", "handling"], &["fees", "total"], totals),
        function("provider_split", &["earned", "booking"], &["net", "fee"], splits),
    ]
}

fn order(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for (devices, hours) in [(0, 0), (0, 1), (1, 0), (1, 1), (8, 720), (u8::MAX, u32::MAX)] {
        for price in [0, 1, 2_000_000, u64::MAX] {
            for discount in [0, 1, 10_000, 10_001] {
                for peak in [0, 1, 10_000, 15_000, u32::MAX] {
                    inputs.push((devices, hours, price, discount, peak));
                }
            }
        }
    }
    // Both sides of the largest result.
    for price in [u64::MAX / 2, u64::MAX / 2 + 1] {
        inputs.push((2, 1, price, 0, 10_000));
        inputs.push((1, 2, price, 0, 10_000));
        inputs.push((1, 1, price, 0, 20_000));
        inputs.push((4, 1, price, 5_000, 10_000));
    }
    for _ in 0..700 {
        let devices = u8::try_from(random.within(1, 8)).expect("8 bits");
        let hours = u32::try_from(random.within(1, 2_000)).expect("32 bits");
        let discount = random.of(&[0, 0, 500, 1_000, 1_500, 3_333]);
        let peak = random.of(&[10_000, 10_000, 12_500, 15_000, 17_777, 30_000]);
        inputs.push((devices, hours, random.within(1, 20_000_000), discount, peak));
        inputs.push((random.u8(), random.u32(), random.u64(), random.rate(), random.u32()));
    }
    let prices = inputs
        .iter()
        .map(|(devices, hours, price, discount, peak)| {
            let usd = Bps::new(*discount)
                .and_then(|discount| order_price(*devices, *hours, *price, discount, *peak))
                .map(one);
            case(&[devices, hours, price, discount, peak], usd)
        })
        .collect();

    let mut times = vec![i64::MIN, i64::MIN + 1, -86_401, -86_400, -3_601, -3_600, -3_599, -1, 0, 1];
    times.extend([3_599, 3_600, 86_399, 86_400, 1_750_000_000, i64::MAX - 1, i64::MAX]);
    for _ in 0..200 {
        times.push(i64::try_from(random.within(1_700_000_000, 1_900_000_000)).expect("63 bits"));
        times.push(random.i64());
    }
    let hours = times.iter().map(|time| case(&[time], Ok(one(utc_hour(*time))))).collect();
    vec![
        function(
            "order_price",
            &["devices", "hours", "price", "discount", "peak_multiplier_bps"],
            &["micro_usd"],
            prices,
        ),
        function("utc_hour", &["unix_timestamp"], &["hour"], hours),
    ]
}

fn price(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for micro_usd in [0, 1, 999_999, 1_000_000, u64::MAX] {
        for (price, conf) in [
            (i64::MIN, 0),
            (-1, 0),
            (0, 0),
            (1, 0),
            (1, 1),
            (2, 1),
            (234_500_000, 100_000),
            (i64::MAX, 0),
            (i64::MAX, u64::MAX),
            (i64::MAX, i64::MAX.unsigned_abs() - 1),
        ] {
            for exponent in [i32::MIN, -13, -12, -8, -1, 0, 1, i32::MAX] {
                inputs.push((micro_usd, Price { price, conf, exponent }));
            }
        }
    }
    for _ in 0..600 {
        let value = random.within(1_000_000, 2_000_000_000);
        let price =
            Price { price: i64::try_from(value).expect("63 bits"), conf: random.within(0, value / 100), exponent: -8 };
        inputs.push((random.amount(), price));
        let exponent = random.of(&[-12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1]);
        let price = i64::try_from(random.u64() >> 1).expect("63 bits");
        let conf = random.within(0, price.unsigned_abs());
        inputs.push((random.u64(), Price { price, conf, exponent }));
    }
    for _ in 0..100 {
        let exponent = random.of(&[-13, -12, -6, -1, 0]);
        inputs.push((random.u64(), Price { price: random.i64(), conf: random.u64(), exponent }));
    }
    let cases = inputs
        .iter()
        .map(|(micro_usd, price)| {
            case(&[micro_usd, &price.price, &price.conf, &price.exponent], usd_to_io(*micro_usd, *price).map(one))
        })
        .collect();
    vec![function("usd_to_io", &["micro_usd", "price", "conf", "exponent"], &["io"], cases)]
}

fn earnings(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for compute in [0, 1, 10_000, u64::MAX] {
        for booked_seconds in [0, 1, 3_600, u64::MAX] {
            for (base_earned, base_seconds) in [(0, 0), (1, 1), (compute, booked_seconds), (u64::MAX, 0)] {
                for verified in [0, 1, 1_800, 3_600, u64::MAX - 1, u64::MAX] {
                    inputs.push((Terms { compute, booked_seconds, base_earned, base_seconds }, verified));
                }
            }
        }
    }
    for _ in 0..600 {
        // As they occur: extended once or not at all.
        let compute = random.amount();
        let booked_seconds = random.within(1, 2_000) * 3_600;
        let mut terms = Terms::booked(compute, booked_seconds);
        if random.flag() {
            terms.base_seconds = random.within(0, booked_seconds);
            terms.base_earned = random.within(0, compute);
        }
        inputs.push((terms, random.within(0, booked_seconds + 3_600)));
        let (compute, booked_seconds) = (random.u64(), random.u64());
        let terms = Terms {
            compute,
            booked_seconds,
            base_earned: random.within(0, compute),
            base_seconds: random.within(0, booked_seconds),
        };
        inputs.push((terms, random.within(0, booked_seconds)));
    }
    for _ in 0..100 {
        let terms = Terms {
            compute: random.u64(),
            booked_seconds: random.u64(),
            base_earned: random.u64(),
            base_seconds: random.u64(),
        };
        inputs.push((terms, random.u64()));
    }
    let earned = inputs
        .iter()
        .map(|(terms, verified)| {
            case(
                &[&terms.compute, &terms.booked_seconds, &terms.base_earned, &terms.base_seconds, verified],
                terms.earned(*verified).map(one),
            )
        })
        .collect();

    // Every other one, each with an extension.
    let extended = inputs
        .iter()
        .step_by(2)
        .map(|(terms, verified)| {
            let (extra_compute, extra_seconds) = match random.within(0, 9) {
                0 => (random.u64(), 0),
                1 => (random.u64(), random.u64()),
                _ => (random.amount(), random.within(1, 720) * 3_600),
            };
            let after = terms.extended(*verified, extra_compute, extra_seconds).map(|after| {
                [
                    after.compute.to_string(),
                    after.booked_seconds.to_string(),
                    after.base_earned.to_string(),
                    after.base_seconds.to_string(),
                ]
            });
            case(
                &[
                    &terms.compute,
                    &terms.booked_seconds,
                    &terms.base_earned,
                    &terms.base_seconds,
                    verified,
                    &extra_compute,
                    &extra_seconds,
                ],
                after,
            )
        })
        .collect();
    let terms = ["compute", "booked_seconds", "base_earned", "base_seconds"];
    let with = |more: &[&'static str]| [&terms, more].concat();
    vec![
        function("earned", &with(&["verified_seconds"]), &["earned"], earned),
        function("extended", &with(&["verified_seconds", "extra_compute", "extra_seconds"]), &terms, extended),
    ]
}

fn billing(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for elapsed in [0, 1, 9, 10, 11, 1_800, 3_599, 3_600, 3_601, u64::MAX] {
        // Around 90 % of it.
        let nine_tenths = u64::try_from(u128::from(elapsed) * 9 / 10).expect("less than elapsed");
        for verified in [0, nine_tenths.saturating_sub(1), nine_tenths, nine_tenths + 1, elapsed, u64::MAX] {
            for booked in [0, 1, 3_600, 7_200, u64::MAX] {
                for ended_by_buyer in [false, true] {
                    inputs.push((verified, elapsed, booked, ended_by_buyer));
                }
            }
        }
    }
    for _ in 0..300 {
        let elapsed = random.within(0, 4_000);
        inputs.push((random.within(elapsed * 8 / 10, elapsed), elapsed, random.seconds(), random.flag()));
        inputs.push((random.seconds(), random.seconds(), random.seconds(), random.flag()));
        inputs.push((random.u64(), random.u64(), random.u64(), random.flag()));
    }
    let seconds = inputs
        .iter()
        .map(|(verified, elapsed, booked, ended_by_buyer)| {
            let billed = billed_seconds(*verified, *elapsed, *booked, *ended_by_buyer);
            case(&[verified, elapsed, booked, ended_by_buyer], Ok(one(billed)))
        })
        .collect();

    let mut inputs = Vec::new();
    for earned in SHORT_EDGES {
        for compute in [0, 1, 10_000, u64::MAX] {
            for (booking, handling) in [(0, 0), (25, 200), (10_000, 10_000), (10_001, 0), (0, 10_001)] {
                inputs.push((earned, compute, booking, handling));
            }
        }
    }
    for _ in 0..400 {
        let compute = random.amount();
        inputs.push((random.within(0, compute), compute, 25, random.of(&[0, 200])));
        inputs.push((random.u64(), random.u64(), random.rate(), random.rate()));
    }
    let kept = inputs
        .iter()
        .map(|(earned, compute, booking, handling)| {
            let kept = rates(*booking, *handling)
                .and_then(|rates| kept_buyer_fees(*earned, rates, Charge::of(*compute, rates)?))
                .map(|kept| [kept.booking_fee.to_string(), kept.handling_fee.to_string()]);
            case(&[earned, compute, booking, handling], kept)
        })
        .collect();
    vec![
        function("billed_seconds", &["verified", "elapsed", "booked", "ended_by_buyer"], &["seconds"], seconds),
        function(
            "kept_buyer_fees",
            &["earned", "compute_charged", "booking", "handling"],
            &["booking_fee", "handling_fee"],
            kept,
        ),
    ]
}

fn stake(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for base in [0, 1, 20_000_000_000, u64::MAX / 255, u64::MAX / 255 + 1, u64::MAX] {
        for multiplier in [0, 1, 99, 100, 101, 3_000, u32::MAX] {
            for devices in [0, 1, 8, 255] {
                inputs.push((base, multiplier, devices));
            }
        }
    }
    for _ in 0..300 {
        let devices = u8::try_from(random.within(1, 8)).expect("8 bits");
        let multiplier = random.of(&[25, 50, 75, 100, 125, 150, 175, 200, 300, 450, 500, 1_000, 1_200, 3_000]);
        inputs.push((random.amount(), multiplier, devices));
        inputs.push((random.u64(), random.u32(), random.u8()));
    }
    let minimum = inputs
        .iter()
        .map(|(base, multiplier, devices)| {
            case(&[base, multiplier, devices], minimum_stake(*base, *multiplier, *devices).map(one))
        })
        .collect();

    let mut inputs = Vec::new();
    for own in EDGES {
        for delegated in SHORT_EDGES {
            inputs.push((own, delegated));
        }
    }
    for _ in 0..300 {
        inputs.push((random.amount(), random.amount()));
        inputs.push((random.u64(), random.u64()));
    }
    let counted = inputs
        .iter()
        .map(|(own, delegated)| case(&[own, delegated], counted_stake(*own, *delegated).map(one)))
        .collect();
    vec![
        function("minimum_stake", &["base_per_device", "multiplier_x100", "devices"], &["stake"], minimum),
        function("counted_stake", &["own", "delegated"], &["stake"], counted),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The siblings of a leaf, from the leaf up.
fn proof(leaves: &[Hash], mut index: usize) -> Vec<u8> {
    let mut level = leaves.to_vec();
    let mut proof = Vec::new();
    while level.len() > 1 {
        proof.extend(level.get(index ^ 1).into_iter().flatten());
        level = level.chunks(2).map(|pair| if let [a, b] = pair { parent(a, b) } else { pair[0] }).collect();
        index /= 2;
    }
    proof
}

fn merkle(random: &mut Random) -> Vec<Function> {
    let leaves = [0, 1, 30, 31, 54, 55, 56, 62, 63, 64, 118, 119, 127, 128, 151, 1_000]
        .map(|length| random.bytes(length))
        .iter()
        .map(|data| case(&[&hex(data)], Ok([hex(&leaf_hash(&[data]))])))
        .collect();

    let mut pairs = Vec::new();
    for _ in 0..16 {
        let (a, b) = (random.hash(), random.hash());
        // Equal ones, and some that differ in a byte alone: sorting looks at all of them, each unsigned.
        let mut c = a;
        c[usize::try_from(random.within(0, 31)).expect("an index")] ^= 0x80;
        pairs.extend([(a, b), (b, a), (a, a), (a, c), (c, a)]);
    }
    let parents = pairs.iter().map(|(a, b)| case(&[&hex(a), &hex(b)], Ok([hex(&parent(a, b))]))).collect();

    let rewards = (0..40)
        .map(|_| {
            let [program, pool, node, destination] = [(); 4].map(|()| random.hash());
            let cumulative = random.u64();
            let leaf = reward_leaf(&program, &pool, &node, &destination, cumulative);
            let keys = [program, pool, node, destination].map(|key| hex(&key));
            case(&[&keys[0], &keys[1], &keys[2], &keys[3], &cumulative], Ok([hex(&leaf)]))
        })
        .collect();
    let airdrops = (0..40)
        .map(|_| {
            let [program, season, wallet] = [(); 3].map(|()| random.hash());
            let (index, amount) = (random.u32(), random.u64());
            let leaf = airdrop_leaf(&program, &season, index, &wallet, amount);
            let keys = [program, season, wallet].map(|key| hex(&key));
            case(&[&keys[0], &keys[1], &index, &keys[2], &amount], Ok([hex(&leaf)]))
        })
        .collect();

    let mut roots = Vec::new();
    let mut proofs = Vec::new();
    for count in (1..=17).chain([31, 32, 33, 63, 65, 100]) {
        let leaves: Vec<Hash> = (0..count).map(|_| random.hash()).collect();
        let root = root_in_place(&mut leaves.clone()).map(|root| hex(&root));
        for index in [0, count / 2, count - 1] {
            let proof = proof(&leaves, index);
            roots.push(case_of(&[&hex(leaves.as_flattened()), &index], root.clone().map(|root| [root, hex(&proof)])));
            proofs.push((leaves[index], proof));
        }
    }
    for length in [1, 31, 33, MAX_PROOF_BYTES - 1, MAX_PROOF_BYTES, MAX_PROOF_BYTES + 1, MAX_PROOF_BYTES + HASH_BYTES] {
        proofs.push((random.hash(), random.bytes(length)));
    }
    let proofs = proofs
        .iter()
        .map(|(leaf, proof)| case_of(&[&hex(leaf), &hex(proof)], root_of(*leaf, proof).map(|root| [hex(&root)])))
        .collect();
    vec![
        function("leaf_hash", &["data"], &["leaf"], leaves),
        function("parent", &["a", "b"], &["parent"], parents),
        function("reward_leaf", &["program", "pool", "node", "destination", "cumulative"], &["leaf"], rewards),
        function("airdrop_leaf", &["program", "season", "index", "wallet", "amount"], &["leaf"], airdrops),
        function("tree", &["leaves", "index"], &["root", "proof"], roots),
        function("root_of", &["leaf", "proof"], &["root"], proofs),
    ]
}

/// The presets by the number that the vectors give them.
pub const PRESETS: [EmissionPreset; 2] = [EmissionPreset::Default, EmissionPreset::Published];

fn emission(random: &mut Random) -> Vec<Function> {
    let end = EMISSION_MONTHS * SECONDS_PER_MONTH;
    let mut times = EDGES.to_vec();
    for month in 0..=EMISSION_MONTHS + 1 {
        let border = month * SECONDS_PER_MONTH;
        times.extend([border.saturating_sub(1), border, border + 1]);
    }
    for _ in 0..300 {
        times.extend([random.within(0, end), random.u64()]);
    }
    let both = |time: &u64| [(0u8, *time), (1, *time)];
    let cumulative = times
        .iter()
        .flat_map(both)
        .map(|(preset, seconds)| {
            let emitted = cumulative_emission(PRESETS[usize::from(preset)], seconds);
            case(&[&preset, &seconds], emitted.map(one))
        })
        .collect();
    let ended = times.iter().map(|seconds| case(&[seconds], Ok(one(epochs_ended(*seconds))))).collect();

    let mut epochs = EDGES.to_vec();
    epochs.extend([EMISSION_EPOCHS - 1, EMISSION_EPOCHS, EMISSION_EPOCHS + 1, u64::MAX / SECONDS_PER_EPOCH + 1]);
    epochs.extend((0..300).map(|_| random.within(0, EMISSION_EPOCHS)));
    let release = epochs
        .iter()
        .flat_map(both)
        .map(|(preset, epoch)| {
            let share = if random.flag() { 9_500 } else { random.rate() };
            let released = Bps::new(share)
                .and_then(|share| pool_release(PRESETS[usize::from(preset)], epoch, share))
                .map(|shares| [shares.gpu.to_string(), shares.cpu.to_string()]);
            case(&[&preset, &epoch, &share], released)
        })
        .collect();

    let mut inputs = Vec::new();
    for released in SHORT_EDGES {
        for reserve in SHORT_EDGES {
            for epochs in [0, 1, 2, 719, 720, 721, u64::MAX] {
                inputs.push((released, reserve, epochs));
            }
        }
    }
    for _ in 0..400 {
        let reserve = random.within(0, EMISSION_TOTAL);
        inputs.push((random.amount(), reserve, random.within(0, 1_000)));
        inputs.push((random.u64(), random.u64(), random.u64()));
    }
    let budget = inputs
        .iter()
        .map(|(released, reserve, epochs)| {
            case(&[released, reserve, epochs], pool_budget(*released, *reserve, *epochs).map(one))
        })
        .collect();
    let after = inputs
        .iter()
        .map(|(reserve, released, paid)| {
            case(&[reserve, released, paid], reserve_after(*reserve, *released, *paid).map(one))
        })
        .collect();
    vec![
        function("cumulative_emission", &["preset", "seconds"], &["emitted"], cumulative),
        function("epochs_ended", &["seconds"], &["epochs"], ended),
        function("pool_release", &["preset", "epoch", "gpu_share"], &["gpu", "cpu"], release),
        function("pool_budget", &["released", "reserve", "epochs"], &["budget"], budget),
        function("reserve_after", &["reserve", "released", "paid"], &["reserve_after"], after),
    ]
}

fn shares(random: &mut Random) -> Vec<Function> {
    let mut triples = Vec::new();
    for a in WIDE_EDGES {
        for b in [0, 1, 3, 1 << 64, 1 << 126] {
            for c in [0, 1, 3, (1 << 64) - 1, 1 << 126] {
                triples.push((a, b, c));
            }
        }
    }
    for _ in 0..700 {
        triples.push((random.u128(), random.u128(), random.u128()));
        // A part of something, as shares are: it always fits.
        let whole = random.u128().max(1);
        triples.push((random.u128() % whole, random.u128(), whole));
    }
    let wide = triples
        .iter()
        .map(|(a, b, c)| case(&[a, b, c], wide_mul_div_floor(*a, *b, *c).map(one)))
        .filter(is_readable)
        .collect();

    let tranche = |assets, shares, unbonding_shares| Tranche { assets, shares, unbonding_shares, withdrawn_shares: 0 };
    let mut inputs = Vec::new();
    for assets in [0, 1, 1_000, u64::MAX] {
        for shares in [0, 1, 999, 1 << 64, 1 << 126] {
            for amount in SHORT_EDGES {
                inputs.push((assets, shares, amount));
            }
        }
    }
    for _ in 0..400 {
        let assets = random.amount();
        inputs.push((assets, u128::from(assets) * u128::from(random.within(1, 40)) / 7, random.amount()));
        inputs.push((random.u64(), random.u128(), random.u64()));
    }
    let deposits = inputs
        .iter()
        .map(|(assets, shares, amount)| {
            let mut tranche = tranche(*assets, *shares, 0);
            let minted = tranche.deposit(*amount);
            let after =
                minted.map(|minted| [tranche.assets.to_string(), tranche.shares.to_string(), minted.to_string()]);
            case(&[assets, shares, amount], after)
        })
        .filter(is_readable)
        .collect();
    let shares_for = inputs
        .iter()
        .map(|(assets, shares, amount)| {
            case(&[assets, shares, amount], tranche(*assets, *shares, 0).shares_for(*amount).map(one))
        })
        .filter(is_readable)
        .collect();

    let mut inputs = Vec::new();
    for (shares, unbonding, redeemed) in [(0, 0, 0), (0, 0, 1), (9, 9, 9), (9, 5, 5), (9, 5, 6), (9, 3, 0)] {
        for assets in [0, 1, 7, u64::MAX] {
            inputs.push((assets, shares, unbonding, redeemed));
        }
    }
    for _ in 0..500 {
        let shares = random.u128();
        let unbonding = if random.flag() { shares } else { shares / 3 };
        let redeemed = match random.within(0, 2) {
            0 => unbonding,
            1 => unbonding / u128::from(random.within(1, 9)),
            _ => random.u128(),
        };
        inputs.push((random.u64(), shares, unbonding, redeemed));
    }
    let redemptions = inputs
        .iter()
        .map(|(assets, shares, unbonding, redeemed)| {
            let mut tranche = tranche(*assets, *shares, *unbonding);
            let amount = tranche.redeem(*redeemed).map(|amount| {
                [
                    tranche.assets.to_string(),
                    tranche.shares.to_string(),
                    tranche.unbonding_shares.to_string(),
                    amount.to_string(),
                ]
            });
            case(&[assets, shares, unbonding, redeemed], amount)
        })
        .collect();
    vec![
        function("wide_mul_div_floor", &["a", "b", "c"], &["value"], wide),
        function("tranche_deposit", &["assets", "shares", "amount"], &["assets", "shares", "minted"], deposits),
        function("tranche_shares_for", &["assets", "shares", "amount"], &["shares"], shares_for),
        function(
            "tranche_redeem",
            &["assets", "shares", "unbonding_shares", "redeemed"],
            &["assets", "shares", "unbonding_shares", "amount"],
            redemptions,
        ),
        function("position", &["steps"], &["earning", "waiting", "oldest", "result"], positions(random)),
    ]
}

/// Lives of a position: each case draws its steps from a seed, which is all that the other side needs to repeat them.
fn positions(random: &mut Random) -> Vec<Case> {
    (0..400)
        .map(|_| {
            let seed = random.next();
            let mut steps = Random(seed);
            let mut position = Position::default();
            let mut now = 0;
            let mut result = Ok(0);
            for _ in 0..24 {
                now += i64::try_from(steps.within(0, 40_000)).expect("small");
                let shares = u128::from(steps.within(0, 1_000));
                result = match steps.within(0, 3) {
                    0 => position.activate(now),
                    1 => {
                        let mut copy = position;
                        let removed = copy.remove(shares);
                        if removed.is_ok() {
                            position = copy;
                        }
                        removed
                    }
                    _ => position.add(shares, now).map(|()| shares),
                };
            }
            let waiting = position.lots.iter().filter(|lot| lot.shares > 0).count();
            let Lot { since, .. } = position.lots[0];
            let last = result.map_or_else(|error| format!("{error:?}"), |value| value.to_string());
            let outcome = [position.earning_shares.to_string(), waiting.to_string(), since.to_string(), last];
            case(&[&seed], Ok(outcome))
        })
        .collect()
}

fn reward_split(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for amount in [0, 1, 2, 999, u64::MAX] {
        for own in [0, 1, 3, 1_000, u64::MAX] {
            for delegated in [0, 1, 2, 1_000, u64::MAX] {
                for rate in [0, 1, 5_000, 10_000, 10_001] {
                    inputs.push((amount, own, delegated, rate));
                }
            }
        }
    }
    for _ in 0..600 {
        inputs.push((random.amount(), random.amount(), random.amount(), random.rate()));
        inputs.push((random.u64(), random.u64(), random.u64(), random.rate()));
    }
    let splits = inputs
        .iter()
        .map(|(amount, own, delegated, rate)| {
            let split = Bps::new(*rate)
                .and_then(|rate| RewardSplit::of(*amount, *own, *delegated, rate))
                .map(|split| [split.owner.to_string(), split.commission.to_string(), split.delegators.to_string()]);
            case(&[amount, own, delegated, rate], split)
        })
        .collect();

    let mut inputs = Vec::new();
    for amount in [0, 1, u64::MAX] {
        for shares in [0, 1, 3, 1 << 64, 1 << 126] {
            for remainder in [0, 1, (1 << 64) - 1, 1 << 126] {
                inputs.push((0, remainder, amount, shares));
            }
        }
    }
    for _ in 0..500 {
        inputs.push((random.u128() >> 1, random.u128() >> 40, random.amount(), random.u128() >> 20));
    }
    let sums = inputs
        .iter()
        .map(|(index, remainder, amount, shares)| {
            let mut rewards = Accumulator { index: *index, remainder: *remainder };
            let after = rewards.add(*amount, *shares);
            let after = after.map(|()| [rewards.index.to_string(), rewards.remainder.to_string()]);
            case(&[index, remainder, amount, shares], after)
        })
        .filter(is_readable)
        .collect();

    let mut inputs = Vec::new();
    for shares in [0, 1, 1 << 64, 1 << 126] {
        for delta in [0, 1, 3, 1 << 64, 1 << 126] {
            for fraction in [0, 1, u64::MAX] {
                inputs.push((0, fraction, shares, 7, 7 + delta));
                inputs.push((u64::MAX, fraction, shares, 7, 7 + delta));
            }
        }
    }
    for _ in 0..500 {
        let shares = random.u128() >> random.of(&[60, 70, 90]);
        let from = random.u128() >> 1;
        inputs.push((random.amount(), random.u64(), shares, from, from + (random.u128() >> 66)));
    }
    let earned = inputs
        .iter()
        .map(|(amount, fraction, shares, from, to)| {
            let mut earned = Earned { amount: *amount, fraction: *fraction };
            let after = earned.add(*shares, *from, *to);
            let after = after.map(|()| [earned.amount.to_string(), earned.fraction.to_string()]);
            case(&[amount, fraction, shares, from, to], after)
        })
        .collect();
    vec![
        function(
            "reward_split",
            &["amount", "own", "delegated", "commission"],
            &["owner", "commission", "delegators"],
            splits,
        ),
        function("accumulator_add", &["index", "remainder", "amount", "shares"], &["index", "remainder"], sums),
        function("earned_add", &["amount", "fraction", "shares", "from", "to"], &["amount", "fraction"], earned),
    ]
}

fn slashing(random: &mut Random) -> Vec<Function> {
    let mut inputs = Vec::new();
    for stake in EDGES {
        for recent in SHORT_EDGES {
            inputs.push((stake, recent));
        }
    }
    for _ in 0..300 {
        let stake = random.amount();
        inputs.push((stake, random.within(0, stake)));
    }
    let limits =
        inputs.iter().map(|(stake, recent)| case(&[stake, recent], slash_limit(*stake, *recent).map(one))).collect();

    let mut inputs = Vec::new();
    for amount in SHORT_EDGES {
        for shares in [0, 1, 3, 1 << 64, 1 << 126] {
            for withdrawn in [0, 1, 2, 1 << 64, 1 << 126] {
                inputs.push((amount, shares, withdrawn));
            }
        }
    }
    for _ in 0..400 {
        let shares = random.u128();
        let withdrawn = if random.flag() { random.u128() } else { random.u128() % shares.max(1) };
        inputs.push((random.amount(), shares, withdrawn));
    }
    let restored = inputs
        .iter()
        .map(|(amount, shares, withdrawn)| {
            case(&[amount, shares, withdrawn], restored_amount(*amount, *shares, *withdrawn).map(one))
        })
        .collect();
    vec![
        function("slash_limit", &["stake", "recent"], &["limit"], limits),
        function("restored_amount", &["amount", "shares", "withdrawn"], &["restored"], restored),
    ]
}

fn points(random: &mut Random) -> Vec<Function> {
    const MONTH: u64 = 2_678_400;
    let mut speeds = Vec::new();
    for down in [0, 99_999_999, 100_000_000, 399_999_999, 400_000_000, 799_999_999, 800_000_000, u64::MAX] {
        for up in [0, 74_999_999, 75_000_000, 299_999_999, 300_000_000, u64::MAX] {
            speeds.push((down, up));
        }
    }
    for _ in 0..100 {
        speeds.push((random.within(0, 1_000_000_000), random.within(0, 400_000_000)));
    }
    let factors = speeds
        .iter()
        .map(|(down, up)| case(&[down, up], Ok(one(BandwidthTier::of(*down, *up).factor_x100()))))
        .collect();

    let mut inputs = Vec::new();
    for (multiplier, bandwidth) in [(0, 100), (100, 0), (25, 100), (1_000, 110), (3_000, 125), (u32::MAX, u32::MAX)] {
        for season in [0, 1, 3_599, 3_600, MONTH, u64::MAX] {
            for uptime in [0, 1, season / 2, season.saturating_sub(1), season, season.saturating_add(1)] {
                for hired in [0, uptime / 3, uptime, u64::MAX] {
                    inputs.push((multiplier, bandwidth, uptime, hired, season));
                }
            }
        }
    }
    for _ in 0..600 {
        let season = random.within(1, MONTH);
        let uptime = random.within(0, season);
        let multiplier = random.of(&[25, 50, 75, 100, 125, 150, 175, 200, 300, 450, 500, 1_000, 1_200, 3_000]);
        let bandwidth = random.of(&[0, 100, 110, 125]);
        inputs.push((multiplier, bandwidth, uptime, random.within(0, season), season));
        inputs.push((random.u32(), random.u32(), random.u64(), random.u64(), random.u64()));
    }
    let devices = inputs
        .iter()
        .map(|(multiplier, bandwidth, uptime, hired, season)| {
            let points = device_points(*multiplier, *bandwidth, *uptime, *hired, *season);
            case(&[multiplier, bandwidth, uptime, hired, season], points.map(one))
        })
        .collect();

    let mut shares = Vec::new();
    for pool in [0, 1, 1_662_500_000_000_000, u64::MAX] {
        for total in [0, 1, 3, 150_000_000, u64::MAX] {
            for points in [0, 1, total / 2, total, total.saturating_add(1)] {
                shares.push((pool, points, total));
            }
        }
    }
    for _ in 0..300 {
        let total = random.amount();
        shares.push((random.amount(), random.within(0, total), total));
        shares.push((random.u64(), random.u64(), random.u64()));
    }
    let conversions = shares
        .iter()
        .map(|(pool, points, total)| case(&[pool, points, total], convert_points(*pool, *points, *total).map(one)))
        .collect();
    vec![
        function("bandwidth_factor", &["down", "up"], &["factor_x100"], factors),
        function(
            "device_points",
            &["multiplier_x100", "bandwidth_x100", "uptime", "hired", "season"],
            &["points"],
            devices,
        ),
        function("convert_points", &["pool", "points", "total_points"], &["io"], conversions),
    ]
}

fn price_of(random: &mut Random) -> Price {
    let value = random.within(1_000_000, 2_000_000_000);
    let exponent = random.of(&[-8, -8, -8, -12, -7, -6, -5, -1]);
    Price { price: i64::try_from(value).expect("63 bits"), conf: random.within(0, value / 100), exponent }
}

/// An auction as it can be: with a price or without, touched before or after silence began, sold or not.
fn auction_state(random: &mut Random) -> AuctionState {
    let power = u32::try_from(random.within(0, 15)).expect("small");
    let last_price = if random.within(0, 9) == 0 { 0 } else { random.within(1, 10u64.pow(power)) };
    let reference = if random.flag() { last_price } else { random.within(1, 2 * last_price.max(1)) };
    let last_good_at = i64::try_from(random.within(1_700_000_000, 1_700_700_000)).expect("63 bits");
    let touched_at = last_good_at + i64::try_from(random.within(0, 1_400_000)).expect("63 bits");
    let lot = random.of(&[0, 1, 2, 3, 999_999, 41_666_667, 5_000_000_000]);
    let left = random.within(0, lot);
    let sold = lot - left;
    // About what the reference asks for it, or nothing like it.
    let fair = u128::from(sold) * 100_000_000 / u128::from(reference.max(1));
    let fair = u64::try_from(fair.min(u128::from(u64::MAX) / 2)).expect("64 bits");
    let spread = random.of(&[1, 50, 90, 100, 110, 200, 5_000]);
    let hour_io = if sold == 0 { 0 } else { (fair / 100).saturating_mul(spread).max(1) };
    AuctionState { hour: touched_at.div_euclid(3_600), lot, left, hour_io, reference, last_price, last_good_at }
}

fn auction(random: &mut Random) -> Vec<Function> {
    let mut times = vec![0, 1, 3, 4, 3_599, 3_600, -1, -3_600, 1_719_792_000];
    times.extend((0..150).map(|_| i64::try_from(random.within(0, 1 << 34)).expect("63 bits")));
    let asks = times.iter().map(|now| case(&[now], Ok(one(ask_bps(*now))))).collect();

    let mut vaults: Vec<u64> = EDGES.into();
    vaults.extend([23, 24, 25, 999_999, 1_000_000, 1_000_001, 24_000_000]);
    vaults.extend((0..100).map(|_| random.amount()));
    let lots = vaults.iter().map(|vault| case(&[vault], Ok(one(lot_of(*vault))))).collect();

    let mut inputs = Vec::new();
    for usdc in [0, 1, 1_000_000, u64::MAX] {
        for ask in [0, 9_501, 10_000, 10_500, u64::MAX] {
            for price in [(0, 0, -8), (1, 0, -12), (1, 1, -8), (250_000_000, 0, -8), (i64::MAX, 0, -1), (5, 0, 0)] {
                inputs.push((usdc, ask, Price { price: price.0, conf: price.1, exponent: price.2 }));
            }
        }
    }
    for _ in 0..500 {
        let ask = random.within(9_501, 10_500);
        inputs.push((random.amount(), ask, price_of(random)));
        inputs.push((random.u64(), ask, price_of(random)));
    }
    let fills = inputs
        .iter()
        .map(|(usdc, ask, price)| {
            let io = fill_io(*usdc, *ask, *price).map(one);
            case(&[usdc, ask, &price.price, &price.conf, &price.exponent], io)
        })
        .collect();
    let references = inputs
        .iter()
        .map(|(_, _, price)| case(&[&price.price, &price.conf, &price.exponent], reference_of(*price).map(one)))
        .collect();

    let touched = (0..700)
        .map(|index| {
            let state = auction_state(random);
            let span = random.of(&[3_600, 90_000, 700_000, 2_000_000, 20_000_000, 400_000_000]);
            let now = state.last_good_at + i64::try_from(random.within(0, span)).expect("63 bits");
            let vault = if index % 5 == 0 { random.within(0, 2_000_000) } else { random.amount() };
            let after = state.touched(vault, now).map(|after| {
                [
                    after.hour.to_string(),
                    after.lot.to_string(),
                    after.left.to_string(),
                    after.hour_io.to_string(),
                    after.reference.to_string(),
                ]
            });
            let AuctionState { hour, lot, left, hour_io, reference, last_price, last_good_at } = state;
            case(&[&hour, &lot, &left, &hour_io, &reference, &last_price, &last_good_at, &vault, &now], after)
        })
        .collect();
    let price = ["price", "conf", "exponent"];
    vec![
        function("ask_bps", &["now"], &["ask_bps"], asks),
        function("lot_of", &["vault"], &["lot"], lots),
        function("fill_io", &[["usdc", "ask_bps"].as_slice(), &price].concat(), &["io"], fills),
        function("reference_of", &price, &["reference"], references),
        function(
            "auction_touched",
            &["hour", "lot", "left", "hour_io", "reference", "last_price", "last_good_at", "vault", "now"],
            &["hour", "lot", "left", "hour_io", "reference"],
            touched,
        ),
    ]
}

fn idle_rewards(random: &mut Random) -> Vec<Function> {
    let mut devices = Vec::new();
    for hired in [false, true] {
        for proofs_passed in 0..=5 {
            for since_pass in [0, 1, 86_399, 86_400, 86_401, u64::MAX] {
                devices.push(DeviceEpoch { hired, proofs_passed, since_pass });
            }
        }
    }
    for _ in 0..60 {
        devices.push(DeviceEpoch { hired: random.flag(), proofs_passed: random.u8() % 6, since_pass: random.u64() });
    }
    let earning = devices
        .iter()
        .map(|device| {
            let DeviceEpoch { hired, proofs_passed, since_pass } = device;
            case(&[hired, proofs_passed, since_pass], device.is_earning().map(one))
        })
        .collect();

    let mut nodes = Vec::new();
    for heartbeats in [0, 1, 54, 55, 56, 59, 60, 61, 255] {
        for staked in [false, true] {
            for earning_devices in [0, 1, 8, 255] {
                for (multiplier_x100, bandwidth_x100) in
                    [(0, 100), (25, 0), (100, 100), (3_000, 125), (u32::MAX, 125), (u32::MAX, u32::MAX)]
                {
                    nodes.push(NodeEpoch { earning_devices, multiplier_x100, bandwidth_x100, heartbeats, staked });
                }
            }
        }
    }
    for _ in 0..300 {
        nodes.push(NodeEpoch {
            earning_devices: random.u8() % 9,
            multiplier_x100: random.of(&[25, 50, 75, 100, 125, 150, 175, 200, 300, 450, 500, 1_000, 1_200, 3_000]),
            bandwidth_x100: random.of(&[0, 100, 110, 125]),
            heartbeats: 50 + random.u8() % 12,
            staked: random.within(0, 7) > 0,
        });
    }
    let weights = nodes
        .iter()
        .map(|node| {
            let NodeEpoch { earning_devices, multiplier_x100, bandwidth_x100, heartbeats, staked } = node;
            let inputs: [&dyn ToString; 5] = [earning_devices, multiplier_x100, bandwidth_x100, heartbeats, staked];
            case(&inputs, node.weight().map(one))
        })
        .collect();

    let mut shares: Vec<(u64, u64, u128)> = Vec::new();
    for budget in SHORT_EDGES {
        for weight in [0, 1, 3, 3_168_000_000, u64::MAX] {
            for total in [0, 1, 3, u128::from(u64::MAX), 1 << 84, u128::MAX] {
                shares.push((budget, weight, total));
            }
        }
    }
    for _ in 0..300 {
        let weight = random.u64() >> 16;
        shares.push((random.amount(), weight, u128::from(weight) * u128::from(random.within(1, 1 << 20))));
        shares.push((random.u64(), random.u64(), u128::from(random.u64()) * u128::from(random.u64())));
    }
    let rewards = shares
        .iter()
        .map(|(budget, weight, total)| case(&[budget, weight, total], idle_reward(*budget, *weight, *total).map(one)))
        .collect();
    vec![
        function("is_earning", &["hired", "proofs_passed", "since_pass"], &["earning"], earning),
        function(
            "idle_weight",
            &["earning_devices", "multiplier_x100", "bandwidth_x100", "heartbeats", "staked"],
            &["weight"],
            weights,
        ),
        function("idle_reward", &["budget", "weight", "total_weight"], &["reward"], rewards),
    ]
}
