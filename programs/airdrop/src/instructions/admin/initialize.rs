use anchor_lang::prelude::*;
use anchor_spl::token::Mint;
use governance::Governance;

use crate::{
    constants::{ACCOUNT_VERSION, CONFIG_SEED, IO_DECIMALS},
    error::AirdropError,
    events::AirdropInitialized,
    state::{AirdropConfig, USED_IDS_BYTES},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct InitializeArgs {
    /// Becomes the admin: a multisig in production.
    pub admin: Pubkey,
}

#[derive(Accounts)]
pub struct Initialize<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(constraint = program.programdata_address()? == Some(program_data.key()) @ AirdropError::NotUpgradeAuthority)]
    pub program: Program<'info, crate::program::Airdrop>,
    #[account(constraint = program_data.upgrade_authority_address == Some(authority.key()) @ AirdropError::NotUpgradeAuthority)]
    pub program_data: Box<Account<'info, ProgramData>>,
    #[account(init, payer = authority, space = 8 + AirdropConfig::INIT_SPACE, seeds = [CONFIG_SEED], bump)]
    pub config: Box<Account<'info, AirdropConfig>>,
    #[account(constraint = io_mint.decimals == IO_DECIMALS @ AirdropError::InvalidIoMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ AirdropError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl Initialize<'_> {
    fn validate(&self, args: &InitializeArgs) -> Result<()> {
        require_keys_neq!(args.admin, Pubkey::default(), AirdropError::InvalidAdmin);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: InitializeArgs) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.config.set_inner(AirdropConfig {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.config,
            governance: Governance::new(args.admin, args.admin),
            io_mint: accounts.io_mint.key(),
            used_ids: [0; USED_IDS_BYTES],
            seq: 0,
            reserved: [0; 64],
        });
        emit!(AirdropInitialized {
            admin: args.admin,
            io_mint: accounts.io_mint.key(),
            seq: accounts.config.next_seq()?,
        });
        Ok(())
    }
}
