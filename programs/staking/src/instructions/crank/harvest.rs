use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{error::StakingError, state::Node, vaults};

#[derive(Accounts)]
pub struct Harvest<'info> {
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
}

impl Harvest<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, reward_vault } = ctx.accounts;
        vaults::harvest(node, reward_vault, Clock::get()?.unix_timestamp)
    }
}
