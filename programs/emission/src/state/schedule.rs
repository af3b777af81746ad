use anchor_lang::prelude::*;
use economy_math::{cumulative_emission, epochs_ended, pool_release, Bps, PoolShares, EMISSION_TOTAL};
use governance::Governance;
use quorum::MemberSet;

use crate::{
    constants::{MAX_START_AGE_SECONDS, MAX_START_AHEAD_SECONDS, SCHEDULE_SEED},
    error::EmissionError,
    state::PoolKind,
};

/// Which cumulative function of time the emission follows.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmissionPreset {
    Default,
    Published,
}

impl From<EmissionPreset> for economy_math::EmissionPreset {
    fn from(preset: EmissionPreset) -> Self {
        match preset {
            EmissionPreset::Default => economy_math::EmissionPreset::Default,
            EmissionPreset::Published => economy_math::EmissionPreset::Published,
        }
    }
}

/// Root of the program, at ["schedule"], and from the token generation event on the mint authority of IO.
#[account]
#[derive(InitSpace, Debug)]
pub struct Schedule {
    pub version: u8,
    pub bump: u8,
    /// The pauser is the guardian, who can cancel a root before it is final, and nothing else.
    pub governance: Governance,
    /// Genesis hash of the network, inside every signed message.
    pub cluster_tag: [u8; 32],
    pub io_mint: Pubkey,
    /// When the fields from here to `starts_at` were set for good. Zero: not yet.
    pub sealed_at: i64,
    pub preset: EmissionPreset,
    /// The GPU pool's share in basis points; the CPU pool gets the rest.
    pub gpu_share_bps: u16,
    /// When the emission begins.
    pub starts_at: i64,
    /// All IO that was ever minted by this program.
    pub total_minted: u64,
    /// The last epoch that has ended, as far as advance_epoch has seen.
    pub epoch: u64,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 128],
    /// The oracles whose quorum posts roots: a copy of its own, so that this program reads no other.
    pub oracles: MemberSet,
}

/// What is due at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// All that should have been minted by then.
    pub emitted: u64,
    /// The same by pools.
    pub shares: PoolShares,
    /// The last epoch that has ended.
    pub epoch: u64,
    /// What the pools have released by the end of that epoch.
    pub released: PoolShares,
}

impl Schedule {
    pub fn signer_seeds(&self) -> [&[u8]; 2] {
        [SCHEDULE_SEED, core::slice::from_ref(&self.bump)]
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(EmissionError::Overflow)?;
        Ok(self.seq)
    }

    /// Fixes the schedule for good.
    pub fn seal(&mut self, preset: EmissionPreset, gpu_share_bps: u16, starts_at: i64, now: i64) -> Result<()> {
        self.require_open()?;
        Bps::new(gpu_share_bps).map_err(EmissionError::from)?;
        let allowed = now.saturating_sub(MAX_START_AGE_SECONDS)..=now.saturating_add(MAX_START_AHEAD_SECONDS);
        require!(allowed.contains(&starts_at), EmissionError::StartOutOfRange);
        self.sealed_at = now;
        self.preset = preset;
        self.gpu_share_bps = gpu_share_bps;
        self.starts_at = starts_at;
        Ok(())
    }

    pub fn require_open(&self) -> Result<()> {
        require_eq!(self.sealed_at, 0, EmissionError::AlreadySealed);
        Ok(())
    }

    pub fn require_sealed(&self) -> Result<()> {
        require_neq!(self.sealed_at, 0, EmissionError::NotSealed);
        Ok(())
    }

    /// What is due now: a function of the time alone.
    pub fn due(&self, now: i64) -> Result<Due> {
        self.require_sealed()?;
        let elapsed = now.checked_sub(self.starts_at).ok_or(EmissionError::Overflow)?;
        let elapsed = u64::try_from(elapsed).map_err(|_| EmissionError::NotStarted)?;
        let emitted = cumulative_emission(self.preset.into(), elapsed).map_err(EmissionError::from)?;
        let epoch = epochs_ended(elapsed);
        let shares = PoolShares::of(emitted, self.gpu_share()?).map_err(EmissionError::from)?;
        Ok(Due { emitted, shares, epoch, released: self.release(epoch)? })
    }

    /// Records that all that is due was minted. Returns how much that is; what was minted before is never undone.
    pub fn on_minted(&mut self, due: &Due) -> Result<u64> {
        let minted = due.emitted.saturating_sub(self.total_minted);
        require_neq!(minted, 0, EmissionError::NothingToMint);
        self.total_minted = due.emitted;
        self.epoch = due.epoch;
        Ok(minted)
    }

    /// What a pool has released by the end of an epoch.
    pub fn released(&self, kind: PoolKind, epoch: u64) -> Result<u64> {
        let released = self.release(epoch)?;
        Ok(kind.of(&released))
    }

    fn release(&self, epoch: u64) -> Result<PoolShares> {
        Ok(pool_release(self.preset.into(), epoch, self.gpu_share()?).map_err(EmissionError::from)?)
    }

    fn gpu_share(&self) -> Result<Bps> {
        Ok(Bps::new(self.gpu_share_bps).map_err(EmissionError::from)?)
    }

    /// The oracles form a quorum; never more is minted than the schedule holds, and nothing before it is sealed.
    pub fn invariant(&self) -> Result<()> {
        self.oracles.invariant().map_err(EmissionError::from)?;
        let most = if self.sealed_at == 0 { 0 } else { EMISSION_TOTAL };
        require_gte!(most, self.total_minted, EmissionError::Overflow);
        Ok(())
    }
}
