//! What the two ways to slash, and the two ways to restore, have in common.

use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};

use crate::{
    constants::{ACCOUNT_VERSION, SLASH_CASE_SEED},
    error::StakingError,
    events::{NodeSlashed, SlashRestored},
    state::{CaseState, Node, SlashCase, SlashReason, SlashedTranche},
    vaults,
};

/// What a slash is for.
#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct Offence {
    pub reason: SlashReason,
    /// In days since 1 January 1970 UTC: today or at most 30 days ago.
    pub day: u32,
    /// Base units of IO.
    pub amount: u64,
    /// SHA-256 of the evidence.
    pub evidence_hash: [u8; 32],
}

pub struct SlashParts<'a, 'info> {
    pub payer: &'a Signer<'info>,
    pub node: &'a mut Account<'info, Node>,
    pub reward_vault: &'a Account<'info, TokenAccount>,
    pub slash_case: &'a UncheckedAccount<'info>,
    pub system_program: &'a Program<'info, System>,
    pub by_oracles: bool,
}

impl SlashParts<'_, '_> {
    /// Moves stake into a new case. No token moves: what is slashed stays in the stake vault until the case is closed.
    pub fn slash(self, offence: Offence) -> Result<()> {
        let Self { payer, node, reward_vault, slash_case, system_program, by_oracles } = self;
        let now = Clock::get()?.unix_timestamp;
        let Offence { reason, day, amount, evidence_hash } = offence;
        SlashCase::require_recent(day, now)?;
        let (node_key, reason_seed, day_seed) = (node.key(), [reason.code()], day.to_le_bytes());
        let seeds = [SLASH_CASE_SEED, node_key.as_ref(), &reason_seed, &day_seed];
        let bump = pda_account::check(slash_case, &seeds, &crate::ID)?;
        require!(slash_case.data_is_empty(), StakingError::AlreadySlashed);
        vaults::harvest(node, reward_vault, now)?;
        let (own, delegated) = (node.own, node.delegated);
        let split = node.on_slashed(amount, now)?;
        let case = SlashCase {
            version: ACCOUNT_VERSION,
            bump,
            node: node_key,
            rent_payer: payer.key(),
            reason,
            day,
            state: CaseState::Open,
            by_oracles,
            own: SlashedTranche::of(&own, split.own),
            delegated: SlashedTranche::of(&delegated, split.delegated),
            evidence_hash,
            statement_hash: [0; 32],
            opened_at: now,
            appealed_at: 0,
            closed_at: 0,
            restored: 0,
            burned: 0,
            reserved: [0; 32],
        };
        let seeds: &[&[u8]] = &[SLASH_CASE_SEED, node_key.as_ref(), &reason_seed, &day_seed, &[bump]];
        pda_account::create(payer, slash_case, system_program, 8 + SlashCase::INIT_SPACE, &crate::ID, seeds)?;
        pda_account::store(slash_case, &case)?;
        emit!(NodeSlashed {
            node: node_key,
            slash_case: slash_case.key(),
            reason,
            day,
            by_oracles,
            amount,
            from_own: split.own,
            from_delegated: split.delegated,
            evidence_hash,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            in_cases: node.in_cases,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}

pub struct RestoreParts<'a, 'info> {
    pub node: &'a mut Account<'info, Node>,
    pub slash_case: &'a mut Account<'info, SlashCase>,
    pub stake_vault: &'a mut Account<'info, TokenAccount>,
    pub reward_vault: &'a Account<'info, TokenAccount>,
    pub io_mint: &'a mut Account<'info, Mint>,
    pub token_program: &'a Program<'info, Token>,
}

impl RestoreParts<'_, '_> {
    /// Gives a case back to the tranches that it came from, and burns what leavers have given up.
    pub fn restore(self) -> Result<()> {
        let Self { node, slash_case, stake_vault, reward_vault, io_mint, token_program } = self;
        let now = Clock::get()?.unix_timestamp;
        vaults::harvest(node, reward_vault, now)?;
        let restoration = slash_case.restore(&node.own, &node.delegated, now)?;
        node.on_case_closed(slash_case.opened_at, slash_case.amount()?)?;
        node.on_restored(&restoration, now)?;
        if restoration.burned > 0 {
            vaults::burn(node, stake_vault, io_mint, token_program, restoration.burned)?;
            stake_vault.reload()?;
        }
        node.invariant(stake_vault.amount)?;
        emit!(SlashRestored {
            node: node.key(),
            slash_case: slash_case.key(),
            to_own: restoration.own,
            to_delegated: restoration.delegated,
            burned: restoration.burned,
            supply_after: io_mint.supply,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            in_cases: node.in_cases,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
