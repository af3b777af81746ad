use anchor_lang::prelude::*;

use crate::{constants::TREASURY_SEED, error::TreasuryError, events::ConfigUpdated, state::Treasury};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UpdateConfigArgs {
    /// The account that holds the price of IO.
    pub price_account: Pubkey,
}

/// The feed itself is sealed: whichever account is named, only a price of that feed counts.
#[derive(Accounts)]
pub struct UpdateConfig<'info> {
    #[account(address = treasury.governance.admin @ TreasuryError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut, seeds = [TREASURY_SEED], bump = treasury.bump)]
    pub treasury: Box<Account<'info, Treasury>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ TreasuryError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl UpdateConfig<'_> {
    fn validate(&self, args: &UpdateConfigArgs) -> Result<()> {
        require_keys_neq!(args.price_account, Pubkey::default(), TreasuryError::InvalidPriceAccount);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UpdateConfigArgs) -> Result<()> {
        let treasury = &mut ctx.accounts.treasury;
        treasury.price_account = args.price_account;
        emit!(ConfigUpdated { price_account: treasury.price_account, seq: treasury.next_seq()? });
        Ok(())
    }
}
