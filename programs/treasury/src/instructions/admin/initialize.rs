use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};
use governance::Governance;

use crate::{
    constants::{
        ACCOUNT_VERSION, AUCTION_SEED, FEE_VAULT_SEED, IO_DECIMALS, RECEIPTS_SEED, TREASURY_SEED, USDC_DECIMALS,
    },
    error::TreasuryError,
    escrow,
    events::TreasuryInitialized,
    state::{Auction, Receipts, Treasury},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct InitializeArgs {
    /// Becomes the admin: a multisig in production.
    pub admin: Pubkey,
    /// Pyth's feed of IO/USD, for good.
    pub price_feed_id: [u8; 32],
    /// The account that holds the price.
    pub price_account: Pubkey,
}

#[derive(Accounts)]
pub struct Initialize<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(constraint = program.programdata_address()? == Some(program_data.key()) @ TreasuryError::NotUpgradeAuthority)]
    pub program: Program<'info, crate::program::Treasury>,
    #[account(constraint = program_data.upgrade_authority_address == Some(authority.key()) @ TreasuryError::NotUpgradeAuthority)]
    pub program_data: Box<Account<'info, ProgramData>>,
    #[account(init, payer = authority, space = 8 + Treasury::INIT_SPACE, seeds = [TREASURY_SEED], bump)]
    pub treasury: Box<Account<'info, Treasury>>,
    #[account(constraint = io_mint.decimals == IO_DECIMALS @ TreasuryError::InvalidIoMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    #[account(constraint = usdc_mint.decimals == USDC_DECIMALS @ TreasuryError::InvalidUsdcMint)]
    pub usdc_mint: Box<Account<'info, Mint>>,
    #[account(
        init,
        payer = authority,
        token::mint = io_mint,
        token::authority = treasury,
        seeds = [FEE_VAULT_SEED, io_mint.key().as_ref()],
        bump
    )]
    pub io_fee_vault: Box<Account<'info, TokenAccount>>,
    #[account(
        init,
        payer = authority,
        token::mint = usdc_mint,
        token::authority = treasury,
        seeds = [FEE_VAULT_SEED, usdc_mint.key().as_ref()],
        bump
    )]
    pub usdc_fee_vault: Box<Account<'info, TokenAccount>>,
    #[account(init, payer = authority, space = 8 + Auction::INIT_SPACE, seeds = [AUCTION_SEED], bump)]
    pub auction: Box<Account<'info, Auction>>,
    #[account(init, payer = authority, space = 8 + size_of::<Receipts>(), seeds = [RECEIPTS_SEED], bump)]
    pub receipts: AccountLoader<'info, Receipts>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ TreasuryError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl Initialize<'_> {
    fn validate(&self, args: &InitializeArgs) -> Result<()> {
        require_keys_neq!(args.admin, Pubkey::default(), TreasuryError::InvalidAdmin);
        require_keys_neq!(args.price_account, Pubkey::default(), TreasuryError::InvalidPriceAccount);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: InitializeArgs) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.treasury.set_inner(Treasury {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.treasury,
            io_fee_vault_bump: ctx.bumps.io_fee_vault,
            usdc_fee_vault_bump: ctx.bumps.usdc_fee_vault,
            governance: Governance::new(args.admin, args.admin),
            io_mint: accounts.io_mint.key(),
            usdc_mint: accounts.usdc_mint.key(),
            escrow_config: Pubkey::find_program_address(&[escrow::constants::CONFIG_SEED], &escrow::ID_CONST).0,
            price_feed_id: args.price_feed_id,
            price_account: args.price_account,
            io_burned: 0,
            seq: 0,
            reserved: [0; 128],
        });
        accounts.auction.set_inner(Auction::new(ctx.bumps.auction));
        accounts.receipts.load_init()?.open(ctx.bumps.receipts);
        emit!(TreasuryInitialized {
            admin: args.admin,
            io_mint: accounts.io_mint.key(),
            usdc_mint: accounts.usdc_mint.key(),
            io_fee_vault: accounts.io_fee_vault.key(),
            usdc_fee_vault: accounts.usdc_fee_vault.key(),
            price_feed_id: args.price_feed_id,
            price_account: args.price_account,
            seq: accounts.treasury.next_seq()?,
        });
        Ok(())
    }
}
