use anchor_lang::prelude::*;

use crate::state::{Bandwidth, HardwareKind, NodeStatus, SlashReason, StakeKind};

#[event]
pub struct StakingInitialized {
    pub admin: Pubkey,
    pub pauser: Pubkey,
    pub io_mint: Pubkey,
    pub base_stake_per_device: u64,
    pub appeal_authority: Pubkey,
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
    pub appeal_authority: Pubkey,
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
    pub commission_bps: u16,
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
    pub shares: u128,
    pub own_stake: u64,
    pub counted_stake: u64,
    pub minimum_stake: u64,
    pub seq: u64,
}

#[event]
pub struct UnbondingRequested {
    pub node: Pubkey,
    pub unbonding: Pubkey,
    pub staker: Pubkey,
    pub kind: StakeKind,
    pub shares: u128,
    /// What the shares are worth now.
    pub amount: u64,
    pub unlocks_at: i64,
    pub own_stake: u64,
    pub delegated_stake: u64,
    pub seq: u64,
}

#[event]
pub struct UnbondingCancelled {
    pub node: Pubkey,
    pub unbonding: Pubkey,
    pub staker: Pubkey,
    pub kind: StakeKind,
    pub shares: u128,
    /// What goes on unbonding in the entry.
    pub shares_left: u128,
    pub own_stake: u64,
    pub delegated_stake: u64,
    pub seq: u64,
}

#[event]
pub struct StakeWithdrawn {
    pub node: Pubkey,
    pub unbonding: Pubkey,
    pub staker: Pubkey,
    pub kind: StakeKind,
    pub shares: u128,
    pub amount: u64,
    pub destination: Pubkey,
    /// What the vault holds after.
    pub vault_amount: u64,
    pub seq: u64,
}

#[event]
pub struct Delegated {
    pub node: Pubkey,
    pub delegator: Pubkey,
    pub amount: u64,
    pub shares: u128,
    pub own_stake: u64,
    pub delegated_stake: u64,
    pub seq: u64,
}

#[event]
pub struct DelegationActivated {
    pub node: Pubkey,
    pub delegator: Pubkey,
    /// Shares that begin to earn.
    pub shares: u128,
    pub delegated_earning_shares: u128,
    pub seq: u64,
}

#[event]
pub struct DelegationClosed {
    pub node: Pubkey,
    pub delegator: Pubkey,
    pub seq: u64,
}

#[event]
pub struct CommissionSet {
    pub node: Pubkey,
    pub commission_bps: u16,
    pub pending_commission_bps: u16,
    pub commission_applies_at: i64,
    pub seq: u64,
}

#[event]
pub struct RewardsHarvested {
    pub node: Pubkey,
    pub amount: u64,
    /// The owner's part, the commission included.
    pub owner: u64,
    pub commission: u64,
    pub delegators: u64,
    pub owner_rewards: u64,
    pub unpaid_rewards: u64,
    pub seq: u64,
}

#[event]
pub struct RewardsClaimed {
    pub node: Pubkey,
    pub payee: Pubkey,
    pub kind: StakeKind,
    pub amount: u64,
    pub destination: Pubkey,
    pub unpaid_rewards: u64,
    pub seq: u64,
}

#[event]
pub struct NodeDeregistered {
    pub node: Pubkey,
    pub owner: Pubkey,
    /// What strangers had left in the vaults, and rewards: to the owner.
    pub amount: u64,
    pub seq: u64,
}

#[event]
pub struct NodeSlashed {
    pub node: Pubkey,
    pub slash_case: Pubkey,
    pub reason: SlashReason,
    pub day: u32,
    pub by_oracles: bool,
    pub amount: u64,
    pub from_own: u64,
    pub from_delegated: u64,
    pub evidence_hash: [u8; 32],
    pub own_stake: u64,
    pub delegated_stake: u64,
    pub in_cases: u64,
    pub seq: u64,
}

#[event]
pub struct SlashAppealed {
    pub node: Pubkey,
    pub slash_case: Pubkey,
    pub statement_hash: [u8; 32],
    pub seq: u64,
}

#[event]
pub struct AppealDismissed {
    pub node: Pubkey,
    pub slash_case: Pubkey,
    pub seq: u64,
}

#[event]
pub struct SlashBurned {
    pub node: Pubkey,
    pub slash_case: Pubkey,
    pub amount: u64,
    pub supply_after: u64,
    pub in_cases: u64,
    pub seq: u64,
}

#[event]
pub struct SlashRestored {
    pub node: Pubkey,
    pub slash_case: Pubkey,
    pub to_own: u64,
    pub to_delegated: u64,
    /// What leavers had given up.
    pub burned: u64,
    pub supply_after: u64,
    pub own_stake: u64,
    pub delegated_stake: u64,
    pub in_cases: u64,
    pub seq: u64,
}

#[event]
pub struct SlashCaseClosed {
    pub node: Pubkey,
    pub slash_case: Pubkey,
}
