//! All money arithmetic of the marketplace, in integers.
//!
//! Intermediates are `u128` and checked: a result that does not fit is an error, never a wrap. What a user pays rounds
//! up, what a user receives rounds down, and every function says which.
//!
//! | quantity | unit |
//! |---|---|
//! | IO | base units of 10^-8 IO |
//! | USDC | base units of 10^-6 USDC |
//! | price of an offer | micro-USD (10^-6 USD) per device and hour |
//! | rate | basis points, denominator 10,000 |
//! | time | seconds |
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod auction;
pub mod billing;
pub mod bps;
pub mod earnings;
pub mod emission;
pub mod error;
pub mod fee;
pub mod idle_rewards;
pub mod merkle;
pub mod order;
pub mod points;
pub mod price;
pub mod reward_split;
pub mod shares;
pub mod slashing;
pub mod stake;
pub mod wide;

pub use auction::{
    ask_bps, carried_price, fill_io, lot_of, reference_of, AuctionState, ASK_FALL_BPS, ASK_START_BPS,
    AUCTION_HOUR_SECONDS, CEILING_SECONDS, LOT_DIVISOR, MAX_REFERENCE, MOVE_PERCENT, PRICE_SILENCE_SECONDS,
    RISE_PERCENT, SMALL_VAULT,
};
pub use billing::{
    billed_seconds, kept_buyer_fees, BuyerFees, FIRST_HOUR_DENOMINATOR, FIRST_HOUR_NUMERATOR, FIRST_HOUR_SECONDS,
};
pub use bps::{mul_div_ceil, mul_div_floor, Bps, BPS_DENOMINATOR};
pub use earnings::Terms;
pub use emission::{
    cumulative_emission, epochs_ended, pool_budget, pool_release, reserve_after, EmissionPreset, PoolShares,
    EMISSION_EPOCHS, EMISSION_MONTHS, EMISSION_TOTAL, RESERVE_EPOCHS, SECONDS_PER_EPOCH, SECONDS_PER_MONTH,
};
pub use error::{MathError, Result};
pub use fee::{Charge, FeeRates, ProviderSplit, BOOKING_FEE, HANDLING_FEE};
pub use idle_rewards::{idle_reward, DeviceEpoch, NodeEpoch, IDLE_REWARD_FORMULA_ID};
pub use order::{order_price, utc_hour, SECONDS_PER_HOUR};
pub use points::{convert_points, device_points, BandwidthTier, MEGABYTE, POINTS_FORMULA_ID, POINTS_SCALE};
pub use price::{usd_to_io, Price, MAX_EXPONENT, MIN_EXPONENT};
pub use reward_split::{Accumulator, Earned, RewardSplit};
pub use shares::{Lot, Position, Tranche, ACTIVATION_SECONDS, MAX_LOTS};
pub use slashing::{restored_amount, slash_limit, SlashSplit};
pub use stake::{counted_stake, minimum_stake, BASE_STAKE_PER_DEVICE, MULTIPLIER_ONE};
pub use wide::wide_mul_div_floor;
