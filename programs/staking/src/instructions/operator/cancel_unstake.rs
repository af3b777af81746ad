use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    error::StakingError,
    events::UnbondingCancelled,
    state::{Node, StakeKind, Unbonding},
    vaults,
};

#[derive(Accounts)]
pub struct CancelUnstake<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    #[account(
        mut,
        constraint = unbonding.node == node.key() @ StakingError::WrongNode,
        constraint = unbonding.kind == StakeKind::Own @ StakingError::NotStaker
    )]
    pub unbonding: Box<Account<'info, Unbonding>>,
    /// CHECK: paid for the entry, and gets that back when nothing is left in it.
    #[account(mut, address = unbonding.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CancelUnstake<'_> {
    pub fn handler(ctx: Context<Self>, shares: u128) -> Result<()> {
        let Self { owner, node, reward_vault, unbonding, rent_payer } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        unbonding.cancel(shares)?;
        node.on_unstake_cancelled(unbonding.generation, shares, now)?;
        let shares_left = unbonding.shares;
        if shares_left == 0 {
            node.on_unbonding_closed()?;
            unbonding.close(rent_payer.to_account_info())?;
        }
        emit!(UnbondingCancelled {
            node: node.key(),
            unbonding: unbonding.key(),
            staker: owner.key(),
            kind: StakeKind::Own,
            shares,
            shares_left,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
