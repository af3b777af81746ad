use anchor_lang::prelude::*;
use anchor_spl::token::Mint;
use governance::{Governance, INSTRUCTIONS_SYSVAR};

use crate::{
    constants::{ACCOUNT_VERSION, CONFIG_SEED, IO_DECIMALS, USDC_DECIMALS},
    error::EscrowError,
    events::EscrowInitialized,
    program::Escrow,
    state::EscrowConfig,
    treasury,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct InitializeArgs {
    /// Becomes the admin: a multisig in production.
    pub admin: Pubkey,
    /// May stop intake for 72 hours.
    pub pauser: Pubkey,
    /// Pyth's feed of IO/USD.
    pub price_feed_id: [u8; 32],
}

#[derive(Accounts)]
pub struct Initialize<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(init, payer = authority, space = 8 + EscrowConfig::INIT_SPACE, seeds = [CONFIG_SEED], bump)]
    pub config: Box<Account<'info, EscrowConfig>>,
    #[account(constraint = io_mint.decimals == IO_DECIMALS @ EscrowError::InvalidMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    #[account(constraint = usdc_mint.decimals == USDC_DECIMALS @ EscrowError::InvalidMint)]
    pub usdc_mint: Box<Account<'info, Mint>>,
    #[account(constraint = program.programdata_address()? == Some(program_data.key()) @ EscrowError::NotUpgradeAuthority)]
    pub program: Program<'info, Escrow>,
    #[account(constraint = program_data.upgrade_authority_address == Some(authority.key()) @ EscrowError::NotUpgradeAuthority)]
    pub program_data: Box<Account<'info, ProgramData>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EscrowError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl Initialize<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, args: InitializeArgs) -> Result<()> {
        let io_mint = ctx.accounts.io_mint.key();
        let usdc_mint = ctx.accounts.usdc_mint.key();
        ctx.accounts.config.set_inner(EscrowConfig {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.config,
            governance: Governance::new(args.admin, args.pauser),
            io_mint,
            usdc_mint,
            io_fee_vault: fee_vault(&io_mint),
            usdc_fee_vault: fee_vault(&usdc_mint),
            treasury: Pubkey::find_program_address(&[treasury::constants::TREASURY_SEED], &treasury::ID_CONST).0,
            price_feed_id: args.price_feed_id,
            seq: 0,
            reserved: [0; 128],
        });
        ctx.accounts.config.invariant()?;
        emit!(EscrowInitialized {
            admin: args.admin,
            pauser: args.pauser,
            io_mint,
            usdc_mint,
            price_feed_id: args.price_feed_id,
        });
        Ok(())
    }
}

/// Where the treasury keeps the fees of a mint.
fn fee_vault(mint: &Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[treasury::constants::FEE_VAULT_SEED, mint.as_ref()], &treasury::ID_CONST).0
}
