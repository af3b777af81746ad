use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{error::StakingError, events::IntakeUnpaused, state::StakingConfig};

#[derive(Accounts)]
pub struct Unpause<'info> {
    #[account(
        constraint = [config.governance.pauser, config.governance.admin].contains(&authority.key()) @ StakingError::NotPauser
    )]
    pub authority: Signer<'info>,
    #[account(mut)]
    pub config: Box<Account<'info, StakingConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl Unpause<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let config = &mut ctx.accounts.config;
        config.governance.unpause(Clock::get()?.unix_timestamp).map_err(StakingError::from)?;
        config.invariant()?;
        emit!(IntakeUnpaused { by: ctx.accounts.authority.key(), seq: config.next_seq()? });
        Ok(())
    }
}
