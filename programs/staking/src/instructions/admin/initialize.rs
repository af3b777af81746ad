use anchor_lang::prelude::*;
use anchor_spl::token::Mint;
use governance::{Governance, INSTRUCTIONS_SYSVAR};

use crate::{
    constants::{ACCOUNT_VERSION, CONFIG_SEED, DEFAULT_BASE_STAKE_PER_DEVICE, IO_DECIMALS},
    error::StakingError,
    events::StakingInitialized,
    program::Staking,
    state::StakingConfig,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct InitializeArgs {
    /// Becomes the admin: a multisig in production.
    pub admin: Pubkey,
    /// May stop intake for 72 hours.
    pub pauser: Pubkey,
    /// Decides appeals against slashes.
    pub appeal_authority: Pubkey,
}

#[derive(Accounts)]
pub struct Initialize<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(init, payer = authority, space = 8 + StakingConfig::INIT_SPACE, seeds = [CONFIG_SEED], bump)]
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(constraint = io_mint.decimals == IO_DECIMALS @ StakingError::InvalidIoMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    #[account(constraint = program.programdata_address()? == Some(program_data.key()) @ StakingError::NotUpgradeAuthority)]
    pub program: Program<'info, Staking>,
    #[account(constraint = program_data.upgrade_authority_address == Some(authority.key()) @ StakingError::NotUpgradeAuthority)]
    pub program_data: Box<Account<'info, ProgramData>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl Initialize<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, args: InitializeArgs) -> Result<()> {
        ctx.accounts.config.set_inner(StakingConfig {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.config,
            governance: Governance::new(args.admin, args.pauser),
            io_mint: ctx.accounts.io_mint.key(),
            base_stake_per_device: DEFAULT_BASE_STAKE_PER_DEVICE,
            appeal_authority: args.appeal_authority,
            seq: 0,
            reserved: [0; 96],
        });
        ctx.accounts.config.invariant()?;
        emit!(StakingInitialized {
            admin: args.admin,
            pauser: args.pauser,
            io_mint: ctx.accounts.io_mint.key(),
            base_stake_per_device: DEFAULT_BASE_STAKE_PER_DEVICE,
            appeal_authority: args.appeal_authority,
        });
        Ok(())
    }
}
