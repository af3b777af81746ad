use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    error::StakingError,
    slashing::RestoreParts,
    state::{Node, SlashCase, StakingConfig},
};

#[derive(Accounts)]
pub struct Restore<'info> {
    #[account(address = config.appeal_authority @ StakingError::NotAppealAuthority)]
    pub appeal_authority: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, constraint = slash_case.node == node.key() @ StakingError::WrongNode)]
    pub slash_case: Box<Account<'info, SlashCase>>,
    #[account(mut, address = node.stake_vault @ StakingError::WrongVault)]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    #[account(mut, address = stake_vault.mint @ StakingError::WrongMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl Restore<'_> {
    fn validate(&self) -> Result<()> {
        self.slash_case.require_restorable()?;
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let Self { node, slash_case, stake_vault, reward_vault, io_mint, token_program, .. } = ctx.accounts;
        RestoreParts { node, slash_case, stake_vault, reward_vault, io_mint, token_program }.restore()
    }
}
