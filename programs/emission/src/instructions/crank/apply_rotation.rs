use anchor_lang::prelude::*;

use crate::{constants::SCHEDULE_SEED, error::EmissionError, events::MembersRotated, state::Schedule};

#[derive(Accounts)]
pub struct ApplyRotation<'info> {
    #[account(mut, seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
}

impl ApplyRotation<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let schedule = &mut ctx.accounts.schedule;
        schedule.oracles.apply_rotation(Clock::get()?.unix_timestamp).map_err(EmissionError::from)?;
        schedule.invariant()?;
        emit!(MembersRotated {
            members: schedule.oracles.members.clone(),
            threshold: schedule.oracles.threshold,
            set_version: schedule.oracles.version,
            seq: schedule.next_seq()?,
        });
        Ok(())
    }
}
