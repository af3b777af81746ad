use anchor_lang::{prelude::*, system_program};

use crate::{
    constants::JOB_USAGE_SEED,
    error::OracleError,
    escrow::{self, accounts::Job, types::JobState},
    events::JobUsageClosed,
    state::JobUsage,
};

#[derive(Accounts)]
pub struct CloseJobUsage<'info> {
    /// CHECK: a job that escrow has closed has no type any more; `validate` reads it.
    pub job: UncheckedAccount<'info>,
    #[account(
        mut,
        close = rent_payer,
        has_one = job @ OracleError::WrongJob,
        has_one = rent_payer @ OracleError::WrongRentPayer,
        seeds = [JOB_USAGE_SEED, job_usage.job.as_ref()],
        bump = job_usage.bump
    )]
    pub job_usage: Box<Account<'info, JobUsage>>,
    /// CHECK: receives the rent that it paid; it is the one that the usage names.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseJobUsage<'_> {
    /// The job is in a state that it never leaves, or is gone.
    fn validate(&self) -> Result<()> {
        if *self.job.owner == system_program::ID {
            require!(self.job.data_is_empty(), OracleError::NotAJob);
            return Ok(());
        }
        require_keys_eq!(*self.job.owner, escrow::ID, OracleError::NotAJob);
        let job = Job::try_deserialize(&mut self.job.try_borrow_data()?.as_ref()).map_err(|_| OracleError::NotAJob)?;
        require!(
            matches!(job.state, JobState::Ended | JobState::Cancelled | JobState::Expired),
            OracleError::JobNotOver
        );
        Ok(())
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let usage = &ctx.accounts.job_usage;
        emit!(JobUsageClosed {
            job: usage.job,
            rent_payer: usage.rent_payer,
            rent: usage.get_lamports(),
            verified_seconds: usage.verified_seconds,
            as_of: usage.as_of,
            seq: usage.sequence,
        });
        Ok(())
    }
}
