use anchor_lang::prelude::*;
use anchor_spl::token::Token;

use crate::{
    constants::JOB_VAULT_SEED,
    error::EscrowError,
    events::{JobSettled, JobStopped},
    payments::{is_associated, is_refund_account, read_usage, Destination, JobPayments},
    state::{EndReason, EscrowConfig, Job, JobState, NodeLoad},
};

#[derive(Accounts)]
pub struct SettleJob<'info> {
    pub config: Box<Account<'info, EscrowConfig>>,
    #[account(mut)]
    pub job: Box<Account<'info, Job>>,
    /// CHECK: the oracle's account of the job, see [`read_usage`].
    pub job_usage: UncheckedAccount<'info>,
    #[account(mut, constraint = node_load.node == job.node @ EscrowError::WrongNodeLoad)]
    pub node_load: Box<Account<'info, NodeLoad>>,
    /// CHECK: the job's vault by its address; it is gone when everything is paid.
    #[account(mut, seeds = [JOB_VAULT_SEED, job.key().as_ref()], bump = job.vault_bump)]
    pub job_vault: UncheckedAccount<'info>,
    /// CHECK: the associated token account of the payout address; it may be unable to receive.
    #[account(
        mut,
        constraint = is_associated(&payout_token_account, &job.payout, &config.mint(job.payment)) @ EscrowError::WrongPayoutTokenAccount
    )]
    pub payout_token_account: UncheckedAccount<'info>,
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

impl SettleJob<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let usage = read_usage(&accounts.job_usage, &accounts.job.key())?;

        let job = &mut accounts.job;
        if job.state == JobState::Running && now >= job.booked_end() {
            job.stop(EndReason::Completed, usage, now)?;
            accounts.node_load.on_stopped(job.devices)?;
            emit!(JobStopped {
                job: job.key(),
                reason: job.reason,
                ended_at: job.ended_at,
                devices_busy: accounts.node_load.devices_busy,
                seq: job.next_seq()?,
            });
        }
        job.settle(usage, now)?;
        if job.state == JobState::Ended {
            accounts.node_load.on_ended()?;
        }

        let destinations = [
            Destination::node(&accounts.job, &accounts.payout_token_account),
            Destination::fees(&accounts.fee_vault),
            Destination::buyer(&accounts.config, &accounts.job, &accounts.buyer_token_account),
        ];
        let sent = JobPayments::new(&accounts.config, &mut accounts.job, &accounts.job_vault, &accounts.token_program)
            .pay_out(&destinations, &accounts.rent_payer)?;
        emit!(JobSettled {
            job: accounts.job.key(),
            state: accounts.job.state,
            reason: accounts.job.reason,
            billed_seconds: accounts.job.billed_seconds,
            to_node: sent.to_node,
            to_fees: sent.to_fees,
            to_buyer: sent.to_buyer,
            owed: accounts.job.total_owed()?,
            vault_balance: accounts.job.liabilities()?,
            seq: accounts.job.next_seq()?,
        });
        Ok(())
    }
}
