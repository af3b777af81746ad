use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};

use crate::{
    error::StakingError,
    events::SlashBurned,
    state::{Node, SlashCase},
    vaults,
};

#[derive(Accounts)]
pub struct BurnSlashed<'info> {
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = slash_case.node == node.key() @ StakingError::WrongNode)]
    pub slash_case: Box<Account<'info, SlashCase>>,
    #[account(mut, address = node.stake_vault @ StakingError::WrongVault)]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(mut, address = stake_vault.mint @ StakingError::WrongMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    pub token_program: Program<'info, Token>,
}

impl BurnSlashed<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, slash_case, stake_vault, io_mint, token_program } = ctx.accounts;
        let amount = slash_case.burn(Clock::get()?.unix_timestamp)?;
        node.on_case_closed(slash_case.opened_at, amount)?;
        vaults::burn(node, stake_vault, io_mint, token_program, amount)?;
        stake_vault.reload()?;
        node.invariant(stake_vault.amount)?;
        emit!(SlashBurned {
            node: node.key(),
            slash_case: slash_case.key(),
            amount,
            supply_after: io_mint.supply,
            in_cases: node.in_cases,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
