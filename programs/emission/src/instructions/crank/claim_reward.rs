use anchor_lang::prelude::*;
use anchor_spl::token::{self, Token, Transfer};
use economy_math::merkle::{reward_leaf, root_of};
use merkle_proof::MerkleProof;

use crate::{
    constants::REWARD_ACCOUNT_SEED,
    error::EmissionError,
    events::RewardClaimed,
    state::{Pool, RewardAccount},
};

/// What a leaf says, but for its pool and its destination, which are accounts.
#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct ClaimRewardArgs {
    /// Of the final root that the proof leads to.
    pub version: u64,
    pub node: Pubkey,
    /// All that the node has earned so far, in base units of IO.
    pub cumulative: u64,
}

#[derive(Accounts)]
#[instruction(args: ClaimRewardArgs)]
pub struct ClaimReward<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Only `initialize` creates pools, so that one of this program is at its address: looking would cost 1,500 units.
    #[account(mut)]
    pub pool: Box<Account<'info, Pool>>,
    /// CHECK: the vault that the pool names.
    #[account(mut, address = pool.vault @ EmissionError::WrongVault)]
    pub vault: UncheckedAccount<'info>,
    /// CHECK: the rewards of this node in this pool by its seeds; read or created by the handler.
    #[account(
        mut,
        seeds = [REWARD_ACCOUNT_SEED, pool.key().as_ref(), args.node.as_ref()],
        bump = RewardAccount::bump_of(&reward_account, &pool.key(), &args.node)
    )]
    pub reward_account: UncheckedAccount<'info>,
    /// CHECK: the leaf names it; the token program refuses what is no account of IO.
    #[account(mut)]
    pub destination: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl ClaimReward<'_> {
    /// The root of this version holds the leaf.
    fn validate(&self, args: &ClaimRewardArgs, proof: &MerkleProof) -> Result<()> {
        let ClaimRewardArgs { version, node, cumulative } = args;
        let (pool, destination) = (self.pool.key(), self.destination.key());
        let leaf =
            reward_leaf(crate::ID.as_array(), pool.as_array(), node.as_array(), destination.as_array(), *cumulative);
        let root = root_of(leaf, proof.as_bytes()).map_err(EmissionError::from)?;
        require!(self.pool.final_root(*version)?.root == root, EmissionError::InvalidProof);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args, &proof))]
    pub fn handler(ctx: Context<Self>, args: ClaimRewardArgs, proof: MerkleProof) -> Result<()> {
        let accounts = ctx.accounts;
        let mut reward = accounts.load_or_create_reward(&args.node)?;
        let amount = reward.claim(args.cumulative, args.version)?;
        accounts.pool.on_claimed(amount)?;
        accounts.pool.invariant()?;
        reward.try_serialize(&mut accounts.reward_account.try_borrow_mut_data()?.as_mut())?;

        let transfer = Transfer {
            from: accounts.vault.to_account_info(),
            to: accounts.destination.to_account_info(),
            authority: accounts.pool.to_account_info(),
        };
        let seeds = accounts.pool.signer_seeds();
        token::transfer(CpiContext::new_with_signer(accounts.token_program.key(), transfer, &[&seeds]), amount)?;

        emit!(RewardClaimed {
            pool: accounts.pool.key(),
            node: reward.node,
            destination: accounts.destination.key(),
            version: args.version,
            amount,
            claimed: reward.claimed,
            pool_claimed: accounts.pool.claimed,
            seq: accounts.pool.next_seq()?,
        });
        Ok(())
    }

    fn load_or_create_reward(&self, node: &Pubkey) -> Result<RewardAccount> {
        if *self.reward_account.owner == crate::ID {
            let reward = RewardAccount::try_deserialize(&mut self.reward_account.try_borrow_data()?.as_ref())?;
            let ours = reward.node == *node && reward.kind == self.pool.kind;
            require!(ours, EmissionError::InvalidRewardAccount);
            return Ok(reward);
        }
        let pool = self.pool.key();
        let bump = RewardAccount::bump_of(&self.reward_account, &pool, node);
        pda_account::create(
            &self.payer,
            &self.reward_account,
            &self.system_program,
            RewardAccount::SPACE,
            &crate::ID,
            &[REWARD_ACCOUNT_SEED, pool.as_ref(), node.as_ref(), &[bump]],
        )?;
        Ok(RewardAccount::new(bump, self.pool.kind, *node))
    }
}
