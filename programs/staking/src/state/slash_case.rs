use anchor_lang::prelude::*;
use economy_math::restored_amount;

use super::Tranche;
use crate::{
    constants::{APPEAL_SECONDS, DECISION_SECONDS, MAX_OFFENCE_AGE_DAYS, SECONDS_PER_DAY},
    error::StakingError,
};

/// Why a node is slashed.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlashReason {
    /// Hardware, place or work that is not what the node says.
    Spoofing,
    /// Data of a buyer was read, kept or passed on.
    DataCompromise,
    /// Hired and not there.
    InadequateService,
}

impl SlashReason {
    /// As seeds and messages hold it.
    pub const fn code(self) -> u8 {
        match self {
            Self::Spoofing => 0,
            Self::DataCompromise => 1,
            Self::InadequateService => 2,
        }
    }
}

#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// The owner may appeal, for 30 days.
    Open,
    /// The burn waits for a decision.
    Appealed,
    /// The appeal was in vain: what was slashed will be burned.
    Dismissed,
    Burned,
    Restored,
}

/// What a slash took from one tranche, and what that held then.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlashedTranche {
    pub amount: u64,
    /// All its shares at the slash, those that were unbonding included.
    pub shares: u128,
    /// Its shares withdrawn up to then.
    pub withdrawn_shares: u128,
}

impl SlashedTranche {
    pub fn of(tranche: &Tranche, amount: u64) -> Self {
        Self { amount, shares: tranche.shares, withdrawn_shares: tranche.withdrawn_shares }
    }

    /// What returns to the tranche: who has withdrawn since has given up his part.
    pub fn restored(&self, tranche: &Tranche) -> Result<u64> {
        let withdrawn = tranche.withdrawn_shares.saturating_sub(self.withdrawn_shares);
        Ok(restored_amount(self.amount, self.shares, withdrawn).map_err(StakingError::from)?)
    }
}

/// One slash, at ["slash_case", node, reason, day]. What it took stays in the stake vault until the case is closed.
#[account]
#[derive(InitSpace, Debug)]
pub struct SlashCase {
    pub version: u8,
    pub bump: u8,
    pub node: Pubkey,
    pub rent_payer: Pubkey,
    pub reason: SlashReason,
    /// Of the offence, in days since 1 January 1970 UTC.
    pub day: u32,
    pub state: CaseState,
    pub by_oracles: bool,
    pub own: SlashedTranche,
    pub delegated: SlashedTranche,
    /// SHA-256 of the evidence.
    pub evidence_hash: [u8; 32],
    /// SHA-256 of the owner's statement; zeros before an appeal.
    pub statement_hash: [u8; 32],
    pub opened_at: i64,
    /// Zero: not appealed.
    pub appealed_at: i64,
    /// When it was burned or restored. Zero: it is open.
    pub closed_at: i64,
    pub restored: u64,
    pub burned: u64,
    pub reserved: [u8; 32],
}

/// What of a case goes where.
pub struct Restoration {
    pub own: u64,
    pub delegated: u64,
    /// What leavers have given up.
    pub burned: u64,
}

impl SlashCase {
    pub fn amount(&self) -> Result<u64> {
        Ok(self.own.amount.checked_add(self.delegated.amount).ok_or(StakingError::AmountOverflow)?)
    }

    /// The day of an offence is not in the future, and not longer ago than a case can be kept open for.
    pub fn require_recent(day: u32, now: i64) -> Result<()> {
        let today = day_of(now)?;
        require_gte!(today, day, StakingError::OffenceInFuture);
        require_gte!(day.saturating_add(MAX_OFFENCE_AGE_DAYS), today, StakingError::OffenceTooOld);
        Ok(())
    }

    pub fn appeal(&mut self, statement_hash: [u8; 32], now: i64) -> Result<()> {
        require!(self.state == CaseState::Open, StakingError::CaseNotOpen);
        require_gt!(self.burnable_at(), now, StakingError::AppealTooLate);
        self.state = CaseState::Appealed;
        self.statement_hash = statement_hash;
        self.appealed_at = now;
        Ok(())
    }

    pub fn dismiss(&mut self, now: i64) -> Result<()> {
        require!(self.state == CaseState::Appealed, StakingError::CaseNotAppealed);
        require_gt!(self.decided_by(), now, StakingError::DecisionTooLate);
        self.state = CaseState::Dismissed;
        Ok(())
    }

    /// Closes the case for a burn: of all, once the time to appeal is over.
    pub fn burn(&mut self, now: i64) -> Result<u64> {
        let may_burn = matches!(self.state, CaseState::Open | CaseState::Dismissed);
        require!(may_burn, StakingError::CaseNotBurnable);
        require_gte!(now, self.burnable_at(), StakingError::BurnTooEarly);
        self.state = CaseState::Burned;
        self.closed_at = now;
        self.burned = self.amount()?;
        Ok(self.burned)
    }

    pub fn require_restorable(&self) -> Result<()> {
        require!(matches!(self.state, CaseState::Open | CaseState::Appealed), StakingError::CaseNotRestorable);
        Ok(())
    }

    /// Appealed, and nobody decided in time.
    pub fn require_undecided(&self, now: i64) -> Result<()> {
        require!(self.state == CaseState::Appealed, StakingError::CaseNotAppealed);
        require_gte!(now, self.decided_by(), StakingError::DecisionPending);
        Ok(())
    }

    /// Closes the case for a restoration.
    pub fn restore(&mut self, own: &Tranche, delegated: &Tranche, now: i64) -> Result<Restoration> {
        let own = self.own.restored(own)?;
        // Nobody is left of those who were slashed: there is nobody to give it back to.
        let delegated = if delegated.shares == 0 { 0 } else { self.delegated.restored(delegated)? };
        self.restored = own.checked_add(delegated).ok_or(StakingError::AmountOverflow)?;
        self.burned = self.amount()?.checked_sub(self.restored).ok_or(StakingError::InvariantViolated)?;
        self.state = CaseState::Restored;
        self.closed_at = now;
        Ok(Restoration { own, delegated, burned: self.burned })
    }

    /// Its account may go once nobody could open the same case again.
    pub fn require_closable(&self, now: i64) -> Result<()> {
        require!(matches!(self.state, CaseState::Burned | CaseState::Restored), StakingError::CaseStillOpen);
        require_gt!(day_of(now)?, self.day.saturating_add(MAX_OFFENCE_AGE_DAYS), StakingError::CaseTooYoung);
        Ok(())
    }

    fn burnable_at(&self) -> i64 {
        self.opened_at.saturating_add(APPEAL_SECONDS)
    }

    fn decided_by(&self) -> i64 {
        self.opened_at.saturating_add(DECISION_SECONDS)
    }
}

fn day_of(now: i64) -> Result<u32> {
    Ok(u32::try_from(now.div_euclid(SECONDS_PER_DAY)).map_err(|_| StakingError::AmountOverflow)?)
}
