use anchor_lang::prelude::*;

use crate::{error::EscrowError, events::JobClosed, payments::usage_address, state::Job};

#[derive(Accounts)]
pub struct CloseJob<'info> {
    #[account(mut, address = job.rent_payer @ EscrowError::NotRentPayer)]
    pub rent_payer: Signer<'info>,
    #[account(mut, close = rent_payer)]
    pub job: Box<Account<'info, Job>>,
    /// CHECK: the oracle's account of the job. While it is open the job stays, so that a new job at
    /// this address can never inherit its seconds.
    #[account(
        address = usage_address(&job.key()) @ EscrowError::WrongJobUsage,
        constraint = job_usage.data_is_empty() @ EscrowError::JobUsageOpen
    )]
    pub job_usage: UncheckedAccount<'info>,
}

impl CloseJob<'_> {
    fn validate(&self) -> Result<()> {
        require!(self.job.is_terminal(), EscrowError::JobNotEnded);
        require_eq!(self.job.liabilities()?, 0, EscrowError::MoneyOwed);
        Ok(())
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        emit!(JobClosed { job: ctx.accounts.job.key(), rent_payer: ctx.accounts.rent_payer.key() });
        Ok(())
    }
}
