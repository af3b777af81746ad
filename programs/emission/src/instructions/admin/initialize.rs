use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};
use governance::{Governance, INSTRUCTIONS_SYSVAR};
use quorum::MemberSet;

use crate::{
    constants::{ACCOUNT_VERSION, IO_DECIMALS, POOL_SEED, POOL_VAULT_SEED, SCHEDULE_SEED},
    error::EmissionError,
    events::ScheduleInitialized,
    state::{EmissionPreset, Pool, PoolKind, Schedule},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct InitializeArgs {
    /// Becomes the admin: a multisig in production.
    pub admin: Pubkey,
    /// Can cancel a root before it is final.
    pub guardian: Pubkey,
    /// Genesis hash of the network: what is signed on one is worth nothing on another.
    pub cluster_tag: [u8; 32],
    /// 3 to 7 keys of oracles; their order gives the indices by which signers are named.
    pub members: Vec<Pubkey>,
}

#[derive(Accounts)]
pub struct Initialize<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(constraint = program.programdata_address()? == Some(program_data.key()) @ EmissionError::NotUpgradeAuthority)]
    pub program: Program<'info, crate::program::Emission>,
    #[account(constraint = program_data.upgrade_authority_address == Some(authority.key()) @ EmissionError::NotUpgradeAuthority)]
    pub program_data: Box<Account<'info, ProgramData>>,
    #[account(init, payer = authority, space = 8 + Schedule::INIT_SPACE, seeds = [SCHEDULE_SEED], bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    #[account(constraint = io_mint.decimals == IO_DECIMALS @ EmissionError::InvalidIoMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    #[account(init, payer = authority, space = 8 + Pool::INIT_SPACE, seeds = [POOL_SEED, PoolKind::Gpu.seed()], bump)]
    pub gpu_pool: Box<Account<'info, Pool>>,
    #[account(
        init,
        payer = authority,
        token::mint = io_mint,
        token::authority = gpu_pool,
        seeds = [POOL_VAULT_SEED, gpu_pool.key().as_ref()],
        bump
    )]
    pub gpu_vault: Box<Account<'info, TokenAccount>>,
    #[account(init, payer = authority, space = 8 + Pool::INIT_SPACE, seeds = [POOL_SEED, PoolKind::Cpu.seed()], bump)]
    pub cpu_pool: Box<Account<'info, Pool>>,
    #[account(
        init,
        payer = authority,
        token::mint = io_mint,
        token::authority = cpu_pool,
        seeds = [POOL_VAULT_SEED, cpu_pool.key().as_ref()],
        bump
    )]
    pub cpu_vault: Box<Account<'info, TokenAccount>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl Initialize<'_> {
    fn validate(&self, args: &InitializeArgs) -> Result<()> {
        require_keys_neq!(args.admin, Pubkey::default(), EmissionError::InvalidAdmin);
        require_keys_neq!(args.guardian, Pubkey::default(), EmissionError::InvalidGuardian);
        require!(args.cluster_tag != [0; 32], EmissionError::InvalidClusterTag);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: InitializeArgs) -> Result<()> {
        let bumps = ctx.bumps;
        let accounts = ctx.accounts;
        accounts.schedule.set_inner(Schedule {
            version: ACCOUNT_VERSION,
            bump: bumps.schedule,
            governance: Governance::new(args.admin, args.guardian),
            cluster_tag: args.cluster_tag,
            io_mint: accounts.io_mint.key(),
            sealed_at: 0,
            preset: EmissionPreset::Default,
            gpu_share_bps: 0,
            starts_at: 0,
            total_minted: 0,
            epoch: 0,
            seq: 0,
            reserved: [0; 128],
            oracles: MemberSet::new(args.members).map_err(EmissionError::from)?,
        });
        let (gpu_vault, cpu_vault) = (accounts.gpu_vault.key(), accounts.cpu_vault.key());
        accounts.gpu_pool.set_inner(Pool::new(PoolKind::Gpu, bumps.gpu_pool, gpu_vault, bumps.gpu_vault));
        accounts.cpu_pool.set_inner(Pool::new(PoolKind::Cpu, bumps.cpu_pool, cpu_vault, bumps.cpu_vault));
        accounts.schedule.invariant()?;

        let seq = accounts.schedule.next_seq()?;
        let schedule = &accounts.schedule;
        emit!(ScheduleInitialized {
            admin: schedule.governance.admin,
            guardian: schedule.governance.pauser,
            cluster_tag: schedule.cluster_tag,
            io_mint: schedule.io_mint,
            gpu_pool: accounts.gpu_pool.key(),
            cpu_pool: accounts.cpu_pool.key(),
            set_version: schedule.oracles.version,
            threshold: schedule.oracles.threshold,
            members: schedule.oracles.members.clone(),
            seq,
        });
        Ok(())
    }
}
