use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{constants::SCHEDULE_SEED, error::EmissionError, events::ConfigUpdated, state::Schedule};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UpdateConfigArgs {
    /// Can cancel a root before it is final. All else is sealed.
    pub guardian: Pubkey,
}

#[derive(Accounts)]
pub struct UpdateConfig<'info> {
    #[account(address = schedule.governance.admin @ EmissionError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl UpdateConfig<'_> {
    fn validate(&self, args: &UpdateConfigArgs) -> Result<()> {
        require_keys_neq!(args.guardian, Pubkey::default(), EmissionError::InvalidGuardian);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UpdateConfigArgs) -> Result<()> {
        let schedule = &mut ctx.accounts.schedule;
        schedule.governance.pauser = args.guardian;
        schedule.invariant()?;
        emit!(ConfigUpdated { guardian: schedule.governance.pauser, seq: schedule.next_seq()? });
        Ok(())
    }
}
