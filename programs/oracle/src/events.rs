use anchor_lang::prelude::*;

#[event]
pub struct OracleSetInitialized {
    pub admin: Pubkey,
    pub cluster_tag: [u8; 32],
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
pub struct JobUsageReported {
    pub job: Pubkey,
    /// What this report added.
    pub added_seconds: u64,
    pub verified_seconds: u64,
    pub as_of: i64,
    pub set_version: u32,
    /// The sequence before this report: a gap to the last event seen means that one was missed.
    pub previous_seq: u64,
    /// The report's own sequence.
    pub seq: u64,
}

#[event]
pub struct JobUsageClosed {
    pub job: Pubkey,
    pub rent_payer: Pubkey,
    pub rent: u64,
    pub verified_seconds: u64,
    pub as_of: i64,
    /// The sequence of the last report.
    pub seq: u64,
}
