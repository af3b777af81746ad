use anchor_lang::prelude::*;

use crate::{
    error::StakingError,
    events::SlashAppealed,
    state::{Node, SlashCase},
};

#[derive(Accounts)]
pub struct Appeal<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = slash_case.node == node.key() @ StakingError::WrongNode)]
    pub slash_case: Box<Account<'info, SlashCase>>,
}

impl Appeal<'_> {
    pub fn handler(ctx: Context<Self>, statement_hash: [u8; 32]) -> Result<()> {
        let Self { node, slash_case, .. } = ctx.accounts;
        slash_case.appeal(statement_hash, Clock::get()?.unix_timestamp)?;
        emit!(SlashAppealed { node: node.key(), slash_case: slash_case.key(), statement_hash, seq: node.next_seq()? });
        Ok(())
    }
}
