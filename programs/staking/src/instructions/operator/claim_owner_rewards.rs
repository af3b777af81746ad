use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    error::StakingError,
    events::RewardsClaimed,
    state::{Node, StakeKind},
    vaults,
};

#[derive(Accounts)]
pub struct ClaimOwnerRewards<'info> {
    /// The owner, or anyone.
    pub authority: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    /// The owner's associated token account; any of IO, if the owner signs.
    #[account(mut)]
    pub destination: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
}

impl ClaimOwnerRewards<'_> {
    fn validate(&self) -> Result<()> {
        vaults::check_destination(&self.destination, &self.node.owner, self.authority.key, &self.reward_vault.mint)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, reward_vault, destination, token_program, .. } = ctx.accounts;
        vaults::harvest(node, reward_vault, Clock::get()?.unix_timestamp)?;
        let amount = node.take_owner_rewards()?;
        vaults::pay(node, reward_vault, destination, token_program, amount)?;
        emit!(RewardsClaimed {
            node: node.key(),
            payee: node.owner,
            kind: StakeKind::Own,
            amount,
            destination: destination.key(),
            unpaid_rewards: node.unpaid_rewards,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
