use anchor_lang::prelude::*;
use economy_math::MathError;
use price_feed::PriceFeedError;

/// Codes are append-only.
#[error_code]
#[derive(PartialEq, Eq)]
pub enum TreasuryError {
    #[msg("Only the program's upgrade authority may initialize it: sign with that key")]
    NotUpgradeAuthority, // 6000
    #[msg("Only the admin may do this: sign with the admin key of the treasury")]
    NotAdmin, // 6001
    #[msg("Only the proposed admin may accept: sign with the key that the admin proposed")]
    NotPendingAdmin, // 6002
    #[msg("Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash")]
    DurableNonceRefused, // 6003
    #[msg("This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111")]
    NotInstructionsSysvar, // 6004
    #[msg("The admin must not be the default key: name the multisig that changes this program")]
    InvalidAdmin, // 6005
    #[msg("The IO mint must be a mint of the SPL Token program with 8 decimals")]
    InvalidIoMint, // 6006
    #[msg("The USDC mint must be a mint of the SPL Token program with 6 decimals")]
    InvalidUsdcMint, // 6007
    #[msg("This mint is not the IO mint of the treasury: pass the mint that the treasury names")]
    WrongIoMint, // 6008
    #[msg("The IO fee vault is empty: try again when orders have paid fees")]
    NothingToBurn, // 6009
    #[msg("Supply and vault did not fall by the amount burned: nothing was burned, please report this")]
    BurnMismatch, // 6010
    #[msg("A total left the range of 64 bits: nothing was burned, please report this")]
    AmountOverflow, // 6011
    #[msg("Name at least one base unit")]
    ZeroAmount, // 6012
    #[msg("This mint is not the USDC mint of the treasury: pass the mint that the treasury names")]
    WrongUsdcMint, // 6013
    #[msg("The token account does not belong to the buyer, or holds another mint than USDC")]
    WrongBuyerTokenAccount, // 6014
    #[msg("Credits are spent through escrow alone: book or extend a job with them")]
    NotEscrow, // 6015
    #[msg("The job must be an account of escrow, and the vault its own")]
    WrongJobVault, // 6016
    #[msg("There are too few credits: buy more, or pay in USDC or IO")]
    NotEnoughCredits, // 6017
    #[msg("There are credits left: spend them before the account is closed")]
    CreditsNotEmpty, // 6018
    #[msg("This is not the price account of the treasury: pass the one that it names")]
    WrongPriceAccount, // 6019
    #[msg("The price account must not be the default key")]
    InvalidPriceAccount, // 6020
    #[msg("The price account holds no price update of the Pyth receiver: post one")]
    NotAPriceUpdate, // 6021
    #[msg("The price update is of another feed than the treasury's: post one of IO/USD")]
    WrongPriceFeed, // 6022
    #[msg("The price update is not fully verified: post one that all guardian signatures were checked for")]
    PriceNotFullyVerified, // 6023
    #[msg("The price is older than 60 seconds, or from the future: post a fresh update, also in the same transaction")]
    PriceStale, // 6024
    #[msg("The price was posted before the cluster was restarted: post a fresh update")]
    PriceBeforeRestart, // 6025
    #[msg("The price is not positive: wait for a valid update")]
    PriceNotPositive, // 6026
    #[msg("The price's confidence interval is wider than 1 percent: wait for a surer one")]
    PriceTooUncertain, // 6027
    #[msg("The price's exponent lies outside -12 to -1: wait for a valid update")]
    PriceExponentOutOfRange, // 6028
    #[msg("Less is left of this hour's lot: take at most that, or come again in the next hour")]
    LotExceeded, // 6029
    #[msg("The fill burns more IO than the most that you named: raise max_io, or come later in the hour")]
    IoAboveMaximum, // 6030
    #[msg("The token account is of another mint: burn IO, and take USDC")]
    WrongFillerTokenAccount, // 6031
}

impl From<MathError> for TreasuryError {
    fn from(_: MathError) -> Self {
        TreasuryError::AmountOverflow
    }
}

impl From<PriceFeedError> for TreasuryError {
    fn from(error: PriceFeedError) -> Self {
        match error {
            PriceFeedError::NotAPriceUpdate => TreasuryError::NotAPriceUpdate,
            PriceFeedError::WrongFeed => TreasuryError::WrongPriceFeed,
            PriceFeedError::NotFullyVerified => TreasuryError::PriceNotFullyVerified,
            PriceFeedError::Stale => TreasuryError::PriceStale,
            PriceFeedError::BeforeRestart => TreasuryError::PriceBeforeRestart,
            PriceFeedError::NotPositive => TreasuryError::PriceNotPositive,
            PriceFeedError::TooUncertain => TreasuryError::PriceTooUncertain,
            PriceFeedError::ExponentOutOfRange => TreasuryError::PriceExponentOutOfRange,
        }
    }
}
