use anchor_lang::prelude::*;
use anchor_spl::token::{self, Token, TokenAccount, Transfer};

use crate::{
    constants::STAKE_VAULT_SEED,
    error::StakingError,
    events::Staked,
    state::{Node, StakingConfig},
};

#[derive(Accounts)]
pub struct Stake<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(
        mut,
        seeds = [STAKE_VAULT_SEED, node.key().as_ref()],
        bump = node.vault_bump
    )]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(
        mut,
        constraint = owner_token_account.mint == config.io_mint @ StakingError::WrongTokenAccount,
        constraint = owner_token_account.owner == owner.key() @ StakingError::WrongTokenAccount
    )]
    pub owner_token_account: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
}

impl Stake<'_> {
    fn validate(&self, amount: u64) -> Result<()> {
        require_gt!(amount, 0, StakingError::ZeroStake);
        self.config.require_intake(Clock::get()?.unix_timestamp)
    }

    #[access_control(ctx.accounts.validate(amount))]
    pub fn handler(ctx: Context<Self>, amount: u64) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.node.on_staked(amount)?;
        token::transfer(
            CpiContext::new(
                accounts.token_program.key(),
                Transfer {
                    from: accounts.owner_token_account.to_account_info(),
                    to: accounts.stake_vault.to_account_info(),
                    authority: accounts.owner.to_account_info(),
                },
            ),
            amount,
        )?;
        accounts.stake_vault.reload()?;
        accounts.node.invariant(accounts.stake_vault.amount)?;
        emit!(Staked {
            node: accounts.node.key(),
            owner: accounts.owner.key(),
            amount,
            own_stake: accounts.node.own_stake,
            counted_stake: accounts.node.counted_stake()?,
            minimum_stake: accounts.node.minimum_stake,
            seq: accounts.node.next_seq()?,
        });
        Ok(())
    }
}
