use anchor_lang::prelude::*;

use crate::{constants::CONFIG_SEED, error::AirdropError, events::AdminProposed, state::AirdropConfig};

#[derive(Accounts)]
pub struct ProposeAdmin<'info> {
    #[account(address = config.governance.admin @ AirdropError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [CONFIG_SEED], bump = config.bump)]
    pub config: Box<Account<'info, AirdropConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ AirdropError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl ProposeAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, new_admin: Pubkey) -> Result<()> {
        let config = &mut ctx.accounts.config;
        config.governance.propose_admin(new_admin);
        emit!(AdminProposed {
            admin: config.governance.admin,
            pending_admin: config.governance.pending_admin,
            seq: config.next_seq()?,
        });
        Ok(())
    }
}
