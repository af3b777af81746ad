use anchor_lang::prelude::*;

use crate::state::{EmissionPreset, PoolKind};

#[event]
pub struct ScheduleInitialized {
    pub admin: Pubkey,
    pub guardian: Pubkey,
    pub cluster_tag: [u8; 32],
    pub io_mint: Pubkey,
    pub gpu_pool: Pubkey,
    pub cpu_pool: Pubkey,
    pub set_version: u32,
    pub threshold: u8,
    pub members: Vec<Pubkey>,
    pub seq: u64,
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
    pub guardian: Pubkey,
    pub seq: u64,
}

#[event]
pub struct RotationProposed {
    pub members: Vec<Pubkey>,
    /// When it can be applied.
    pub pending_at: i64,
    pub seq: u64,
}

#[event]
pub struct RotationCancelled {
    pub members: Vec<Pubkey>,
    pub seq: u64,
}

#[event]
pub struct MembersRotated {
    pub members: Vec<Pubkey>,
    pub threshold: u8,
    pub set_version: u32,
    pub seq: u64,
}

#[event]
pub struct ScheduleSealed {
    pub preset: EmissionPreset,
    pub gpu_share_bps: u16,
    pub starts_at: i64,
    pub seq: u64,
}

#[event]
pub struct EpochAdvanced {
    /// The last epoch that has ended.
    pub epoch: u64,
    /// What this call minted.
    pub minted: u64,
    /// All that was ever minted.
    pub total_minted: u64,
    /// What the GPU pool has released by the end of the epoch.
    pub gpu_released: u64,
    /// What the CPU pool has released by the end of the epoch.
    pub cpu_released: u64,
    /// Supply of IO after the minting.
    pub supply_after: u64,
    /// Of the schedule.
    pub seq: u64,
}

#[event]
pub struct RootPosted {
    pub pool: Pubkey,
    pub kind: PoolKind,
    pub version: u64,
    pub epoch: u64,
    pub root: [u8; 32],
    pub total: u64,
    pub input_hash: [u8; 32],
    pub formula_id: [u8; 32],
    /// When it can become final.
    pub final_from: i64,
    pub set_version: u32,
    /// Of the pool.
    pub seq: u64,
}

#[event]
pub struct RootCancelled {
    pub pool: Pubkey,
    pub kind: PoolKind,
    pub version: u64,
    pub epoch: u64,
    pub root: [u8; 32],
    pub total: u64,
    /// Of the pool.
    pub seq: u64,
}

#[event]
pub struct RootFinalized {
    pub pool: Pubkey,
    pub kind: PoolKind,
    pub version: u64,
    pub epoch: u64,
    pub root: [u8; 32],
    pub total: u64,
    /// Of the pool.
    pub seq: u64,
}

#[event]
pub struct RewardAccountOpened {
    pub pool: Pubkey,
    pub node: Pubkey,
    /// Who paid the rent.
    pub payer: Pubkey,
    /// Of the pool.
    pub seq: u64,
}

#[event]
pub struct RewardClaimed {
    pub pool: Pubkey,
    pub node: Pubkey,
    pub destination: Pubkey,
    /// Of the root that was claimed against.
    pub version: u64,
    pub amount: u64,
    /// All that the node was paid so far.
    pub claimed: u64,
    /// All that the pool paid so far.
    pub pool_claimed: u64,
    /// Of the pool.
    pub seq: u64,
}
