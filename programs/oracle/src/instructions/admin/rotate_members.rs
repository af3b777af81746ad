use anchor_lang::prelude::*;

use crate::{constants::ORACLE_SET_SEED, error::OracleError, events::RotationProposed, state::OracleSet};

#[derive(Accounts)]
pub struct RotateMembers<'info> {
    #[account(address = oracle_set.governance.admin @ OracleError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [ORACLE_SET_SEED], bump = oracle_set.bump)]
    pub oracle_set: Box<Account<'info, OracleSet>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ OracleError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl RotateMembers<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, members: Vec<Pubkey>) -> Result<()> {
        let oracle_set = &mut ctx.accounts.oracle_set;
        oracle_set.set.propose_rotation(members, Clock::get()?.unix_timestamp).map_err(OracleError::from)?;
        oracle_set.invariant()?;
        emit!(RotationProposed {
            members: oracle_set.set.pending_members.clone(),
            pending_at: oracle_set.set.pending_at,
            seq: oracle_set.next_seq()?,
        });
        Ok(())
    }
}
