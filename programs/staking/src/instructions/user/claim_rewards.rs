use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    error::StakingError,
    events::RewardsClaimed,
    state::{Delegation, Node, StakeKind},
    vaults,
};

#[derive(Accounts)]
pub struct ClaimRewards<'info> {
    /// The delegator, or anyone.
    pub authority: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = delegation.node == node.key() @ StakingError::WrongNode)]
    pub delegation: Box<Account<'info, Delegation>>,
    #[account(mut, address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    /// The delegator's associated token account; any of IO, if the delegator signs.
    #[account(mut)]
    pub destination: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
}

impl ClaimRewards<'_> {
    fn validate(&self) -> Result<()> {
        vaults::check_destination(
            &self.destination,
            &self.delegation.delegator,
            self.authority.key,
            &self.reward_vault.mint,
        )
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, delegation, reward_vault, destination, token_program, .. } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        delegation.settle(node, now)?;
        let amount = delegation.take_rewards(node)?;
        vaults::pay(node, reward_vault, destination, token_program, amount)?;
        emit!(RewardsClaimed {
            node: node.key(),
            payee: delegation.delegator,
            kind: StakeKind::Delegated,
            amount,
            destination: destination.key(),
            unpaid_rewards: node.unpaid_rewards,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
