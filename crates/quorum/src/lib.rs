//! m-of-n ed25519 verification through the instructions account, and the set of members that signs.
//!
//! The runtime's ed25519 program checks signatures, but says nothing about whose they are or what they sign: its
//! instruction may point anywhere in the transaction. So this crate accepts exactly one encoding of that instruction,
//! and only right before the instruction that relies on it.

mod ed25519;
mod member_set;
mod transaction;

use anchor_lang::{
    prelude::*,
    solana_program::instruction::{get_stack_height, TRANSACTION_LEVEL_STACK_HEIGHT},
};

pub use ed25519::check_ed25519_data;
pub use member_set::{
    check_members, threshold_of, MemberSet, MemberSetError, MAX_MEMBERS, MIN_MEMBERS, ROTATION_DELAY_SECONDS,
};
pub use transaction::verify_transaction;

/// The runtime's program that verifies ed25519 signatures.
pub const ED25519_PROGRAM_ID: Pubkey = Pubkey::from_str_const("Ed25519SigVerify111111111111111111111111111");

/// Why a set of signatures was refused. Each program maps these to errors of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuorumError {
    /// The instruction was called by another program.
    NotTopLevel,
    /// The account is not the instructions sysvar, or cannot be read.
    NotInstructionsSysvar,
    /// The instruction right before is not one of the ed25519 program.
    SignaturesMissing,
    /// The ed25519 instruction is not encoded in the one accepted way.
    NonCanonicalSignatures,
    /// Fewer signers than the threshold.
    TooFewSigners,
    /// More signers than members.
    TooManySigners,
    /// The indices of the signers do not strictly increase.
    SignersNotIncreasing,
    /// No member has this index.
    UnknownSigner,
    /// The key that signed is not that of the member named.
    WrongSignerKey,
    /// Another message was signed.
    WrongMessage,
}

/// Checks that at least `threshold` of `members` signed `message`, in an ed25519 instruction immediately before the
/// current one, which must be a top-level instruction of `program_id`. `signers` are indices into `members`, strictly
/// increasing, one a signature.
pub fn verify(
    instructions_sysvar: &AccountInfo,
    program_id: &Pubkey,
    members: &[Pubkey],
    threshold: u8,
    signers: &[u8],
    message: &[u8],
) -> core::result::Result<(), QuorumError> {
    // The sysvar names top-level instructions only: under a call, "the one before" would not be before ours.
    if get_stack_height() != TRANSACTION_LEVEL_STACK_HEIGHT {
        return Err(QuorumError::NotTopLevel);
    }
    if *instructions_sysvar.key != solana_instructions_sysvar::ID {
        return Err(QuorumError::NotInstructionsSysvar);
    }
    let data = instructions_sysvar.try_borrow_data().map_err(|_| QuorumError::NotInstructionsSysvar)?;
    verify_transaction(&data, program_id, members, threshold, signers, message)
}

/// `signers` are indices of distinct members, at least `threshold` of them and never none.
fn check_signers(members: &[Pubkey], threshold: u8, signers: &[u8]) -> core::result::Result<(), QuorumError> {
    if signers.is_empty() || signers.len() < usize::from(threshold) {
        return Err(QuorumError::TooFewSigners);
    }
    if signers.len() > members.len() {
        return Err(QuorumError::TooManySigners);
    }
    if !signers.iter().zip(signers.iter().skip(1)).all(|(signer, next)| signer < next) {
        return Err(QuorumError::SignersNotIncreasing);
    }
    Ok(())
}
