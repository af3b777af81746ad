use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{error::StakingError, events::NodeDeregistered, hire::Hire, state::Node, vaults};

#[derive(Accounts)]
pub struct DeregisterNode<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    #[account(mut, close = rent_payer)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, address = node.stake_vault @ StakingError::WrongVault)]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(mut, address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    /// Gets what is left in the vaults.
    #[account(mut, constraint = destination.mint == stake_vault.mint @ StakingError::WrongDestination)]
    pub destination: Box<Account<'info, TokenAccount>>,
    /// CHECK: escrow's account at the node's address, as the handler checks; one that does not exist means that nothing is in use.
    pub node_load: UncheckedAccount<'info>,
    /// CHECK: paid for the node and its vaults, and gets that back.
    #[account(mut, address = node.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl DeregisterNode<'_> {
    fn validate(&self) -> Result<()> {
        require!(Hire::read(&self.node_load, &self.node.key())?.is_unused(), StakingError::NodeInUse);
        self.node.require_empty()
    }

    /// Without stake and delegations, all that the vaults hold is the owner's: his rewards, and what strangers gave.
    /// So nobody can keep a node from closing by sending a unit to it.
    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { owner, node, stake_vault, reward_vault, destination, rent_payer, token_program, .. } = ctx.accounts;
        for vault in [&*stake_vault, &*reward_vault] {
            if vault.amount > 0 {
                vaults::pay(node, vault, destination, token_program, vault.amount)?;
            }
            vaults::close(node, vault, rent_payer, token_program)?;
        }
        emit!(NodeDeregistered {
            node: node.key(),
            owner: owner.key(),
            amount: stake_vault.amount.checked_add(reward_vault.amount).ok_or(StakingError::AmountOverflow)?,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
