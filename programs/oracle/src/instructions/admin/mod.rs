pub mod accept_admin;
pub mod cancel_rotation;
pub mod initialize;
pub mod propose_admin;
pub mod rotate_members;

pub use accept_admin::*;
pub use cancel_rotation::*;
pub use initialize::*;
pub use propose_admin::*;
pub use rotate_members::*;

use anchor_lang::prelude::*;

use crate::error::OracleError;

/// Privileged instructions are signed for now, not for whenever somebody sends them.
pub fn refuse_durable_nonce(instructions_sysvar: &AccountInfo) -> Result<()> {
    require!(!governance::uses_durable_nonce(instructions_sysvar)?, OracleError::DurableNonceRefused);
    Ok(())
}
