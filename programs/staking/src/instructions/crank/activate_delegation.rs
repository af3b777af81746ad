use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    error::StakingError,
    events::DelegationActivated,
    state::{Delegation, Node},
    vaults,
};

#[derive(Accounts)]
pub struct ActivateDelegation<'info> {
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = delegation.node == node.key() @ StakingError::WrongNode)]
    pub delegation: Box<Account<'info, Delegation>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
}

impl ActivateDelegation<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, delegation, reward_vault } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        let shares = delegation.settle(node, now)?;
        require_gt!(shares, 0, StakingError::NothingToActivate);
        emit!(DelegationActivated {
            node: node.key(),
            delegator: delegation.delegator,
            shares,
            delegated_earning_shares: node.delegated_earning_shares,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
