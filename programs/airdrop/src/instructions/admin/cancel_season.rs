use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    constants::CONFIG_SEED,
    error::AirdropError,
    events::SeasonCancelled,
    payout::{require_own_account, SeasonVault},
    state::{AirdropConfig, Season},
};

#[derive(Accounts)]
pub struct CancelSeason<'info> {
    #[account(address = config.governance.admin @ AirdropError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(seeds = [CONFIG_SEED], bump = config.bump)]
    pub config: Box<Account<'info, AirdropConfig>>,
    #[account(mut)]
    pub season: Box<Account<'info, Season>>,
    #[account(mut, address = season.vault @ AirdropError::WrongVault)]
    pub season_vault: Box<Account<'info, TokenAccount>>,
    /// CHECK: signs only to get the refund in another account than its associated one.
    #[account(address = season.refund_wallet @ AirdropError::WrongRefundWallet)]
    pub refund_wallet: UncheckedAccount<'info>,
    #[account(mut)]
    pub refund_account: Box<Account<'info, TokenAccount>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ AirdropError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl CancelSeason<'_> {
    fn validate(&self) -> Result<()> {
        require_own_account(&self.refund_account.to_account_info(), &self.refund_wallet, &self.season.io_mint, None)?;
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.season.on_cancelled(Clock::get()?.unix_timestamp)?;
        let refunded = accounts.season_vault.amount;
        SeasonVault {
            season: &accounts.season,
            vault: accounts.season_vault.to_account_info(),
            token_program: &accounts.token_program,
        }
        .pay(accounts.refund_account.to_account_info(), refunded)?;
        accounts.season_vault.reload()?;
        accounts.season.invariant(accounts.season_vault.amount)?;
        emit!(SeasonCancelled {
            season: accounts.season.key(),
            refunded,
            refund_account: accounts.refund_account.key(),
            seq: accounts.season.next_seq()?,
        });
        Ok(())
    }
}
