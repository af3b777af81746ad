use anchor_lang::prelude::*;

use crate::{
    constants::{POOL_SEED, REWARD_ACCOUNT_SEED},
    events::RewardAccountOpened,
    state::{Pool, RewardAccount},
};

#[derive(Accounts)]
#[instruction(node: Pubkey)]
pub struct OpenRewardAccount<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(mut, seeds = [POOL_SEED, pool.kind.seed()], bump = pool.bump)]
    pub pool: Box<Account<'info, Pool>>,
    #[account(
        init,
        payer = payer,
        space = RewardAccount::SPACE,
        seeds = [REWARD_ACCOUNT_SEED, pool.key().as_ref(), node.as_ref()],
        bump
    )]
    pub reward_account: Box<Account<'info, RewardAccount>>,
    pub system_program: Program<'info, System>,
}

impl OpenRewardAccount<'_> {
    pub fn handler(ctx: Context<Self>, node: Pubkey) -> Result<()> {
        let bump = ctx.bumps.reward_account;
        let accounts = ctx.accounts;
        accounts.reward_account.set_inner(RewardAccount::new(bump, accounts.pool.kind, node));
        emit!(RewardAccountOpened {
            pool: accounts.pool.key(),
            node,
            payer: accounts.payer.key(),
            seq: accounts.pool.next_seq()?,
        });
        Ok(())
    }
}
