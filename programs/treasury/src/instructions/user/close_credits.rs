use anchor_lang::prelude::*;
use anchor_spl::token::{self, CloseAccount, Token, TokenAccount};

use crate::{
    constants::{CREDITS_SEED, TREASURY_SEED},
    error::TreasuryError,
    events::CreditsClosed,
    state::Treasury,
};

#[derive(Accounts)]
pub struct CloseCredits<'info> {
    /// Gets the rent.
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(seeds = [TREASURY_SEED], bump = treasury.bump)]
    pub treasury: Box<Account<'info, Treasury>>,
    #[account(mut, seeds = [CREDITS_SEED, owner.key().as_ref()], bump)]
    pub credits: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
}

impl CloseCredits<'_> {
    fn validate(&self) -> Result<()> {
        require_eq!(self.credits.amount, 0, TreasuryError::CreditsNotEmpty);
        Ok(())
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        token::close_account(CpiContext::new_with_signer(
            accounts.token_program.key(),
            CloseAccount {
                account: accounts.credits.to_account_info(),
                destination: accounts.owner.to_account_info(),
                authority: accounts.treasury.to_account_info(),
            },
            &[&accounts.treasury.signer_seeds()],
        ))?;
        emit!(CreditsClosed { owner: accounts.owner.key() });
        Ok(())
    }
}
