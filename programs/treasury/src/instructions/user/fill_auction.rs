use anchor_lang::prelude::*;
use anchor_spl::token::{self, Burn, Mint, Token, TokenAccount, Transfer};
use economy_math::{ask_bps, carried_price, fill_io};
use price_feed::read_price;

use crate::{
    constants::{AUCTION_SEED, FEE_VAULT_SEED, RECEIPTS_SEED, TREASURY_SEED},
    error::TreasuryError,
    events::FeesSold,
    state::{Auction, Receipt, Receipts, Treasury},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct FillAuctionArgs {
    /// Base units of USDC to take of this hour's lot.
    pub usdc: u64,
    /// The most IO that the filler gives for them, in base units.
    pub max_io: u64,
}

#[derive(Accounts)]
pub struct FillAuction<'info> {
    /// Whose IO is burned.
    pub filler: Signer<'info>,
    #[account(
        mut,
        seeds = [TREASURY_SEED],
        bump = treasury.bump,
        has_one = io_mint @ TreasuryError::WrongIoMint,
        has_one = price_account @ TreasuryError::WrongPriceAccount
    )]
    pub treasury: Box<Account<'info, Treasury>>,
    #[account(mut, seeds = [AUCTION_SEED], bump = auction.bump)]
    pub auction: Box<Account<'info, Auction>>,
    #[account(mut, seeds = [RECEIPTS_SEED], bump = receipts.load()?.bump)]
    pub receipts: AccountLoader<'info, Receipts>,
    #[account(mut)]
    pub io_mint: Box<Account<'info, Mint>>,
    #[account(
        mut,
        seeds = [FEE_VAULT_SEED, treasury.usdc_mint.as_ref()],
        bump = treasury.usdc_fee_vault_bump
    )]
    pub usdc_fee_vault: Box<Account<'info, TokenAccount>>,
    /// The filler's IO; the token program checks that he may burn it.
    #[account(mut, constraint = filler_io_account.mint == io_mint.key() @ TreasuryError::WrongFillerTokenAccount)]
    pub filler_io_account: Box<Account<'info, TokenAccount>>,
    /// Where the USDC goes: any account that the filler names.
    #[account(mut, constraint = destination.mint == treasury.usdc_mint @ TreasuryError::WrongFillerTokenAccount)]
    pub destination: Box<Account<'info, TokenAccount>>,
    /// CHECK: the one that the treasury names, so that no filler leaves out a good price. What it holds is
    /// checked when it is read.
    pub price_account: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl FillAuction<'_> {
    fn validate(args: &FillAuctionArgs) -> Result<()> {
        require_gt!(args.usdc, 0, TreasuryError::ZeroAmount);
        Ok(())
    }

    /// Burns IO and pays USDC, at the price of the moment. Without a valid price it fails, but when none was
    /// seen for a day: then the carried reference takes its place.
    #[access_control(Self::validate(&args))]
    pub fn handler(ctx: Context<Self>, args: FillAuctionArgs) -> Result<()> {
        let accounts = ctx.accounts;
        let FillAuctionArgs { usdc, max_io } = args;
        let now = Clock::get()?.unix_timestamp;
        let ask = ask_bps(now);
        let vault_before = accounts.usdc_fee_vault.amount;
        let supply_before = accounts.io_mint.supply;

        let mut state = accounts.auction.state().touched(vault_before, now).map_err(TreasuryError::from)?;
        let read = read_price(&accounts.price_account, &accounts.treasury.price_feed_id, now);
        let (price, seen) = match read {
            Ok(price) => {
                state = state.observed(price, now).map_err(TreasuryError::from)?;
                (price, state.reference)
            }
            Err(_) if state.is_silent(now) => (carried_price(state.reference).map_err(TreasuryError::from)?, 0),
            Err(error) => return Err(TreasuryError::from(error).into()),
        };
        let io = fill_io(usdc, ask, price).map_err(TreasuryError::from)?;
        require_gte!(state.left, usdc, TreasuryError::LotExceeded);
        require_gte!(max_io, io, TreasuryError::IoAboveMaximum);
        accounts.auction.set_state(state.filled(usdc, io).map_err(TreasuryError::from)?);
        accounts.auction.on_filled(usdc, io)?;
        accounts.treasury.on_burned(io)?;

        token::burn(
            CpiContext::new(
                accounts.token_program.key(),
                Burn {
                    mint: accounts.io_mint.to_account_info(),
                    from: accounts.filler_io_account.to_account_info(),
                    authority: accounts.filler.to_account_info(),
                },
            ),
            io,
        )?;
        token::transfer(
            CpiContext::new_with_signer(
                accounts.token_program.key(),
                Transfer {
                    from: accounts.usdc_fee_vault.to_account_info(),
                    to: accounts.destination.to_account_info(),
                    authority: accounts.treasury.to_account_info(),
                },
                &[&accounts.treasury.signer_seeds()],
            ),
            usdc,
        )?;
        accounts.io_mint.reload()?;
        accounts.usdc_fee_vault.reload()?;
        require!(
            supply_before.checked_sub(io) == Some(accounts.io_mint.supply)
                && vault_before.checked_sub(usdc) == Some(accounts.usdc_fee_vault.amount),
            TreasuryError::BurnMismatch
        );

        let auction = &mut accounts.auction;
        accounts.receipts.load_mut()?.record(Receipt {
            filler: accounts.filler.key(),
            filled_at: now,
            usdc,
            io_burned: io,
            ask_bps: ask,
            price: seen,
            reference: auction.reference,
            usdc_sold: auction.usdc_sold,
            total_io_burned: auction.io_burned,
        })?;
        emit!(FeesSold {
            filler: accounts.filler.key(),
            usdc,
            io_burned: io,
            ask_bps: ask,
            price: seen,
            reference: auction.reference,
            left: auction.left,
            usdc_sold: auction.usdc_sold,
            total_io_burned: auction.io_burned,
            vault_balance: accounts.usdc_fee_vault.amount,
            supply_after: accounts.io_mint.supply,
            seq: auction.next_seq()?,
        });
        Ok(())
    }
}
