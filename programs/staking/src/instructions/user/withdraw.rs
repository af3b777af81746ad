use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    error::StakingError,
    events::StakeWithdrawn,
    state::{Delegation, Node, StakeKind, Unbonding},
    vaults,
};

#[derive(Accounts)]
pub struct Withdraw<'info> {
    /// The staker; anyone while no slash case is open.
    pub authority: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, close = rent_payer, constraint = unbonding.node == node.key() @ StakingError::WrongNode)]
    pub unbonding: Box<Account<'info, Unbonding>>,
    /// The staker's delegation, where it is delegated stake.
    #[account(
        mut,
        constraint = delegation.node == node.key() @ StakingError::WrongNode,
        constraint = delegation.delegator == unbonding.staker @ StakingError::NotDelegator
    )]
    pub delegation: Option<Box<Account<'info, Delegation>>>,
    #[account(mut, address = node.stake_vault @ StakingError::WrongVault)]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    /// The staker's associated token account; any of IO, if the staker signs.
    #[account(mut)]
    pub destination: Box<Account<'info, TokenAccount>>,
    /// CHECK: paid for the entry, and gets that back.
    #[account(mut, address = unbonding.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl Withdraw<'_> {
    fn validate(&self) -> Result<()> {
        let staker = self.unbonding.staker;
        self.unbonding.require_unlocked(Clock::get()?.unix_timestamp)?;
        // Who withdraws gives up what a restoration would give back: nobody else may decide that.
        let may_decide = self.authority.key() == staker || !self.node.has_open_case();
        require!(may_decide, StakingError::StakerMustSign);
        vaults::check_destination(&self.destination, &staker, self.authority.key, &self.stake_vault.mint)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, unbonding, delegation, stake_vault, destination, token_program, .. } = ctx.accounts;
        let shares = unbonding.shares;
        let amount = match (unbonding.kind, delegation) {
            (StakeKind::Own, _) => node.on_own_withdrawn(unbonding.generation, shares)?,
            (StakeKind::Delegated, Some(delegation)) => {
                delegation.on_unbonding_closed()?;
                node.on_delegated_withdrawn(shares)?
            }
            (StakeKind::Delegated, None) => return err!(StakingError::DelegationMissing),
        };
        node.on_unbonding_closed()?;
        if amount > 0 {
            vaults::pay(node, stake_vault, destination, token_program, amount)?;
            stake_vault.reload()?;
        }
        node.invariant(stake_vault.amount)?;
        emit!(StakeWithdrawn {
            node: node.key(),
            unbonding: unbonding.key(),
            staker: unbonding.staker,
            kind: unbonding.kind,
            shares,
            amount,
            destination: destination.key(),
            vault_amount: stake_vault.amount,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
