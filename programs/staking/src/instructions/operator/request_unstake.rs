use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    error::StakingError,
    events::UnbondingRequested,
    hire::Hire,
    state::{NewUnbonding, Node, StakeKind, Unbonding},
    vaults,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct RequestUnstakeArgs {
    /// Chosen by the owner, unused by his other entries of this node.
    pub id: u32,
    /// Of the owner's active ones.
    pub shares: u128,
}

#[derive(Accounts)]
pub struct RequestUnstake<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    /// CHECK: the handler creates it at the address of its seeds.
    #[account(mut)]
    pub unbonding: UncheckedAccount<'info>,
    /// CHECK: escrow's account at the node's address, as the handler checks; one that does not exist means that nothing is hired.
    pub node_load: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl RequestUnstake<'_> {
    fn validate(&self, args: &RequestUnstakeArgs) -> Result<()> {
        require_gt!(args.shares, 0, StakingError::ZeroShares);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: RequestUnstakeArgs) -> Result<()> {
        let Self { owner, payer, node, reward_vault, unbonding, node_load, system_program } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        node.on_unstake_requested(args.shares)?;
        if Hire::read(node_load, &node.key())?.is_hired() {
            require_gte!(node.counted_stake()?, node.minimum_stake, StakingError::BelowMinimumStake);
        }
        let entry = NewUnbonding {
            id: args.id,
            node: node.key(),
            staker: owner.key(),
            rent_payer: payer.key(),
            kind: StakeKind::Own,
            generation: node.own_generation,
            shares: args.shares,
        };
        let unlocks_at = Unbonding::open(entry, now, unbonding, payer, system_program)?.unlocks_at;
        emit!(UnbondingRequested {
            node: node.key(),
            unbonding: unbonding.key(),
            staker: owner.key(),
            kind: StakeKind::Own,
            shares: args.shares,
            amount: node.own.worth(args.shares)?,
            unlocks_at,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
