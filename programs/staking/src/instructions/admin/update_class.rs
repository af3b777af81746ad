use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    error::StakingError,
    events::ClassUpdated,
    state::{HardwareClass, StakingConfig},
};

/// What is not named stays as it is. Registered nodes keep their minimum stake until they change
/// their hardware.
#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UpdateClassArgs {
    pub multiplier_x100: Option<u32>,
    /// Micro-USD per device and hour.
    pub reference_price: Option<u64>,
    pub active: Option<bool>,
}

#[derive(Accounts)]
pub struct UpdateClass<'info> {
    #[account(address = config.governance.admin @ StakingError::NotAdmin)]
    pub admin: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub class: Box<Account<'info, HardwareClass>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl UpdateClass<'_> {
    fn validate(&self, args: &UpdateClassArgs) -> Result<()> {
        require!(
            args.multiplier_x100.is_some() || args.reference_price.is_some() || args.active.is_some(),
            StakingError::NothingToUpdate
        );
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UpdateClassArgs) -> Result<()> {
        let class = &mut ctx.accounts.class;
        class.multiplier_x100 = args.multiplier_x100.unwrap_or(class.multiplier_x100);
        class.reference_price = args.reference_price.unwrap_or(class.reference_price);
        class.active = args.active.unwrap_or(class.active);
        class.invariant()?;
        emit!(ClassUpdated {
            class: class.key(),
            id: class.id,
            multiplier_x100: class.multiplier_x100,
            reference_price: class.reference_price,
            active: class.active,
        });
        Ok(())
    }
}
