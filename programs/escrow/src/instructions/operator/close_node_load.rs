use anchor_lang::prelude::*;

use crate::{
    error::EscrowError,
    events::NodeLoadClosed,
    staking::accounts::Node,
    state::{is_node_authority, NodeLoad},
};

#[derive(Accounts)]
pub struct CloseNodeLoad<'info> {
    #[account(constraint = is_node_authority(&node, authority.key) @ EscrowError::NotNodeAuthority)]
    pub authority: Signer<'info>,
    #[account(address = node_load.node @ EscrowError::WrongNode)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, close = rent_payer, constraint = node_load.is_unused() @ EscrowError::NodeLoadInUse)]
    pub node_load: Box<Account<'info, NodeLoad>>,
    /// CHECK: gets lamports only.
    #[account(mut, address = node_load.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseNodeLoad<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        emit!(NodeLoadClosed { node: ctx.accounts.node.key(), rent_payer: ctx.accounts.rent_payer.key() });
        Ok(())
    }
}
