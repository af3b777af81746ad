use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    error::AirdropError,
    events::SeasonClosed,
    payout::{require_own_account, SeasonVault},
    state::Season,
};

#[derive(Accounts)]
pub struct CloseSeason<'info> {
    #[account(
        mut,
        close = rent_payer,
        has_one = rent_payer @ AirdropError::WrongRentPayer,
        has_one = refund_wallet @ AirdropError::WrongRefundWallet
    )]
    pub season: Box<Account<'info, Season>>,
    #[account(mut, address = season.vault @ AirdropError::WrongVault)]
    pub season_vault: Box<Account<'info, TokenAccount>>,
    /// CHECK: signs only to get the rest in another account than its associated one.
    pub refund_wallet: UncheckedAccount<'info>,
    #[account(mut)]
    pub refund_account: Box<Account<'info, TokenAccount>>,
    /// CHECK: gets lamports only.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl CloseSeason<'_> {
    fn validate(&self) -> Result<()> {
        self.season.require_over(Clock::get()?.unix_timestamp)?;
        require_eq!(self.season.open_shards, 0, AirdropError::ShardsOpen);
        require_own_account(&self.refund_account.to_account_info(), &self.refund_wallet, &self.season.io_mint, None)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        let refunded = accounts.season_vault.amount;
        accounts.season.invariant(refunded)?;
        let seq = accounts.season.next_seq()?;
        let vault = SeasonVault {
            season: &accounts.season,
            vault: accounts.season_vault.to_account_info(),
            token_program: &accounts.token_program,
        };
        vault.pay(accounts.refund_account.to_account_info(), refunded)?;
        vault.close(accounts.rent_payer.to_account_info())?;
        emit!(SeasonClosed {
            season: accounts.season.key(),
            id: accounts.season.id,
            claimed: accounts.season.claimed,
            claims: accounts.season.claims,
            refunded,
            refund_account: accounts.refund_account.key(),
            seq,
        });
        Ok(())
    }
}
