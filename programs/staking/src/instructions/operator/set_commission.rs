use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{error::StakingError, events::CommissionSet, state::Node, vaults};

#[derive(Accounts)]
pub struct SetCommission<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
}

impl SetCommission<'_> {
    pub fn handler(ctx: Context<Self>, commission_bps: u16) -> Result<()> {
        let Self { node, reward_vault, .. } = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        node.set_commission(commission_bps, now)?;
        emit!(CommissionSet {
            node: node.key(),
            commission_bps: node.commission_bps,
            pending_commission_bps: node.pending_commission_bps,
            commission_applies_at: node.commission_applies_at,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
