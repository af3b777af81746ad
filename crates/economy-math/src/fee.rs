//! The booking fee of both sides and the handling fee of the buyer.

use crate::bps::Bps;
use crate::error::{MathError, Result};

/// The booking fee: 0.25 %, of the buyer and of the provider each.
pub const BOOKING_FEE: Bps = Bps::new_const(25);
/// The handling fee of a buyer who does not pay in IO: 2 %.
pub const HANDLING_FEE: Bps = Bps::new_const(200);

/// The rates that an order was booked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeRates {
    /// Of the buyer and of the provider, each.
    pub booking: Bps,
    /// Of the buyer.
    pub handling: Bps,
}

impl FeeRates {
    /// The standard rates; `handling` says whether the payment bears the handling fee (USDC and credits do, IO does not).
    pub const fn for_payment(handling: bool) -> Self {
        Self { booking: BOOKING_FEE, handling: if handling { HANDLING_FEE } else { Bps::ZERO } }
    }
}

/// What a buyer pays for an order, in base units of the payment mint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// The price of the compute.
    pub compute: u64,
    /// `ceil(booking * compute / 10,000)`.
    pub booking_fee: u64,
    /// `ceil(handling * compute / 10,000)`.
    pub handling_fee: u64,
}

impl Charge {
    /// The charge for `compute`; both fees are of the compute price alone and round up.
    pub fn of(compute: u64, rates: FeeRates) -> Result<Self> {
        Ok(Self {
            compute,
            booking_fee: rates.booking.apply_ceil(compute)?,
            handling_fee: rates.handling.apply_ceil(compute)?,
        })
    }

    /// Both fees.
    pub fn fees(&self) -> Result<u64> {
        self.booking_fee.checked_add(self.handling_fee).ok_or(MathError::Overflow)
    }

    /// Compute and both fees: what moves into the vault.
    pub fn total(&self) -> Result<u64> {
        self.compute.checked_add(self.fees()?).ok_or(MathError::Overflow)
    }
}

/// How what a provider earned is divided between him and the fee vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderSplit {
    /// To the provider: `earned - fee`, so it rounds down.
    pub net: u64,
    /// To the fee vault: `ceil(booking * earned / 10,000)`.
    pub fee: u64,
}

impl ProviderSplit {
    /// The split of all that was earned so far. A settlement pays the difference to the split before it, so that no
    /// sequence of settlements changes the sums.
    pub fn of(earned: u64, booking: Bps) -> Result<Self> {
        let fee = booking.apply_ceil(earned)?;
        Ok(Self { net: earned.checked_sub(fee).ok_or(MathError::Overflow)?, fee })
    }
}
