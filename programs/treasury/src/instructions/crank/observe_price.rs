use anchor_lang::prelude::*;
use price_feed::read_price;

use crate::{
    constants::{AUCTION_SEED, TREASURY_SEED},
    error::TreasuryError,
    events::PriceObserved,
    state::{Auction, Treasury},
};

#[derive(Accounts)]
pub struct ObservePrice<'info> {
    #[account(seeds = [TREASURY_SEED], bump = treasury.bump, has_one = price_account @ TreasuryError::WrongPriceAccount)]
    pub treasury: Box<Account<'info, Treasury>>,
    #[account(mut, seeds = [AUCTION_SEED], bump = auction.bump)]
    pub auction: Box<Account<'info, Auction>>,
    /// CHECK: the one that the treasury names; what it holds is checked when it is read.
    pub price_account: UncheckedAccount<'info>,
}

impl ObservePrice<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let price =
            read_price(&accounts.price_account, &accounts.treasury.price_feed_id, now).map_err(TreasuryError::from)?;
        let auction = &mut accounts.auction;
        let state = auction.state().observed(price, now).map_err(TreasuryError::from)?;
        auction.set_state(state);
        emit!(PriceObserved { price: auction.last_price, observed_at: now, seq: auction.next_seq()? });
        Ok(())
    }
}
