use anchor_lang::prelude::*;

use crate::state::{Bandwidth, HardwareKind, NodeStatus};

#[event]
pub struct StakingInitialized {
    pub admin: Pubkey,
    pub pauser: Pubkey,
    pub io_mint: Pubkey,
    pub base_stake_per_device: u64,
}

#[event]
pub struct AdminProposed {
    pub admin: Pubkey,
    pub pending_admin: Option<Pubkey>,
    pub seq: u64,
}

#[event]
pub struct AdminChanged {
    pub admin: Pubkey,
    pub seq: u64,
}

#[event]
pub struct ConfigUpdated {
    pub pauser: Pubkey,
    pub base_stake_per_device: u64,
    pub seq: u64,
}

#[event]
pub struct IntakePaused {
    pub paused_until: i64,
    pub seq: u64,
}

#[event]
pub struct IntakeUnpaused {
    pub by: Pubkey,
    pub seq: u64,
}

#[event]
pub struct ClassCreated {
    pub class: Pubkey,
    pub id: u16,
    pub kind: HardwareKind,
    pub multiplier_x100: u32,
    pub reference_price: u64,
    pub name: [u8; 32],
}

#[event]
pub struct ClassUpdated {
    pub class: Pubkey,
    pub id: u16,
    pub multiplier_x100: u32,
    pub reference_price: u64,
    pub active: bool,
}

#[event]
pub struct NodeRegistered {
    pub node: Pubkey,
    pub owner: Pubkey,
    pub operator: Pubkey,
    pub payout: Pubkey,
    pub class: Pubkey,
    pub device_count: u8,
    pub minimum_stake: u64,
}

#[event]
pub struct NodeUpdated {
    pub node: Pubkey,
    pub operator: Pubkey,
    pub scheduler: Option<Pubkey>,
    pub payout: Pubkey,
    pub class: Pubkey,
    pub device_count: u8,
    pub bandwidth: Bandwidth,
    pub status: NodeStatus,
    pub minimum_stake: u64,
    pub seq: u64,
}

#[event]
pub struct Staked {
    pub node: Pubkey,
    pub owner: Pubkey,
    pub amount: u64,
    pub own_stake: u64,
    pub counted_stake: u64,
    pub minimum_stake: u64,
    pub seq: u64,
}
