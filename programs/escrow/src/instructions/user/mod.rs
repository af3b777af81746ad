pub mod book_job;
pub mod cancel_job;
pub mod close_job;
pub mod end_job;
pub mod extend_job;
pub mod withdraw_owed;

pub use book_job::*;
pub use cancel_job::*;
pub use close_job::*;
pub use end_job::*;
pub use extend_job::*;
pub use withdraw_owed::*;

use anchor_lang::prelude::*;
use economy_math::usd_to_io;
use price_feed::read_price;

use crate::{
    error::EscrowError,
    state::{EscrowConfig, Payment},
};

/// The compute price of an order of `usd_value` micro-USD, in base units of the payment's mint.
fn compute_price(
    usd_value: u64,
    payment: Payment,
    config: &EscrowConfig,
    price_update: Option<&UncheckedAccount>,
    now: i64,
) -> Result<u64> {
    match payment {
        Payment::Usdc | Payment::Credits => Ok(usd_value),
        Payment::Io => {
            let account = price_update.ok_or(EscrowError::PriceAccountMissing)?;
            let price = read_price(account, &config.price_feed_id, now).map_err(EscrowError::from)?;
            Ok(usd_to_io(usd_value, price).map_err(EscrowError::from)?)
        }
    }
}
