use anchor_lang::prelude::*;
use economy_math::MathError;
use governance::GovernanceError;
use price_feed::PriceFeedError;

/// Codes are append-only.
#[error_code]
#[derive(PartialEq, Eq)]
pub enum EscrowError {
    #[msg("Only the program's upgrade authority may initialize it: sign with that key")]
    NotUpgradeAuthority, // 6000
    #[msg("Only the admin may do this: sign with the admin key of the escrow config")]
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
    #[msg("The mints must be mints of the SPL Token program: IO with 8 decimals, USDC with 6")]
    InvalidMint, // 6009
    #[msg("Nothing to change: name at least one field")]
    NothingToUpdate, // 6010
    #[msg("The pauser must not be the default key")]
    InvalidPauser, // 6011
    #[msg("Only the node's owner or operator may do this: sign with one of these keys")]
    NotNodeAuthority, // 6012
    #[msg("Only the node's operator, or the scheduler that its owner named, may do this: sign with one of these keys")]
    NotOperator, // 6013
    #[msg("This is not the node of the offer or job: pass the one that it names")]
    WrongNode, // 6014
    #[msg("This is not the node load of the node: pass the one at its address")]
    WrongNodeLoad, // 6015
    #[msg("The price must lie between one micro-USD and 1,000 USD per device and hour")]
    PriceOutOfRange, // 6016
    #[msg("Hours must satisfy 1 <= minimum <= maximum <= 8,760")]
    HoursOutOfRange, // 6017
    #[msg("A commitment needs hours within the offer's maximum and a discount of at most 50 percent; name both or neither")]
    CommitmentOutOfRange, // 6018
    #[msg("The peak multiplier must lie between 10,000 and 50,000 basis points, peak hours among the 24 hours of the UTC day")]
    PeakOutOfRange, // 6019
    #[msg("The offer is not active: choose another offer")]
    OfferInactive, // 6020
    #[msg("This account is not the offer of the job: pass the one that the job names")]
    WrongOffer, // 6021
    #[msg("The node takes no new jobs now: choose another node")]
    NodeNotActive, // 6022
    #[msg("The node's stake is below its minimum: choose another node, or ask its owner to stake more")]
    NodeUnderstaked, // 6023
    #[msg("Book at least one device")]
    ZeroDevices, // 6024
    #[msg("The node has fewer devices: book at most as many as it has")]
    TooManyDevices, // 6025
    #[msg("Too few hours: book at least the offer's minimum, and at least one")]
    HoursBelowMinimum, // 6026
    #[msg("Too many hours: stay within the offer's maximum, extensions included")]
    HoursAboveMaximum, // 6027
    #[msg("The start must lie between now and 30 days from now")]
    StartTimeOutOfRange, // 6028
    #[msg("The charge is above the most that you named: raise max_total, or take a cheaper offer")]
    PriceAboveMaximum, // 6029
    #[msg("This mint is not the one of the payment: pass the IO or USDC mint of the escrow config")]
    WrongMint, // 6030
    #[msg("The token account does not belong to the buyer, or holds another mint than the payment's")]
    WrongBuyerTokenAccount, // 6031
    #[msg("This is not the associated token account of the node's payout address for the job's mint")]
    WrongPayoutTokenAccount, // 6032
    #[msg("This is not the treasury's fee vault for the job's mint")]
    WrongFeeVault, // 6033
    #[msg("A price account is needed to pay in IO: pass a fresh Pyth update of the IO/USD feed")]
    PriceAccountMissing, // 6034
    #[msg("This account is not a price update of the Pyth receiver: pass one that it owns")]
    NotAPriceUpdate, // 6035
    #[msg("The price update is of another feed: pass the one that the escrow config names")]
    WrongPriceFeed, // 6036
    #[msg("The price update is not fully verified: post one that all guardian signatures were checked for")]
    PriceNotFullyVerified, // 6037
    #[msg("The price is older than 60 seconds, or from the future: post a fresh update")]
    PriceStale, // 6038
    #[msg("The price is not positive: wait for a valid update, or pay in USDC")]
    PriceNotPositive, // 6039
    #[msg("The price's confidence interval is wider than 1 percent: wait for a surer one, or pay in USDC")]
    PriceTooUncertain, // 6040
    #[msg("The price's exponent lies outside -12 to -1: wait for a valid update, or pay in USDC")]
    PriceExponentOutOfRange, // 6041
    #[msg("Only the buyer may do this: sign with the key that booked the job")]
    NotBuyer, // 6042
    #[msg("Only who paid the job's rent may close its account, and gets it back")]
    NotRentPayer, // 6043
    #[msg("This is not the account that paid the rent: pass the one that is recorded")]
    WrongRentPayer, // 6044
    #[msg("The job has not been started: cancel it, or let it expire")]
    JobNotStarted, // 6045
    #[msg("The job has been started already")]
    JobAlreadyStarted, // 6046
    #[msg("The job is ending already: settle it")]
    JobEnding, // 6047
    #[msg("The job has ended: nothing more can happen to it")]
    JobEnded, // 6048
    #[msg("The job has not ended yet: settle or expire it first")]
    JobNotEnded, // 6049
    #[msg("Too early: the job may be started from its start time on")]
    TooEarlyToStart, // 6050
    #[msg("Too late: the start window of 15 minutes has passed; expire the job, which refunds everything")]
    StartWindowPassed, // 6051
    #[msg("The start window has not passed: the node may still start the job until 15 minutes after its start time")]
    StartWindowOpen, // 6052
    #[msg("Too few devices are free: release others first, or start later within the window")]
    NotEnoughFreeDevices, // 6053
    #[msg("The booked time is over: settle the job and book a new one")]
    BookedTimeOver, // 6054
    #[msg("This is not the oracle's usage account of the job")]
    WrongJobUsage, // 6055
    #[msg("Close the oracle's usage account of the job first")]
    JobUsageOpen, // 6056
    #[msg("Nothing is owed here")]
    NothingOwed, // 6057
    #[msg("The token accounts still cannot receive: thaw or create them, or withdraw to another with withdraw_owed")]
    StillNotReceivable, // 6058
    #[msg("Only the buyer or the payout wallet may withdraw, and only what the job owes that key")]
    NotPayee, // 6059
    #[msg("Offers are still open or jobs unfinished: close and settle them first")]
    NodeLoadInUse, // 6060
    #[msg("An amount left the range of 64 bits: use smaller ones")]
    AmountOverflow, // 6061
    #[msg("The job's vault would not cover what the job owes: nothing was moved, please report this")]
    InvariantViolated, // 6062
    #[msg("The money of the job is not all paid out yet: pay or withdraw what is owed first")]
    MoneyOwed, // 6063
    #[msg("The money cannot be withdrawn into the job's own vault: name another token account")]
    DestinationIsVault, // 6064
    #[msg("The node's hardware is not of the class that was booked: change it back, or let the job expire, which refunds everything")]
    HardwareChanged, // 6065
    #[msg("The admin must not be the default key: name the multisig that changes this program")]
    InvalidAdmin, // 6066
    #[msg("To pay in credits the treasury and its program are needed: pass both")]
    TreasuryMissing, // 6067
    #[msg("This is not the treasury that the escrow config names")]
    WrongTreasury, // 6068
    #[msg("Credits do not turn into USDC: the refund goes to the buyer's credits, by pay_owed once their account can receive")]
    RefundIsInCredits, // 6069
    #[msg("The price was posted before the cluster was restarted: post a fresh update")]
    PriceBeforeRestart, // 6070
}

impl From<MathError> for EscrowError {
    fn from(_: MathError) -> Self {
        EscrowError::AmountOverflow
    }
}

impl From<GovernanceError> for EscrowError {
    fn from(error: GovernanceError) -> Self {
        match error {
            GovernanceError::NotPendingAdmin => EscrowError::NotPendingAdmin,
            GovernanceError::AlreadyPaused => EscrowError::AlreadyPaused,
            GovernanceError::NotPaused => EscrowError::NotPaused,
        }
    }
}

impl From<PriceFeedError> for EscrowError {
    fn from(error: PriceFeedError) -> Self {
        match error {
            PriceFeedError::NotAPriceUpdate => EscrowError::NotAPriceUpdate,
            PriceFeedError::WrongFeed => EscrowError::WrongPriceFeed,
            PriceFeedError::NotFullyVerified => EscrowError::PriceNotFullyVerified,
            PriceFeedError::Stale => EscrowError::PriceStale,
            PriceFeedError::BeforeRestart => EscrowError::PriceBeforeRestart,
            PriceFeedError::NotPositive => EscrowError::PriceNotPositive,
            PriceFeedError::TooUncertain => EscrowError::PriceTooUncertain,
            PriceFeedError::ExponentOutOfRange => EscrowError::PriceExponentOutOfRange,
        }
    }
}
