use anchor_lang::prelude::*;

use crate::{constants::TREASURY_SEED, error::TreasuryError, events::AdminChanged, state::Treasury};

#[derive(Accounts)]
pub struct AcceptAdmin<'info> {
    pub new_admin: Signer<'info>,
    #[account(mut, seeds = [TREASURY_SEED], bump = treasury.bump)]
    pub treasury: Box<Account<'info, Treasury>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ TreasuryError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl AcceptAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let treasury = &mut ctx.accounts.treasury;
        treasury.governance.accept_admin(ctx.accounts.new_admin.key()).map_err(|_| TreasuryError::NotPendingAdmin)?;
        // Nothing here can be paused: the role goes with the admin, so that no former admin keeps one.
        treasury.governance.pauser = treasury.governance.admin;
        emit!(AdminChanged { admin: treasury.governance.admin, seq: treasury.next_seq()? });
        Ok(())
    }
}
