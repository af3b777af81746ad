use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    constants::{POOL_SEED, SCHEDULE_SEED},
    error::EmissionError,
    events::RootCancelled,
    state::{Pool, Schedule},
};

#[derive(Accounts)]
pub struct CancelRoot<'info> {
    #[account(address = schedule.governance.pauser @ EmissionError::NotGuardian)]
    pub guardian: Signer<'info>,
    #[account(seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    #[account(mut, seeds = [POOL_SEED, pool.kind.seed()], bump = pool.bump)]
    pub pool: Box<Account<'info, Pool>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl CancelRoot<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let pool = &mut ctx.accounts.pool;
        let cancelled = pool.cancel()?;
        pool.invariant()?;
        emit!(RootCancelled {
            pool: pool.key(),
            kind: pool.kind,
            version: cancelled.version,
            epoch: cancelled.epoch,
            root: cancelled.root,
            total: cancelled.total,
            seq: pool.next_seq()?,
        });
        Ok(())
    }
}
