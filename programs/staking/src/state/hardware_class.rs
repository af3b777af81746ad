use anchor_lang::prelude::*;

use crate::{
    constants::{MAX_MULTIPLIER_X100, MAX_REFERENCE_PRICE},
    error::StakingError,
};

/// The two kinds of hardware, each with a reward pool of its own.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum HardwareKind {
    Gpu,
    Cpu,
}

/// A model of hardware, at ["class", id].
#[account]
#[derive(InitSpace)]
pub struct HardwareClass {
    pub version: u8,
    pub bump: u8,
    pub id: u16,
    pub kind: HardwareKind,
    /// Weight of a device in stake and rewards, times 100.
    pub multiplier_x100: u32,
    /// Usual price, in micro-USD per device and hour.
    pub reference_price: u64,
    /// UTF-8, padded with zeros.
    pub name: [u8; 32],
    /// Whether new nodes may register with it.
    pub active: bool,
    pub reserved: [u8; 32],
}

impl HardwareClass {
    pub fn invariant(&self) -> Result<()> {
        require!((1..=MAX_MULTIPLIER_X100).contains(&self.multiplier_x100), StakingError::MultiplierOutOfRange);
        require!((1..=MAX_REFERENCE_PRICE).contains(&self.reference_price), StakingError::ReferencePriceOutOfRange);
        require!(is_padded_utf8(&self.name), StakingError::InvalidClassName);
        Ok(())
    }
}

/// Text, then only zeros.
fn is_padded_utf8(bytes: &[u8]) -> bool {
    let text = trim_zeros(bytes);
    !text.is_empty() && !text.contains(&0) && core::str::from_utf8(text).is_ok()
}

/// The bytes without the zeros at their end.
pub fn trim_zeros(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &bytes[..end]
}
