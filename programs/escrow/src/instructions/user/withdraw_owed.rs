use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    constants::JOB_VAULT_SEED,
    error::EscrowError,
    events::OwedWithdrawn,
    payments::{Destination, JobPayments},
    state::{EscrowConfig, Job, Payee, Payment},
};

#[derive(Accounts)]
pub struct WithdrawOwed<'info> {
    /// The buyer, for a refund, or the payout wallet, for the node's income.
    pub wallet: Signer<'info>,
    pub config: Box<Account<'info, EscrowConfig>>,
    #[account(mut)]
    pub job: Box<Account<'info, Job>>,
    /// CHECK: the job's vault by its address; it is gone when everything is paid.
    #[account(mut, seeds = [JOB_VAULT_SEED, job.key().as_ref()], bump = job.vault_bump)]
    pub job_vault: UncheckedAccount<'info>,
    /// Any account of the job's mint that the wallet names, but not the vault itself: what is owed
    /// would be written off and stay there.
    #[account(
        mut,
        constraint = destination.mint == config.mint(job.payment) @ EscrowError::WrongMint,
        constraint = destination.key() != job_vault.key() @ EscrowError::DestinationIsVault
    )]
    pub destination: Box<Account<'info, TokenAccount>>,
    /// CHECK: gets lamports only.
    #[account(mut, address = job.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
    pub token_program: Program<'info, Token>,
}

impl WithdrawOwed<'_> {
    /// What is owed to the wallet that signs. One that is both buyer and payout takes both; but what
    /// was paid in credits returns to the buyer in no other form.
    fn payees(&self) -> impl Iterator<Item = Payee> {
        let wallet = self.wallet.key();
        let refund = (self.job.payment != Payment::Credits).then_some((Payee::Buyer, self.job.buyer));
        core::iter::once((Payee::Node, self.job.payout))
            .chain(refund)
            .filter(move |(_, entitled)| *entitled == wallet)
            .map(|(payee, _)| payee)
    }

    fn validate(&self) -> Result<()> {
        if self.payees().next().is_none() {
            let is_buyer = self.wallet.key() == self.job.buyer;
            return err!(if is_buyer { EscrowError::RefundIsInCredits } else { EscrowError::NotPayee });
        }
        require!(self.payees().any(|payee| self.job.owed(payee) > 0), EscrowError::NothingOwed);
        require!(!self.destination.is_frozen(), EscrowError::StillNotReceivable);
        Ok(())
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        let destinations: Vec<_> = accounts
            .payees()
            .map(|payee| Destination { payee, wallet: None, account: accounts.destination.to_account_info() })
            .collect();
        let sent = JobPayments::new(&accounts.config, &mut accounts.job, &accounts.job_vault, &accounts.token_program)
            .pay_out(&destinations, &accounts.rent_payer)?;
        emit!(OwedWithdrawn {
            job: accounts.job.key(),
            wallet: accounts.wallet.key(),
            destination: accounts.destination.key(),
            amount: sent.to_node.checked_add(sent.to_buyer).ok_or(EscrowError::AmountOverflow)?,
            owed: accounts.job.total_owed()?,
            seq: accounts.job.next_seq()?,
        });
        Ok(())
    }
}
