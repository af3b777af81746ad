use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{constants::SCHEDULE_SEED, error::EmissionError, events::RotationProposed, state::Schedule};

#[derive(Accounts)]
pub struct RotateMembers<'info> {
    #[account(address = schedule.governance.admin @ EmissionError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl RotateMembers<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, members: Vec<Pubkey>) -> Result<()> {
        let schedule = &mut ctx.accounts.schedule;
        schedule.oracles.propose_rotation(members, Clock::get()?.unix_timestamp).map_err(EmissionError::from)?;
        schedule.invariant()?;
        emit!(RotationProposed {
            members: schedule.oracles.pending_members.clone(),
            pending_at: schedule.oracles.pending_at,
            seq: schedule.next_seq()?,
        });
        Ok(())
    }
}
