use anchor_lang::prelude::*;

use crate::{constants::ORACLE_SET_SEED, error::OracleError, events::MembersRotated, state::OracleSet};

#[derive(Accounts)]
pub struct ApplyRotation<'info> {
    #[account(mut, seeds = [ORACLE_SET_SEED], bump = oracle_set.bump)]
    pub oracle_set: Box<Account<'info, OracleSet>>,
}

impl ApplyRotation<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let oracle_set = &mut ctx.accounts.oracle_set;
        oracle_set.set.apply_rotation(Clock::get()?.unix_timestamp).map_err(OracleError::from)?;
        oracle_set.invariant()?;
        emit!(MembersRotated {
            members: oracle_set.set.members.clone(),
            threshold: oracle_set.set.threshold,
            set_version: oracle_set.set.version,
            seq: oracle_set.next_seq()?,
        });
        Ok(())
    }
}
