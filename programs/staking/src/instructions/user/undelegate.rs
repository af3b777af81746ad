use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    constants::UNBONDING_SEED,
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
#[instruction(args: UndelegateArgs)]
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
    #[account(
        init,
        payer = payer,
        space = 8 + Unbonding::INIT_SPACE,
        seeds = [UNBONDING_SEED, node.key().as_ref(), delegator.key().as_ref(), &args.id.to_le_bytes()],
        bump
    )]
    pub unbonding: Box<Account<'info, Unbonding>>,
    pub system_program: Program<'info, System>,
}

impl Undelegate<'_> {
    fn validate(&self, args: &UndelegateArgs) -> Result<()> {
        require_gt!(args.shares, 0, StakingError::ZeroShares);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UndelegateArgs) -> Result<()> {
        let Self { delegator, payer, node, delegation, reward_vault, unbonding, .. } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        delegation.settle(node, now)?;
        delegation.on_undelegated(node, args.shares)?;
        let entry = NewUnbonding {
            bump: ctx.bumps.unbonding,
            id: args.id,
            node: node.key(),
            staker: delegator.key(),
            rent_payer: payer.key(),
            kind: StakeKind::Delegated,
            generation: 0,
            shares: args.shares,
        };
        unbonding.set_inner(Unbonding::begin(entry, now));
        emit!(UnbondingRequested {
            node: node.key(),
            unbonding: unbonding.key(),
            staker: delegator.key(),
            kind: StakeKind::Delegated,
            shares: args.shares,
            amount: node.delegated.worth(args.shares)?,
            unlocks_at: unbonding.unlocks_at,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
