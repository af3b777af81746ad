use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    error::StakingError,
    events::UnbondingRequested,
    state::{Delegation, NewUnbonding, Node, StakeKind, Unbonding},
    vaults,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UndelegateArgs {
    /// Chosen by the delegator, unused by his other entries of this node.
    pub id: u32,
    /// Of the delegator's active ones.
    pub shares: u128,
}

#[derive(Accounts)]
pub struct Undelegate<'info> {
    #[account(address = delegation.delegator @ StakingError::NotDelegator)]
    pub delegator: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = delegation.node == node.key() @ StakingError::WrongNode)]
    pub delegation: Box<Account<'info, Delegation>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    /// CHECK: the handler creates it at the address of its seeds.
    #[account(mut)]
    pub unbonding: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl Undelegate<'_> {
    fn validate(&self, args: &UndelegateArgs) -> Result<()> {
        require_gt!(args.shares, 0, StakingError::ZeroShares);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UndelegateArgs) -> Result<()> {
        let Self { delegator, payer, node, delegation, reward_vault, unbonding, system_program } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        delegation.settle(node, now)?;
        delegation.on_undelegated(node, args.shares)?;
        let entry = NewUnbonding {
            id: args.id,
            node: node.key(),
            staker: delegator.key(),
            rent_payer: payer.key(),
            kind: StakeKind::Delegated,
            generation: 0,
            shares: args.shares,
        };
        let unlocks_at = Unbonding::open(entry, now, unbonding, payer, system_program)?.unlocks_at;
        emit!(UnbondingRequested {
            node: node.key(),
            unbonding: unbonding.key(),
            staker: delegator.key(),
            kind: StakeKind::Delegated,
            shares: args.shares,
            amount: node.delegated.worth(args.shares)?,
            unlocks_at,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
