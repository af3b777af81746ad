use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    constants::UNBONDING_SEED,
    error::StakingError,
    escrow,
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
#[instruction(args: RequestUnstakeArgs)]
pub struct RequestUnstake<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    #[account(
        init,
        payer = payer,
        space = 8 + Unbonding::INIT_SPACE,
        seeds = [UNBONDING_SEED, node.key().as_ref(), owner.key().as_ref(), &args.id.to_le_bytes()],
        bump
    )]
    pub unbonding: Box<Account<'info, Unbonding>>,
    /// CHECK: escrow's account at the node's address; one that does not exist means that nothing is hired.
    #[account(
        seeds = [escrow::constants::NODE_LOAD_SEED, node.key().as_ref()],
        seeds::program = escrow::ID_CONST,
        bump
    )]
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
        let Self { owner, payer, node, reward_vault, unbonding, node_load, .. } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        node.on_unstake_requested(args.shares)?;
        if Hire::read(node_load)?.is_hired() {
            require_gte!(node.counted_stake()?, node.minimum_stake, StakingError::BelowMinimumStake);
        }
        let entry = NewUnbonding {
            bump: ctx.bumps.unbonding,
            id: args.id,
            node: node.key(),
            staker: owner.key(),
            rent_payer: payer.key(),
            kind: StakeKind::Own,
            generation: node.own_generation,
            shares: args.shares,
        };
        unbonding.set_inner(Unbonding::begin(entry, now));
        emit!(UnbondingRequested {
            node: node.key(),
            unbonding: unbonding.key(),
            staker: owner.key(),
            kind: StakeKind::Own,
            shares: args.shares,
            amount: node.own.worth(args.shares)?,
            unlocks_at: unbonding.unlocks_at,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
