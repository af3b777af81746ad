use anchor_lang::prelude::*;
use economy_math::{order_price, utc_hour, Bps, BPS_DENOMINATOR};

use crate::{
    constants::{MAX_COMMITMENT_DISCOUNT_BPS, MAX_HOURS, MAX_PEAK_MULTIPLIER_BPS, MAX_PRICE, MIN_PEAK_MULTIPLIER_BPS},
    error::EscrowError,
    staking::{accounts::Node, types::NodeStatus},
};

/// What a node asks for its devices.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferTerms {
    /// Micro-USD per device and hour.
    pub price: u64,
    /// Hours of an order, at least.
    pub min_hours: u32,
    /// Hours of an order, at most, extensions included.
    pub max_hours: u32,
    /// Orders of at least so many hours get the discount. Zero: no discount.
    pub commitment_hours: u32,
    /// Discount for committed hours, in basis points.
    pub commitment_discount_bps: u16,
    /// What the price is multiplied by in peak hours, in basis points.
    pub peak_multiplier_bps: u32,
    /// Bit `h` set: the hour `h` of the UTC day is a peak hour.
    pub peak_hours: u32,
}

impl OfferTerms {
    pub fn invariant(&self) -> Result<()> {
        require!((1..=MAX_PRICE).contains(&self.price), EscrowError::PriceOutOfRange);
        require!(
            1 <= self.min_hours && self.min_hours <= self.max_hours && self.max_hours <= MAX_HOURS,
            EscrowError::HoursOutOfRange
        );
        require!(
            self.commitment_hours <= self.max_hours
                && self.commitment_discount_bps <= MAX_COMMITMENT_DISCOUNT_BPS
                && (self.commitment_hours == 0) == (self.commitment_discount_bps == 0),
            EscrowError::CommitmentOutOfRange
        );
        require!(
            (MIN_PEAK_MULTIPLIER_BPS..=MAX_PEAK_MULTIPLIER_BPS).contains(&self.peak_multiplier_bps)
                && self.peak_hours < 1 << 24,
            EscrowError::PeakOutOfRange
        );
        Ok(())
    }

    /// The price of an order of `hours` that is placed at `now`, in micro-USD, rounded up.
    pub fn order_price(&self, devices: u8, hours: u32, now: i64) -> Result<u64> {
        let committed = self.commitment_hours > 0 && hours >= self.commitment_hours;
        let discount = if committed { self.commitment_discount_bps } else { 0 };
        let peak = self.peak_hours >> utc_hour(now) & 1 == 1;
        let multiplier = if peak { self.peak_multiplier_bps } else { u32::from(BPS_DENOMINATOR) };
        let discount = Bps::new(discount).map_err(EscrowError::from)?;
        Ok(order_price(devices, hours, self.price, discount, multiplier).map_err(EscrowError::from)?)
    }
}

/// An offer of a node, at ["offer", node, id].
#[account]
#[derive(InitSpace)]
pub struct Offer {
    pub version: u8,
    pub bump: u8,
    pub id: u16,
    pub node: Pubkey,
    /// Paid for this account, and gets that back.
    pub rent_payer: Pubkey,
    pub terms: OfferTerms,
    /// Whether it can be booked and extended on.
    pub active: bool,
    /// Counts the changes of this offer.
    pub seq: u64,
    pub reserved: [u8; 32],
}

impl Offer {
    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(EscrowError::AmountOverflow)?;
        Ok(self.seq)
    }

    /// Whether the offer and its node take orders.
    pub fn require_open(&self, node: &Node) -> Result<()> {
        require!(self.active, EscrowError::OfferInactive);
        require!(matches!(node.status, NodeStatus::Active), EscrowError::NodeNotActive);
        require_staked(node)
    }
}

/// Whether the node has the stake that its hardware needs.
pub fn require_staked(node: &Node) -> Result<()> {
    let counted = economy_math::counted_stake(node.own_stake, node.delegated_stake).map_err(EscrowError::from)?;
    require_gte!(counted, node.minimum_stake, EscrowError::NodeUnderstaked);
    Ok(())
}

/// Whether the key may make and change offers of the node.
pub fn is_node_authority(node: &Node, key: &Pubkey) -> bool {
    node.owner == *key || node.operator == *key
}

/// Whether the key may start and release jobs of the node.
pub fn is_operator(node: &Node, key: &Pubkey) -> bool {
    node.operator == *key || node.scheduler == Some(*key)
}
