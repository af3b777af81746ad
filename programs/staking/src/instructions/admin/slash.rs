use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    error::StakingError,
    slashing::{Offence, SlashParts},
    state::{Node, StakingConfig},
};

#[derive(Accounts)]
pub struct Slash<'info> {
    #[account(address = config.governance.admin @ StakingError::NotAdmin)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    /// CHECK: the handler creates it at the address of its seeds, and refuses one that exists.
    #[account(mut)]
    pub slash_case: UncheckedAccount<'info>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl Slash<'_> {
    fn validate(&self) -> Result<()> {
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, offence: Offence) -> Result<()> {
        let Self { payer, node, reward_vault, slash_case, system_program, .. } = ctx.accounts;
        let parts = SlashParts { payer, node, reward_vault, slash_case, system_program, by_oracles: false };
        parts.slash(offence)
    }
}
