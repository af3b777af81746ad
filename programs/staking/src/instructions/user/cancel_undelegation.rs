use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    error::StakingError,
    events::UnbondingCancelled,
    state::{Delegation, Node, StakeKind, Unbonding},
    vaults,
};

#[derive(Accounts)]
pub struct CancelUndelegation<'info> {
    #[account(address = delegation.delegator @ StakingError::NotDelegator)]
    pub delegator: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = delegation.node == node.key() @ StakingError::WrongNode)]
    pub delegation: Box<Account<'info, Delegation>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    #[account(
        mut,
        constraint = unbonding.node == node.key() @ StakingError::WrongNode,
        constraint = unbonding.staker == delegator.key() @ StakingError::NotStaker,
        constraint = unbonding.kind == StakeKind::Delegated @ StakingError::NotStaker
    )]
    pub unbonding: Box<Account<'info, Unbonding>>,
    /// CHECK: paid for the entry, and gets that back when nothing is left in it.
    #[account(mut, address = unbonding.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CancelUndelegation<'_> {
    pub fn handler(ctx: Context<Self>, shares: u128) -> Result<()> {
        let Self { delegator, node, delegation, reward_vault, unbonding, rent_payer } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        delegation.settle(node, now)?;
        unbonding.cancel(shares)?;
        delegation.on_undelegation_cancelled(node, shares, now)?;
        let shares_left = unbonding.shares;
        if shares_left == 0 {
            delegation.on_unbonding_closed()?;
            node.on_unbonding_closed()?;
            unbonding.close(rent_payer.to_account_info())?;
        }
        emit!(UnbondingCancelled {
            node: node.key(),
            unbonding: unbonding.key(),
            staker: delegator.key(),
            kind: StakeKind::Delegated,
            shares,
            shares_left,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
