use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{error::EscrowError, events::ConfigUpdated, state::EscrowConfig};

/// What is not named stays as it is.
#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UpdateConfigArgs {
    pub pauser: Option<Pubkey>,
    /// Pyth's feed of IO/USD.
    pub price_feed_id: Option<[u8; 32]>,
}

#[derive(Accounts)]
pub struct UpdateConfig<'info> {
    #[account(address = config.governance.admin @ EscrowError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub config: Box<Account<'info, EscrowConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EscrowError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl UpdateConfig<'_> {
    fn validate(&self, args: &UpdateConfigArgs) -> Result<()> {
        require!(args.pauser.is_some() || args.price_feed_id.is_some(), EscrowError::NothingToUpdate);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UpdateConfigArgs) -> Result<()> {
        let config = &mut ctx.accounts.config;
        config.governance.pauser = args.pauser.unwrap_or(config.governance.pauser);
        config.price_feed_id = args.price_feed_id.unwrap_or(config.price_feed_id);
        config.invariant()?;
        emit!(ConfigUpdated {
            pauser: config.governance.pauser,
            price_feed_id: config.price_feed_id,
            seq: config.next_seq()?,
        });
        Ok(())
    }
}
