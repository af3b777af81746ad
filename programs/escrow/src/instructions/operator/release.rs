use anchor_lang::prelude::*;

use crate::{
    error::EscrowError,
    events::JobStopped,
    payments::read_usage,
    staking::accounts::Node,
    state::{is_operator, EndReason, Job, NodeLoad},
};

#[derive(Accounts)]
pub struct Release<'info> {
    #[account(constraint = is_operator(&node, authority.key) @ EscrowError::NotOperator)]
    pub authority: Signer<'info>,
    #[account(address = job.node @ EscrowError::WrongNode)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = node_load.node == job.node @ EscrowError::WrongNodeLoad)]
    pub node_load: Box<Account<'info, NodeLoad>>,
    #[account(mut)]
    pub job: Box<Account<'info, Job>>,
    /// CHECK: the oracle's account of the job, see [`read_usage`].
    pub job_usage: UncheckedAccount<'info>,
}

impl Release<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        let usage = read_usage(&accounts.job_usage, &accounts.job.key())?;
        accounts.job.stop(EndReason::Released, usage, Clock::get()?.unix_timestamp)?;
        accounts.node_load.on_stopped(accounts.job.devices)?;
        emit!(JobStopped {
            job: accounts.job.key(),
            reason: accounts.job.reason,
            ended_at: accounts.job.ended_at,
            devices_busy: accounts.node_load.devices_busy,
            seq: accounts.job.next_seq()?,
        });
        Ok(())
    }
}
