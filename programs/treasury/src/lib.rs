//! The fees of all orders, their burning, and credits.
//!
//! Escrow pays fees into the vault of the payment's mint. Nothing leaves the IO vault but by a burn,
//! and nothing the USDC vault but by the auction, for IO that is burned in the same instruction.
//! Credits (IOSD) are USDC in an account of their owner's that only this program moves, and only
//! into the vault of a job: what backs a credit is the credit itself.

use anchor_lang::prelude::*;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod state;

use instructions::*;

declare_id!("GuZkCQVsUWMrQ4Dbd5YaDJpxoJjxrUcRZnMK18PdAn8R");
declare_program!(escrow);

#[program]
pub mod treasury {
    use super::*;

    // Admin

    /// Creates the treasury, the fee vaults of IO and USDC, and the auction with its receipts. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidAdmin, InvalidIoMint, InvalidUsdcMint, InvalidPriceAccount, DurableNonceRefused.
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

    /// Names another account for the price of IO; the feed stays the same.
    /// Authority: admin. Errors: NotAdmin, InvalidPriceAccount, DurableNonceRefused.
    pub fn update_config(ctx: Context<UpdateConfig>, args: UpdateConfigArgs) -> Result<()> {
        UpdateConfig::handler(ctx, args)
    }

    // Crank

    /// Burns all IO that the fee vault holds.
    /// Authority: anyone. Errors: NothingToBurn, WrongIoMint, BurnMismatch.
    pub fn burn_io_fees(ctx: Context<BurnIoFees>) -> Result<()> {
        BurnIoFees::handler(ctx)
    }

    /// Lets the auction see a valid price, which puts off the day from which it goes on without one.
    /// Authority: anyone. Errors: WrongPriceAccount, NotAPriceUpdate, WrongPriceFeed, PriceNotFullyVerified, PriceStale, PriceBeforeRestart, PriceNotPositive, PriceTooUncertain, PriceExponentOutOfRange.
    pub fn observe_price(ctx: Context<ObservePrice>) -> Result<()> {
        ObservePrice::handler(ctx)
    }

    // User

    /// Takes USDC of this hour's lot for IO that is burned in the same instruction.
    /// Authority: anyone, whose IO it is. Errors: ZeroAmount, LotExceeded, IoAboveMaximum, WrongIoMint, WrongFillerTokenAccount, BurnMismatch, and those of observe_price until no price was seen for a day.
    pub fn fill_auction(ctx: Context<FillAuction>, args: FillAuctionArgs) -> Result<()> {
        FillAuction::handler(ctx, args)
    }

    /// Turns USDC into credits of an owner, one to one; opens his account where there is none.
    /// Authority: who pays. Errors: ZeroAmount, WrongUsdcMint, WrongBuyerTokenAccount.
    pub fn buy_credits(ctx: Context<BuyCredits>, amount: u64) -> Result<()> {
        BuyCredits::handler(ctx, amount)
    }

    /// Removes an account of credits that is empty; the owner gets its rent.
    /// Authority: the owner of the credits. Errors: CreditsNotEmpty.
    pub fn close_credits(ctx: Context<CloseCredits>) -> Result<()> {
        CloseCredits::handler(ctx)
    }

    // Escrow

    /// Moves the USDC behind an owner's credits into the vault of a job.
    /// Authority: escrow and the owner, both. Errors: NotEscrow, NotEnoughCredits, WrongJobVault.
    pub fn spend_credits(ctx: Context<SpendCredits>, amount: u64) -> Result<()> {
        SpendCredits::handler(ctx, amount)
    }
}
