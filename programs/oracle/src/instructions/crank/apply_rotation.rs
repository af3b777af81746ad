use anchor_lang::prelude::*;

use crate::{constants::ORACLE_SET_SEED, events::MembersRotated, state::OracleSet};

#[derive(Accounts)]
pub struct ApplyRotation<'info> {
    #[account(mut, seeds = [ORACLE_SET_SEED], bump = oracle_set.bump)]
    pub oracle_set: Box<Account<'info, OracleSet>>,
}

impl ApplyRotation<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let oracle_set = &mut ctx.accounts.oracle_set;
        oracle_set.apply_rotation(Clock::get()?.unix_timestamp)?;
        oracle_set.invariant()?;
        emit!(MembersRotated {
            members: oracle_set.members.clone(),
            threshold: oracle_set.threshold,
            set_version: oracle_set.set_version,
            seq: oracle_set.next_seq()?,
        });
        Ok(())
    }
}
