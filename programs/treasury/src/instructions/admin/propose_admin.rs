use anchor_lang::prelude::*;

use crate::{constants::TREASURY_SEED, error::TreasuryError, events::AdminProposed, state::Treasury};

#[derive(Accounts)]
pub struct ProposeAdmin<'info> {
    #[account(address = treasury.governance.admin @ TreasuryError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [TREASURY_SEED], bump = treasury.bump)]
    pub treasury: Box<Account<'info, Treasury>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ TreasuryError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl ProposeAdmin<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, new_admin: Pubkey) -> Result<()> {
        let treasury = &mut ctx.accounts.treasury;
        treasury.governance.propose_admin(new_admin);
        emit!(AdminProposed {
            admin: treasury.governance.admin,
            pending_admin: treasury.governance.pending_admin,
            seq: treasury.next_seq()?,
        });
        Ok(())
    }
}
