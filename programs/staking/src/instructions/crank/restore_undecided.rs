use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};

use crate::{
    error::StakingError,
    slashing::RestoreParts,
    state::{Node, SlashCase},
};

#[derive(Accounts)]
pub struct RestoreUndecided<'info> {
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = slash_case.node == node.key() @ StakingError::WrongNode)]
    pub slash_case: Box<Account<'info, SlashCase>>,
    #[account(mut, address = node.stake_vault @ StakingError::WrongVault)]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    #[account(mut, address = stake_vault.mint @ StakingError::WrongMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    pub token_program: Program<'info, Token>,
}

impl RestoreUndecided<'_> {
    fn validate(&self) -> Result<()> {
        self.slash_case.require_undecided(Clock::get()?.unix_timestamp)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, slash_case, stake_vault, reward_vault, io_mint, token_program } = ctx.accounts;
        RestoreParts { node, slash_case, stake_vault, reward_vault, io_mint, token_program }.restore()
    }
}
