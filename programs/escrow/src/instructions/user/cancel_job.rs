use anchor_lang::prelude::*;
use anchor_spl::token::Token;

use crate::{
    constants::JOB_VAULT_SEED,
    error::EscrowError,
    events::JobCancelled,
    payments::{is_refund_account, Destination, JobPayments},
    state::{EscrowConfig, Job},
};

#[derive(Accounts)]
pub struct CancelJob<'info> {
    #[account(address = job.buyer @ EscrowError::NotBuyer)]
    pub buyer: Signer<'info>,
    pub config: Box<Account<'info, EscrowConfig>>,
    #[account(mut)]
    pub job: Box<Account<'info, Job>>,
    /// CHECK: the job's vault by its address; it is gone when everything is paid.
    #[account(mut, seeds = [JOB_VAULT_SEED, job.key().as_ref()], bump = job.vault_bump)]
    pub job_vault: UncheckedAccount<'info>,
    /// CHECK: where the buyer is refunded; it may be unable to receive.
    #[account(
        mut,
        constraint = is_refund_account(&buyer_token_account, &config, &job) @ EscrowError::WrongBuyerTokenAccount
    )]
    pub buyer_token_account: UncheckedAccount<'info>,
    /// CHECK: the treasury's token account of this mint; it may be unable to receive.
    #[account(mut, address = config.fee_vault(job.payment) @ EscrowError::WrongFeeVault)]
    pub fee_vault: UncheckedAccount<'info>,
    /// CHECK: gets lamports only.
    #[account(mut, address = job.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl CancelJob<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.job.cancel(Clock::get()?.unix_timestamp)?;
        let destinations = [
            Destination::fees(&accounts.fee_vault),
            Destination::buyer(&accounts.config, &accounts.job, &accounts.buyer_token_account),
        ];
        let sent = JobPayments::new(&accounts.config, &mut accounts.job, &accounts.job_vault, &accounts.token_program)
            .pay_out(&destinations, &accounts.rent_payer)?;
        emit!(JobCancelled {
            job: accounts.job.key(),
            to_fees: sent.to_fees,
            to_buyer: sent.to_buyer,
            owed: accounts.job.total_owed()?,
            seq: accounts.job.next_seq()?,
        });
        Ok(())
    }
}
