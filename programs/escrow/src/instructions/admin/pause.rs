use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{error::EscrowError, events::IntakePaused, state::EscrowConfig};

#[derive(Accounts)]
pub struct Pause<'info> {
    #[account(address = config.governance.pauser @ EscrowError::NotPauser)]
    pub pauser: Signer<'info>,
    #[account(mut)]
    pub config: Box<Account<'info, EscrowConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EscrowError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl Pause<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let config = &mut ctx.accounts.config;
        config.governance.pause(Clock::get()?.unix_timestamp).map_err(EscrowError::from)?;
        config.invariant()?;
        emit!(IntakePaused { paused_until: config.governance.paused_until, seq: config.next_seq()? });
        Ok(())
    }
}
