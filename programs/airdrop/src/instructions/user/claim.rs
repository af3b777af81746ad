use anchor_lang::prelude::*;
use anchor_spl::token::{accessor, Token};
use economy_math::merkle::airdrop_leaf;
use merkle_proof::MerkleProof;

use crate::{
    error::AirdropError,
    events::Claimed,
    payout::{require_own_account, SeasonVault},
    state::{ClaimShard, Season},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct ClaimArgs {
    /// Position of the leaf among the season's leaves.
    pub index: u32,
    /// Base units of IO, as the leaf says.
    pub amount: u64,
    /// Bump of the wallet's associated token account.
    pub token_account_bump: u8,
}

#[derive(Accounts)]
pub struct Claim<'info> {
    /// The only account that Anchor writes back: none can stand twice, and looking for one costs a thousand compute units.
    #[account(mut, dup)]
    pub season: Box<Account<'info, Season>>,
    /// CHECK: its address is that of the season's vault.
    #[account(mut, address = season.vault @ AirdropError::WrongVault)]
    pub season_vault: UncheckedAccount<'info>,
    /// CHECK: the shard of the claim, see [`ClaimShard::mark_claimed`].
    #[account(mut)]
    pub shard: UncheckedAccount<'info>,
    /// CHECK: the wallet of the leaf; signs only to be paid in another account than its associated one.
    pub wallet: UncheckedAccount<'info>,
    /// CHECK: a token account of the wallet's own, see [`require_own_account`].
    #[account(mut)]
    pub token_account: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl Claim<'_> {
    fn validate(&self, args: &ClaimArgs) -> Result<()> {
        self.season.require_claimable(Clock::get()?.unix_timestamp)?;
        require_own_account(&self.token_account, &self.wallet, &self.season.io_mint, Some(args.token_account_bump))
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: ClaimArgs, proof: MerkleProof) -> Result<()> {
        let accounts = ctx.accounts;
        let season = accounts.season.key();
        let leaf = airdrop_leaf(
            &crate::ID.to_bytes(),
            &season.to_bytes(),
            args.index,
            &accounts.wallet.key().to_bytes(),
            args.amount,
        );
        accounts.season.verify(args.index, leaf, proof.as_bytes())?;
        ClaimShard::mark_claimed(&accounts.shard, &season, args.index)?;
        accounts.season.on_claimed(args.amount)?;
        SeasonVault {
            season: &accounts.season,
            vault: accounts.season_vault.to_account_info(),
            token_program: &accounts.token_program,
        }
        .pay(accounts.token_account.to_account_info(), args.amount)?;
        let vault_balance = accessor::amount(&accounts.season_vault)?;
        accounts.season.invariant(vault_balance)?;
        emit!(Claimed {
            season,
            index: args.index,
            wallet: accounts.wallet.key(),
            token_account: accounts.token_account.key(),
            amount: args.amount,
            claimed: accounts.season.claimed,
            vault_balance,
            seq: accounts.season.next_seq()?,
        });
        Ok(())
    }
}
