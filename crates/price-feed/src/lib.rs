//! The price of IO from a Pyth `PriceUpdateV2` account. One piece of code for every program that
//! asks for it; it fails closed: whatever is not proved good is refused by name.

use anchor_lang::prelude::*;
use economy_math::{Price, BPS_DENOMINATOR};
use solana_sysvar::{last_restart_slot::LastRestartSlot, Sysvar};

/// The Pyth receiver program, which owns every genuine price update. The same on all clusters.
pub const PYTH_RECEIVER: Pubkey = pubkey!("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
/// A price older than this is stale, in seconds.
pub const MAX_AGE_SECONDS: i64 = 60;
/// The widest confidence interval that is accepted, in basis points of the price.
pub const MAX_CONFIDENCE_BPS: u16 = 100;
/// Exponents that are accepted: the price is an integer times ten to this power.
pub const EXPONENTS: core::ops::RangeInclusive<i32> = -12..=-1;

/// First eight bytes of sha256("account:PriceUpdateV2").
const DISCRIMINATOR: [u8; 8] = [34, 241, 35, 99, 157, 126, 244, 205];
/// The borsh variant of `VerificationLevel::Full`: all guardians' signatures were verified.
const VERIFICATION_FULL: u8 = 1;

/// Why a price was refused. Each program maps these to errors of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceFeedError {
    /// The account is not a price update owned by the Pyth receiver.
    NotAPriceUpdate,
    /// The price is of another feed.
    WrongFeed,
    /// Not all guardian signatures were verified.
    NotFullyVerified,
    /// Published too long ago, or in the future.
    Stale,
    /// Posted before the cluster was restarted, when its clock may have stood still.
    BeforeRestart,
    /// Zero or negative.
    NotPositive,
    /// The confidence interval is too wide.
    TooUncertain,
    /// The exponent lies outside what the arithmetic allows.
    ExponentOutOfRange,
}

/// Reads the price of `feed_id` from `account`, with every check that a price needs.
pub fn read_price(account: &AccountInfo, feed_id: &[u8; 32], now: i64) -> core::result::Result<Price, PriceFeedError> {
    if account.owner != &PYTH_RECEIVER {
        return Err(PriceFeedError::NotAPriceUpdate);
    }
    let data = account.try_borrow_data().map_err(|_| PriceFeedError::NotAPriceUpdate)?;
    // Where the slot cannot be told, no price can be trusted.
    let restart = LastRestartSlot::get().map_err(|_| PriceFeedError::BeforeRestart)?;
    parse_price(&data, feed_id, now, restart.last_restart_slot)
}

/// As [`read_price`], on the bytes of an account whose owner was checked.
pub fn parse_price(
    data: &[u8],
    feed_id: &[u8; 32],
    now: i64,
    last_restart_slot: u64,
) -> core::result::Result<Price, PriceFeedError> {
    let mut reader = Reader(data);
    if reader.take::<8>()? != DISCRIMINATOR {
        return Err(PriceFeedError::NotAPriceUpdate);
    }
    reader.take::<32>()?; // write authority: whoever posted the update, verified by the receiver
    if reader.take::<1>()? != [VERIFICATION_FULL] {
        return Err(PriceFeedError::NotFullyVerified);
    }
    if reader.take::<32>()? != *feed_id {
        return Err(PriceFeedError::WrongFeed);
    }
    let price = i64::from_le_bytes(reader.take()?);
    let conf = u64::from_le_bytes(reader.take()?);
    let exponent = i32::from_le_bytes(reader.take()?);
    let published_at = i64::from_le_bytes(reader.take()?);
    reader.take::<24>()?; // the time of the update before, and the averages
    let posted_slot = u64::from_le_bytes(reader.take()?);

    let age = now.checked_sub(published_at).ok_or(PriceFeedError::Stale)?;
    if !(0..=MAX_AGE_SECONDS).contains(&age) {
        return Err(PriceFeedError::Stale);
    }
    if posted_slot <= last_restart_slot {
        return Err(PriceFeedError::BeforeRestart);
    }
    let positive = u64::try_from(price).ok().filter(|p| *p > 0).ok_or(PriceFeedError::NotPositive)?;
    if u128::from(conf) * u128::from(BPS_DENOMINATOR) > u128::from(positive) * u128::from(MAX_CONFIDENCE_BPS) {
        return Err(PriceFeedError::TooUncertain);
    }
    if !EXPONENTS.contains(&exponent) {
        return Err(PriceFeedError::ExponentOutOfRange);
    }
    Ok(Price { price, conf, exponent })
}

/// Takes fixed-width fields off the front of a slice. Too short a slice is not a price update.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> core::result::Result<[u8; N], PriceFeedError> {
        let (head, tail) = self.0.split_first_chunk::<N>().ok_or(PriceFeedError::NotAPriceUpdate)?;
        self.0 = tail;
        Ok(*head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: [u8; 32] = [7; 32];
    const NOW: i64 = 1_700_000_000;
    const RESTART: u64 = 250_000_000;

    struct Update {
        verification: Vec<u8>,
        feed: [u8; 32],
        price: i64,
        conf: u64,
        exponent: i32,
        published_at: i64,
        posted_slot: u64,
    }

    impl Default for Update {
        fn default() -> Self {
            Update {
                verification: vec![1],
                feed: FEED,
                price: 250_000_000,
                conf: 1_000_000,
                exponent: -8,
                published_at: NOW,
                posted_slot: RESTART + 1,
            }
        }
    }

    impl Update {
        fn bytes(&self) -> Vec<u8> {
            let mut data = DISCRIMINATOR.to_vec();
            data.extend([9; 32]);
            data.extend(&self.verification);
            data.extend(self.feed);
            data.extend(self.price.to_le_bytes());
            data.extend(self.conf.to_le_bytes());
            data.extend(self.exponent.to_le_bytes());
            data.extend(self.published_at.to_le_bytes());
            data.extend([5; 24]);
            data.extend(self.posted_slot.to_le_bytes());
            data.resize(134, 0);
            data
        }

        fn read(&self) -> core::result::Result<Price, PriceFeedError> {
            parse_price(&self.bytes(), &FEED, NOW, RESTART)
        }
    }

    #[test]
    fn a_good_price_is_read() {
        assert_eq!(Update::default().read(), Ok(Price { price: 250_000_000, conf: 1_000_000, exponent: -8 }));
    }

    #[test]
    fn partial_verification_is_refused() {
        let update = Update { verification: vec![0, 13], ..Update::default() };
        assert_eq!(update.read(), Err(PriceFeedError::NotFullyVerified));
    }

    #[test]
    fn another_feed_is_refused() {
        assert_eq!(Update { feed: [8; 32], ..Update::default() }.read(), Err(PriceFeedError::WrongFeed));
    }

    #[test]
    fn age_is_bounded_on_both_sides() {
        let at = |published_at| Update { published_at, ..Update::default() }.read();
        assert!(at(NOW - MAX_AGE_SECONDS).is_ok());
        assert_eq!(at(NOW - MAX_AGE_SECONDS - 1), Err(PriceFeedError::Stale));
        assert_eq!(at(NOW + 1), Err(PriceFeedError::Stale));
        assert_eq!(at(i64::MIN), Err(PriceFeedError::Stale));
        assert_eq!(at(i64::MAX), Err(PriceFeedError::Stale));
    }

    #[test]
    fn a_price_of_before_a_restart_is_refused() {
        let at = |posted_slot| Update { posted_slot, ..Update::default() }.read();
        assert_eq!(at(RESTART), Err(PriceFeedError::BeforeRestart));
        assert_eq!(at(0), Err(PriceFeedError::BeforeRestart));
        assert!(at(u64::MAX).is_ok());
    }

    #[test]
    fn zero_and_negative_are_refused() {
        assert_eq!(Update { price: 0, ..Update::default() }.read(), Err(PriceFeedError::NotPositive));
        assert_eq!(Update { price: -1, ..Update::default() }.read(), Err(PriceFeedError::NotPositive));
    }

    #[test]
    fn confidence_of_one_percent_is_the_limit() {
        assert!(Update { conf: 2_500_000, ..Update::default() }.read().is_ok());
        assert_eq!(Update { conf: 2_500_001, ..Update::default() }.read(), Err(PriceFeedError::TooUncertain));
        assert_eq!(Update { conf: u64::MAX, ..Update::default() }.read(), Err(PriceFeedError::TooUncertain));
    }

    #[test]
    fn exponents_outside_the_range_are_refused() {
        for exponent in [-13, 0, 1, i32::MIN, i32::MAX] {
            assert_eq!(Update { exponent, ..Update::default() }.read(), Err(PriceFeedError::ExponentOutOfRange));
        }
        assert!(Update { exponent: -12, ..Update::default() }.read().is_ok());
        assert!(Update { exponent: -1, ..Update::default() }.read().is_ok());
    }

    #[test]
    fn other_accounts_are_no_price_updates() {
        assert_eq!(parse_price(&[], &FEED, NOW, 0), Err(PriceFeedError::NotAPriceUpdate));
        assert_eq!(parse_price(&[0; 134], &FEED, NOW, 0), Err(PriceFeedError::NotAPriceUpdate));
        let mut short = Update::default().bytes();
        short.truncate(132);
        assert_eq!(parse_price(&short, &FEED, NOW, 0), Err(PriceFeedError::NotAPriceUpdate));
    }
}
