use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    error::StakingError,
    events::Staked,
    state::{Node, StakingConfig},
    vaults,
};

#[derive(Accounts)]
pub struct Stake<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, address = node.stake_vault @ StakingError::WrongVault)]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
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
        let Self { owner, node, stake_vault, reward_vault, owner_token_account, token_program, .. } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        let shares = node.on_staked(amount, now)?;
        vaults::deposit(node, stake_vault, owner_token_account, owner, token_program, amount)?;
        emit!(Staked {
            node: node.key(),
            owner: owner.key(),
            amount,
            shares,
            own_stake: node.own_stake,
            counted_stake: node.counted_stake()?,
            minimum_stake: node.minimum_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
