//! What the privileged instructions of all programs have in common: a two-step handover of the
//! admin role, a pause that ends by itself, and the refusal of durable-nonce transactions.

use anchor_lang::prelude::*;
use solana_instructions_sysvar::load_instruction_at_checked;
pub use solana_instructions_sysvar::ID as INSTRUCTIONS_SYSVAR;

/// How long a pause lasts, in seconds. It ends by itself.
pub const PAUSE_SECONDS: i64 = 72 * 3_600;

/// `SystemInstruction::AdvanceNonceAccount`, as the system program encodes it.
const ADVANCE_NONCE_ACCOUNT: [u8; 4] = 4u32.to_le_bytes();

/// Why a governance transition was refused. Each program maps these to errors of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GovernanceError {
    /// The signer is not the admin that was proposed.
    NotPendingAdmin,
    /// A pause is running: it cannot be renewed before it ends.
    AlreadyPaused,
    /// No pause is running.
    NotPaused,
}

/// The roles of a program's root account.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Debug, PartialEq, Eq)]
pub struct Governance {
    /// Changes parameters and hands roles over. A multisig in production.
    pub admin: Pubkey,
    /// Becomes the admin once it signs `accept_admin`.
    pub pending_admin: Option<Pubkey>,
    /// Can stop intake for 72 hours, and nothing else.
    pub pauser: Pubkey,
    /// Unix time at which the running pause ends. Zero: never paused.
    pub paused_until: i64,
}

impl Governance {
    pub fn new(admin: Pubkey, pauser: Pubkey) -> Self {
        Self { admin, pending_admin: None, pauser, paused_until: 0 }
    }

    /// First step of a handover. A second proposal replaces the first; proposing oneself clears it.
    pub fn propose_admin(&mut self, admin: Pubkey) {
        self.pending_admin = (admin != self.admin).then_some(admin);
    }

    /// Second step: only the proposed key can take it.
    pub fn accept_admin(&mut self, signer: Pubkey) -> core::result::Result<(), GovernanceError> {
        if self.pending_admin != Some(signer) {
            return Err(GovernanceError::NotPendingAdmin);
        }
        self.admin = signer;
        self.pending_admin = None;
        Ok(())
    }

    pub fn is_paused(&self, now: i64) -> bool {
        now < self.paused_until
    }

    /// Not renewable while it runs, so that each pause is an act of its own and seen as one.
    pub fn pause(&mut self, now: i64) -> core::result::Result<(), GovernanceError> {
        if self.is_paused(now) {
            return Err(GovernanceError::AlreadyPaused);
        }
        self.paused_until = now.saturating_add(PAUSE_SECONDS);
        Ok(())
    }

    pub fn unpause(&mut self, now: i64) -> core::result::Result<(), GovernanceError> {
        if !self.is_paused(now) {
            return Err(GovernanceError::NotPaused);
        }
        self.paused_until = 0;
        Ok(())
    }
}

/// Whether the transaction uses a durable nonce: signed long ago, it could be sent at any time.
/// The runtime takes a nonce transaction for one only when its first instruction advances the nonce.
/// `instructions` must be the instructions sysvar; another account gives an error.
pub fn uses_durable_nonce(instructions: &AccountInfo) -> Result<bool> {
    let first = load_instruction_at_checked(0, instructions)?;
    Ok(first.program_id == anchor_lang::system_program::ID
        && first.data.get(..4) == Some(ADVANCE_NONCE_ACCOUNT.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Pubkey {
        Pubkey::new_from_array([byte; 32])
    }

    #[test]
    fn handover_takes_both_steps() {
        let mut governance = Governance::new(key(1), key(2));
        assert_eq!(governance.accept_admin(key(3)), Err(GovernanceError::NotPendingAdmin));
        governance.propose_admin(key(3));
        assert_eq!(governance.accept_admin(key(4)), Err(GovernanceError::NotPendingAdmin));
        assert_eq!(governance.accept_admin(key(3)), Ok(()));
        assert_eq!((governance.admin, governance.pending_admin), (key(3), None));
    }

    #[test]
    fn proposing_the_admin_itself_withdraws_a_proposal() {
        let mut governance = Governance::new(key(1), key(2));
        governance.propose_admin(key(3));
        governance.propose_admin(key(1));
        assert_eq!(governance.accept_admin(key(3)), Err(GovernanceError::NotPendingAdmin));
    }

    #[test]
    fn a_pause_ends_by_itself_and_is_not_renewable() {
        let mut governance = Governance::new(key(1), key(2));
        assert_eq!(governance.pause(1_000), Ok(()));
        assert_eq!(governance.pause(1_001), Err(GovernanceError::AlreadyPaused));
        assert!(governance.is_paused(1_000 + PAUSE_SECONDS - 1));
        assert!(!governance.is_paused(1_000 + PAUSE_SECONDS));
        assert_eq!(governance.unpause(1_000 + PAUSE_SECONDS), Err(GovernanceError::NotPaused));
    }
}
