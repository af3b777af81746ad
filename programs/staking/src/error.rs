use anchor_lang::prelude::*;
use economy_math::MathError;
use governance::GovernanceError;

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
}

impl From<MathError> for StakingError {
    fn from(_: MathError) -> Self {
        StakingError::AmountOverflow
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
