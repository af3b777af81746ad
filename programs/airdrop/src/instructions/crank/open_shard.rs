use anchor_lang::prelude::*;

use crate::{
    constants::{ACCOUNT_VERSION, SHARD_SEED},
    error::AirdropError,
    events::ShardOpened,
    state::{ClaimShard, Season},
};

#[derive(Accounts)]
#[instruction(index: u16)]
pub struct OpenShard<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(mut, constraint = season.leaves_in_shard(index) > 0 @ AirdropError::ShardOutOfRange)]
    pub season: Box<Account<'info, Season>>,
    #[account(
        init,
        payer = payer,
        space = ClaimShard::space(season.leaves_in_shard(index)),
        seeds = [SHARD_SEED, season.key().as_ref(), &index.to_le_bytes()],
        bump
    )]
    pub shard: Box<Account<'info, ClaimShard>>,
    pub system_program: Program<'info, System>,
}

impl OpenShard<'_> {
    fn validate(&self) -> Result<()> {
        self.season.require_not_over(Clock::get()?.unix_timestamp)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, index: u16) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.season.on_shard_opened()?;
        accounts.shard.set_inner(ClaimShard {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.shard,
            index,
            leaves: accounts.season.leaves_in_shard(index),
            season: accounts.season.key(),
            rent_payer: accounts.payer.key(),
        });
        emit!(ShardOpened {
            season: accounts.season.key(),
            index,
            rent_payer: accounts.payer.key(),
            open_shards: accounts.season.open_shards,
            seq: accounts.season.next_seq()?,
        });
        Ok(())
    }
}
