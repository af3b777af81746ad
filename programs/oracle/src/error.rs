use anchor_lang::prelude::*;
use quorum::{MemberSetError, QuorumError};

/// Codes are append-only.
#[error_code]
#[derive(PartialEq, Eq)]
pub enum OracleError {
    #[msg("Only the program's upgrade authority may initialize it: sign with that key")]
    NotUpgradeAuthority, // 6000
    #[msg("Only the admin may do this: sign with the admin key of the oracle set")]
    NotAdmin, // 6001
    #[msg("Only the proposed admin may accept: sign with the key that the admin proposed")]
    NotPendingAdmin, // 6002
    #[msg("Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash")]
    DurableNonceRefused, // 6003
    #[msg("This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111")]
    NotInstructionsSysvar, // 6004
    #[msg("The admin must not be the default key: name the multisig that changes this program")]
    InvalidAdmin, // 6005
    #[msg("The cluster tag must not be zero: pass the genesis hash of the network")]
    InvalidClusterTag, // 6006
    #[msg("An oracle set has 3 to 7 members")]
    MemberCountOutOfRange, // 6007
    #[msg("A member must not be the default key: name the key that the oracle signs with")]
    DefaultMember, // 6008
    #[msg("A key may be a member only once: leave the second one out")]
    DuplicateMember, // 6009
    #[msg("A rotation is pending already: cancel it before proposing another")]
    RotationPending, // 6010
    #[msg("No rotation is pending: propose one first")]
    NoRotationPending, // 6011
    #[msg("The rotation cannot be applied yet: wait until 48 hours after it was proposed")]
    RotationTooEarly, // 6012
    #[msg("Reports are not taken from other programs: send this as an instruction of the transaction itself")]
    NotTopLevel, // 6013
    #[msg("Put the ed25519 instruction with the members' signatures immediately before this one")]
    SignaturesMissing, // 6014
    #[msg("The ed25519 instruction is not in the canonical encoding: build it with the SDK")]
    NonCanonicalSignatures, // 6015
    #[msg("Too few members signed: collect as many signatures as the threshold of the oracle set")]
    TooFewSigners, // 6016
    #[msg("More signers than members: name each signing member once")]
    TooManySigners, // 6017
    #[msg("Name the signers by member index, strictly increasing")]
    SignersNotIncreasing, // 6018
    #[msg("No member has this index: fetch the oracle set again")]
    UnknownSigner, // 6019
    #[msg("A key that signed is not that of the member named: fetch the oracle set again")]
    WrongSignerKey, // 6020
    #[msg("The members signed another message: job, values, cluster or version of the oracle set differ")]
    WrongMessage, // 6021
    #[msg("The report has expired: have the members sign a new one")]
    ReportExpired, // 6022
    #[msg("The report expires too late: let it expire within an hour from now")]
    ExpiryTooFar, // 6023
    #[msg("A report with this or a later sequence was taken already: send a newer one")]
    SequenceNotIncreasing, // 6024
    #[msg("Verified seconds never decrease: report the total so far")]
    VerifiedSecondsDecreased, // 6025
    #[msg("One report adds at most 86,400 seconds: report at least once a day")]
    TooManySecondsAtOnce, // 6026
    #[msg("A report reaches further than the last one: report up to a later time, or not at all where the end was reached")]
    AsOfNotIncreasing, // 6027
    #[msg("The time reported up to lies in the future: report up to the chain's clock")]
    AsOfInFuture, // 6028
    #[msg("The job is neither running nor ending: only such jobs take reports")]
    JobNotRunning, // 6029
    #[msg("The time reported up to lies before the job's start")]
    AsOfBeforeStart, // 6030
    #[msg("The time reported up to lies after the job's end: report up to the end")]
    AsOfAfterEnd, // 6031
    #[msg("More seconds verified than elapsed since the job's start")]
    VerifiedAboveElapsed, // 6032
    #[msg("More seconds verified than the job has booked")]
    VerifiedAboveBooked, // 6033
    #[msg("This account does not hold the usage of the job")]
    InvalidJobUsage, // 6034
    #[msg("This is another job than the one whose usage is closed")]
    WrongJob, // 6035
    #[msg("The rent returns to who paid it: pass the rent payer that the usage names")]
    WrongRentPayer, // 6036
    #[msg("This account is neither a job of escrow nor empty")]
    NotAJob, // 6037
    #[msg("The job is not over: close its usage once it has ended, expired or was cancelled")]
    JobNotOver, // 6038
    #[msg("A counter or a time left its range")]
    Overflow, // 6039
}

impl From<MemberSetError> for OracleError {
    fn from(error: MemberSetError) -> Self {
        match error {
            MemberSetError::MemberCountOutOfRange | MemberSetError::WrongThreshold => {
                OracleError::MemberCountOutOfRange
            }
            MemberSetError::DefaultMember => OracleError::DefaultMember,
            MemberSetError::DuplicateMember => OracleError::DuplicateMember,
            MemberSetError::RotationPending => OracleError::RotationPending,
            MemberSetError::NoRotationPending => OracleError::NoRotationPending,
            MemberSetError::RotationTooEarly => OracleError::RotationTooEarly,
            MemberSetError::Overflow => OracleError::Overflow,
        }
    }
}

impl From<QuorumError> for OracleError {
    fn from(error: QuorumError) -> Self {
        match error {
            QuorumError::NotTopLevel => OracleError::NotTopLevel,
            QuorumError::NotInstructionsSysvar => OracleError::NotInstructionsSysvar,
            QuorumError::SignaturesMissing => OracleError::SignaturesMissing,
            QuorumError::NonCanonicalSignatures => OracleError::NonCanonicalSignatures,
            QuorumError::TooFewSigners => OracleError::TooFewSigners,
            QuorumError::TooManySigners => OracleError::TooManySigners,
            QuorumError::SignersNotIncreasing => OracleError::SignersNotIncreasing,
            QuorumError::UnknownSigner => OracleError::UnknownSigner,
            QuorumError::WrongSignerKey => OracleError::WrongSignerKey,
            QuorumError::WrongMessage => OracleError::WrongMessage,
        }
    }
}
