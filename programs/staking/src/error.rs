use anchor_lang::prelude::*;
use economy_math::MathError;
use governance::GovernanceError;
use quorum::QuorumError;

/// Codes are append-only.
#[error_code]
#[derive(PartialEq, Eq)]
pub enum StakingError {
    #[msg("Only the program's upgrade authority may initialize it: sign with that key")]
    NotUpgradeAuthority, // 6000
    #[msg("Only the admin may do this: sign with the admin key of the staking config")]
    NotAdmin, // 6001
    #[msg("Only the proposed admin may accept: sign with the key that the admin proposed")]
    NotPendingAdmin, // 6002
    #[msg("Only the pauser may pause, and only the pauser or the admin may unpause")]
    NotPauser, // 6003
    #[msg("Intake is paused already: the pause ends by itself 72 hours after it began")]
    AlreadyPaused, // 6004
    #[msg("Intake is not paused")]
    NotPaused, // 6005
    #[msg("Intake is paused: try again when the pause has ended, at most 72 hours after it began")]
    Paused, // 6006
    #[msg("Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash")]
    DurableNonceRefused, // 6007
    #[msg("This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111")]
    NotInstructionsSysvar, // 6008
    #[msg("The IO mint must be a mint of the SPL Token program with 8 decimals")]
    InvalidIoMint, // 6009
    #[msg("This mint is not the IO mint of the staking config")]
    WrongMint, // 6010
    #[msg("The base stake per device must lie between 1 and 20,000 IO")]
    BaseStakeOutOfRange, // 6011
    #[msg("The multiplier must lie between 0.01 and 100, times 100")]
    MultiplierOutOfRange, // 6012
    #[msg("The reference price must lie between one micro-USD and 1,000 USD per device and hour")]
    ReferencePriceOutOfRange, // 6013
    #[msg("Name the hardware class: 1 to 32 bytes of UTF-8, padded with zeros")]
    InvalidClassName, // 6014
    #[msg("This hardware class takes no new nodes: choose an active class")]
    ClassInactive, // 6015
    #[msg("A node has 1 to 8 devices: register several nodes for more")]
    DeviceCountOutOfRange, // 6016
    #[msg("The operator key must not be the default key: name the hot key that the node's agent signs with")]
    InvalidOperator, // 6017
    #[msg("The payout address must not be the default key: name the wallet that the node's income goes to")]
    InvalidPayout, // 6018
    #[msg("Name the region: 1 to 16 lower-case letters, digits or hyphens, padded with zeros")]
    InvalidRegion, // 6019
    #[msg("Only the node's owner may do this: sign with the owner key")]
    NotOwner, // 6020
    #[msg("The node is on hire: change its hardware when its running jobs have ended")]
    NodeHired, // 6021
    #[msg("Stake at least one base unit of IO")]
    ZeroStake, // 6022
    #[msg("The token account does not belong to the owner, or holds another mint than IO")]
    WrongTokenAccount, // 6023
    #[msg("An amount left the range of 64 bits: use a smaller one")]
    AmountOverflow, // 6024
    #[msg("The stake vault would hold less than the node's stake: nothing was moved, please report this")]
    InvariantViolated, // 6025
    #[msg("Nothing to change: name at least one field")]
    NothingToUpdate, // 6026
    #[msg("The pauser must not be the default key")]
    InvalidPauser, // 6027
    #[msg("This account is not the node load that escrow keeps for the node")]
    WrongNodeLoad, // 6028
    #[msg("The admin must not be the default key: name the multisig that changes this program")]
    InvalidAdmin, // 6029
    #[msg("The appeal authority must not be the default key: name the key that decides appeals")]
    InvalidAppealAuthority, // 6030
    #[msg("Only the appeal authority may decide: sign with the key that the staking config names")]
    NotAppealAuthority, // 6031
    #[msg("The amount is worth less than one share: use a larger one")]
    ZeroShares, // 6032
    #[msg("There are not so many shares: use at most what the position or the entry holds")]
    InsufficientShares, // 6033
    #[msg("Four lots do not earn yet: wait until the oldest is 24 hours old")]
    TooManyPendingLots, // 6034
    #[msg("A slash has left this stake worth nothing: it cannot be added to or made active again")]
    StakeIsWorthless, // 6035
    #[msg("Delegated stake may not exceed the owner's own: delegate less, or to another node")]
    DelegationCapExceeded, // 6036
    #[msg("A slash case of this node is open: try again when it is burned or restored")]
    CaseOpen, // 6037
    #[msg("The node's owner has paused it: delegate to an active node")]
    NodeNotActive, // 6038
    #[msg("The node is on hire: keep its minimum stake until its running jobs have ended")]
    BelowMinimumStake, // 6039
    #[msg("The commission is at most 5,000 basis points")]
    CommissionOutOfRange, // 6040
    #[msg("Only the delegator may do this: sign with the key that delegated")]
    NotDelegator, // 6041
    #[msg("Only who staked may do this: sign with the key that the entry names")]
    NotStaker, // 6042
    #[msg("This account belongs to another node: pass the node that it names")]
    WrongNode, // 6043
    #[msg("The stake is still unbonding: withdraw it when its 14 days are over")]
    StillUnbonding, // 6044
    #[msg("There are no rewards to claim")]
    NothingToClaim, // 6045
    #[msg("Pay to the associated IO account of who is entitled, or let him sign and name any IO account of his")]
    WrongDestination, // 6046
    #[msg("While a slash case is open, only the staker himself may withdraw: by that he gives up what is restored")]
    StakerMustSign, // 6047
    #[msg("The delegation still holds stake, unbonding entries or rewards: withdraw and claim them first")]
    DelegationNotEmpty, // 6048
    #[msg("No lot is old enough to earn: wait until 24 hours after it was added")]
    NothingToActivate, // 6049
    #[msg("The rent goes back to who paid it: pass the recorded payer")]
    WrongRentPayer, // 6050
    #[msg("The node still has stake, unbonding entries or delegations: they have to be withdrawn and closed first")]
    StakeLeft, // 6051
    #[msg("The node still has offers or jobs: close its offers and end its jobs first")]
    NodeInUse, // 6052
    #[msg("Slash at least one base unit of IO")]
    ZeroSlash, // 6053
    #[msg("One slash takes at most half of all stake, less what was slashed in the last 30 days: slash less")]
    SlashAboveLimit, // 6054
    #[msg("Four slash cases of this node are open: burn or restore one first")]
    TooManyCases, // 6055
    #[msg("The day of the offence is in the future")]
    OffenceInFuture, // 6056
    #[msg("The day of the offence is more than 30 days ago")]
    OffenceTooOld, // 6057
    #[msg("The case is not open to an appeal")]
    CaseNotOpen, // 6058
    #[msg("An appeal has to come within 30 days of the slash")]
    AppealTooLate, // 6059
    #[msg("There is no appeal to decide")]
    CaseNotAppealed, // 6060
    #[msg("An appeal can be dismissed within 60 days of the slash: it is restored now")]
    DecisionTooLate, // 6061
    #[msg("An appealed case is burned only when the appeal is dismissed, and each case only once")]
    CaseNotBurnable, // 6062
    #[msg("A slash is burned only 30 days after it was made")]
    BurnTooEarly, // 6063
    #[msg("A case that is dismissed, burned or restored cannot be restored")]
    CaseNotRestorable, // 6064
    #[msg("The appeal can still be decided: it is restored 60 days after the slash")]
    DecisionPending, // 6065
    #[msg("The case is still open: it can be closed once it is burned or restored")]
    CaseStillOpen, // 6066
    #[msg("The case has to stay until its day of offence is more than 30 days ago")]
    CaseTooYoung, // 6067
    #[msg("Slash by a top-level instruction: the signatures stand in the instruction before it")]
    NotTopLevel, // 6068
    #[msg("Put the ed25519 instruction with the oracles' signatures directly before this one")]
    SignaturesMissing, // 6069
    #[msg("The ed25519 instruction is not encoded as it must be: build it with the SDK")]
    NonCanonicalSignatures, // 6070
    #[msg("Too few oracles signed: two thirds of the members are needed")]
    TooFewSigners, // 6071
    #[msg("More signers than the oracle set has members")]
    TooManySigners, // 6072
    #[msg("The indices of the signers must strictly increase")]
    SignersNotIncreasing, // 6073
    #[msg("No member of the oracle set has this index")]
    UnknownSigner, // 6074
    #[msg("The key that signed is not that of the member named")]
    WrongSignerKey, // 6075
    #[msg("The oracles signed something else: sign the message of this slash for the oracle set in office")]
    WrongMessage, // 6076
    #[msg("The oracles' order has expired: collect signatures anew")]
    OrderExpired, // 6077
    #[msg("The oracles' order expires too far ahead: at most one hour")]
    ExpiryTooFar, // 6078
    #[msg("This node has been slashed for this reason and day already")]
    AlreadySlashed, // 6079
    #[msg("Pass the delegation of the staker: this entry is of delegated stake")]
    DelegationMissing, // 6080
    #[msg("This is not the delegation of the signer to this node")]
    WrongDelegation, // 6081
    #[msg("This account is not the oracle set of the oracle program")]
    NotOracleSet, // 6082
    #[msg("This is not the vault that the node names: pass its own stake vault and reward vault")]
    WrongVault, // 6083
}

impl From<MathError> for StakingError {
    fn from(error: MathError) -> Self {
        match error {
            MathError::ZeroShares => StakingError::ZeroShares,
            MathError::Worthless => StakingError::StakeIsWorthless,
            MathError::InsufficientShares => StakingError::InsufficientShares,
            MathError::TooManyLots => StakingError::TooManyPendingLots,
            MathError::RateOutOfRange => StakingError::CommissionOutOfRange,
            _ => StakingError::AmountOverflow,
        }
    }
}

impl From<GovernanceError> for StakingError {
    fn from(error: GovernanceError) -> Self {
        match error {
            GovernanceError::NotPendingAdmin => StakingError::NotPendingAdmin,
            GovernanceError::AlreadyPaused => StakingError::AlreadyPaused,
            GovernanceError::NotPaused => StakingError::NotPaused,
        }
    }
}

impl From<QuorumError> for StakingError {
    fn from(error: QuorumError) -> Self {
        match error {
            QuorumError::NotTopLevel => StakingError::NotTopLevel,
            QuorumError::NotInstructionsSysvar => StakingError::NotInstructionsSysvar,
            QuorumError::SignaturesMissing => StakingError::SignaturesMissing,
            QuorumError::NonCanonicalSignatures => StakingError::NonCanonicalSignatures,
            QuorumError::TooFewSigners => StakingError::TooFewSigners,
            QuorumError::TooManySigners => StakingError::TooManySigners,
            QuorumError::SignersNotIncreasing => StakingError::SignersNotIncreasing,
            QuorumError::UnknownSigner => StakingError::UnknownSigner,
            QuorumError::WrongSignerKey => StakingError::WrongSignerKey,
            QuorumError::WrongMessage => StakingError::WrongMessage,
        }
    }
}
