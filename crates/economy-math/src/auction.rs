//! The auction that sells fees in USDC for IO: what is for sale in an hour, what is asked for it, and the reference
//! that is carried on while no price is seen.
//!
//! Every hour of the clock is a Dutch auction of its own: a lot, and an ask that falls from 105 % of the market to 95 %.
//! Hours in which nobody came add nothing to a lot, but they move the carried reference, which is the same whoever
//! looked, and when.

use crate::bps::{div_ceil, BPS_DENOMINATOR};
use crate::error::{MathError, Result};
use crate::price::{io_fraction, Price};

/// Seconds in an hour of the auction.
pub const AUCTION_HOUR_SECONDS: i64 = 3_600;
/// What is asked at the beginning of an hour, in basis points of the market.
pub const ASK_START_BPS: u64 = 10_500;
/// By how much the ask falls in an hour, in basis points of the market.
pub const ASK_FALL_BPS: u64 = 1_000;
/// A lot is this part of the vault.
pub const LOT_DIVISOR: u64 = 24;
/// A vault below this is for sale in one lot: one USDC.
pub const SMALL_VAULT: u64 = 1_000_000;
/// Without a valid price for this long the carried reference takes its place, in seconds.
pub const PRICE_SILENCE_SECONDS: i64 = 86_400;
/// The ceiling of the carried reference doubles with every so many seconds since the last valid price.
pub const CEILING_SECONDS: i64 = 604_800;
/// By how much the carried reference rises in an hour in which less than half of the lot was sold, in percent.
pub const RISE_PERCENT: u64 = 1;
/// How far one hour's fills can move the carried reference, in percent.
pub const MOVE_PERCENT: u64 = 5;
/// The highest reference, in micro-USD per IO: a billion dollars.
pub const MAX_REFERENCE: u64 = 1_000_000_000_000_000;

/// Base units of IO in one IO.
const IO_UNIT: u128 = 100_000_000;
/// The exponent of a price in micro-USD.
const MICRO_USD_EXPONENT: i32 = -6;
const PERCENT: u64 = 100;

/// What is asked `now`, in basis points of the market: `10,500 - floor(1,000 * s / 3,600)` at second `s` of the hour.
pub fn ask_bps(now: i64) -> u64 {
    let second = u64::try_from(now.rem_euclid(AUCTION_HOUR_SECONDS)).unwrap_or_default();
    // The quotient is below the fall.
    ASK_START_BPS.saturating_sub(ASK_FALL_BPS.saturating_mul(second) / 3_600)
}

/// The lot of an hour that begins with `vault` base units of USDC: a 24th, or all of less than one USDC.
pub fn lot_of(vault: u64) -> u64 {
    if vault < SMALL_VAULT {
        vault
    } else {
        vault / LOT_DIVISOR
    }
}

/// The IO that is burned for `usdc`, in base units, rounded up:
/// `ceil(usdc * ask * 100 * 10^-exponent / ((price - conf) * 10^4))`.
pub fn fill_io(usdc: u64, ask_bps: u64, price: Price) -> Result<u64> {
    let (numerator, low) = io_fraction(usdc, price)?;
    let numerator = numerator.checked_mul(u128::from(ask_bps)).ok_or(MathError::Overflow)?;
    let denominator = u128::from(low).checked_mul(u128::from(BPS_DENOMINATOR)).ok_or(MathError::Overflow)?;
    div_ceil(numerator, denominator)
}

/// A price at the low end of its confidence interval as a reference: whole micro-USD per IO, rounded down, at least one
/// and at most [`MAX_REFERENCE`]. Both bounds ask for more IO than the price does, never for less, but for prices below
/// a micro-USD.
pub fn reference_of(price: Price) -> Result<u64> {
    let (_, low) = io_fraction(0, price)?;
    let shift = price.exponent.saturating_sub(MICRO_USD_EXPONENT);
    let scale = 10u128.checked_pow(shift.unsigned_abs()).ok_or(MathError::Overflow)?;
    let low = u128::from(low);
    // At most 63 bits times 10^5.
    let exact = if shift >= 0 { low.checked_mul(scale) } else { low.checked_div(scale) }.ok_or(MathError::Overflow)?;
    let bounded = exact.clamp(1, u128::from(MAX_REFERENCE));
    u64::try_from(bounded).map_err(|_| MathError::Overflow)
}

/// A carried reference in the place of a price.
pub fn carried_price(reference: u64) -> Result<Price> {
    let price = i64::try_from(reference).map_err(|_| MathError::Overflow)?;
    Ok(Price { price, conf: 0, exponent: MICRO_USD_EXPONENT })
}

/// Where the auction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuctionState {
    /// The hour of the last touch: unix seconds divided by 3,600.
    pub hour: i64,
    /// What was for sale in it, in base units of USDC.
    pub lot: u64,
    /// What of it was not sold.
    pub left: u64,
    /// What was burned for the rest, in base units of IO.
    pub hour_io: u64,
    /// Micro-USD per IO: the last valid price, or what was made of it since.
    pub reference: u64,
    /// The last valid price, in micro-USD per IO. Zero: none was ever seen.
    pub last_price: u64,
    /// When it was seen.
    pub last_good_at: i64,
}

impl AuctionState {
    /// An auction that nobody has touched, and that has seen no price.
    pub const fn new() -> Self {
        Self { hour: 0, lot: 0, left: 0, hour_io: 0, reference: 0, last_price: 0, last_good_at: 0 }
    }

    /// Whether no valid price was seen for so long that the carried reference takes its place. Never before the first.
    pub fn is_silent(&self, now: i64) -> bool {
        self.last_price > 0 && now >= self.silent_from()
    }

    /// The auction in the hour of `now`, when the vault holds `vault`. In the hour of the last touch nothing changes.
    pub fn touched(&self, vault: u64, now: i64) -> Result<Self> {
        let hour = now.div_euclid(AUCTION_HOUR_SECONDS);
        if hour <= self.hour {
            return Ok(*self);
        }
        let lot = lot_of(vault);
        Ok(Self { hour, lot, left: lot, hour_io: 0, reference: self.reference_in(hour)?, ..*self })
    }

    /// The auction after a valid price was seen.
    pub fn observed(&self, price: Price, now: i64) -> Result<Self> {
        let reference = reference_of(price)?;
        Ok(Self { reference, last_price: reference, last_good_at: now, ..*self })
    }

    /// The auction after `usdc` was sold for `io`. [`MathError::Overflow`] when less than that is left.
    pub fn filled(&self, usdc: u64, io: u64) -> Result<Self> {
        Ok(Self {
            left: self.left.checked_sub(usdc).ok_or(MathError::Overflow)?,
            hour_io: self.hour_io.checked_add(io).ok_or(MathError::Overflow)?,
            ..*self
        })
    }

    fn silent_from(&self) -> i64 {
        self.last_good_at.saturating_add(PRICE_SILENCE_SECONDS)
    }

    /// The reference in a later hour: what the last touched hour's fills made of it, then a rise for each hour without.
    fn reference_in(&self, hour: i64) -> Result<u64> {
        let first = self.silent_from().div_euclid(AUCTION_HOUR_SECONDS);
        let from = self.hour.max(first);
        if self.last_price == 0 || hour <= from {
            return Ok(self.reference);
        }
        let sold = self.lot.saturating_sub(self.left);
        let is_sold = from == self.hour && self.lot > 0 && sold >= self.lot.div_ceil(2);
        if !is_sold {
            return self.risen(self.reference, from, hour);
        }
        let after = from.saturating_add(1);
        let moved = self.moved_to(sold)?.min(self.ceiling(self.window(after)));
        self.risen(moved, after, hour)
    }

    /// The volume-weighted price of the hour's fills, within 5 % of the reference. Rounded down: for more IO.
    fn moved_to(&self, sold: u64) -> Result<u64> {
        // At most 64 and 27 bits.
        let exact = u128::from(sold)
            .checked_mul(IO_UNIT)
            .and_then(|n| n.checked_div(u128::from(self.hour_io)))
            .ok_or(MathError::DivisionByZero)?;
        let bound = |percent: u64| {
            self.reference.checked_mul(percent).map(|product| (product / PERCENT).max(1)).ok_or(MathError::Overflow)
        };
        let low = bound(PERCENT.saturating_sub(MOVE_PERCENT))?;
        let high = bound(PERCENT.saturating_add(MOVE_PERCENT))?;
        Ok(u64::try_from(exact).unwrap_or(u64::MAX).clamp(low, high))
    }

    /// A reference that rises by 1 % an hour, rounded up, from one hour to another, each time up to the ceiling of the
    /// hour. An hour's work at a time only until it stands at the ceiling: a week is enough to reach the next one, so
    /// that from there only the last week has to be walked.
    fn risen(&self, mut reference: u64, from: i64, to: i64) -> Result<u64> {
        let mut hour = from;
        while hour < to {
            let window = self.window(hour.saturating_add(1));
            let ceiling = self.ceiling(window);
            let end = self.last_hour(window).min(to);
            while hour < end && reference < ceiling {
                let product = reference.checked_mul(PERCENT.saturating_add(RISE_PERCENT)).ok_or(MathError::Overflow)?;
                reference = product.div_ceil(PERCENT).min(ceiling);
                hour = hour.saturating_add(1);
            }
            if reference < ceiling {
                continue;
            }
            let last = self.window(to);
            if last == window {
                return Ok(reference);
            }
            let before = last.saturating_sub(1);
            reference = self.ceiling(before);
            hour = self.last_hour(before);
        }
        Ok(reference)
    }

    /// The week since the last valid price that an hour begins in.
    fn window(&self, hour: i64) -> i64 {
        hour.saturating_mul(AUCTION_HOUR_SECONDS).saturating_sub(self.last_good_at).div_euclid(CEILING_SECONDS)
    }

    /// The last hour that begins in a week.
    fn last_hour(&self, window: i64) -> i64 {
        window
            .saturating_add(1)
            .saturating_mul(CEILING_SECONDS)
            .saturating_add(self.last_good_at)
            .saturating_sub(1)
            .div_euclid(AUCTION_HOUR_SECONDS)
    }

    /// Twice the last valid price, doubled with every week.
    fn ceiling(&self, window: i64) -> u64 {
        let doublings = u32::try_from(window.saturating_add(1).max(0)).unwrap_or(u32::MAX);
        // A shift that drops bits is far above the highest reference.
        let fits = doublings <= self.last_price.leading_zeros();
        let ceiling =
            if fits { self.last_price.checked_shl(doublings).unwrap_or(MAX_REFERENCE) } else { MAX_REFERENCE };
        ceiling.min(MAX_REFERENCE)
    }
}

impl Default for AuctionState {
    fn default() -> Self {
        Self::new()
    }
}
