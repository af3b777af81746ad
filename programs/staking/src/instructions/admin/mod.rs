pub mod accept_admin;
pub mod create_class;
pub mod dismiss_appeal;
pub mod initialize;
pub mod pause;
pub mod propose_admin;
pub mod restore;
pub mod slash;
pub mod unpause;
pub mod update_class;
pub mod update_config;

pub use accept_admin::*;
pub use create_class::*;
pub use dismiss_appeal::*;
pub use initialize::*;
pub use pause::*;
pub use propose_admin::*;
pub use restore::*;
pub use slash::*;
pub use unpause::*;
pub use update_class::*;
pub use update_config::*;

use anchor_lang::prelude::*;

use crate::error::StakingError;

/// Privileged instructions are signed for now, not for whenever somebody sends them.
pub fn refuse_durable_nonce(instructions_sysvar: &AccountInfo) -> Result<()> {
    require!(!governance::uses_durable_nonce(instructions_sysvar)?, StakingError::DurableNonceRefused);
    Ok(())
}
