use anchor_lang::prelude::*;

use crate::{
    error::StakingError,
    events::DelegationClosed,
    state::{Delegation, Node},
};

#[derive(Accounts)]
pub struct CloseDelegation<'info> {
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(
        mut,
        close = rent_payer,
        constraint = delegation.node == node.key() @ StakingError::WrongNode,
        constraint = delegation.is_empty() @ StakingError::DelegationNotEmpty
    )]
    pub delegation: Box<Account<'info, Delegation>>,
    /// CHECK: paid for the delegation, and gets that back.
    #[account(mut, address = delegation.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseDelegation<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, delegation, .. } = ctx.accounts;
        node.on_delegation_closed(delegation.reward_fraction)?;
        emit!(DelegationClosed { node: node.key(), delegator: delegation.delegator, seq: node.next_seq()? });
        Ok(())
    }
}
