use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{error::StakingError, events::AdminProposed, state::StakingConfig};

#[derive(Accounts)]
pub struct ProposeAdmin<'info> {
    #[account(address = config.governance.admin @ StakingError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub config: Box<Account<'info, StakingConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl ProposeAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, new_admin: Pubkey) -> Result<()> {
        let config = &mut ctx.accounts.config;
        config.governance.propose_admin(new_admin);
        config.invariant()?;
        emit!(AdminProposed {
            admin: config.governance.admin,
            pending_admin: config.governance.pending_admin,
            seq: config.next_seq()?,
        });
        Ok(())
    }
}
