use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{constants::SCHEDULE_SEED, error::EmissionError, events::AdminChanged, state::Schedule};

#[derive(Accounts)]
pub struct AcceptAdmin<'info> {
    pub new_admin: Signer<'info>,
    #[account(mut, seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl AcceptAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let schedule = &mut ctx.accounts.schedule;
        schedule.governance.accept_admin(ctx.accounts.new_admin.key()).map_err(|_| EmissionError::NotPendingAdmin)?;
        schedule.invariant()?;
        emit!(AdminChanged { admin: schedule.governance.admin, seq: schedule.next_seq()? });
        Ok(())
    }
}
