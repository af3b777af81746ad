use anchor_lang::prelude::*;
use anchor_spl::token::{self, Burn, Mint, Token, TokenAccount};

use crate::{
    constants::{FEE_VAULT_SEED, TREASURY_SEED},
    error::TreasuryError,
    events::IoFeesBurned,
    state::Treasury,
};

#[derive(Accounts)]
pub struct BurnIoFees<'info> {
    #[account(
        mut,
        seeds = [TREASURY_SEED],
        bump = treasury.bump,
        has_one = io_mint @ TreasuryError::WrongIoMint
    )]
    pub treasury: Box<Account<'info, Treasury>>,
    #[account(mut)]
    pub io_mint: Box<Account<'info, Mint>>,
    #[account(
        mut,
        seeds = [FEE_VAULT_SEED, io_mint.key().as_ref()],
        bump = treasury.io_fee_vault_bump
    )]
    pub io_fee_vault: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
}

impl BurnIoFees<'_> {
    fn validate(&self) -> Result<()> {
        require_gt!(self.io_fee_vault.amount, 0, TreasuryError::NothingToBurn);
        Ok(())
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        let amount = accounts.io_fee_vault.amount;
        let supply_before = accounts.io_mint.supply;
        accounts.treasury.on_burned(amount)?;

        token::burn(
            CpiContext::new_with_signer(
                accounts.token_program.key(),
                Burn {
                    mint: accounts.io_mint.to_account_info(),
                    from: accounts.io_fee_vault.to_account_info(),
                    authority: accounts.treasury.to_account_info(),
                },
                &[&accounts.treasury.signer_seeds()],
            ),
            amount,
        )?;

        accounts.io_mint.reload()?;
        accounts.io_fee_vault.reload()?;
        require!(
            supply_before.checked_sub(amount) == Some(accounts.io_mint.supply) && accounts.io_fee_vault.amount == 0,
            TreasuryError::BurnMismatch
        );
        emit!(IoFeesBurned {
            amount,
            io_burned: accounts.treasury.io_burned,
            supply_after: accounts.io_mint.supply,
            seq: accounts.treasury.next_seq()?,
        });
        Ok(())
    }
}
