use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    error::StakingError,
    events::AppealDismissed,
    state::{Node, SlashCase, StakingConfig},
};

#[derive(Accounts)]
pub struct DismissAppeal<'info> {
    #[account(address = config.appeal_authority @ StakingError::NotAppealAuthority)]
    pub appeal_authority: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = slash_case.node == node.key() @ StakingError::WrongNode)]
    pub slash_case: Box<Account<'info, SlashCase>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl DismissAppeal<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, slash_case, .. } = ctx.accounts;
        slash_case.dismiss(Clock::get()?.unix_timestamp)?;
        emit!(AppealDismissed { node: node.key(), slash_case: slash_case.key(), seq: node.next_seq()? });
        Ok(())
    }
}
