use anchor_lang::prelude::*;
use economy_math::merkle::{proof_levels, root_of, Hash, HASH_BYTES};

use crate::{
    constants::{CLAIMS_PER_SHARD, MAX_LEAD_SECONDS, MAX_LEAVES, MAX_WINDOW_SECONDS, MIN_WINDOW_SECONDS},
    error::AirdropError,
};

/// What a season rewards. The pools are independent of each other; a person may use a wallet for each.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeasonKind {
    Gpu,
    Cpu,
    Galxe,
    Discord,
    Creators,
}

#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeasonState {
    Open,
    /// Cancelled by the admin before its start; all IO went back.
    Cancelled,
}

/// One pool of one season, at ["season", id]: a tree of claims and the vault that pays them. It is authority of
/// that vault, at ["season_vault", season].
#[account]
#[derive(InitSpace)]
pub struct Season {
    pub version: u8,
    pub bump: u8,
    pub id: u32,
    pub kind: SeasonKind,
    pub state: SeasonState,
    /// UTF-8, padded with zeros.
    pub name: [u8; 32],
    pub io_mint: Pubkey,
    pub vault: Pubkey,
    /// Gets what nobody claimed.
    pub refund_wallet: Pubkey,
    /// Paid for this account and the vault, and gets that back.
    pub rent_payer: Pubkey,
    /// Base units of IO that the season was funded with.
    pub amount: u64,
    /// The points that the amount was divided among.
    pub total_points: u128,
    pub root: [u8; 32],
    pub leaves: u32,
    /// Of the formula that made points of events.
    pub formula_hash: [u8; 32],
    /// Of the inputs that the leaves were computed from.
    pub inputs_hash: [u8; 32],
    /// Claims are paid from here on,
    pub starts_at: i64,
    /// and before this time.
    pub ends_at: i64,
    /// Base units of IO paid so far.
    pub claimed: u64,
    /// Claims paid so far.
    pub claims: u32,
    pub open_shards: u16,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 32],
}

impl Season {
    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(AirdropError::AmountOverflow)?;
        Ok(self.seq)
    }

    /// Shards that all leaves need.
    pub fn shard_count(&self) -> u32 {
        self.leaves.div_ceil(CLAIMS_PER_SHARD)
    }

    /// Leaves that a shard keeps track of; the last one has fewer, one that does not exist none.
    pub fn leaves_in_shard(&self, index: u16) -> u32 {
        let before = u32::from(index).saturating_mul(CLAIMS_PER_SHARD);
        self.leaves.saturating_sub(before).min(CLAIMS_PER_SHARD)
    }

    /// Whether nothing can be claimed any more.
    pub fn is_over(&self, now: i64) -> bool {
        self.state == SeasonState::Cancelled || now >= self.ends_at
    }

    pub fn require_over(&self, now: i64) -> Result<()> {
        require!(self.is_over(now), AirdropError::SeasonNotOver);
        Ok(())
    }

    pub fn require_not_over(&self, now: i64) -> Result<()> {
        require!(self.state != SeasonState::Cancelled, AirdropError::SeasonCancelled);
        require_gt!(self.ends_at, now, AirdropError::SeasonOver);
        Ok(())
    }

    pub fn require_claimable(&self, now: i64) -> Result<()> {
        self.require_not_over(now)?;
        require_gte!(now, self.starts_at, AirdropError::SeasonNotStarted);
        Ok(())
    }

    /// Checks what the admin chose; nothing of it ever changes.
    pub fn require_valid(&self, now: i64) -> Result<()> {
        require!(is_padded_utf8(&self.name), AirdropError::InvalidSeasonName);
        require!(
            self.amount > 0 && self.total_points > 0 && self.leaves > 0 && self.root != [0; 32],
            AirdropError::EmptySeason
        );
        require_gte!(MAX_LEAVES, self.leaves, AirdropError::TooManyLeaves);
        require_keys_neq!(self.refund_wallet, Pubkey::default(), AirdropError::InvalidRefundWallet);
        let lead = self.starts_at.checked_sub(now).ok_or(AirdropError::WindowOutOfRange)?;
        let window = self.ends_at.checked_sub(self.starts_at).ok_or(AirdropError::WindowOutOfRange)?;
        require!(
            (0..=MAX_LEAD_SECONDS).contains(&lead) && (MIN_WINDOW_SECONDS..=MAX_WINDOW_SECONDS).contains(&window),
            AirdropError::WindowOutOfRange
        );
        Ok(())
    }

    /// Checks that a proof of exactly the length that the leaf's place demands leads from it to the root.
    pub fn verify(&self, index: u32, leaf: Hash, proof: &[u8]) -> Result<()> {
        require_gt!(self.leaves, index, AirdropError::LeafOutOfRange);
        let length = proof_levels(self.leaves, index).checked_mul(HASH_BYTES).ok_or(AirdropError::WrongProofLength)?;
        require_eq!(proof.len(), length, AirdropError::WrongProofLength);
        let root = root_of(leaf, proof).map_err(|_| AirdropError::WrongProofLength)?;
        require!(root == self.root, AirdropError::InvalidProof);
        Ok(())
    }

    pub fn on_claimed(&mut self, amount: u64) -> Result<()> {
        let claimed = self.claimed.checked_add(amount).ok_or(AirdropError::SeasonExhausted)?;
        require_gte!(self.amount, claimed, AirdropError::SeasonExhausted);
        self.claimed = claimed;
        self.claims = self.claims.checked_add(1).ok_or(AirdropError::AmountOverflow)?;
        Ok(())
    }

    pub fn on_cancelled(&mut self, now: i64) -> Result<()> {
        require!(self.state != SeasonState::Cancelled, AirdropError::SeasonCancelled);
        require_gt!(self.starts_at, now, AirdropError::SeasonStarted);
        self.state = SeasonState::Cancelled;
        Ok(())
    }

    pub fn on_shard_opened(&mut self) -> Result<()> {
        self.open_shards = self.open_shards.checked_add(1).ok_or(AirdropError::AmountOverflow)?;
        Ok(())
    }

    pub fn on_shard_closed(&mut self) -> Result<()> {
        self.open_shards = self.open_shards.checked_sub(1).ok_or(AirdropError::InvariantViolated)?;
        Ok(())
    }

    /// What the vault must hold for claims: all that was not paid, nothing once cancelled.
    pub fn liabilities(&self) -> Result<u64> {
        match self.state {
            SeasonState::Open => self.amount.checked_sub(self.claimed).ok_or(AirdropError::InvariantViolated.into()),
            SeasonState::Cancelled => Ok(0),
        }
    }

    pub fn invariant(&self, vault_amount: u64) -> Result<()> {
        require_gte!(vault_amount, self.liabilities()?, AirdropError::InvariantViolated);
        require_gte!(self.leaves, self.claims, AirdropError::InvariantViolated);
        require_gte!(self.shard_count(), u32::from(self.open_shards), AirdropError::InvariantViolated);
        Ok(())
    }
}

/// Text, then only zeros.
fn is_padded_utf8(bytes: &[u8]) -> bool {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    let (text, _) = bytes.split_at(end);
    !text.is_empty() && !text.contains(&0) && core::str::from_utf8(text).is_ok()
}
