use anchor_lang::prelude::*;
use anchor_spl::token::{self, Mint, Token, TokenAccount, Transfer};

use crate::{
    constants::{ACCOUNT_VERSION, CONFIG_SEED, SEASON_SEED, SEASON_VAULT_SEED},
    error::AirdropError,
    events::SeasonCreated,
    state::{AirdropConfig, Season, SeasonKind, SeasonState},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct CreateSeasonArgs {
    /// One that no season had before: part of every leaf, through the season's address.
    pub id: u32,
    pub kind: SeasonKind,
    /// UTF-8, padded with zeros.
    pub name: [u8; 32],
    /// Base units of IO.
    pub amount: u64,
    pub total_points: u128,
    pub root: [u8; 32],
    pub leaves: u32,
    pub formula_hash: [u8; 32],
    pub inputs_hash: [u8; 32],
    /// Unix times: the first second in which claims are paid, and the first in which they no longer are.
    pub starts_at: i64,
    pub ends_at: i64,
    /// Gets what nobody claims, in its associated token account.
    pub refund_wallet: Pubkey,
}

#[derive(Accounts)]
#[instruction(args: CreateSeasonArgs)]
pub struct CreateSeason<'info> {
    #[account(address = config.governance.admin @ AirdropError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(
        mut,
        seeds = [CONFIG_SEED],
        bump = config.bump,
        has_one = io_mint @ AirdropError::WrongIoMint
    )]
    pub config: Box<Account<'info, AirdropConfig>>,
    #[account(
        init,
        payer = payer,
        space = 8 + Season::INIT_SPACE,
        seeds = [SEASON_SEED, &args.id.to_le_bytes()],
        bump
    )]
    pub season: Box<Account<'info, Season>>,
    #[account(
        init,
        payer = payer,
        token::mint = io_mint,
        token::authority = season,
        seeds = [SEASON_VAULT_SEED, season.key().as_ref()],
        bump
    )]
    pub season_vault: Box<Account<'info, TokenAccount>>,
    pub io_mint: Box<Account<'info, Mint>>,
    pub funder: Signer<'info>,
    /// Where the season's IO comes from: the admin's own, or a named allocation account.
    #[account(
        mut,
        constraint = funding_account.mint == io_mint.key() @ AirdropError::WrongFundingAccount,
        constraint = funding_account.owner == funder.key() @ AirdropError::WrongFundingAccount
    )]
    pub funding_account: Box<Account<'info, TokenAccount>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ AirdropError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl CreateSeason<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, args: CreateSeasonArgs) -> Result<()> {
        let accounts = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        accounts.config.on_season_created(args.id)?;
        let season = Season {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.season,
            id: args.id,
            kind: args.kind,
            state: SeasonState::Open,
            name: args.name,
            io_mint: accounts.io_mint.key(),
            vault: accounts.season_vault.key(),
            refund_wallet: args.refund_wallet,
            rent_payer: accounts.payer.key(),
            amount: args.amount,
            total_points: args.total_points,
            root: args.root,
            leaves: args.leaves,
            formula_hash: args.formula_hash,
            inputs_hash: args.inputs_hash,
            starts_at: args.starts_at,
            ends_at: args.ends_at,
            claimed: 0,
            claims: 0,
            open_shards: 0,
            seq: 0,
            reserved: [0; 32],
        };
        season.require_valid(now)?;
        accounts.season.set_inner(season);
        token::transfer(
            CpiContext::new(
                accounts.token_program.key(),
                Transfer {
                    from: accounts.funding_account.to_account_info(),
                    to: accounts.season_vault.to_account_info(),
                    authority: accounts.funder.to_account_info(),
                },
            ),
            args.amount,
        )?;
        accounts.season_vault.reload()?;
        accounts.season.invariant(accounts.season_vault.amount)?;
        emit!(SeasonCreated {
            season: accounts.season.key(),
            id: args.id,
            kind: args.kind,
            amount: args.amount,
            total_points: args.total_points,
            root: args.root,
            leaves: args.leaves,
            formula_hash: args.formula_hash,
            inputs_hash: args.inputs_hash,
            starts_at: args.starts_at,
            ends_at: args.ends_at,
            refund_wallet: args.refund_wallet,
            funding_account: accounts.funding_account.key(),
            vault_balance: accounts.season_vault.amount,
            seq: accounts.season.next_seq()?,
        });
        Ok(())
    }
}
