use anchor_lang::prelude::*;
use anchor_spl::token::{self, Token, TokenAccount, Transfer};

use crate::{
    constants::{CREDITS_SEED, TREASURY_SEED},
    error::TreasuryError,
    escrow,
    events::CreditsSpent,
    state::Treasury,
};

#[derive(Accounts)]
pub struct SpendCredits<'info> {
    /// Only escrow can sign for its config.
    #[account(address = treasury.escrow_config @ TreasuryError::NotEscrow)]
    pub escrow_config: Signer<'info>,
    pub owner: Signer<'info>,
    #[account(seeds = [TREASURY_SEED], bump = treasury.bump)]
    pub treasury: Box<Account<'info, Treasury>>,
    #[account(mut, seeds = [CREDITS_SEED, owner.key().as_ref()], bump)]
    pub credits: Box<Account<'info, TokenAccount>>,
    /// CHECK: an account of escrow. Escrow says which; while a job is being booked it is still empty.
    #[account(owner = escrow::ID_CONST @ TreasuryError::WrongJobVault)]
    pub job: UncheckedAccount<'info>,
    #[account(mut, constraint = job_vault.owner == job.key() @ TreasuryError::WrongJobVault)]
    pub job_vault: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
}

impl SpendCredits<'_> {
    fn validate(&self, amount: u64) -> Result<()> {
        require_gte!(self.credits.amount, amount, TreasuryError::NotEnoughCredits);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(amount))]
    pub fn handler(ctx: Context<Self>, amount: u64) -> Result<()> {
        let accounts = ctx.accounts;
        token::transfer(
            CpiContext::new_with_signer(
                accounts.token_program.key(),
                Transfer {
                    from: accounts.credits.to_account_info(),
                    to: accounts.job_vault.to_account_info(),
                    authority: accounts.treasury.to_account_info(),
                },
                &[&accounts.treasury.signer_seeds()],
            ),
            amount,
        )?;
        accounts.credits.reload()?;
        emit!(CreditsSpent {
            owner: accounts.owner.key(),
            job: accounts.job.key(),
            amount,
            balance: accounts.credits.amount,
        });
        Ok(())
    }
}
