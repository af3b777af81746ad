pub mod accept_admin;
pub mod cancel_root;
pub mod cancel_rotation;
pub mod initialize;
pub mod propose_admin;
pub mod rotate_members;
pub mod seal_schedule;
pub mod update_config;

pub use accept_admin::*;
pub use cancel_root::*;
pub use cancel_rotation::*;
pub use initialize::*;
pub use propose_admin::*;
pub use rotate_members::*;
pub use seal_schedule::*;
pub use update_config::*;

use anchor_lang::prelude::*;

use crate::error::EmissionError;

/// Privileged instructions are signed for now, not for whenever somebody sends them.
pub fn refuse_durable_nonce(instructions_sysvar: &AccountInfo) -> Result<()> {
    require!(!governance::uses_durable_nonce(instructions_sysvar)?, EmissionError::DurableNonceRefused);
    Ok(())
}
