use anchor_lang::prelude::*;

use crate::state::{EndReason, JobState, OfferTerms, Payment};

#[event]
pub struct EscrowInitialized {
    pub admin: Pubkey,
    pub pauser: Pubkey,
    pub io_mint: Pubkey,
    pub usdc_mint: Pubkey,
    pub price_feed_id: [u8; 32],
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
    pub price_feed_id: [u8; 32],
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
pub struct OfferCreated {
    pub offer: Pubkey,
    pub node: Pubkey,
    pub id: u16,
    pub terms: OfferTerms,
}

#[event]
pub struct OfferUpdated {
    pub offer: Pubkey,
    pub node: Pubkey,
    pub terms: OfferTerms,
    pub active: bool,
    pub seq: u64,
}

#[event]
pub struct OfferClosed {
    pub offer: Pubkey,
    pub node: Pubkey,
    pub seq: u64,
}

#[event]
pub struct NodeLoadClosed {
    pub node: Pubkey,
    pub rent_payer: Pubkey,
}

#[event]
pub struct JobBooked {
    pub job: Pubkey,
    pub buyer: Pubkey,
    pub node: Pubkey,
    pub offer: Pubkey,
    pub payment: Payment,
    pub devices: u8,
    pub hours: u32,
    pub start_at: i64,
    /// Micro-USD.
    pub usd_value: u64,
    pub compute: u64,
    pub booking_fee: u64,
    pub handling_fee: u64,
    pub vault_balance: u64,
    pub seq: u64,
}

#[event]
pub struct JobExtended {
    pub job: Pubkey,
    pub added_hours: u32,
    pub hours: u32,
    pub added_compute: u64,
    pub charged: u64,
    pub compute: u64,
    pub to_node: u64,
    pub to_fees: u64,
    pub vault_balance: u64,
    pub seq: u64,
}

#[event]
pub struct JobStarted {
    pub job: Pubkey,
    pub node: Pubkey,
    pub by: Pubkey,
    pub payout: Pubkey,
    pub started_at: i64,
    pub devices_busy: u8,
    pub seq: u64,
}

/// The job stopped and freed its devices; reports up to `ended_at` still count.
#[event]
pub struct JobStopped {
    pub job: Pubkey,
    pub reason: EndReason,
    pub ended_at: i64,
    pub devices_busy: u8,
    pub seq: u64,
}

#[event]
pub struct JobSettled {
    pub job: Pubkey,
    pub state: JobState,
    pub reason: EndReason,
    pub billed_seconds: u64,
    pub to_node: u64,
    pub to_fees: u64,
    pub to_buyer: u64,
    pub owed: u64,
    pub vault_balance: u64,
    pub seq: u64,
}

#[event]
pub struct JobCancelled {
    pub job: Pubkey,
    pub to_fees: u64,
    pub to_buyer: u64,
    pub owed: u64,
    pub seq: u64,
}

#[event]
pub struct JobExpired {
    pub job: Pubkey,
    pub to_buyer: u64,
    pub owed: u64,
    pub seq: u64,
}

#[event]
pub struct OwedPaid {
    pub job: Pubkey,
    pub to_node: u64,
    pub to_fees: u64,
    pub to_buyer: u64,
    pub owed: u64,
    pub seq: u64,
}

#[event]
pub struct OwedWithdrawn {
    pub job: Pubkey,
    pub wallet: Pubkey,
    pub destination: Pubkey,
    pub amount: u64,
    pub owed: u64,
    pub seq: u64,
}

#[event]
pub struct JobClosed {
    pub job: Pubkey,
    pub rent_payer: Pubkey,
}
