use anchor_lang::prelude::*;

use crate::state::SeasonKind;

#[event]
pub struct AirdropInitialized {
    pub admin: Pubkey,
    pub io_mint: Pubkey,
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
pub struct SeasonCreated {
    pub season: Pubkey,
    pub id: u32,
    pub kind: SeasonKind,
    pub amount: u64,
    pub total_points: u128,
    pub root: [u8; 32],
    pub leaves: u32,
    pub formula_hash: [u8; 32],
    pub inputs_hash: [u8; 32],
    pub starts_at: i64,
    pub ends_at: i64,
    pub refund_wallet: Pubkey,
    pub funding_account: Pubkey,
    pub vault_balance: u64,
    pub seq: u64,
}

#[event]
pub struct SeasonCancelled {
    pub season: Pubkey,
    /// All that the vault held.
    pub refunded: u64,
    pub refund_account: Pubkey,
    pub seq: u64,
}

#[event]
pub struct ShardOpened {
    pub season: Pubkey,
    pub index: u16,
    pub rent_payer: Pubkey,
    pub open_shards: u16,
    pub seq: u64,
}

#[event]
pub struct Claimed {
    pub season: Pubkey,
    pub index: u32,
    pub wallet: Pubkey,
    pub token_account: Pubkey,
    pub amount: u64,
    /// All that the season has paid so far.
    pub claimed: u64,
    pub vault_balance: u64,
    pub seq: u64,
}

#[event]
pub struct ShardClosed {
    pub season: Pubkey,
    pub index: u16,
    pub rent_payer: Pubkey,
    pub open_shards: u16,
    pub seq: u64,
}

#[event]
pub struct SeasonClosed {
    pub season: Pubkey,
    pub id: u32,
    pub claimed: u64,
    pub claims: u32,
    /// What was not claimed, and what others had given to the vault.
    pub refunded: u64,
    pub refund_account: Pubkey,
    pub seq: u64,
}
