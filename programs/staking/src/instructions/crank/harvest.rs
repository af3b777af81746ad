use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{constants::REWARD_VAULT_SEED, state::Node, vaults};

#[derive(Accounts)]
pub struct Harvest<'info> {
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(seeds = [REWARD_VAULT_SEED, node.key().as_ref()], bump = node.reward_vault_bump)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
}

impl Harvest<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, reward_vault } = ctx.accounts;
        vaults::harvest(node, reward_vault, Clock::get()?.unix_timestamp)
    }
}
