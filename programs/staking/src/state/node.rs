use anchor_lang::prelude::*;
use economy_math::{counted_stake, minimum_stake};

use super::{trim_zeros, HardwareClass, StakingConfig};
use crate::{constants::MAX_DEVICES, error::StakingError};

/// What the owner says of the node's line; speed tests verify it.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bandwidth {
    /// Under 100 MB/s down or 75 MB/s up: earns no idle income.
    BelowLow,
    /// 100 MB/s down, 75 MB/s up.
    Low,
    /// 400 MB/s down, 300 MB/s up.
    Medium,
    /// 800 MB/s down, 300 MB/s up.
    High,
}

#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeStatus {
    /// Takes jobs.
    Active,
    /// Takes no new jobs: the owner's choice, for maintenance.
    Paused,
}

/// A machine of up to eight devices of one class, at ["node", owner, id].
#[account]
#[derive(InitSpace)]
pub struct Node {
    pub version: u8,
    pub bump: u8,
    pub vault_bump: u8,
    pub id: u32,
    /// Stakes, and changes the node.
    pub owner: Pubkey,
    /// Hot key of the node's agent: starts and releases jobs, makes offers.
    pub operator: Pubkey,
    /// May start and release jobs as the operator does, where the owner named one.
    pub scheduler: Option<Pubkey>,
    /// Wallet whose token accounts receive the income of jobs.
    pub payout: Pubkey,
    /// Paid for this account and its vault, and gets that back.
    pub rent_payer: Pubkey,
    pub class: Pubkey,
    pub device_count: u8,
    pub bandwidth: Bandwidth,
    /// Lower-case letters, digits and hyphens, padded with zeros.
    pub region: [u8; 16],
    pub status: NodeStatus,
    /// The owner's stake, in base units of IO.
    pub own_stake: u64,
    /// Stake that others delegated to the node, in base units of IO.
    pub delegated_stake: u64,
    /// Stake that the node's hardware needs, as of registration or the last change of hardware.
    pub minimum_stake: u64,
    pub registered_at: i64,
    /// Counts the events of this node.
    pub seq: u64,
    /// Room for delegation, unbonding and slashing.
    pub reserved: [u8; 256],
}

impl Node {
    /// What counts towards the minimum: delegated stake only as far as the owner matches it.
    pub fn counted_stake(&self) -> Result<u64> {
        Ok(counted_stake(self.own_stake, self.delegated_stake).map_err(StakingError::from)?)
    }

    /// Takes a class and a number of devices, and with them the stake that they need.
    pub fn set_hardware(
        &mut self,
        class_key: Pubkey,
        class: &HardwareClass,
        device_count: u8,
        config: &StakingConfig,
    ) -> Result<()> {
        require!((1..=MAX_DEVICES).contains(&device_count), StakingError::DeviceCountOutOfRange);
        self.class = class_key;
        self.device_count = device_count;
        self.minimum_stake = minimum_stake(config.base_stake_per_device, class.multiplier_x100, device_count)
            .map_err(StakingError::from)?;
        Ok(())
    }

    pub fn on_staked(&mut self, amount: u64) -> Result<()> {
        self.own_stake = self.own_stake.checked_add(amount).ok_or(StakingError::AmountOverflow)?;
        Ok(())
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(StakingError::AmountOverflow)?;
        Ok(self.seq)
    }

    /// The vault covers all stake; the node's own fields make sense.
    pub fn invariant(&self, vault_amount: u64) -> Result<()> {
        let liabilities = self.own_stake.checked_add(self.delegated_stake).ok_or(StakingError::AmountOverflow)?;
        require_gte!(vault_amount, liabilities, StakingError::InvariantViolated);
        self.check_identity()
    }

    /// The keys and the region of a node that can be hired and paid.
    pub fn check_identity(&self) -> Result<()> {
        require_keys_neq!(self.operator, Pubkey::default(), StakingError::InvalidOperator);
        require_keys_neq!(self.payout, Pubkey::default(), StakingError::InvalidPayout);
        let region = trim_zeros(&self.region);
        require!(
            !region.is_empty() && region.iter().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'-'),
            StakingError::InvalidRegion
        );
        Ok(())
    }
}
