use anchor_lang::prelude::*;
use economy_math::{pool_budget, PoolShares};

use crate::{
    constants::{FINALIZATION_DELAY_SECONDS, MAX_FINAL_ROOTS, POOL_SEED},
    error::EmissionError,
    state::Schedule,
};

/// Whose rewards a pool pays.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    Gpu,
    Cpu,
}

impl PoolKind {
    /// The seed of the pool's address.
    pub const fn seed(self) -> &'static [u8] {
        match self {
            Self::Gpu => &[0],
            Self::Cpu => &[1],
        }
    }

    /// The pool's part of an emission.
    pub fn of(self, shares: &PoolShares) -> u64 {
        match self {
            Self::Gpu => shares.gpu,
            Self::Cpu => shares.cpu,
        }
    }
}

/// A root that can be claimed against.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalRoot {
    pub version: u64,
    /// The last epoch whose rewards it holds.
    pub epoch: u64,
    /// The sum of its leaves: all that was ever paid or is due.
    pub total: u64,
    pub root: [u8; 32],
}

/// A root that the guardian may still cancel.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingRoot {
    pub version: u64,
    /// The last epoch whose rewards it holds.
    pub epoch: u64,
    /// The sum of its leaves.
    pub total: u64,
    pub root: [u8; 32],
    /// Of the raw data that the leaves were computed from.
    pub input_hash: [u8; 32],
    /// Of the formula that computed them.
    pub formula_id: [u8; 32],
    pub posted_at: i64,
}

/// The rewards of one kind of nodes, at ["pool", kind], and authority of their vault at ["pool_vault", pool].
#[account]
#[derive(InitSpace, Debug)]
pub struct Pool {
    pub version: u8,
    pub bump: u8,
    pub kind: PoolKind,
    pub vault_bump: u8,
    pub vault: Pubkey,
    /// All that was ever minted into the vault.
    pub minted: u64,
    /// What of it the epochs that have ended have released. The rest belongs to the epoch that runs.
    pub released: u64,
    /// All that was ever paid to nodes.
    pub claimed: u64,
    /// Of the last root posted, whatever became of it.
    pub last_version: u64,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 64],
    pub pending_root: Option<PendingRoot>,
    /// The newest first.
    #[max_len(MAX_FINAL_ROOTS)]
    pub final_roots: Vec<FinalRoot>,
}

impl Pool {
    pub fn new(kind: PoolKind, bump: u8, vault: Pubkey, vault_bump: u8) -> Self {
        Self {
            version: crate::constants::ACCOUNT_VERSION,
            bump,
            kind,
            vault_bump,
            vault,
            minted: 0,
            released: 0,
            claimed: 0,
            last_version: 0,
            seq: 0,
            reserved: [0; 64],
            pending_root: None,
            final_roots: Vec::new(),
        }
    }

    pub fn signer_seeds(&self) -> [&[u8]; 3] {
        [POOL_SEED, self.kind.seed(), core::slice::from_ref(&self.bump)]
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(EmissionError::Overflow)?;
        Ok(self.seq)
    }

    /// Records what is minted into the vault. Returns how much that is now.
    pub fn on_minted(&mut self, minted: &PoolShares, released: &PoolShares) -> Result<u64> {
        let (minted, released) = (self.kind.of(minted), self.kind.of(released));
        let now = minted.checked_sub(self.minted).ok_or(EmissionError::PoolInconsistent)?;
        self.minted = minted;
        self.released = released;
        Ok(now)
    }

    /// Takes a root, or says why not.
    pub fn post(&mut self, root: PendingRoot, schedule: &Schedule) -> Result<()> {
        require!(self.pending_root.is_none(), EmissionError::RootPending);
        let next = self.last_version.checked_add(1).ok_or(EmissionError::Overflow)?;
        require_eq!(root.version, next, EmissionError::VersionNotNext);

        let (epoch, total) = self.final_roots.first().map_or((0, 0), |last| (last.epoch, last.total));
        require_gt!(root.epoch, epoch, EmissionError::EpochNotIncreasing);
        require_gte!(schedule.epoch, root.epoch, EmissionError::EpochNotReleased);

        let paid = root.total.checked_sub(total).ok_or(EmissionError::TotalDecreased)?;
        let budget = self.budget(schedule, epoch, total, root.epoch)?;
        require_gte!(budget, paid, EmissionError::TotalAboveBudget);

        self.last_version = root.version;
        self.pending_root = Some(root);
        Ok(())
    }

    /// The most that the epochs after `from` up to `to` may pay together, when all before them paid `paid`.
    fn budget(&self, schedule: &Schedule, from: u64, paid: u64, to: u64) -> Result<u64> {
        let before = schedule.released(self.kind, from)?;
        let after = schedule.released(self.kind, to)?;
        let released = after.checked_sub(before).ok_or(EmissionError::PoolInconsistent)?;
        let reserve = before.checked_sub(paid).ok_or(EmissionError::PoolInconsistent)?;
        let epochs = to.checked_sub(from).ok_or(EmissionError::EpochNotIncreasing)?;
        Ok(pool_budget(released, reserve, epochs).map_err(EmissionError::from)?)
    }

    /// Takes the pending root back. Its version is never used again.
    pub fn cancel(&mut self) -> Result<PendingRoot> {
        Ok(self.pending_root.take().ok_or(EmissionError::NoRootPending)?)
    }

    /// Makes the pending root one that can be claimed against; the oldest of five leaves the ring.
    pub fn finalize(&mut self, now: i64) -> Result<FinalRoot> {
        let PendingRoot { version, epoch, total, root, posted_at, .. } =
            self.pending_root.ok_or(EmissionError::NoRootPending)?;
        let final_from = posted_at.saturating_add(FINALIZATION_DELAY_SECONDS);
        require_gte!(now, final_from, EmissionError::FinalizationTooEarly);
        let last = FinalRoot { version, epoch, total, root };
        self.pending_root = None;
        self.final_roots.insert(0, last);
        self.final_roots.truncate(usize::from(MAX_FINAL_ROOTS));
        Ok(last)
    }

    /// The final root of this version, if it is one of the last four.
    pub fn final_root(&self, version: u64) -> Result<&FinalRoot> {
        let found = self.final_roots.iter().find(|root| root.version == version);
        Ok(found.ok_or(EmissionError::RootNotFound)?)
    }

    /// Records a payment; all of them together are never above what the newest final root names.
    pub fn on_claimed(&mut self, amount: u64) -> Result<()> {
        self.claimed = self.claimed.checked_add(amount).ok_or(EmissionError::Overflow)?;
        require_gte!(self.total(), self.claimed, EmissionError::PoolOverspent);
        Ok(())
    }

    /// What the newest final root names: all that was ever paid or is due.
    fn total(&self) -> u64 {
        self.final_roots.first().map_or(0, |root| root.total)
    }

    /// Paid is at most what is due, which is at most what was released, which is at most what was minted.
    pub fn invariant(&self) -> Result<()> {
        let pending = self.pending_root.map_or(0, |root| root.total);
        let most = self.total().max(pending);
        let ordered = self.claimed <= self.total() && most <= self.released && self.released <= self.minted;
        require!(ordered, EmissionError::PoolInconsistent);
        Ok(())
    }

    /// The vault holds what was minted and not paid, or more where a stranger has added to it.
    pub fn check_vault(&self, held: u64) -> Result<()> {
        let owed = self.minted.checked_sub(self.claimed).ok_or(EmissionError::PoolInconsistent)?;
        require_gte!(held, owed, EmissionError::PoolInconsistent);
        Ok(())
    }
}
