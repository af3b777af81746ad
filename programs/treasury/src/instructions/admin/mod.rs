pub mod accept_admin;
pub mod initialize;
pub mod propose_admin;
pub mod update_config;

pub use accept_admin::*;
pub use initialize::*;
pub use propose_admin::*;
pub use update_config::*;

use anchor_lang::prelude::*;

use crate::error::TreasuryError;

/// Privileged instructions are signed for now, not for whenever somebody sends them.
pub fn refuse_durable_nonce(instructions_sysvar: &AccountInfo) -> Result<()> {
    require!(!governance::uses_durable_nonce(instructions_sysvar)?, TreasuryError::DurableNonceRefused);
    Ok(())
}
