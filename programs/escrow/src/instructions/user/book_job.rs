use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};
use economy_math::Charge;

use super::compute_price;
use crate::{
    constants::{ACCOUNT_VERSION, JOB_SEED, JOB_VAULT_SEED, MAX_LEAD_SECONDS},
    error::EscrowError,
    events::JobBooked,
    payments::BuyerPayment,
    staking::accounts::Node,
    state::{EndReason, EscrowConfig, Job, JobState, Offer, Payment},
    treasury::program::Treasury,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct BookJobArgs {
    /// Chosen by the buyer, unused by his other jobs.
    pub id: u64,
    pub devices: u8,
    pub hours: u32,
    pub payment: Payment,
    /// Unix time; none: at once.
    pub start_at: Option<i64>,
    /// The most that the buyer pays, fees included, in base units of the payment's mint.
    pub max_total: u64,
}

#[derive(Accounts)]
#[instruction(args: BookJobArgs)]
pub struct BookJob<'info> {
    pub buyer: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    pub config: Box<Account<'info, EscrowConfig>>,
    pub offer: Box<Account<'info, Offer>>,
    #[account(address = offer.node @ EscrowError::WrongNode)]
    pub node: Box<Account<'info, Node>>,
    #[account(
        init,
        payer = payer,
        space = 8 + Job::INIT_SPACE,
        seeds = [JOB_SEED, buyer.key().as_ref(), &args.id.to_le_bytes()],
        bump
    )]
    pub job: Box<Account<'info, Job>>,
    #[account(
        init,
        payer = payer,
        seeds = [JOB_VAULT_SEED, job.key().as_ref()],
        bump,
        token::mint = mint,
        token::authority = job
    )]
    pub job_vault: Box<Account<'info, TokenAccount>>,
    #[account(address = config.mint(args.payment) @ EscrowError::WrongMint)]
    pub mint: Box<Account<'info, Mint>>,
    #[account(
        mut,
        constraint = buyer_token_account.mint == mint.key() @ EscrowError::WrongBuyerTokenAccount,
        constraint = buyer_token_account.owner == config.holder(args.payment, buyer.key()) @ EscrowError::WrongBuyerTokenAccount
    )]
    pub buyer_token_account: Box<Account<'info, TokenAccount>>,
    /// CHECK: to pay in IO; every check of a price is made when it is read.
    pub price_update: Option<UncheckedAccount<'info>>,
    /// CHECK: to pay in credits; the treasury by its address.
    #[account(address = config.treasury @ EscrowError::WrongTreasury)]
    pub treasury: Option<UncheckedAccount<'info>>,
    pub treasury_program: Option<Program<'info, Treasury>>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl BookJob<'_> {
    fn validate(&self, args: &BookJobArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.config.require_intake(now)?;
        self.offer.require_open(&self.node)?;
        require_gt!(args.devices, 0, EscrowError::ZeroDevices);
        require_gte!(self.node.device_count, args.devices, EscrowError::TooManyDevices);
        require_gte!(args.hours, self.offer.terms.min_hours, EscrowError::HoursBelowMinimum);
        require_gte!(self.offer.terms.max_hours, args.hours, EscrowError::HoursAboveMaximum);
        let lead = args.start_at.unwrap_or(now).checked_sub(now).ok_or(EscrowError::StartTimeOutOfRange)?;
        require!((0..=MAX_LEAD_SECONDS).contains(&lead), EscrowError::StartTimeOutOfRange);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: BookJobArgs) -> Result<()> {
        let accounts = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let rates = args.payment.fee_rates();
        let usd_value = accounts.offer.terms.order_price(args.devices, args.hours, now)?;
        let compute = compute_price(usd_value, args.payment, &accounts.config, accounts.price_update.as_ref(), now)?;
        let charge = Charge::of(compute, rates).map_err(EscrowError::from)?;
        let total = charge.total().map_err(EscrowError::from)?;
        require_gte!(args.max_total, total, EscrowError::PriceAboveMaximum);

        accounts.job.set_inner(Job {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.job,
            vault_bump: ctx.bumps.job_vault,
            id: args.id,
            buyer: accounts.buyer.key(),
            node: accounts.node.key(),
            offer: accounts.offer.key(),
            class: accounts.node.class,
            payout: accounts.node.payout,
            rent_payer: accounts.payer.key(),
            payment: args.payment,
            devices: args.devices,
            hours: args.hours,
            state: JobState::Booked,
            reason: EndReason::None,
            booked_at: now,
            start_at: args.start_at.unwrap_or(now),
            started_at: 0,
            ended_at: 0,
            usd_value,
            price: accounts.offer.terms.price,
            compute,
            base_earned: 0,
            base_seconds: 0,
            billed_seconds: 0,
            booking_fee_bps: rates.booking.get(),
            handling_fee_bps: rates.handling.get(),
            charged_booking_fee: charge.booking_fee,
            charged_handling_fee: charge.handling_fee,
            paid_in: total,
            donated: 0,
            paid_to_node: 0,
            paid_to_fees: 0,
            refunded: 0,
            owed_to_node: 0,
            owed_to_fees: 0,
            owed_to_buyer: 0,
            seq: 0,
            reserved: [0; 32],
        });
        BuyerPayment {
            config: &accounts.config,
            job: &accounts.job,
            job_vault: accounts.job_vault.to_account_info(),
            buyer: &accounts.buyer,
            buyer_token_account: accounts.buyer_token_account.to_account_info(),
            token_program: &accounts.token_program,
            treasury: accounts.treasury.as_ref(),
            treasury_program: accounts.treasury_program.as_ref(),
        }
        .collect(total)?;
        accounts.job_vault.reload()?;
        accounts.job.invariant(accounts.job_vault.amount)?;
        emit!(JobBooked {
            job: accounts.job.key(),
            buyer: accounts.buyer.key(),
            node: accounts.node.key(),
            offer: accounts.offer.key(),
            payment: args.payment,
            devices: args.devices,
            hours: args.hours,
            start_at: accounts.job.start_at,
            usd_value,
            compute,
            booking_fee: charge.booking_fee,
            handling_fee: charge.handling_fee,
            vault_balance: accounts.job_vault.amount,
            seq: accounts.job.next_seq()?,
        });
        Ok(())
    }
}
