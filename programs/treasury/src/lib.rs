//! The fees of all orders, and their burning.
//!
//! Escrow pays fees into the vault of the payment's mint. Nothing leaves the IO vault but by a burn.

use anchor_lang::prelude::*;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod state;

use instructions::*;

declare_id!("GuZkCQVsUWMrQ4Dbd5YaDJpxoJjxrUcRZnMK18PdAn8R");

#[program]
pub mod treasury {
    use super::*;

    // Admin

    /// Creates the treasury and the fee vaults of IO and USDC. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidAdmin, InvalidIoMint, InvalidUsdcMint, DurableNonceRefused.
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

    // Crank

    /// Burns all IO that the fee vault holds.
    /// Authority: anyone. Errors: NothingToBurn, WrongIoMint, BurnMismatch.
    pub fn burn_io_fees(ctx: Context<BurnIoFees>) -> Result<()> {
        BurnIoFees::handler(ctx)
    }
}
