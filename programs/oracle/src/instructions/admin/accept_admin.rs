use anchor_lang::prelude::*;

use crate::{constants::ORACLE_SET_SEED, error::OracleError, events::AdminChanged, state::OracleSet};

#[derive(Accounts)]
pub struct AcceptAdmin<'info> {
    pub new_admin: Signer<'info>,
    #[account(mut, seeds = [ORACLE_SET_SEED], bump = oracle_set.bump)]
    pub oracle_set: Box<Account<'info, OracleSet>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ OracleError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl AcceptAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let oracle_set = &mut ctx.accounts.oracle_set;
        oracle_set.governance.accept_admin(ctx.accounts.new_admin.key()).map_err(|_| OracleError::NotPendingAdmin)?;
        // Nothing here can be paused: the role goes with the admin, so that no former admin keeps one.
        oracle_set.governance.pauser = oracle_set.governance.admin;
        oracle_set.invariant()?;
        emit!(AdminChanged { admin: oracle_set.governance.admin, seq: oracle_set.next_seq()? });
        Ok(())
    }
}
