//! The airdrop's claim as most distributors make it, for the benchmark: that a leaf was paid is an account of its own
//! instead of a bit in a shard. Leaf, proof, checks of the token account, transfer and event are the airdrop's own.
//! Nobody is meant to keep money here: anyone opens a distributor, and there is no window and no end.

// Nobody needs an interface of it beside those of the programs.
#![cfg(not(feature = "idl-build"))]

use airdrop::{error::AirdropError, events::Claimed, payout::require_own_account};
use anchor_lang::prelude::*;
use anchor_spl::token::{self, accessor, Token, Transfer};
use economy_math::merkle::{airdrop_leaf, root_of};
use merkle_proof::MerkleProof;

declare_id!("DhDfyR7cdmXzsu2B9yJWFnQsjiyWYh8UTMnFcFWnahHz");

const DISTRIBUTOR_SEED: &[u8] = b"distributor";
const RECEIPT_SEED: &[u8] = b"receipt";

#[program]
pub mod per_claim {
    use super::*;

    /// Creates a distributor of a tree, whose vault is its associated token account.
    pub fn open(ctx: Context<Open>, args: OpenArgs) -> Result<()> {
        ctx.accounts.distributor.set_inner(Distributor {
            bump: ctx.bumps.distributor,
            id: args.id,
            io_mint: ctx.accounts.io_mint.key(),
            vault: ctx.accounts.vault.key(),
            root: args.root,
            amount: args.amount,
            claimed: 0,
            seq: 0,
        });
        Ok(())
    }

    /// Pays a leaf and keeps an account that says so, whose rent the caller pays.
    pub fn claim(ctx: Context<Claim>, args: ClaimArgs, proof: MerkleProof) -> Result<()> {
        Claim::handler(ctx, args, proof)
    }
}

#[account]
#[derive(InitSpace)]
pub struct Distributor {
    pub bump: u8,
    pub id: u32,
    pub io_mint: Pubkey,
    pub vault: Pubkey,
    pub root: [u8; 32],
    pub amount: u64,
    pub claimed: u64,
    pub seq: u64,
}

/// A leaf that was paid: no more than is needed to know whose it was.
#[account]
#[derive(InitSpace)]
pub struct Receipt {
    pub wallet: Pubkey,
    pub amount: u64,
}

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct OpenArgs {
    pub id: u32,
    pub root: [u8; 32],
    pub amount: u64,
}

#[derive(Accounts)]
#[instruction(args: OpenArgs)]
pub struct Open<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(
        init,
        payer = payer,
        space = 8 + Distributor::INIT_SPACE,
        seeds = [DISTRIBUTOR_SEED, &args.id.to_le_bytes()],
        bump,
    )]
    pub distributor: Box<Account<'info, Distributor>>,
    /// CHECK: taken as it is.
    pub io_mint: UncheckedAccount<'info>,
    /// CHECK: taken as it is.
    pub vault: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct ClaimArgs {
    pub index: u32,
    pub amount: u64,
    pub token_account_bump: u8,
}

#[derive(Accounts)]
#[instruction(args: ClaimArgs)]
pub struct Claim<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(mut)]
    pub distributor: Box<Account<'info, Distributor>>,
    /// CHECK: its address is that of the distributor's vault.
    #[account(mut, address = distributor.vault @ AirdropError::WrongVault)]
    pub vault: UncheckedAccount<'info>,
    #[account(
        init,
        payer = payer,
        space = 8 + Receipt::INIT_SPACE,
        seeds = [RECEIPT_SEED, distributor.key().as_ref(), &args.index.to_le_bytes()],
        bump,
    )]
    pub receipt: Box<Account<'info, Receipt>>,
    /// CHECK: the wallet of the leaf.
    pub wallet: UncheckedAccount<'info>,
    /// CHECK: a token account of the wallet's own, see [`require_own_account`].
    #[account(mut)]
    pub token_account: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl Claim<'_> {
    fn handler(ctx: Context<Self>, args: ClaimArgs, proof: MerkleProof) -> Result<()> {
        let accounts = ctx.accounts;
        let distributor = accounts.distributor.key();
        let bump = Some(args.token_account_bump);
        require_own_account(&accounts.token_account, &accounts.wallet, &accounts.distributor.io_mint, bump)?;
        let leaf = airdrop_leaf(
            &crate::ID.to_bytes(),
            &distributor.to_bytes(),
            args.index,
            &accounts.wallet.key().to_bytes(),
            args.amount,
        );
        let root = root_of(leaf, proof.as_bytes()).map_err(|_| AirdropError::WrongProofLength)?;
        require!(root == accounts.distributor.root, AirdropError::InvalidProof);
        accounts.receipt.set_inner(Receipt { wallet: accounts.wallet.key(), amount: args.amount });
        let state = &mut accounts.distributor;
        state.claimed = state.claimed.checked_add(args.amount).ok_or(AirdropError::SeasonExhausted)?;
        require_gte!(state.amount, state.claimed, AirdropError::SeasonExhausted);
        state.seq = state.seq.checked_add(1).ok_or(AirdropError::AmountOverflow)?;
        token::transfer(
            CpiContext::new_with_signer(
                accounts.token_program.key(),
                Transfer {
                    from: accounts.vault.to_account_info(),
                    to: accounts.token_account.to_account_info(),
                    authority: accounts.distributor.to_account_info(),
                },
                &[&[DISTRIBUTOR_SEED, &accounts.distributor.id.to_le_bytes(), &[accounts.distributor.bump]]],
            ),
            args.amount,
        )?;
        emit!(Claimed {
            season: distributor,
            index: args.index,
            wallet: accounts.wallet.key(),
            token_account: accounts.token_account.key(),
            amount: args.amount,
            claimed: accounts.distributor.claimed,
            vault_balance: accessor::amount(&accounts.vault)?,
            seq: accounts.distributor.seq,
        });
        Ok(())
    }
}
