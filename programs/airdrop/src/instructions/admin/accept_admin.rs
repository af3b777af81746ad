use anchor_lang::prelude::*;

use crate::{constants::CONFIG_SEED, error::AirdropError, events::AdminChanged, state::AirdropConfig};

#[derive(Accounts)]
pub struct AcceptAdmin<'info> {
    pub new_admin: Signer<'info>,
    #[account(mut, seeds = [CONFIG_SEED], bump = config.bump)]
    pub config: Box<Account<'info, AirdropConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ AirdropError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl AcceptAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let config = &mut ctx.accounts.config;
        config.governance.accept_admin(ctx.accounts.new_admin.key()).map_err(|_| AirdropError::NotPendingAdmin)?;
        // Nothing here can be paused: the role goes with the admin, so that no former admin keeps one.
        config.governance.pauser = config.governance.admin;
        emit!(AdminChanged { admin: config.governance.admin, seq: config.next_seq()? });
        Ok(())
    }
}
