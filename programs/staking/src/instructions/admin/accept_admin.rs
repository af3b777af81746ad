use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{error::StakingError, events::AdminChanged, state::StakingConfig};

#[derive(Accounts)]
pub struct AcceptAdmin<'info> {
    pub new_admin: Signer<'info>,
    #[account(mut)]
    pub config: Box<Account<'info, StakingConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl AcceptAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let config = &mut ctx.accounts.config;
        config.governance.accept_admin(ctx.accounts.new_admin.key()).map_err(StakingError::from)?;
        config.invariant()?;
        emit!(AdminChanged { admin: config.governance.admin, seq: config.next_seq()? });
        Ok(())
    }
}
