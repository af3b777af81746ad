//! What the tests of the state types share.

use anchor_lang::prelude::*;
use staking::state::{Bandwidth, Node, NodeStatus, OpenCase, Position, Tranche};

pub fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

pub fn padded<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..text.len()].copy_from_slice(text);
    bytes
}

/// The name of the error, or "Ok".
pub fn outcome<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "Ok".into(),
        Err(Error::AnchorError(error)) => error.error_name,
        Err(other) => other.to_string(),
    }
}

pub fn node() -> Node {
    Node {
        version: 1,
        bump: 255,
        id: 0,
        owner: key(4),
        operator: key(5),
        scheduler: None,
        payout: key(6),
        rent_payer: key(4),
        class: key(7),
        device_count: 1,
        bandwidth: Bandwidth::High,
        region: padded(b"eu-west-1"),
        status: NodeStatus::Active,
        own_stake: 0,
        delegated_stake: 0,
        minimum_stake: 0,
        registered_at: 0,
        seq: 0,
        stake_vault: key(10),
        reward_vault: key(11),
        commission_bps: 0,
        pending_commission_bps: 0,
        commission_applies_at: 0,
        own: Tranche::default(),
        own_generation: 0,
        own_position: Position::default(),
        delegated: Tranche::default(),
        delegated_earning_shares: 0,
        reward_index: 0,
        reward_remainder: 0,
        owner_rewards: 0,
        unpaid_rewards: 0,
        in_cases: 0,
        open_cases: [OpenCase::default(); 4],
        delegations: 0,
        unbondings: 0,
        reserved: [0; 64],
    }
}
