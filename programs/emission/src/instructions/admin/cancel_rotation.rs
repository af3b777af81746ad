use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{constants::SCHEDULE_SEED, error::EmissionError, events::RotationCancelled, state::Schedule};

#[derive(Accounts)]
pub struct CancelRotation<'info> {
    #[account(address = schedule.governance.admin @ EmissionError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl CancelRotation<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let schedule = &mut ctx.accounts.schedule;
        let members = schedule.oracles.cancel_rotation().map_err(EmissionError::from)?;
        schedule.invariant()?;
        emit!(RotationCancelled { members, seq: schedule.next_seq()? });
        Ok(())
    }
}
