//! Offers, jobs, and the money of jobs in escrow: one vault per job.
//!
//! Reads staking's `Node` and the oracle's `JobUsage` as typed accounts, and pays fees into the
//! treasury's vaults by their addresses. Staking reads [`state::NodeLoad`].

use anchor_lang::prelude::*;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod payments;
pub mod state;

use instructions::*;

declare_id!("7zuH7oNA1B8YxZjpjjUHVGWZWt6N9QYCDTD3PsVChLhw");
declare_program!(oracle);
declare_program!(staking);
declare_program!(treasury);

#[program]
pub mod escrow {
    use super::*;

    // Admin

    /// Creates the config. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidMint, InvalidAdmin, InvalidPauser, DurableNonceRefused.
    pub fn initialize(ctx: Context<Initialize>, args: InitializeArgs) -> Result<()> {
        Initialize::handler(ctx, args)
    }

    /// First step of handing the admin role over; naming the admin itself withdraws a proposal.
    /// Authority: admin. Errors: NotAdmin, DurableNonceRefused.
    pub fn propose_admin(ctx: Context<ProposeAdmin>, new_admin: Pubkey) -> Result<()> {
        ProposeAdmin::handler(ctx, new_admin)
    }

    /// Second step of handing the admin role over.
    /// Authority: the proposed admin. Errors: NotPendingAdmin, DurableNonceRefused.
    pub fn accept_admin(ctx: Context<AcceptAdmin>) -> Result<()> {
        AcceptAdmin::handler(ctx)
    }

    /// Changes the pauser or the price feed.
    /// Authority: admin. Errors: NotAdmin, NothingToUpdate, InvalidPauser, DurableNonceRefused.
    pub fn update_config(ctx: Context<UpdateConfig>, args: UpdateConfigArgs) -> Result<()> {
        UpdateConfig::handler(ctx, args)
    }

    /// Stops offers, bookings and extensions for 72 hours; everything else goes on.
    /// Authority: pauser. Errors: NotPauser, AlreadyPaused, DurableNonceRefused.
    pub fn pause(ctx: Context<Pause>) -> Result<()> {
        Pause::handler(ctx)
    }

    /// Ends a pause early.
    /// Authority: pauser or admin. Errors: NotPauser, NotPaused, DurableNonceRefused.
    pub fn unpause(ctx: Context<Unpause>) -> Result<()> {
        Unpause::handler(ctx)
    }

    // Operator

    /// Offers a node's devices at a price.
    /// Authority: the node's owner or operator. Errors: NotNodeAuthority, Paused, PriceOutOfRange, HoursOutOfRange, CommitmentOutOfRange, PeakOutOfRange.
    pub fn create_offer(ctx: Context<CreateOffer>, args: CreateOfferArgs) -> Result<()> {
        CreateOffer::handler(ctx, args)
    }

    /// Changes the terms of an offer, or opens and closes it to orders. Booked jobs keep their price.
    /// Authority: the node's owner or operator. Errors: NotNodeAuthority, WrongNode, NothingToUpdate, PriceOutOfRange, HoursOutOfRange, CommitmentOutOfRange, PeakOutOfRange.
    pub fn update_offer(ctx: Context<UpdateOffer>, args: UpdateOfferArgs) -> Result<()> {
        UpdateOffer::handler(ctx, args)
    }

    /// Removes an offer; its rent returns to who paid it.
    /// Authority: the node's owner or operator. Errors: NotNodeAuthority, WrongNode, WrongNodeLoad, WrongRentPayer.
    pub fn close_offer(ctx: Context<CloseOffer>) -> Result<()> {
        CloseOffer::handler(ctx)
    }

    /// Removes the load account of a node without offers and unfinished jobs; its rent returns to who paid it.
    /// Authority: the node's owner or operator. Errors: NotNodeAuthority, WrongNode, NodeLoadInUse, WrongRentPayer.
    pub fn close_node_load(ctx: Context<CloseNodeLoad>) -> Result<()> {
        CloseNodeLoad::handler(ctx)
    }

    /// Takes the devices and lets the time run.
    /// Authority: the node's operator, or its scheduler. Errors: NotOperator, WrongNode, WrongNodeLoad, NodeUnderstaked, JobAlreadyStarted, JobEnding, JobEnded, TooEarlyToStart, StartWindowPassed, HardwareChanged, NotEnoughFreeDevices.
    pub fn start_job(ctx: Context<StartJob>) -> Result<()> {
        StartJob::handler(ctx)
    }

    /// Stops a running job on the node's side: the buyer's fees return but for what was earned.
    /// Authority: the node's operator, or its scheduler. Errors: NotOperator, WrongNode, WrongNodeLoad, WrongJobUsage, JobNotStarted, JobEnding, JobEnded.
    pub fn release(ctx: Context<Release>) -> Result<()> {
        Release::handler(ctx)
    }

    // User

    /// Orders devices for whole hours and pays compute and fees into the job's own vault.
    /// Authority: buyer. Errors: Paused, OfferInactive, NodeNotActive, NodeUnderstaked, ZeroDevices, TooManyDevices, HoursBelowMinimum, HoursAboveMaximum, StartTimeOutOfRange, PriceAboveMaximum, WrongNode, WrongMint, WrongBuyerTokenAccount; in IO also PriceAccountMissing, NotAPriceUpdate, WrongPriceFeed, PriceNotFullyVerified, PriceStale, PriceBeforeRestart, PriceNotPositive, PriceTooUncertain, PriceExponentOutOfRange; in credits also TreasuryMissing, WrongTreasury, and the treasury's NotEnoughCredits.
    pub fn book_job(ctx: Context<BookJob>, args: BookJobArgs) -> Result<()> {
        BookJob::handler(ctx, args)
    }

    /// Settles a running job, then adds hours at the offer and price of the moment.
    /// Authority: buyer. Errors: NotBuyer, JobNotStarted, JobEnding, JobEnded, BookedTimeOver, WrongOffer, and those of book_job and settle_job.
    pub fn extend_job(ctx: Context<ExtendJob>, args: ExtendJobArgs) -> Result<()> {
        ExtendJob::handler(ctx, args)
    }

    /// Calls a job off before its start: the compute price returns, the fees are kept.
    /// Authority: buyer. Errors: NotBuyer, JobAlreadyStarted, JobEnding, JobEnded, StartWindowPassed, WrongBuyerTokenAccount, WrongFeeVault, WrongRentPayer.
    pub fn cancel_job(ctx: Context<CancelJob>) -> Result<()> {
        CancelJob::handler(ctx)
    }

    /// Stops a running job. Within the first hour, with 90 percent of it verified, the hour is billed in full.
    /// Authority: buyer. Errors: NotBuyer, JobNotStarted, JobEnding, JobEnded, WrongNodeLoad, WrongJobUsage.
    pub fn end_job(ctx: Context<EndJob>) -> Result<()> {
        EndJob::handler(ctx)
    }

    /// Takes what a job owes the signer to any token account, where the associated one cannot receive.
    /// Authority: buyer or payout wallet. Errors: NotPayee, RefundIsInCredits, NothingOwed, StillNotReceivable, WrongMint, DestinationIsVault, WrongRentPayer.
    pub fn withdraw_owed(ctx: Context<WithdrawOwed>) -> Result<()> {
        WithdrawOwed::handler(ctx)
    }

    /// Removes a job that is over and paid out; its rent returns to who paid it.
    /// Authority: who paid the rent. Errors: NotRentPayer, JobNotEnded, MoneyOwed, WrongJobUsage, JobUsageOpen.
    pub fn close_job(ctx: Context<CloseJob>) -> Result<()> {
        CloseJob::handler(ctx)
    }

    // Crank

    /// Pays what the verified seconds earned; ends the job, and refunds, when its end is proved or was waited for long enough.
    /// Authority: anyone, as often as wanted. Errors: JobNotStarted, JobEnded, WrongJobUsage, WrongNodeLoad, WrongPayoutTokenAccount, WrongBuyerTokenAccount, WrongFeeVault, WrongRentPayer.
    pub fn settle_job(ctx: Context<SettleJob>) -> Result<()> {
        SettleJob::handler(ctx)
    }

    /// Refunds everything of a job that its node did not start in time.
    /// Authority: anyone. Errors: StartWindowOpen, JobAlreadyStarted, JobEnding, JobEnded, WrongBuyerTokenAccount, WrongFeeVault, WrongRentPayer.
    pub fn expire_job(ctx: Context<ExpireJob>) -> Result<()> {
        ExpireJob::handler(ctx)
    }

    /// Pays what waited for a token account that could not receive.
    /// Authority: anyone. Errors: NothingOwed, StillNotReceivable, WrongPayoutTokenAccount, WrongBuyerTokenAccount, WrongFeeVault, WrongRentPayer.
    pub fn pay_owed(ctx: Context<PayOwed>) -> Result<()> {
        PayOwed::handler(ctx)
    }
}
