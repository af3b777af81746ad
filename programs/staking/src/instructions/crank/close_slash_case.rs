use anchor_lang::prelude::*;

use crate::{error::StakingError, events::SlashCaseClosed, state::SlashCase};

#[derive(Accounts)]
pub struct CloseSlashCase<'info> {
    #[account(mut, close = rent_payer)]
    pub slash_case: Box<Account<'info, SlashCase>>,
    /// CHECK: paid for the case, and gets that back.
    #[account(mut, address = slash_case.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseSlashCase<'_> {
    fn validate(&self) -> Result<()> {
        self.slash_case.require_closable(Clock::get()?.unix_timestamp)
    }

    /// The node itself may be gone by now.
    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { slash_case, .. } = ctx.accounts;
        emit!(SlashCaseClosed { node: slash_case.node, slash_case: slash_case.key() });
        Ok(())
    }
}
