use anchor_lang::prelude::*;

use crate::{
    error::EscrowError,
    events::JobStarted,
    staking::accounts::Node,
    state::{is_operator, require_staked, Job, NodeLoad},
};

#[derive(Accounts)]
pub struct StartJob<'info> {
    #[account(constraint = is_operator(&node, authority.key) @ EscrowError::NotOperator)]
    pub authority: Signer<'info>,
    #[account(address = job.node @ EscrowError::WrongNode)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = node_load.node == job.node @ EscrowError::WrongNodeLoad)]
    pub node_load: Box<Account<'info, NodeLoad>>,
    #[account(mut)]
    pub job: Box<Account<'info, Job>>,
}

impl StartJob<'_> {
    fn validate(&self) -> Result<()> {
        require_staked(&self.node)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.job.start(accounts.node.class, accounts.node.payout, Clock::get()?.unix_timestamp)?;
        accounts.node_load.on_started(accounts.job.devices, accounts.node.device_count)?;
        emit!(JobStarted {
            job: accounts.job.key(),
            node: accounts.node.key(),
            by: accounts.authority.key(),
            payout: accounts.job.payout,
            started_at: accounts.job.started_at,
            devices_busy: accounts.node_load.devices_busy,
            seq: accounts.job.next_seq()?,
        });
        Ok(())
    }
}
