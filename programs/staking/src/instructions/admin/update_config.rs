use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{error::StakingError, events::ConfigUpdated, state::StakingConfig};

/// What is not named stays as it is.
#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UpdateConfigArgs {
    pub pauser: Option<Pubkey>,
    /// Base units of IO. Registered nodes keep their minimum until they change their hardware.
    pub base_stake_per_device: Option<u64>,
    pub appeal_authority: Option<Pubkey>,
}

#[derive(Accounts)]
pub struct UpdateConfig<'info> {
    #[account(address = config.governance.admin @ StakingError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub config: Box<Account<'info, StakingConfig>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl UpdateConfig<'_> {
    fn validate(&self, args: &UpdateConfigArgs) -> Result<()> {
        let names_something =
            args.pauser.is_some() || args.base_stake_per_device.is_some() || args.appeal_authority.is_some();
        require!(names_something, StakingError::NothingToUpdate);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UpdateConfigArgs) -> Result<()> {
        let config = &mut ctx.accounts.config;
        if let Some(pauser) = args.pauser {
            config.governance.pauser = pauser;
        }
        if let Some(base_stake) = args.base_stake_per_device {
            config.base_stake_per_device = base_stake;
        }
        if let Some(appeal_authority) = args.appeal_authority {
            config.appeal_authority = appeal_authority;
        }
        config.invariant()?;
        emit!(ConfigUpdated {
            pauser: config.governance.pauser,
            base_stake_per_device: config.base_stake_per_device,
            appeal_authority: config.appeal_authority,
            seq: config.next_seq()?,
        });
        Ok(())
    }
}
