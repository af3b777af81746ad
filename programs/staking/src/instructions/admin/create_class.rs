use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    constants::{ACCOUNT_VERSION, CLASS_SEED},
    error::StakingError,
    events::ClassCreated,
    state::{HardwareClass, HardwareKind, StakingConfig},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct CreateClassArgs {
    pub id: u16,
    pub kind: HardwareKind,
    /// Weight in stake and rewards, times 100.
    pub multiplier_x100: u32,
    /// Micro-USD per device and hour.
    pub reference_price: u64,
    /// UTF-8, padded with zeros.
    pub name: [u8; 32],
}

#[derive(Accounts)]
#[instruction(args: CreateClassArgs)]
pub struct CreateClass<'info> {
    #[account(address = config.governance.admin @ StakingError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(
        init,
        payer = payer,
        space = 8 + HardwareClass::INIT_SPACE,
        seeds = [CLASS_SEED, &args.id.to_le_bytes()],
        bump
    )]
    pub class: Box<Account<'info, HardwareClass>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl CreateClass<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, args: CreateClassArgs) -> Result<()> {
        ctx.accounts.class.set_inner(HardwareClass {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.class,
            id: args.id,
            kind: args.kind,
            multiplier_x100: args.multiplier_x100,
            reference_price: args.reference_price,
            name: args.name,
            active: true,
            reserved: [0; 32],
        });
        ctx.accounts.class.invariant()?;
        emit!(ClassCreated {
            class: ctx.accounts.class.key(),
            id: args.id,
            kind: args.kind,
            multiplier_x100: args.multiplier_x100,
            reference_price: args.reference_price,
            name: args.name,
        });
        Ok(())
    }
}
