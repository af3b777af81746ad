use anchor_lang::prelude::*;
use anchor_spl::token::{self, Mint, Token, TokenAccount, Transfer};

use crate::{
    constants::{CREDITS_SEED, TREASURY_SEED},
    error::TreasuryError,
    events::CreditsBought,
    state::Treasury,
};

#[derive(Accounts)]
pub struct BuyCredits<'info> {
    /// Whose USDC it is.
    pub buyer: Signer<'info>,
    /// Pays the rent of an account that is opened; it falls to the owner when he closes it.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// CHECK: whoever is to have the credits; any key can own some.
    pub owner: UncheckedAccount<'info>,
    #[account(seeds = [TREASURY_SEED], bump = treasury.bump, has_one = usdc_mint @ TreasuryError::WrongUsdcMint)]
    pub treasury: Box<Account<'info, Treasury>>,
    pub usdc_mint: Box<Account<'info, Mint>>,
    #[account(
        init_if_needed,
        payer = payer,
        token::mint = usdc_mint,
        token::authority = treasury,
        seeds = [CREDITS_SEED, owner.key().as_ref()],
        bump
    )]
    pub credits: Box<Account<'info, TokenAccount>>,
    #[account(
        mut,
        constraint = buyer_token_account.mint == usdc_mint.key() @ TreasuryError::WrongBuyerTokenAccount,
        constraint = buyer_token_account.owner == buyer.key() @ TreasuryError::WrongBuyerTokenAccount
    )]
    pub buyer_token_account: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl BuyCredits<'_> {
    fn validate(amount: u64) -> Result<()> {
        require_gt!(amount, 0, TreasuryError::ZeroAmount);
        Ok(())
    }

    #[access_control(Self::validate(amount))]
    pub fn handler(ctx: Context<Self>, amount: u64) -> Result<()> {
        let accounts = ctx.accounts;
        token::transfer(
            CpiContext::new(
                accounts.token_program.key(),
                Transfer {
                    from: accounts.buyer_token_account.to_account_info(),
                    to: accounts.credits.to_account_info(),
                    authority: accounts.buyer.to_account_info(),
                },
            ),
            amount,
        )?;
        accounts.credits.reload()?;
        emit!(CreditsBought {
            owner: accounts.owner.key(),
            buyer: accounts.buyer.key(),
            amount,
            balance: accounts.credits.amount,
        });
        Ok(())
    }
}
