use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use super::compute_price;
use crate::{
    constants::JOB_VAULT_SEED,
    error::EscrowError,
    events::JobExtended,
    payments::{is_associated, read_usage, BuyerPayment, Destination, JobPayments},
    staking::accounts::Node,
    state::{EscrowConfig, Job, JobState, Offer},
    treasury::program::Treasury,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct ExtendJobArgs {
    /// Hours to add.
    pub hours: u32,
    /// The most that the buyer pays for them, fees included, in base units of the job's mint.
    pub max_total: u64,
}

#[derive(Accounts)]
pub struct ExtendJob<'info> {
    #[account(address = job.buyer @ EscrowError::NotBuyer)]
    pub buyer: Signer<'info>,
    pub config: Box<Account<'info, EscrowConfig>>,
    #[account(address = job.offer @ EscrowError::WrongOffer)]
    pub offer: Box<Account<'info, Offer>>,
    #[account(address = job.node @ EscrowError::WrongNode)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut)]
    pub job: Box<Account<'info, Job>>,
    /// CHECK: the job's vault by its address; it is gone when everything is paid.
    #[account(mut, seeds = [JOB_VAULT_SEED, job.key().as_ref()], bump = job.vault_bump)]
    pub job_vault: UncheckedAccount<'info>,
    #[account(
        mut,
        constraint = buyer_token_account.mint == config.mint(job.payment) @ EscrowError::WrongBuyerTokenAccount,
        constraint = buyer_token_account.owner == config.holder(job.payment, buyer.key()) @ EscrowError::WrongBuyerTokenAccount
    )]
    pub buyer_token_account: Box<Account<'info, TokenAccount>>,
    /// CHECK: to pay in IO; every check of a price is made when it is read.
    pub price_update: Option<UncheckedAccount<'info>>,
    /// CHECK: the oracle's account of the job, see [`read_usage`].
    pub job_usage: UncheckedAccount<'info>,
    /// CHECK: the associated token account of the payout address; it may be unable to receive.
    #[account(
        mut,
        constraint = is_associated(&payout_token_account, &job.payout, &config.mint(job.payment)) @ EscrowError::WrongPayoutTokenAccount
    )]
    pub payout_token_account: UncheckedAccount<'info>,
    /// CHECK: the treasury's token account of this mint; it may be unable to receive.
    #[account(mut, address = config.fee_vault(job.payment) @ EscrowError::WrongFeeVault)]
    pub fee_vault: UncheckedAccount<'info>,
    /// CHECK: to pay in credits; the treasury by its address.
    #[account(address = config.treasury @ EscrowError::WrongTreasury)]
    pub treasury: Option<UncheckedAccount<'info>>,
    pub treasury_program: Option<Program<'info, Treasury>>,
    pub token_program: Program<'info, Token>,
}

impl ExtendJob<'_> {
    fn validate(&self, args: &ExtendJobArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.job.require_state(JobState::Running)?;
        require_gt!(self.job.booked_end(), now, EscrowError::BookedTimeOver);
        self.config.require_intake(now)?;
        self.offer.require_open(&self.node)?;
        require_gt!(args.hours, 0, EscrowError::HoursBelowMinimum);
        let hours = self.job.hours.checked_add(args.hours).ok_or(EscrowError::HoursAboveMaximum)?;
        require_gte!(self.offer.terms.max_hours, hours, EscrowError::HoursAboveMaximum);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: ExtendJobArgs) -> Result<()> {
        let accounts = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let usage = read_usage(&accounts.job_usage, &accounts.job.key())?;
        let usd_value = accounts.offer.terms.order_price(accounts.job.devices, args.hours, now)?;
        let compute =
            compute_price(usd_value, accounts.job.payment, &accounts.config, accounts.price_update.as_ref(), now)?;

        let job = &mut accounts.job;
        job.settle(usage, now)?;
        let charged = job.extend(args.hours, compute, now)?;
        require_gte!(args.max_total, charged, EscrowError::PriceAboveMaximum);
        job.usd_value = job.usd_value.checked_add(usd_value).ok_or(EscrowError::AmountOverflow)?;
        job.price = accounts.offer.terms.price;

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
        .collect(charged)?;
        let destinations =
            [Destination::node(&accounts.job, &accounts.payout_token_account), Destination::fees(&accounts.fee_vault)];
        let sent = JobPayments::new(&accounts.config, &mut accounts.job, &accounts.job_vault, &accounts.token_program)
            .send_owed(&destinations)?;
        emit!(JobExtended {
            job: accounts.job.key(),
            added_hours: args.hours,
            hours: accounts.job.hours,
            added_compute: compute,
            charged,
            compute: accounts.job.compute,
            to_node: sent.to_node,
            to_fees: sent.to_fees,
            vault_balance: accounts.job.liabilities()?,
            seq: accounts.job.next_seq()?,
        });
        Ok(())
    }
}
