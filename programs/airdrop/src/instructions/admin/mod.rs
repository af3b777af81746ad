pub mod accept_admin;
pub mod cancel_season;
pub mod create_season;
pub mod initialize;
pub mod propose_admin;

pub use accept_admin::*;
pub use cancel_season::*;
pub use create_season::*;
pub use initialize::*;
pub use propose_admin::*;

use anchor_lang::prelude::*;

use crate::error::AirdropError;

/// Privileged instructions are signed for now, not for whenever somebody sends them.
pub fn refuse_durable_nonce(instructions_sysvar: &AccountInfo) -> Result<()> {
    require!(!governance::uses_durable_nonce(instructions_sysvar)?, AirdropError::DurableNonceRefused);
    Ok(())
}
