use anchor_lang::prelude::*;

use crate::{constants::ORACLE_SET_SEED, error::OracleError, events::RotationCancelled, state::OracleSet};

#[derive(Accounts)]
pub struct CancelRotation<'info> {
    #[account(address = oracle_set.governance.admin @ OracleError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [ORACLE_SET_SEED], bump = oracle_set.bump)]
    pub oracle_set: Box<Account<'info, OracleSet>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ OracleError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl CancelRotation<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let oracle_set = &mut ctx.accounts.oracle_set;
        let members = oracle_set.set.cancel_rotation().map_err(OracleError::from)?;
        oracle_set.invariant()?;
        emit!(RotationCancelled { members, seq: oracle_set.next_seq()? });
        Ok(())
    }
}
