use anchor_lang::prelude::*;
use governance::Governance;
use quorum::MemberSet;

use crate::error::OracleError;

/// Root of the program, at ["oracle_set"].
#[account]
#[derive(InitSpace, Debug)]
pub struct OracleSet {
    pub version: u8,
    pub bump: u8,
    pub governance: Governance,
    /// Genesis hash of the network, inside every signed message.
    pub cluster_tag: [u8; 32],
    /// The oracles in office, and those that may follow.
    pub set: MemberSet,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 64],
}

impl OracleSet {
    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(OracleError::Overflow)?;
        Ok(self.seq)
    }

    /// The oracles in office, and those that may follow, form a quorum.
    pub fn invariant(&self) -> Result<()> {
        Ok(self.set.invariant().map_err(OracleError::from)?)
    }
}
