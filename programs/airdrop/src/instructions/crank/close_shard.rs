use anchor_lang::prelude::*;

use crate::{
    error::AirdropError,
    events::ShardClosed,
    state::{ClaimShard, Season},
};

#[derive(Accounts)]
pub struct CloseShard<'info> {
    #[account(mut)]
    pub season: Box<Account<'info, Season>>,
    #[account(
        mut,
        close = rent_payer,
        has_one = season @ AirdropError::WrongShard,
        has_one = rent_payer @ AirdropError::WrongRentPayer
    )]
    pub shard: Box<Account<'info, ClaimShard>>,
    /// CHECK: gets lamports only.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseShard<'_> {
    fn validate(&self) -> Result<()> {
        self.season.require_over(Clock::get()?.unix_timestamp)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.season.on_shard_closed()?;
        emit!(ShardClosed {
            season: accounts.season.key(),
            index: accounts.shard.index,
            rent_payer: accounts.rent_payer.key(),
            open_shards: accounts.season.open_shards,
            seq: accounts.season.next_seq()?,
        });
        Ok(())
    }
}
