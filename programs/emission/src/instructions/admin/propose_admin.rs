use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{constants::SCHEDULE_SEED, error::EmissionError, events::AdminProposed, state::Schedule};

#[derive(Accounts)]
pub struct ProposeAdmin<'info> {
    #[account(address = schedule.governance.admin @ EmissionError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl ProposeAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, new_admin: Pubkey) -> Result<()> {
        let schedule = &mut ctx.accounts.schedule;
        schedule.governance.propose_admin(new_admin);
        schedule.invariant()?;
        emit!(AdminProposed {
            admin: schedule.governance.admin,
            pending_admin: schedule.governance.pending_admin,
            seq: schedule.next_seq()?,
        });
        Ok(())
    }
}
