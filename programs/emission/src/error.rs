use anchor_lang::prelude::*;
use economy_math::{merkle::MerkleError, MathError};
use quorum::{MemberSetError, QuorumError};

/// Codes are append-only.
#[error_code]
#[derive(PartialEq, Eq)]
pub enum EmissionError {
    #[msg("Only the program's upgrade authority may initialize it: sign with that key")]
    NotUpgradeAuthority, // 6000
    #[msg("Only the admin may do this: sign with the admin key of the schedule")]
    NotAdmin, // 6001
    #[msg("Only the proposed admin may accept: sign with the key that the admin proposed")]
    NotPendingAdmin, // 6002
    #[msg("Only the guardian may cancel a root: sign with the guardian key of the schedule")]
    NotGuardian, // 6003
    #[msg("Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash")]
    DurableNonceRefused, // 6004
    #[msg("This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111")]
    NotInstructionsSysvar, // 6005
    #[msg("The admin must not be the default key: name the multisig that changes this program")]
    InvalidAdmin, // 6006
    #[msg("The guardian must not be the default key: name the key that can cancel roots")]
    InvalidGuardian, // 6007
    #[msg("The cluster tag must not be zero: pass the genesis hash of the network")]
    InvalidClusterTag, // 6008
    #[msg("The IO mint must be a mint of the SPL Token program with 8 decimals")]
    InvalidIoMint, // 6009
    #[msg("An oracle set has 3 to 7 members")]
    MemberCountOutOfRange, // 6010
    #[msg("A member must not be the default key: name the key that the oracle signs with")]
    DefaultMember, // 6011
    #[msg("A key may be a member only once: leave the second one out")]
    DuplicateMember, // 6012
    #[msg("A rotation is pending already: cancel it before proposing another")]
    RotationPending, // 6013
    #[msg("No rotation is pending: propose one first")]
    NoRotationPending, // 6014
    #[msg("The rotation cannot be applied yet: wait until 48 hours after it was proposed")]
    RotationTooEarly, // 6015
    #[msg("The schedule is sealed: nobody can change it")]
    AlreadySealed, // 6016
    #[msg("The GPU pool's share is at most 10,000 basis points")]
    ShareOutOfRange, // 6017
    #[msg("The emission begins at most a day before it is sealed and 90 days after: choose another start")]
    StartOutOfRange, // 6018
    #[msg("Something else can still mint IO: make the schedule's address the mint authority first")]
    WrongMintAuthority, // 6019
    #[msg("Accounts of this mint can be frozen: give up its freeze authority first")]
    FreezeAuthorityPresent, // 6020
    #[msg("The supply of IO must be 500,000,000 when the schedule is sealed")]
    WrongInitialSupply, // 6021
    #[msg("This mint is not the IO mint of the schedule: pass the mint that the schedule names")]
    WrongIoMint, // 6022
    #[msg("This token account is not the vault of the pool: pass the vault that the pool names")]
    WrongVault, // 6023
    #[msg("The schedule is not sealed: the admin seals it at the token generation event")]
    NotSealed, // 6024
    #[msg("The emission has not begun: wait for its start")]
    NotStarted, // 6025
    #[msg("Nothing is due: all IO of the time that has passed is minted")]
    NothingToMint, // 6026
    #[msg("The supply did not grow by what was minted: nothing was minted, please report this")]
    MintMismatch, // 6027
    #[msg("Roots are not taken from other programs: send this as an instruction of the transaction itself")]
    NotTopLevel, // 6028
    #[msg("Put the ed25519 instruction with the members' signatures immediately before this one")]
    SignaturesMissing, // 6029
    #[msg("The ed25519 instruction is not in the canonical encoding: build it with the SDK")]
    NonCanonicalSignatures, // 6030
    #[msg("Too few members signed: collect as many signatures as the threshold of the schedule's oracles")]
    TooFewSigners, // 6031
    #[msg("More signers than members: name each signing member once")]
    TooManySigners, // 6032
    #[msg("Name the signers by member index, strictly increasing")]
    SignersNotIncreasing, // 6033
    #[msg("No member has this index: fetch the schedule again")]
    UnknownSigner, // 6034
    #[msg("A key that signed is not that of the member named: fetch the schedule again")]
    WrongSignerKey, // 6035
    #[msg("The members signed another message: pool, root, values, cluster or version of the oracles differ")]
    WrongMessage, // 6036
    #[msg("The signatures have expired: have the members sign anew")]
    SignaturesExpired, // 6037
    #[msg("The signatures expire too late: let them expire within an hour from now")]
    ExpiryTooFar, // 6038
    #[msg("A root of this pool is pending: finalize or cancel it first")]
    RootPending, // 6039
    #[msg("No root of this pool is pending: post one first")]
    NoRootPending, // 6040
    #[msg("A root's version is the last one posted plus one, also after a cancelled one: fetch the pool again")]
    VersionNotNext, // 6041
    #[msg("The epoch of a root is above that of the last final one: post a later epoch")]
    EpochNotIncreasing, // 6042
    #[msg("The pool has not released this epoch: wait for its end and send advance_epoch")]
    EpochNotReleased, // 6043
    #[msg("The total of a root is never below that of the last final one: every node ever paid stays in every root")]
    TotalDecreased, // 6044
    #[msg("The root pays more than the budgets of its epochs: recompute the rewards")]
    TotalAboveBudget, // 6045
    #[msg("The root is not final yet: wait until 6 hours after it was posted")]
    FinalizationTooEarly, // 6046
    #[msg("No final root that can be claimed against has this version: take a proof of one of the last four")]
    RootNotFound, // 6047
    #[msg("A proof is whole hashes of 32 bytes: pass it as it was made")]
    ProofLengthInvalid, // 6048
    #[msg("A proof has at most 20 hashes")]
    ProofTooLong, // 6049
    #[msg("The proof does not lead to this root: node, destination, amount, pool, or version of the root differ")]
    InvalidProof, // 6050
    #[msg("Nothing is left to claim: the node was paid this amount or more already")]
    NothingToClaim, // 6051
    #[msg("The pool would pay more than its newest final root names: nothing was paid, please report this")]
    PoolOverspent, // 6052
    #[msg("This account does not hold the rewards of the node in this pool")]
    InvalidRewardAccount, // 6053
    #[msg("A pool's sums contradict each other: nothing was moved, please report this")]
    PoolInconsistent, // 6054
    #[msg("An amount, a counter or a time left its range")]
    Overflow, // 6055
}

impl From<MemberSetError> for EmissionError {
    fn from(error: MemberSetError) -> Self {
        match error {
            MemberSetError::MemberCountOutOfRange | MemberSetError::WrongThreshold => {
                EmissionError::MemberCountOutOfRange
            }
            MemberSetError::DefaultMember => EmissionError::DefaultMember,
            MemberSetError::DuplicateMember => EmissionError::DuplicateMember,
            MemberSetError::RotationPending => EmissionError::RotationPending,
            MemberSetError::NoRotationPending => EmissionError::NoRotationPending,
            MemberSetError::RotationTooEarly => EmissionError::RotationTooEarly,
            MemberSetError::Overflow => EmissionError::Overflow,
        }
    }
}

impl From<QuorumError> for EmissionError {
    fn from(error: QuorumError) -> Self {
        match error {
            QuorumError::NotTopLevel => EmissionError::NotTopLevel,
            QuorumError::NotInstructionsSysvar => EmissionError::NotInstructionsSysvar,
            QuorumError::SignaturesMissing => EmissionError::SignaturesMissing,
            QuorumError::NonCanonicalSignatures => EmissionError::NonCanonicalSignatures,
            QuorumError::TooFewSigners => EmissionError::TooFewSigners,
            QuorumError::TooManySigners => EmissionError::TooManySigners,
            QuorumError::SignersNotIncreasing => EmissionError::SignersNotIncreasing,
            QuorumError::UnknownSigner => EmissionError::UnknownSigner,
            QuorumError::WrongSignerKey => EmissionError::WrongSignerKey,
            QuorumError::WrongMessage => EmissionError::WrongMessage,
        }
    }
}

impl From<MerkleError> for EmissionError {
    fn from(error: MerkleError) -> Self {
        match error {
            MerkleError::ProofLength => EmissionError::ProofLengthInvalid,
            MerkleError::ProofTooLong => EmissionError::ProofTooLong,
            MerkleError::NoLeaves | MerkleError::TooManyLeaves => EmissionError::InvalidProof,
        }
    }
}

impl From<MathError> for EmissionError {
    fn from(error: MathError) -> Self {
        match error {
            MathError::RateOutOfRange => EmissionError::ShareOutOfRange,
            _ => EmissionError::Overflow,
        }
    }
}
