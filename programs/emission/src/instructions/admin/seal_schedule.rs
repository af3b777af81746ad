use anchor_lang::{prelude::*, solana_program::program_option::COption};
use anchor_spl::token::Mint;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    constants::{INITIAL_SUPPLY, SCHEDULE_SEED},
    error::EmissionError,
    events::ScheduleSealed,
    state::{EmissionPreset, Schedule},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct SealScheduleArgs {
    pub preset: EmissionPreset,
    /// The GPU pool's share in basis points; the CPU pool gets the rest.
    pub gpu_share_bps: u16,
    /// When the emission begins, in unix seconds: the token generation event.
    pub starts_at: i64,
}

#[derive(Accounts)]
pub struct SealSchedule<'info> {
    #[account(address = schedule.governance.admin @ EmissionError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(
        mut,
        seeds = [SCHEDULE_SEED],
        bump = schedule.bump,
        has_one = io_mint @ EmissionError::WrongIoMint
    )]
    pub schedule: Box<Account<'info, Schedule>>,
    pub io_mint: Box<Account<'info, Mint>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl SealSchedule<'_> {
    /// From here on nothing but the schedule mints: 500,000,000 IO exist, 300,000,000 will follow.
    fn validate(&self) -> Result<()> {
        self.schedule.require_open()?;
        let schedule = COption::Some(self.schedule.key());
        require!(self.io_mint.mint_authority == schedule, EmissionError::WrongMintAuthority);
        require!(self.io_mint.freeze_authority.is_none(), EmissionError::FreezeAuthorityPresent);
        require_eq!(self.io_mint.supply, INITIAL_SUPPLY, EmissionError::WrongInitialSupply);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, args: SealScheduleArgs) -> Result<()> {
        let schedule = &mut ctx.accounts.schedule;
        let SealScheduleArgs { preset, gpu_share_bps, starts_at } = args;
        schedule.seal(preset, gpu_share_bps, starts_at, Clock::get()?.unix_timestamp)?;
        schedule.invariant()?;
        emit!(ScheduleSealed { preset, gpu_share_bps, starts_at, seq: schedule.next_seq()? });
        Ok(())
    }
}
